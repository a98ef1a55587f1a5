//! The manifests that all hosts check: from the examples, the documentation of the rules, and the golden cases.

use std::fs;
use std::path::Path;

use podnetworking_policy::rules;
use podnetworking_testing::{Case, cases};
use serde_json::{Value, json};

/// One check: the files of a folder.
pub struct Question {
    /// The name of the test.
    pub name: String,
    /// The manifests.
    pub manifest: String,
    /// The objects in the cluster.
    pub context: Option<String>,
    /// The settings.
    pub settings: Option<String>,
}

impl Question {
    /// Writes a question into the folder.
    fn write(folder: &Path, name: &str, [manifest, context, settings]: [Option<&str>; 3]) -> Self {
        fs::create_dir_all(folder.join(name).join("manifests")).expect("a folder is made");
        let file = |text: Option<&str>, file: &str| {
            text.map(|text| {
                let file = format!("{name}/{file}");
                fs::write(folder.join(&file), text).expect("a file is written");
                file
            })
        };
        Self {
            name: name.to_owned(),
            manifest: file(manifest, "manifests/all.yaml").expect("manifests"),
            context: file(context, "context.yaml"),
            settings: file(settings, "settings.yaml"),
        }
    }

    /// The arguments of the command for this check.
    pub fn arguments(&self, format: &str) -> Vec<String> {
        let folder = format!("{}/manifests", self.name);
        let mut arguments = vec!["check", &folder, "--format", format, "--color", "never"];
        arguments.extend(self.context.iter().flat_map(|file| ["--context", file]));
        arguments.extend(self.settings.iter().flat_map(|file| ["--settings", file]));
        arguments.into_iter().map(str::to_owned).collect()
    }
}

/// All questions, written into the folder.
pub fn all(folder: &Path) -> Vec<Question> {
    let mut questions = examples(folder);
    questions.extend(catalogue(folder));
    questions.extend(cases().iter().filter_map(|case| golden(folder, case)));
    questions
}

fn examples(folder: &Path) -> Vec<Question> {
    let entries = fs::read_dir(crate::node::root().join("examples")).expect("the examples");
    let example = |path: &Path| {
        let texts =
            ["manifests.yaml", "cluster.yaml", "policy.yaml"].map(|file| fs::read_to_string(path.join(file)).ok());
        let name = path.file_name().expect("a name").to_string_lossy();
        Question::write(folder, &format!("example-{name}"), texts.each_ref().map(Option::as_deref))
    };
    entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.is_dir())
        .map(|path| example(&path))
        .collect()
}

fn catalogue(folder: &Path) -> Vec<Question> {
    let question =
        |name: String, manifest, settings| Question::write(folder, &name, [Some(manifest), None, Some(settings)]);
    rules::all()
        .flat_map(|rule| {
            [("good", rule.docs.good), ("bad", rule.docs.bad)]
                .map(|(which, manifest)| question(format!("{which}-{}", rule.id), manifest, rule.docs.settings))
        })
        .collect()
}

/// The object of a case as a manifest, with the facts and the old object as the context. None if the case has no object.
fn golden(folder: &Path, case: &Case) -> Option<Question> {
    let request: Value = serde_json::from_str(case.request()?).ok()?;
    let object = request.get("object").filter(|object| object.is_object())?;
    let mut items: Vec<Value> = request.get("oldObject").filter(|old| old.is_object()).into_iter().cloned().collect();
    let facts: Value = case.context().and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    for (list, api_version, kind) in
        [("podNetworkings", "network.alibabacloud.com/v1beta1", "PodNetworking"), ("namespaces", "v1", "Namespace")]
    {
        for item in facts.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object) {
            let mut item = item.clone();
            item.entry("apiVersion").or_insert_with(|| api_version.into());
            item.entry("kind").or_insert_with(|| kind.into());
            items.push(item.into());
        }
    }
    let context = json!({"apiVersion": "v1", "kind": "List", "items": items}).to_string();
    let name = format!("case-{}", case.name.replace('/', "-"));
    Some(Question::write(folder, &name, [Some(&object.to_string()), Some(&context), case.settings()]))
}
