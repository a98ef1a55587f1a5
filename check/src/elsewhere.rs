//! Kinds that have pod templates elsewhere than the kinds that are checked.

use std::collections::BTreeMap;

use podnetworking_policy::objects::workload::{PodLocation, has_template};

use crate::object::Object;

/// Kinds that make pods, although none of their fields looks like the template of a pod.
const KNOWN: [(&str, &[&str]); 9] = [
    ("argoproj.io", &["ClusterWorkflowTemplate", "CronWorkflow", "Workflow", "WorkflowTemplate"]),
    ("sparkoperator.k8s.io", &["ScheduledSparkApplication", "SparkApplication"]),
    ("tekton.dev", &["ClusterTask", "Pipeline", "PipelineRun", "Task", "TaskRun"]),
    ("ray.io", &["RayCluster", "RayCronJob", "RayJob", "RayService"]),
    ("batch.volcano.sh", &["CronJob", "Job", "JobTemplate"]),
    ("flink.apache.org", &["FlinkDeployment", "FlinkSessionJob"]),
    ("serving.kserve.io", &["InferenceService", "LLMInferenceService", "ServingRuntime", "ClusterServingRuntime"]),
    ("monitoring.coreos.com", &["Alertmanager", "Prometheus", "PrometheusAgent", "ThanosRuler"]),
    ("kubeflow.org", &["JAXJob", "MPIJob", "MXJob", "Notebook", "PaddleJob", "PyTorchJob", "TFJob", "XGBoostJob"]),
];

/// Groups whose objects only look like workloads.
const NO_WORKLOADS: [&str; 2] = ["apiextensions.k8s.io", "kyverno.io"];

/// How many of the objects are not checked because their pod templates are in other places, by kind.
#[must_use]
pub fn kinds(objects: &[Object]) -> BTreeMap<&str, usize> {
    let mut kinds = BTreeMap::new();
    for object in objects.iter().filter(|object| is_elsewhere(object)) {
        *kinds.entry(object.identity.kind.as_str()).or_default() += 1;
    }
    kinds
}

/// One sentence about them; none if there are none.
#[must_use]
pub fn sentence(kinds: &BTreeMap<&str, usize>) -> Option<String> {
    let names: Vec<&str> = kinds.keys().copied().collect();
    match kinds.values().sum() {
        0 => None,
        1 => Some(format!("not judged: 1 object of a kind with pod templates in other places: {}", names.join(", "))),
        count => Some(format!(
            "not judged: {count} objects of kinds with pod templates in other places: {}",
            names.join(", ")
        )),
    }
}

fn is_elsewhere(object: &Object) -> bool {
    let (group, kind) = (object.identity.group.as_str(), object.identity.kind.as_str());
    if NO_WORKLOADS.contains(&group) || PodLocation::of(&object.group_kind()).is_some() || has_template(object.json()) {
        return false;
    }
    KNOWN.iter().any(|(known, kinds)| *known == group && kinds.contains(&kind))
        || embeds_a_template(object.document.json())
}

/// Whether there is a `spec` with a list of containers in a field whose name ends with `template`.
fn embeds_a_template(json: &str) -> bool {
    const CONTAINERS: &str = "\"containers\":[";
    // The text of keys and brackets is exact: the reader of manifests wrote it.
    if !json.contains(CONTAINERS) {
        return false;
    }
    let mut open: Vec<&str> = Vec::new();
    let mut key = "";
    let mut rest = json;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
        let Some(found) = rest.get(at..) else { return false };
        let text = found.get(1..).unwrap_or_default();
        rest = text;
        match found.as_bytes().first() {
            Some(b'"') => {
                let end = closing_quote(text);
                let string = text.get(..end).unwrap_or_default();
                rest = text.get(end + 1..).unwrap_or_default();
                if rest.starts_with(':') {
                    key = string;
                }
            }
            Some(b'{' | b'[') => {
                let is_template =
                    key.len() >= 8 && key.get(key.len() - 8..).is_some_and(|end| end.eq_ignore_ascii_case("template"));
                let inside = |name: &str| open.last() == Some(&name);
                if key == "containers" && found.starts_with('[') && inside("template.spec") {
                    return true;
                }
                let name = match key {
                    _ if is_template => "template",
                    "spec" if inside("template") => "template.spec",
                    _ => "",
                };
                open.push(name);
                key = "";
            }
            _ => {
                open.pop();
            }
        }
    }
    false
}

fn closing_quote(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use podnetworking_manifests::read_str;

    use super::*;

    #[test]
    fn objects_with_templates_in_other_places_are_counted() {
        let text = "\
apiVersion: argoproj.io/v1alpha1
kind: Workflow
spec: {templates: [{name: a, container: {image: a}}]}
---
apiVersion: x.io/v1
kind: Cluster
spec: {workers: [{podTemplate: {metadata: {}, spec: {nodeSelector: {a: b}, containers: [{name: a}]}}}]}
---
apiVersion: apps/v1
kind: Deployment
spec: {template: {spec: {containers: [{name: a}]}}}
---
apiVersion: x.io/v1
kind: Rollout
spec: {template: {spec: {containers: [{name: a}]}}}
---
apiVersion: v1
kind: ConfigMap
data: {a: '{\"template\":{\"spec\":{\"containers\":[]}}}'}
---
apiVersion: kyverno.io/v1
kind: ClusterPolicy
spec: {rules: [{mutate: {template: {spec: {containers: []}}}}]}
---
apiVersion: x.io/v1
kind: Sidecars
spec: {containers: [{name: a}], template: {spec: {a: {containers: []}}}}
";
        let documents = read_str("a.yaml", text).documents;
        let objects: Vec<Object> = documents.into_iter().map(|document| Object::new(document, "default")).collect();
        assert_eq!(objects.len(), 7);
        let kinds = kinds(&objects);
        assert_eq!(kinds.into_iter().collect::<Vec<_>>(), [("Cluster", 1), ("Workflow", 1)]);
        let sentence = sentence(&BTreeMap::from([("Workflow", 2), ("RayCluster", 1)])).unwrap();
        assert_eq!(sentence, "not judged: 3 objects of kinds with pod templates in other places: RayCluster, Workflow");
    }
}
