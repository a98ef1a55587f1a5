//! The answers of the hosts in memory.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use podnetworking_embedded_host::{ClusterFacts, Failing, Fault, HostCalls, NoCalls, Recorder};
use serde_json::{Value, json};

const NETWORK: &str = "network.alibabacloud.com/v1beta1";

fn podnetworking(name: &str) -> Value {
    json!({
        "apiVersion": NETWORK,
        "kind": "PodNetworking",
        "metadata": {
            "name": name,
            "uid": "1",
            "labels": null,
            "unknown": 1,
            "managedFields": [{"manager": "kubectl"}],
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": "{}", "kept": "yes"},
        },
        "spec": {
            "allocationType": {"type": "Elastic", "releaseStrategy": "TTL"},
            "selector": {"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {}},
            "vSwitchOptions": ["vsw-a"],
        },
        "status": {"status": "Ready", "vSwitches": [{"id": "vsw-a", "zone": "z", "extra": 1}]},
    })
}

fn namespace(name: &str) -> Value {
    json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})
}

fn ask(host: &impl HostCalls, operation: &str, payload: &Value) -> Result<Value, String> {
    let answer = host.call("kubewarden", "kubernetes", operation, payload.to_string().as_bytes())?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

fn list(host: &impl HostCalls, api_version: &str, kind: &str, masks: &Value) -> Result<Value, String> {
    ask(host, "list_resources_all", &json!({"api_version": api_version, "kind": kind, "field_masks": masks}))
}

fn get(host: &impl HostCalls, kind: &str, name: &str, within: Option<&str>) -> Result<Value, String> {
    let api_version = if kind == "PodNetworking" { NETWORK } else { "v1" };
    let request = json!({
        "api_version": api_version, "kind": kind, "name": name, "namespace": within, "disable_cache": false
    });
    ask(host, "get_resource", &request)
}

fn may(host: &impl HostCalls, verb: &str, resource: &str) -> Value {
    let review = json!({"user": "u", "groups": null, "resource_attributes": {"verb": verb, "resource": resource}});
    ask(host, "can_i", &json!({"subject_access_review": review, "disable_cache": false})).unwrap()["allowed"].clone()
}

fn facts() -> ClusterFacts {
    ClusterFacts::from_objects([podnetworking("one"), namespace("shop")]).unwrap()
}

#[test]
fn a_masked_list_keeps_types_and_metadata() {
    let masks = json!(["spec.selector", "spec.allocationType.type", "status.vSwitches.zone"]);
    assert_eq!(
        list(&facts(), NETWORK, "PodNetworking", &masks).unwrap(),
        json!({
            "apiVersion": NETWORK,
            "kind": "PodNetworkingList",
            "metadata": {},
            "items": [{
                "apiVersion": NETWORK,
                "kind": "PodNetworking",
                "metadata": {"name": "one", "uid": "1", "managedFields": [], "annotations": {"kept": "yes"}},
                "spec": {
                    "allocationType": {"type": "Elastic"},
                    "selector": {"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {}},
                },
                "status": {"vSwitches": [{"zone": "z"}]},
            }],
        })
    );
}

#[test]
fn without_masks_everything_is_listed() {
    for masks in [json!(null), json!([])] {
        let list = list(&facts(), NETWORK, "PodNetworking", &masks).unwrap();
        assert_eq!(list["items"][0]["spec"], podnetworking("one")["spec"]);
    }
}

#[test]
fn listed_items_of_built_in_kinds_have_no_types() {
    assert_eq!(
        list(&facts(), "v1", "Namespace", &json!(null)).unwrap()["items"],
        json!([{"metadata": {"name": "shop", "managedFields": [], "annotations": {}}}])
    );
}

#[test]
fn a_kind_without_objects_is_an_empty_list() {
    let list = list(&ClusterFacts::new(), NETWORK, "PodNetworking", &json!(null)).unwrap();
    assert_eq!(list["items"], json!([]));
}

#[test]
fn a_missing_kind_or_object_is_an_error() {
    let gone = facts().without_kind(NETWORK, "PodNetworking");
    let error = list(&gone, NETWORK, "PodNetworking", &json!(null)).unwrap_err();
    assert!(
        error.starts_with(&format!(
            "Callback evaluation failure: error finding resource {NETWORK} / PodNetworking: ApiError: 404 page not found"
        )),
        "{error}"
    );
    assert_eq!(
        list(&facts(), "v1", "Wrong", &json!(null)).unwrap_err(),
        "Callback evaluation failure: Cannot find resource v1/Wrong"
    );
    assert_eq!(
        get(&facts(), "Pod", "p", Some("shop")).unwrap_err(),
        "Callback evaluation failure: Cannot find v1/Pod named 'p' inside of namespace 'Some(\"shop\")'"
    );
    assert_eq!(
        get(&facts(), "Pod", "p", None).unwrap_err(),
        "Callback evaluation failure: Resource v1/Pod is namespaced, but no namespace was provided"
    );
}

#[test]
fn a_resource_is_as_the_api_server_has_it() {
    let object = get(&facts(), "PodNetworking", "one", None).unwrap();
    assert_eq!(object["kind"], "PodNetworking");
    assert_eq!(object["metadata"]["managedFields"], json!([{"manager": "kubectl"}]));
    assert_eq!(object["metadata"].get("labels"), None);
    assert_eq!(object["metadata"].get("unknown"), None);
    assert_eq!(object["spec"], podnetworking("one")["spec"]);
}

#[test]
fn a_list_by_namespace_has_only_objects_of_the_namespace() {
    let pod = |name: &str, within: &str| json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": within}});
    let facts = ClusterFacts::from_objects([pod("a", "x"), pod("a", "y"), pod("b", "y")]).unwrap();
    let ask = |kind: &str| {
        let request = json!({"api_version": "v1", "kind": kind, "namespace": "y"});
        ask(&facts, "list_resources_by_namespace", &request)
    };
    assert_eq!(ask("Pod").unwrap()["items"].as_array().unwrap().len(), 2);
    assert!(ask("Namespace").unwrap_err().contains("is cluster wide"));
}

#[test]
fn an_object_without_a_namespace_is_in_the_default_namespace() {
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}});
    let facts = ClusterFacts::from_objects([pod]).unwrap();
    let pod = get(&facts, "Pod", "p", Some("default")).unwrap();
    assert_eq!(pod["metadata"]["namespace"], "default");
}

