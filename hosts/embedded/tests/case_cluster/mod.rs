//! The facts of a golden case as those of a cluster.

use podnetworking_embedded_host::ClusterFacts;
use podnetworking_testing::Case;
use serde_json::Value;

/// The cluster; `None` if no cluster can have these facts, for example a malformed list or a missing namespace.
pub fn cluster(case: &Case) -> Option<ClusterFacts> {
    let unclusterly = ["facts-unavailable", "namespace-unknown"];
    if !case.live || case.request().is_none() || unclusterly.iter().any(|rule| case.expects(rule)) {
        return None;
    }
    let context: Value = serde_json::from_str(case.context()?).ok()?;
    let mut objects = Vec::new();
    for (list, api_version, kind) in
        [("podNetworkings", "network.alibabacloud.com/v1beta1", "PodNetworking"), ("namespaces", "v1", "Namespace")]
    {
        // A host call returns only one form of list. The other forms are for inline facts.
        if context.get(list).is_some_and(|items| !items.is_array()) {
            return None;
        }
        for item in context.get(list).and_then(Value::as_array).into_iter().flatten() {
            let mut item = item.clone();
            // The items of an inline list may have no types.
            item.as_object_mut()?.entry("apiVersion").or_insert_with(|| api_version.into());
            item.as_object_mut()?.entry("kind").or_insert_with(|| kind.into());
            objects.push(item);
        }
    }
    ClusterFacts::from_objects(objects).ok()
}

/// The payload of a case without its facts: the module asks its host for them.
pub fn asking_payload(case: &Case) -> String {
    format!("{{\"settings\":{},\"request\":{}}}", case.settings().unwrap_or("{}"), case.request().unwrap_or("null"))
}
