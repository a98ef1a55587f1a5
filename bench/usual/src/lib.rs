//! The same decision, written the usual way: with the SDK's list call, owned types, and a pass over the list for each question.
//! It checks the selection of pods and the overlaps of PodNetworkings by equal or matching labels, and no other rules.

use std::collections::BTreeMap;

use guest::{CallResult, register_function};
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::{Namespace, Pod};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta};
use k8s_openapi::{ClusterResourceScope, ListableResource, Metadata, Resource};
use kubewarden_policy_sdk::host_capabilities::kubernetes::{
    GetResourceRequest, ListAllResourcesRequest, get_resource, list_all_resources,
};
use kubewarden_policy_sdk::request::ValidationRequest;
use kubewarden_policy_sdk::{accept_request, reject_request, wapc_guest as guest};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
struct PodNetworking {
    #[serde(default)]
    metadata: ObjectMeta,
    #[serde(default)]
    spec: Spec,
    status: Option<Status>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    selector: Selector,
    allocation_type: Option<BTreeMap<String, String>>,
    #[serde(rename = "securityGroupIDs")]
    security_groups: Vec<String>,
    v_switch_options: Vec<String>,
    v_switch_select_options: Option<BTreeMap<String, String>>,
    eni_options: Option<BTreeMap<String, String>>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Selector {
    pod_selector: Option<LabelSelector>,
    namespace_selector: Option<LabelSelector>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", default)]
struct Status {
    status: String,
    message: String,
    update_at: String,
    v_switches: Vec<VSwitch>,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
struct VSwitch {
    id: String,
    zone: String,
}

impl Resource for PodNetworking {
    const API_VERSION: &'static str = "network.alibabacloud.com/v1beta1";
    const GROUP: &'static str = "network.alibabacloud.com";
    const KIND: &'static str = "PodNetworking";
    const VERSION: &'static str = "v1beta1";
    const URL_PATH_SEGMENT: &'static str = "podnetworkings";
    type Scope = ClusterResourceScope;
}

impl ListableResource for PodNetworking {
    const LIST_KIND: &'static str = "PodNetworkingList";
}

impl Metadata for PodNetworking {
    type Ty = ObjectMeta;
    fn metadata(&self) -> &ObjectMeta {
        &self.metadata
    }
    fn metadata_mut(&mut self) -> &mut ObjectMeta {
        &mut self.metadata
    }
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
struct Settings {}

impl kubewarden_policy_sdk::settings::Validatable for Settings {
    fn validate(&self) -> Result<(), String> {
        Ok(())
    }
}

/// The host calls it once, after it has made an instance.
#[unsafe(no_mangle)]
pub extern "C" fn wapc_init() {
    register_function("validate", validate);
}

type Labels = BTreeMap<String, String>;

fn matches(selector: &LabelSelector, labels: &Labels) -> bool {
    let equal = selector.match_labels.iter().flatten().all(|(key, value)| labels.get(key) == Some(value));
    equal
        && selector.match_expressions.iter().flatten().all(|requirement| {
            let value = labels.get(&requirement.key);
            let listed = |value: &String| requirement.values.iter().flatten().any(|one| one == value);
            match requirement.operator.as_str() {
                "In" => value.is_some_and(listed),
                "NotIn" => !value.is_some_and(listed),
                "Exists" => value.is_some(),
                "DoesNotExist" => value.is_none(),
                _ => false,
            }
        })
}

fn list<T>(api_version: &str, kind: &str) -> Result<Vec<T>, guest::errors::Error>
where
    T: k8s_openapi::ListableResource + serde::de::DeserializeOwned + Clone,
{
    let request = ListAllResourcesRequest {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        label_selector: None,
        field_selector: None,
        field_masks: None,
    };
    list_all_resources::<T>(&request)
        .map(|list| list.items)
        .map_err(|error| guest::errors::new(guest::errors::ErrorKind::HostError(error.to_string().into_bytes())))
}

fn podnetworkings() -> Result<Vec<PodNetworking>, guest::errors::Error> {
    list(PodNetworking::API_VERSION, PodNetworking::KIND)
}

fn judge_pod(labels: &Labels, namespace: &str) -> CallResult {
    let mut of_namespace: Option<Labels> = None;
    let mut selected = Vec::new();
    for podnetworking in podnetworkings()? {
        let Selector { pod_selector, namespace_selector } = &podnetworking.spec.selector;
        if pod_selector.is_none() && namespace_selector.is_none() {
            continue;
        }
        if !pod_selector.as_ref().is_none_or(|selector| matches(selector, labels)) {
            continue;
        }
        if let Some(selector) = namespace_selector {
            if of_namespace.is_none() {
                let namespace: Namespace = get_resource(&GetResourceRequest {
                    api_version: "v1".to_owned(),
                    kind: "Namespace".to_owned(),
                    name: namespace.to_owned(),
                    namespace: None,
                    disable_cache: false,
                    field_masks: None,
                })?;
                of_namespace = Some(namespace.metadata.labels.unwrap_or_default());
            }
            if !of_namespace.as_ref().is_some_and(|labels| matches(selector, labels)) {
                continue;
            }
        }
        selected.push(podnetworking.metadata.name.unwrap_or_default());
    }
    if selected.len() > 1 {
        return reject_request(
            Some(format!("more than one PodNetworking selects the pod: {}", selected.join(", "))),
            None,
            None,
            None,
        );
    }
    accept_request()
}

/// Whether some labels match both selectors. Exact for selectors with one value for each key.
fn can_meet(a: Option<&LabelSelector>, b: Option<&LabelSelector>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    let mut all = a.match_labels.clone().unwrap_or_default();
    for (key, value) in b.match_labels.iter().flatten() {
        if all.insert(key.clone(), value.clone()).is_some_and(|old| old != *value) {
            return false;
        }
    }
    for requirement in [a, b].into_iter().flat_map(|selector| selector.match_expressions.iter().flatten()) {
        if requirement.operator == "In" && !all.contains_key(&requirement.key) {
            let first = requirement.values.iter().flatten().next().cloned().unwrap_or_default();
            all.insert(requirement.key.clone(), first);
        }
    }
    matches(a, &all) && matches(b, &all)
}

fn judge_podnetworking(this: &PodNetworking) -> CallResult {
    let mut overlaps = Vec::new();
    let others = podnetworkings()?;
    let namespaces: Vec<Namespace> = list("v1", "Namespace")?;
    let selector = &this.spec.selector;
    for other in others {
        let others = &other.spec.selector;
        let meets = other.metadata.name != this.metadata.name
            && can_meet(selector.pod_selector.as_ref(), others.pod_selector.as_ref())
            && can_meet(selector.namespace_selector.as_ref(), others.namespace_selector.as_ref());
        let exists = || {
            namespaces.iter().any(|namespace| {
                let labels = namespace.metadata.labels.clone().unwrap_or_default();
                let both = [&selector.namespace_selector, &others.namespace_selector];
                both.into_iter().flatten().all(|selector| matches(selector, &labels))
            })
        };
        if meets && exists() {
            overlaps.push(other.metadata.name.unwrap_or_default());
        }
    }
    if !overlaps.is_empty() {
        return reject_request(
            Some(format!("the PodNetworking overlaps with: {}", overlaps.join(", "))),
            None,
            None,
            None,
        );
    }
    accept_request()
}

fn judge_namespace(this: &Namespace) -> CallResult {
    let labels = this.metadata.labels.clone().unwrap_or_default();
    let matching: Vec<PodNetworking> = podnetworkings()?
        .into_iter()
        .filter(|one| one.spec.selector.namespace_selector.as_ref().is_some_and(|selector| matches(selector, &labels)))
        .collect();
    for (index, first) in matching.iter().enumerate() {
        for second in matching.iter().skip(index + 1) {
            let (first, second) = (&first.spec.selector.pod_selector, &second.spec.selector.pod_selector);
            if can_meet(first.as_ref(), second.as_ref()) {
                return reject_request(
                    Some("two PodNetworkings would select pods of this namespace".to_owned()),
                    None,
                    None,
                    None,
                );
            }
        }
    }
    accept_request()
}

fn validate(payload: &[u8]) -> CallResult {
    let request: ValidationRequest<Settings> = ValidationRequest::new(payload)?;
    let object = request.request.object;
    match request.request.kind.kind.as_str() {
        "Pod" => {
            let pod: Pod = serde_json::from_value(object)?;
            judge_pod(&pod.metadata.labels.unwrap_or_default(), &request.request.namespace)
        }
        "Deployment" => {
            let deployment: Deployment = serde_json::from_value(object)?;
            let template = deployment.spec.map(|spec| spec.template.metadata.unwrap_or_default());
            let labels = template.and_then(|metadata| metadata.labels).unwrap_or_default();
            judge_pod(&labels, &request.request.namespace)
        }
        "PodNetworking" => judge_podnetworking(&serde_json::from_value(object)?),
        "Namespace" => judge_namespace(&serde_json::from_value(object)?),
        _ => accept_request(),
    }
}
