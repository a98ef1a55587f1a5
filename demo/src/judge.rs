//! Decides the objects of an example with the module, one after another. Admitted objects are in the cluster for the next.

use std::sync::Arc;

use anyhow::{Context, Result};
use podnetworking_embedded_host::{ClusterFacts, Module};
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::example::{Created, Example, Expected};

/// The answer of the module's `decide`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    pub(crate) decision: String,
    pub(crate) findings: Vec<Finding>,
    pub(crate) mutated_object: Option<Box<RawValue>>,
    pub(crate) selected: Option<String>,
}

/// The parts of a finding that are shown.
#[derive(Debug, Deserialize)]
pub(crate) struct Finding {
    pub(crate) rule: String,
    pub(crate) severity: String,
    pub(crate) path: String,
    pub(crate) message: String,
    pub(crate) help: String,
    pub(crate) witness: Option<Value>,
}

/// One object with its decision.
pub(crate) struct Judged {
    pub(crate) object: Value,
    pub(crate) decision: Decision,
    pub(crate) expected: Expected,
}

impl Judged {
    /// Whether the verdict and the rules are as expected.
    pub(crate) fn is_as_expected(&self) -> bool {
        let mut rules: Vec<&str> = self.decision.findings.iter().map(|finding| finding.rule.as_str()).collect();
        rules.sort_unstable();
        rules.dedup();
        (self.decision.decision == "allow") == self.expected.allowed && rules == self.expected.rules
    }
}

/// Decides the objects of an example in order.
pub(crate) fn judge(module: &Module, example: &Example) -> Result<Vec<Judged>> {
    let mut cluster = example.cluster.clone();
    let mut all = Vec::new();
    for created in &example.created {
        let object: Value = serde_json::from_str(&created.json)?;
        let facts = Arc::new(ClusterFacts::from_objects(cluster.iter().cloned())?);
        let payload = payload(&object, created, &example.settings)?;
        let answer = module
            .call(&facts, "decide", payload.as_bytes())
            .with_context(|| format!("the module failed on {}", name(&object)))?;
        let decision: Decision =
            serde_json::from_slice(&answer).context("the answer of the module is not a decision")?;
        if decision.decision == "allow" {
            let admitted = match &decision.mutated_object {
                Some(mutated) => serde_json::from_str(mutated.get())?,
                None => object.clone(),
            };
            cluster.push(admitted);
        }
        all.push(Judged { object, decision, expected: created.expected.clone() });
    }
    Ok(all)
}

/// The payload that Kubewarden sends. It holds the text of the object, so numbers keep their digits.
fn payload(object: &Value, created: &Created, settings: &Value) -> Result<String> {
    let version = text(object, "/apiVersion");
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    let namespace = object.pointer("/metadata/namespace");
    let request = json!({
        "uid": "00000000-0000-0000-0000-000000000000",
        "kind": {"group": group, "version": version, "kind": text(object, "/kind")},
        "operation": "CREATE",
        "namespace": namespace,
        "userInfo": {},
    });
    let request = serde_json::to_string(&request)?;
    let open = request.trim_end_matches('}');
    Ok(format!("{{\"settings\":{settings},\"request\":{open}}},\"object\":{}}}}}", created.json))
}

/// A string in an object; empty if there is none.
pub(crate) fn text<'a>(object: &'a Value, pointer: &str) -> &'a str {
    object.pointer(pointer).and_then(Value::as_str).unwrap_or_default()
}

/// Kind, namespace and name, for example `Deployment shop/web`.
pub(crate) fn name(object: &Value) -> String {
    let name = text(object, "/metadata/name");
    let name = if name.is_empty() { text(object, "/metadata/generateName") } else { name };
    match text(object, "/metadata/namespace") {
        "" => format!("{} {name}", text(object, "/kind")),
        namespace => format!("{} {namespace}/{name}", text(object, "/kind")),
    }
}