#[test]
fn a_missing_permission_is_an_error_of_the_api_server() {
    assert_eq!(may(&facts(), "list", "podnetworkings"), json!(true));
    let facts = facts().forbidding("get", "namespaces").forbidding("list", "*");
    assert_eq!(may(&facts, "list", "podnetworkings"), json!(false));
    assert_eq!(may(&facts, "get", "podnetworkings"), json!(true));
    assert_eq!(may(&facts, "get", "namespaces"), json!(false));
    let error = get(&facts, "Namespace", "shop", None).unwrap_err();
    assert!(
        error.starts_with(
            "Callback evaluation failure: ApiError: namespaces \"shop\" is forbidden: User \
             \"system:serviceaccount:kubewarden:policy-server\" cannot get resource \"namespaces\" in API group \"\" at the \
             cluster scope: Forbidden (Status { status: Some(Failure), code: 403, "
        ),
        "{error}"
    );
    assert!(list(&facts, NETWORK, "PodNetworking", &json!(null)).is_err());
}

#[test]
fn calls_that_kubewarden_does_not_know_are_errors() {
    let host = facts();
    assert_eq!(host.call("other", "kubernetes", "can_i", b""), Err("unknown binding: other".into()));
    assert_eq!(host.call("kubewarden", "other", "can_i", b""), Err("unknown namespace: other".into()));
    assert_eq!(host.call("kubewarden", "kubernetes", "other", b""), Err("unknown operation: other".into()));
    assert!(host.call("kubewarden", "kubernetes", "get_resource", b"{}").unwrap_err().contains("missing field"));
    assert!(NoCalls.call("kubewarden", "kubernetes", "can_i", b"").is_err());
}

#[test]
fn all_forms_of_lists_are_read() {
    let text = |value: Value| ClusterFacts::from_json(&value.to_string());
    let bare = json!({"metadata": {"name": "shop"}});
    for value in [
        namespace("shop"),
        json!([namespace("shop")]),
        json!({"apiVersion": "v1", "kind": "List", "items": [namespace("shop")]}),
        json!({"apiVersion": "v1", "kind": "NamespaceList", "items": [bare]}),
    ] {
        assert!(get(&text(value).unwrap(), "Namespace", "shop", None).is_ok());
    }
    for context in [
        json!({"namespaces": [bare]}),
        json!({"namespaces": {"items": [bare]}, "podNetworkings": {"kind": "List", "items": []}}),
    ] {
        assert!(get(&ClusterFacts::from_context(&context).unwrap(), "Namespace", "shop", None).is_ok());
    }
    for (value, fault) in [
        (json!(1), "expected an object, found `1`"),
        (json!({"kind": "Namespace"}), "an object has no `apiVersion` or no `kind`: `{\"kind\":\"Namespace\"}`"),
        (json!({"apiVersion": "v1", "kind": "Namespace"}), "a `Namespace` has no `metadata.name`"),
        (json!([namespace("a"), namespace("a")]), "duplicate object: `Namespace` `a`"),
    ] {
        assert_eq!(text(value).unwrap_err().to_string(), fault);
    }
    assert!(ClusterFacts::from_context(&json!({"namespaces": 1})).is_err());
}

#[test]
fn a_shuffled_list_has_the_same_items_in_another_order() {
    let names = |list: &Value| -> Vec<String> {
        list["items"].as_array().unwrap().iter().map(|item| item["metadata"]["name"].to_string()).collect()
    };
    let facts = ClusterFacts::from_objects((0..20).map(|n| namespace(&format!("n{n:02}")))).unwrap();
    let sorted = names(&list(&facts, "v1", "Namespace", &json!(null)).unwrap());
    let facts = facts.shuffled(7);
    let first = names(&list(&facts, "v1", "Namespace", &json!(null)).unwrap());
    let second = names(&list(&facts, "v1", "Namespace", &json!(null)).unwrap());
    assert_ne!(first, second);
    let mut again = first;
    again.sort();
    assert_eq!(again, sorted);
}

