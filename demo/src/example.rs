//! Reads the examples from their folders.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use podnetworking_manifests::{Document, read_path};
use serde_json::Value;

/// One example.
pub(crate) struct Example {
    /// The name of the folder.
    pub(crate) name: String,
    /// The first comment of the manifests, which describes the example.
    pub(crate) about: String,
    /// The settings of the policy.
    pub(crate) settings: Value,
    /// The objects that are in the cluster at first.
    pub(crate) cluster: Vec<Value>,
    /// The objects that are created one after another.
    pub(crate) created: Vec<Created>,
}

/// An object to create.
pub(crate) struct Created {
    /// The JSON text of the object.
    pub(crate) json: String,
    /// The expected verdict.
    pub(crate) expected: Expected,
}

/// The verdict in a comment, for example `# expect: deny overlap`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Expected {
    /// Whether the object is admitted.
    pub(crate) allowed: bool,
    /// All rules that have a finding, sorted.
    pub(crate) rules: Vec<String>,
}

/// Reads all examples, by name.
pub(crate) fn read_all(folder: &Path) -> Result<Vec<Example>> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot read the folder `{}`", folder.display()))?;
    let mut folders: Vec<PathBuf> = Vec::new();
    for entry in entries {
        let path = entry?.path();
        if path.join("manifests.yaml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    if folders.is_empty() {
        bail!("no folder below `{}` has a manifests.yaml", folder.display());
    }
    folders.iter().map(|folder| read(folder)).collect()
}

fn read(folder: &Path) -> Result<Example> {
    let settings = match documents(&folder.join("policy.yaml"))?.first() {
        Some(policy) => value(policy)?.pointer("/spec/settings").cloned().unwrap_or_default(),
        None => Value::Null,
    };
    let cluster = documents(&folder.join("cluster.yaml"))?.iter().map(value).collect::<Result<_>>()?;
    let manifests = documents(&folder.join("manifests.yaml"))?;
    let about = manifests.first().and_then(|first| first.source().line(1)).unwrap_or_default();
    Ok(Example {
        name: folder.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        about: about.trim_start_matches(['#', ' ']).to_owned(),
        settings,
        cluster,
        created: manifests.iter().map(created).collect::<Result<_>>()?,
    })
}

/// The objects of a file; none if the file does not exist.
fn documents(path: &Path) -> Result<Vec<Document>> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let manifests = read_path(path);
    match manifests.errors.first() {
        Some(error) => bail!("{error}"),
        None => Ok(manifests.documents),
    }
}

fn value(document: &Document) -> Result<Value> {
    serde_json::from_str(document.json()).with_context(|| format!("cannot read `{}`", document.file()))
}

fn created(document: &Document) -> Result<Created> {
    let source = document.source();
    // The comment is in the lines directly above the object.
    let comment = (1..document.line())
        .rev()
        .map_while(|line| source.line(line).filter(|text| text.trim_start().starts_with('#')))
        .find_map(|text| text.trim_start_matches(['#', ' ']).strip_prefix("expect:"));
    let Some(comment) = comment else {
        bail!("`{}`, line {}: expected a comment `# expect: ...` above the object", document.file(), document.line());
    };
    let mut words = comment.split_whitespace();
    let allowed = match words.next() {
        Some("allow") => true,
        Some("deny") => false,
        found => bail!("`{}`, line {}: expected `allow` or `deny`, found {found:?}", document.file(), document.line()),
    };
    let mut rules: Vec<String> = words.map(str::to_owned).collect();
    rules.sort();
    Ok(Created { json: document.json().to_owned(), expected: Expected { allowed, rules } })
}
