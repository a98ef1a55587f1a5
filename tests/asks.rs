//! What a decision asks of its host: what it depends on, when it depends on it, and once; and which answers it takes.

#![allow(clippy::indexing_slicing, clippy::unwrap_used, reason = "a test may fail loudly")]

use std::borrow::Cow;
use std::cell::RefCell;

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::cache::Facts;
use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::facts::search::namespaces::Wanted;
use podnetworking_policy::facts::search::query::Search;
use serde_json::{Value, json};

/// A host that writes down what it is asked for.
struct Host<'h> {
    podnetworkings: &'h Value,
    asked: &'h RefCell<Vec<String>>,
}

impl Host<'_> {
    fn note(&self, what: impl Into<String>) {
        self.asked.borrow_mut().push(what.into());
    }
}

impl Cluster for Host<'_> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        self.note("PodNetworkings");
        Ok(self.podnetworkings.to_string().into())
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        self.note(format!("namespace {name}"));
        Ok(Some(json!({"metadata": {"name": name, "labels": {"team": "a"}}}).to_string().into()))
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        self.note("namespaces");
        Ok(json!([{"metadata": {"name": "shop", "labels": {"team": "a"}}}, {"metadata": {"name": "bank"}}])
            .to_string()
            .into())
    }
}

fn podnetworking(name: &str, selector: &Value) -> Value {
    json!({
        "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking", "metadata": {"name": name},
        "spec": {
            "allocationType": {"type": "Elastic"}, "selector": selector, "securityGroupIDs": ["sg-1"],
            "vSwitchOptions": ["vsw-1"],
        },
        "status": {"status": "Ready", "vSwitches": [{"id": "vsw-1", "zone": "h"}]},
    })
}

/// What is asked for when `object` is created.
fn asked(settings: &Value, podnetworkings: &Value, object: &Value) -> Vec<String> {
    asked_on(&json!({"operation": "CREATE", "object": object}), settings, podnetworkings)
}

fn asked_on(request: &Value, settings: &Value, podnetworkings: &Value) -> Vec<String> {
    let object = &request["object"];
    let mut request = request.clone();
    let version = object["apiVersion"].as_str().unwrap_or("v1");
    let (group, version) = version.split_once('/').unwrap_or(("", version));
    request["kind"] = json!({"group": group, "version": version, "kind": object["kind"]});
    request["namespace"] = object["metadata"]["namespace"].clone();
    let payload = json!({"settings": settings, "request": request}).to_string();
    let asked = RefCell::default();
    let decision = decide_payload(payload.as_bytes(), |_| Host { podnetworkings, asked: &asked });
    assert!(decision.findings.iter().all(|finding| finding.rule != "facts-unavailable"), "{}", decision.to_json());
    asked.into_inner()
}

fn pod(labels: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "shop", "labels": labels}, "spec": {"containers": []}})
}