#[test]
fn only_the_chosen_calls_fail() {
    let host = Failing::new(facts())
        .on_kind("list_resources_all", "PodNetworking", Fault::Error("boom".into()))
        .on("get_resource", Fault::NotGranted);
    assert_eq!(list(&host, NETWORK, "PodNetworking", &json!(null)).unwrap_err(), "boom");
    assert!(list(&host, "v1", "Namespace", &json!(null)).is_ok());
    assert_eq!(
        get(&host, "Namespace", "shop", None).unwrap_err(),
        "Policy has not been granted access to Kubernetes v1/Namespace resources. The violation has been reported."
    );
    assert_eq!((host.calls(), host.calls_of("get_resource")), (3, 1));
    assert_eq!(host.calls_about("list_resources_all", "Namespace"), 1);
}

#[test]
fn every_fault_gives_its_answer() {
    let raw = |fault: Fault| {
        let payload = json!({"api_version": "v1", "kind": "Namespace"}).to_string();
        let host = Failing::new(facts()).on("list_resources_all", fault);
        host.call("kubewarden", "kubernetes", "list_resources_all", payload.as_bytes())
    };
    assert_eq!(raw(Fault::Empty).unwrap(), b"");
    assert_eq!(raw(Fault::Null).unwrap(), b"null");
    assert_eq!(raw(Fault::Answer(b"x".to_vec())).unwrap(), b"x");
    for fault in [Fault::Truncated, Fault::Garbage] {
        assert!(serde_json::from_slice::<Value>(&raw(fault).unwrap()).is_err());
    }
    let other: Value = serde_json::from_slice(&raw(Fault::OtherKind).unwrap()).unwrap();
    assert_eq!(other["kind"], "ConfigMapList");
    for fault in [Fault::Forbidden, Fault::NoSuchKind, Fault::Unreachable, Fault::CapabilityDenied] {
        assert!(raw(fault).is_err());
    }
}

fn may_fail(host: &impl HostCalls) {
    let review = json!({"user": "u", "resource_attributes": {"verb": "v", "resource": "r"}});
    let request = json!({"subject_access_review": review, "disable_cache": false});
    ask(host, "can_i", &request).unwrap_err();
}

#[test]
fn a_session_is_what_kwctl_writes() {
    let host = Failing::new(facts()).on("list_resources_all", Fault::Answer(b"{\"items\":[]}".to_vec())).on_kind(
        "get_resource",
        "Pod",
        Fault::NotGranted,
    );
    let recorder = Recorder::new(host);
    list(&recorder, "v1", "Namespace", &json!(["spec.a", "status"])).unwrap();
    get(&recorder, "Namespace", "gone", None).unwrap_err();
    may(&recorder, "list", "podnetworkings");
    // Denied before Kubewarden's callback handler, so kwctl does not record it.
    get(&recorder, "Pod", "p", Some("shop")).unwrap_err();
    recorder.call("kubewarden", "other", "x", b"").unwrap_err();

    assert_eq!(recorder.exchanges().len(), 5);
    let session = recorder.session().unwrap();
    assert_eq!(session.len(), 3);
    let yaml = session.to_yaml().unwrap();
    assert_eq!(
        yaml,
        r#"- type: Exchange
  request: |
    !KubernetesListResourceAll
    api_version: v1
    kind: Namespace
    label_selector: null
    field_selector: null
    field_masks:
    - spec.a
    - status
  response:
    type: Success
    payload: '{"items":[]}'
- type: Exchange
  request: |
    !KubernetesGetResource
    api_version: v1
    kind: Namespace
    name: gone
    namespace: null
    disable_cache: false
    field_masks: null
  response:
    type: Error
    message: Cannot find v1/Namespace named 'gone' inside of namespace 'None'
- type: Exchange
  request: |
    !KubernetesCanI
    request:
      groups: null
      resource_attributes:
        group: null
        name: null
        namespace: null
        resource: podnetworkings
        subresource: null
        verb: list
        version: null
      user: u
    disable_cache: false
  response:
    type: Success
    payload: '{"allowed":true,"reason":"RBAC: allowed for `u`"}'
"#
    );
    assert_eq!(serde_yaml::from_str::<podnetworking_embedded_host::Session>(&yaml).unwrap(), session);
    recorder.clear();
    let error = "Callback evaluation failure: outermost\n\nCaused by:\n    inner";
    let causes = Recorder::new(Failing::new(NoCalls).on("can_i", Fault::Error(error.into())));
    may_fail(&causes);
    assert!(causes.session().unwrap().to_yaml().unwrap().ends_with("message: outermost\n"));
    assert!(recorder.session().unwrap().is_empty());

    let other = Recorder::new(NoCalls);
    other.call("kubewarden", "oci", "v1/verify", b"").unwrap_err();
    assert!(other.session().is_err());
}
