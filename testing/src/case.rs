//! A golden case: a request, and the decision that every host must make.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::value::RawValue;

use crate::exact::{Exact, quoted};
use crate::{expected_fields, yaml};

/// One golden case.
#[derive(Clone, Debug)]
pub struct Case {
    /// The folder (a rule, a mutation or a topic) and the file without `.yaml`, for example `overlap/fires`.
    pub name: String,
    /// Whether the facts come from a running cluster (the default) or from manifests.
    pub live: bool,
    /// The decision that every host must make.
    pub expected: Exact,
    /// The file of the case.
    pub(crate) path: PathBuf,
    settings: Option<String>,
    request: Option<String>,
    context: Option<String>,
    payload: Option<String>,
}

/// All cases, by name.
///
/// # Panics
/// If a file is not a valid case.
#[must_use]
pub fn cases() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/cases");
    let mut cases = Vec::new();
    for folder in entries(&root).into_iter().filter(|path| path.is_dir()) {
        for path in entries(&folder) {
            let name = format!("{}/{}", stem(&folder), stem(&path));
            assert!(path.extension().is_some_and(|extension| extension == "yaml"), "{name} is not a .yaml file");
            cases.push(Case::read(name, path));
        }
    }
    cases
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl Case {
    fn read(name: String, path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"));
        let json = yaml::to_json(&name, &text);
        let mut members: BTreeMap<String, &RawValue> =
            serde_json::from_str(&json).unwrap_or_else(|error| panic!("{name}: {error}"));
        let mut take = |key: &str| members.remove(key).map(|raw| raw.get().to_owned());
        let expected = take("expected").map_or(Exact::Null, |text| Exact::parse(&text).expect("JSON"));
        let case = Self {
            live: take("live").as_deref() != Some("false"),
            settings: take("settings"),
            request: take("request").map(|text| complete(&name, &text)),
            context: take("context"),
            payload: take("payload").map(|text| serde_json::from_str(&text).expect("`payload` is a string")),
            expected,
            path,
            name,
        };
        assert!(members.is_empty(), "{}: a case has no fields {:?}", case.name, members.keys());
        assert!(
            case.request.is_some() != case.payload.is_some(),
            "{}: expected either `request` or `payload`",
            case.name
        );
        expected_fields::check(&case.name, &case.expected);
        case
    }

    /// The folder: a rule, a mutation or a topic.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.name.split('/').next().unwrap_or_default()
    }

    /// The payload for a host: `{"settings", "request", "context"}`.
    #[must_use]
    pub fn payload(&self) -> String {
        if let Some(payload) = &self.payload {
            return payload.clone();
        }
        let settings = self.settings.as_deref().unwrap_or("{}");
        let request = self.request.as_deref().unwrap_or("null");
        let context = match (&self.context, self.live) {
            (Some(context), true) => context.clone(),
            (Some(context), false) if context.contains('"') => {
                context.trim_start().replacen('{', "{\"live\":false,", 1)
            }
            (_, false) => "{\"live\":false}".to_owned(),
            (None, true) => return format!("{{\"settings\":{settings},\"request\":{request}}}"),
        };
        format!("{{\"settings\":{settings},\"request\":{request},\"context\":{context}}}")
    }

    /// The settings as JSON, if the case has settings.
    #[must_use]
    pub fn settings(&self) -> Option<&str> {
        self.settings.as_deref()
    }

    /// The admission request as JSON; none if the case has a whole payload.
    #[must_use]
    pub fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// The facts as JSON, `{"podNetworkings", "namespaces"}`, if the case has facts.
    #[must_use]
    pub fn context(&self) -> Option<&str> {
        self.context.as_deref()
    }

    /// Whether the case expects a finding of this rule.
    #[must_use]
    pub fn expects(&self, rule: &str) -> bool {
        let findings = self.expected.get("findings").map(Exact::elements).unwrap_or_default();
        findings.iter().any(|finding| finding.get("rule").and_then(Exact::as_str) == Some(rule))
    }

    /// The object of the request.
    pub(crate) fn object(&self) -> Option<Exact> {
        Exact::parse(self.request.as_deref()?).ok()?.get("object").cloned()
    }
}

/// The request with the fields that the API server adds.
fn complete(name: &str, text: &str) -> String {
    let given: BTreeMap<String, &RawValue> =
        serde_json::from_str(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let exact = Exact::parse(text).expect("JSON");
    let shown = ["object", "oldObject"].into_iter().filter_map(|key| exact.get(key));
    let object = shown.filter(|object| **object != Exact::Null).find(|object| object.get("kind").is_some());
    let field = |keys: &[&str]| object.and_then(|object| object.at(keys)).and_then(Exact::as_str);
    let version = field(&["apiVersion"]).unwrap_or_default();
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let kind = field(&["kind"]).unwrap_or_default();
    let operation = if given.contains_key("oldObject") { "UPDATE" } else { "CREATE" };
    let kind_text = format!(r#"{{"group":"{group}","version":"{version}","kind":"{kind}"}}"#);
    let resource = format!("{}s", kind.to_lowercase());
    let resource_text = format!(r#"{{"group":"{group}","version":"{version}","resource":"{resource}"}}"#);
    let string = |value: Option<&str>| value.map(quoted);
    let filled = [
        ("uid", Some("\"705ab4f5-6393-11e8-b7cc-42010a800002\"".to_owned())),
        ("kind", Some(kind_text.clone())),
        ("resource", Some(resource_text.clone())),
        ("requestKind", Some(kind_text)),
        ("requestResource", Some(resource_text)),
        ("name", string(field(&["metadata", "name"]))),
        ("namespace", string(field(&["metadata", "namespace"]))),
        ("operation", Some(format!("\"{operation}\""))),
        ("userInfo", Some(r#"{"username":"alice","groups":["system:authenticated"]}"#.to_owned())),
        ("object", Some("null".to_owned())),
        ("oldObject", Some("null".to_owned())),
        ("dryRun", Some("false".to_owned())),
        ("options", Some("null".to_owned())),
    ];
    let mut members = Vec::new();
    for (key, value) in filled {
        let value = match given.get(key) {
            // `null` leaves a field out, except for objects, which the API server sends as `null`.
            Some(raw) if raw.get() == "null" && !key.ends_with("bject") => None,
            Some(raw) => Some(raw.get().to_owned()),
            None => value,
        };
        members.extend(value.map(|value| format!("\"{key}\":{value}")));
    }
    for (key, raw) in &given {
        if filled_keys().all(|filled| filled != key) {
            members.push(format!("{}:{}", quoted(key), raw.get()));
        }
    }
    format!("{{{}}}", members.join(","))
}

fn filled_keys() -> impl Iterator<Item = &'static str> {
    [
        "uid",
        "kind",
        "resource",
        "requestKind",
        "requestResource",
        "name",
        "namespace",
        "operation",
        "userInfo",
        "object",
        "oldObject",
        "dryRun",
        "options",
    ]
    .into_iter()
}