#[test]
fn a_pod_needs_the_podnetworkings_and_its_namespace_where_a_selector_depends_on_it() {
    let by_labels = podnetworking("a", &json!({"podSelector": {"matchLabels": {"app": "web"}}}));
    let by_team = podnetworking("b", &json!({"namespaceSelector": {"matchLabels": {"team": "a"}}}));
    let by_both = podnetworking(
        "c",
        &json!({"podSelector": {"matchLabels": {"app": "db"}}, "namespaceSelector": {"matchLabels": {"team": "b"}}}),
    );
    let by_name =
        podnetworking("d", &json!({"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "shop"}}}));
    let (web, db) = (pod(&json!({"app": "web"})), pod(&json!({"app": "db"})));
    let (podnetworkings, both) = (vec!["PodNetworkings"], vec!["PodNetworkings", "namespace shop"]);
    let (serverless, ack) = (json!({}), json!({"platform": "ack"}));
    for (settings, stored, object, expected) in [
        (&serverless, json!([]), &web, &podnetworkings),
        (&serverless, json!([by_labels]), &web, &podnetworkings),
        (&serverless, json!([by_name]), &web, &podnetworkings),
        (&serverless, json!([by_team]), &web, &both),
        (&serverless, json!([by_both]), &web, &podnetworkings),
        (&serverless, json!([by_both, by_team]), &db, &both),
        // There a label of the namespace can switch the selection off.
        (&ack, json!([by_labels]), &db, &podnetworkings),
        (&ack, json!([by_labels]), &web, &both),
    ] {
        assert_eq!(asked(settings, &stored, object), *expected, "{settings} {stored}");
    }
}

#[test]
fn a_podnetworking_needs_the_others_and_the_namespaces_where_an_overlap_depends_on_them() {
    let by_labels = json!({"podSelector": {"matchLabels": {"app": "web"}}});
    let by_team = json!({"namespaceSelector": {"matchLabels": {"team": "a"}}});
    let off = json!({"rules": {"overlap": "off", "latent-overlap": "off"}});
    let (nothing, podnetworkings, both) = (vec![], vec!["PodNetworkings"], vec!["PodNetworkings", "namespaces"]);
    for (settings, own, other, expected) in [
        (&json!({}), &by_labels, &by_labels, &podnetworkings),
        (&json!({}), &by_labels, &json!({"podSelector": {"matchLabels": {"app": "db"}}}), &podnetworkings),
        (&json!({}), &by_labels, &by_team, &both),
        (&json!({}), &json!({}), &by_labels, &nothing),
        // Rules that do not report need nothing, and what is stored is mentioned only where it was read.
        (&off, &by_labels, &by_labels, &nothing),
    ] {
        let stored = json!([podnetworking("other", other)]);
        assert_eq!(asked(settings, &stored, &podnetworking("own", own)), *expected, "{settings} {own}");
    }
}

#[test]
fn a_namespace_needs_the_podnetworkings_where_labels_change() {
    let stored = json!([podnetworking("a", &json!({"namespaceSelector": {"matchLabels": {"team": "a"}}}))]);
    let namespace = |labels: Value| json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": labels}});
    let update = |labels: Value, old: Value| {
        let request = json!({"operation": "UPDATE", "object": namespace(labels), "oldObject": namespace(old)});
        asked_on(&request, &json!({}), &stored)
    };
    assert_eq!(asked(&json!({}), &stored, &namespace(json!({}))), ["PodNetworkings"]);
    assert_eq!(update(json!({"team": "a"}), json!({})), ["PodNetworkings"]);
    assert_eq!(update(json!({"team": "a"}), json!({"team": "a"})), [""; 0]);
    assert_eq!(asked(&json!({"rules": {"ambiguous-namespace": "off"}}), &stored, &namespace(json!({}))), [""; 0]);
}

#[test]
fn nothing_is_asked_for_where_nothing_is_judged() {
    let stored = json!([podnetworking("a", &json!({"namespaceSelector": {"matchLabels": {"team": "a"}}}))]);
    let web = pod(&json!({"app": "web"}));
    let config = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "namespace": "shop"}});
    let deleted = {
        let mut pod = web.clone();
        pod["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
        pod
    };
    for (settings, request) in [
        (json!({}), json!({"operation": "CREATE", "object": config})),
        (json!({}), json!({"operation": "CREATE", "object": deleted})),
        (json!({}), json!({"operation": "UPDATE", "object": web, "oldObject": web})),
        (json!({}), json!({"operation": "DELETE", "object": web})),
        (json!({}), json!({"operation": "CREATE", "subResource": "binding", "object": web})),
        (json!({"exemptNamespaces": ["shop"]}), json!({"operation": "CREATE", "object": web})),
    ] {
        assert_eq!(asked_on(&request, &settings, &stored), [""; 0], "{settings} {request}");
    }
}

/// What a program asks that is no decision.
#[test]
fn facts_are_lent_whole() {
    let mut deleting = podnetworking("b", &json!({}));
    deleting["metadata"]["deletionTimestamp"] = json!("2026-01-01T00:00:00Z");
    let podnetworkings = json!([podnetworking("c", &json!({})), deleting, podnetworking("a", &json!({}))]);
    let asked = RefCell::default();
    let host = Host { podnetworkings: &podnetworkings, asked: &asked };
    let facts = Facts::new(&host);
    assert!(!facts.knows_pod_networkings());
    for _ in 0..2 {
        let mut names = Vec::new();
        facts.pod_networkings(Search::All, &mut |one| names.push(one.name().to_owned())).unwrap();
        assert_eq!(names, ["c", "b", "a"]);
        let namespaces = facts.namespaces(Wanted::all()).unwrap();
        assert_eq!(namespaces.iter().map(|one| one.name.as_ref()).collect::<Vec<_>>(), ["bank", "shop"]);
        assert_eq!(facts.namespace("shop").unwrap().unwrap().labels.get("team"), Some("a"));
    }
    assert!(facts.knows_pod_networkings());
    assert_eq!(*asked.borrow(), ["PodNetworkings", "namespaces", "namespace shop"]);
}

/// A host that answers everything with one text.
struct Says(&'static str);

impl Cluster for Says {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(self.0.into())
    }

    fn namespace(&self, _: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        Ok(Some(self.0.into()))
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(self.0.into())
    }
}

#[test]
fn an_answer_that_is_no_list_of_what_was_asked_for_is_not_taken() {
    let nameless = Err("an object in the data has no `metadata.name`");
    let of_kind = "the data has an object of kind";
    let podnetworking = ", but must have only `PodNetworking` objects of group `network.alibabacloud.com`";
    let both_or = |own: &str| format!("{of_kind} {own}{podnetworking}");
    let (core, apps) = (both_or("`PodNetworking` and apiVersion `v1`"), both_or("`` and apiVersion `apps/v1`"));
    let longer = both_or("`` and apiVersion `network.alibabacloud.com.example/v1`");
    for (answer, expected) in [
        ("[]", Ok(0)),
        ("null", Err("the data must be a list of `PodNetworking` objects, but is null")),
        ("", Err("the data is empty or cut off: the text ends too early at line 1 column 1")),
        ("[", Err("the data is empty or cut off: the text ends too early at line 1 column 2")),
        ("[}", Err("the data is not valid JSON: expected a value at line 1 column 2")),
        ("[7]", Err("an item of the data must be an object, but is a number")),
        (r#"{"items":7}"#, Err("`items` of the data must be a list, but is a number")),
        (r#"{"items":null}"#, Ok(0)),
        (r#"{"kind":"List","kind":"List","items":[]}"#, Err("`kind` is set twice in the data")),
        (r#"{"apiVersion":"v1","apiVersion":"v1","items":[]}"#, Err("`apiVersion` is set twice in the data")),
        (
            r#"{"metadata":{"continue":"x","continue":""},"items":[]}"#,
            Err("`metadata.continue` is set twice in the data"),
        ),
        (r#"{"metadata":{"continue":""},"items":[]}"#, Ok(0)),
        (r#"[{"metadata":{"name":"a"}}]"#, Ok(1)),
        (r#"[{"m\u0065tadata":{"n\u0061me":"a"}},{"m\u0065tadata":{"n\u0061me":"b"}}]"#, Ok(2)),
        (r#"[{"metadata":{"name":""}}]"#, nameless),
        (r#"[{"metadata":{}}]"#, nameless),
        (r#"[{"kind":"PodNetworking","metadata":{"name":"a"}}]"#, Ok(1)),
        (r#"[{"kind":"Pod\u004eetworking","metadata":{"name":"a"}}]"#, Ok(1)),
        (r#"[{"apiVersion":"network.alibabacloud.com/v1","metadata":{"name":"a"}}]"#, Ok(1)),
        (r#"[{"apiVersion":"v1","kind":"PodNetworking","metadata":{"name":"a"}}]"#, Err(core.as_str())),
        (r#"[{"apiVersion":"apps/v1","metadata":{"name":"a"}}]"#, Err(apps.as_str())),
        (r#"[{"apiVersion":"network.alibabacloud.com.example/v1","metadata":{"name":"a"}}]"#, Err(longer.as_str())),
    ] {
        let mut found = 0;
        let walked = Facts::new(&Says(answer)).pod_networkings(Search::All, &mut |_| found += 1);
        assert_eq!(
            walked.map(|()| found).map_err(|missing| missing.reason).as_ref().map_err(String::as_str),
            expected.as_ref().map_err(|e| *e),
            "{answer}"
        );
    }
}

#[test]
fn an_answer_that_is_not_the_namespace_is_not_taken() {
    let of_kind = |own: &str| {
        format!("the data has an object of kind {own}, but must have only `Namespace` objects of the core group")
    };
    let (apps, without) = (of_kind("`Namespace` and apiVersion `apps/v1`"), of_kind("`` and apiVersion `apps/v1`"));
    for (answer, expected) in [
        (r#"{"metadata":{"name":"shop","labels":{"a":"b"}}}"#, None),
        (r#"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop"}}"#, None),
        (r#"{"apiVersion":"v\u0031","metadata":{"name":"shop"}}"#, None),
        ("7", Some("the data must be an object, but is a number")),
        ("{", Some("the data is empty or cut off: the text ends too early at line 1 column 2")),
        (r#"{"metadata":{"name":"bank"}}"#, Some("the data for namespace `shop` is namespace `bank`")),
        (r#"{"apiVersion":"apps/v1","kind":"Namespace","metadata":{"name":"shop"}}"#, Some(apps.as_str())),
        (r#"{"apiVersion":"apps/v1","metadata":{"name":"shop"}}"#, Some(without.as_str())),
        (r#"{"apiVersion":"apps\/v1","metadata":{"name":"shop"}}"#, Some(without.as_str())),
        (r#"{"metadata":7}"#, Some("an object in the data has no `metadata.name`")),
        (
            r#"{"metadata":{"name":"shop","labels":{"a":7}}}"#,
            Some("in the data, `metadata.labels[a]` must be a string, but is a number (`7`)"),
        ),
        (
            r#"{"metadata":{"name":"shop","labels":{},"labels":{}}}"#,
            Some("in the data, `metadata.labels` is set twice"),
        ),
    ] {
        let said = Says(answer);
        let facts = Facts::new(&said);
        let reason = facts.namespace("shop").err().map(|missing| missing.reason);
        assert_eq!(reason.as_deref(), expected, "{answer}");
    }
}

#[test]
fn a_host_that_lends_nothing_says_so() {
    let reason = |list: &str| format!("this host has no cluster, and the payload has no `context.{list}`");
    assert_eq!(NoHost.pod_networkings().unwrap_err().to_string(), reason("podNetworkings"));
    assert_eq!(NoHost.namespace("shop").unwrap_err().to_string(), reason("namespaces"));
    assert_eq!(NoHost.namespaces().unwrap_err().to_string(), reason("namespaces"));
}
