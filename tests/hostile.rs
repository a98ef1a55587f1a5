//! Hostile input: it is answered, whatever it is, and nothing in it can forge a line of the answer. How long that takes
//! is measured by the example `growth` of the embedded host, for docs/hardening.md.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    reason = "a test may fail loudly"
)]

use std::collections::BTreeMap;

use podnetworking_policy::answer::finding::page;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::mutations::zone_affinity::MAX_CONSTRAINT_BYTES;
use podnetworking_policy::selection::overlap::DETAIL_BUDGET;
use podnetworking_policy::settings::severity::Severity;
use podnetworking_policy::text::overflow::MAX_LISTED;
use podnetworking_policy::{Decision, decide_payload};
use serde_json::value::RawValue;
use serde_json::{Value, json};

#[allow(dead_code, reason = "the example `growth` reads what is not read here")]
#[path = "shapes/mod.rs"]
mod shapes;

fn decide(payload: &str) -> Decision {
    let decision = decide_payload(payload.as_bytes(), |_| NoHost);
    check_answer(&decision);
    decision
}

/// The answer is JSON, with lines for the denying findings, each beginning with its rule; nothing hidden in it.
#[track_caller]
fn check_answer(decision: &Decision) {
    // The mutated object may be deeper, and have greater numbers, than `Value` holds.
    let _: &RawValue = serde_json::from_str(&decision.to_json()).unwrap();
    let text = decision.to_validation_response();
    let raw: BTreeMap<String, &RawValue> = serde_json::from_str(&text).unwrap();
    let answer: BTreeMap<&str, Value> = ["accepted", "message", "warnings"]
        .into_iter()
        .map(|key| (key, raw.get(key).map_or(Value::Null, |value| serde_json::from_str(value.get()).unwrap())))
        .collect();
    let denying: Vec<_> = decision.findings.iter().filter(|finding| finding.severity == Severity::Deny).collect();
    assert_eq!(answer["accepted"], denying.is_empty());
    let mut lines: Vec<&str> = answer["message"].as_str().map(|text| text.split('\n').collect()).unwrap_or_default();
    // The last line is the address of the documentation.
    let docs = lines.pop().map(|docs| docs.strip_prefix("docs: ").unwrap_or(""));
    assert_eq!(docs, denying.first().map(|first| page(first.rule)).as_deref());
    // At most ten lines for each rule, and one that counts the others; all problems of the settings.
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in &denying {
        *rules.entry(finding.rule).or_default() += 1;
    }
    assert_eq!(
        lines.len(),
        rules
            .iter()
            .map(|(rule, count)| if *rule == "settings-invalid" { *count } else { (*count).min(11) })
            .sum::<usize>(),
        "{lines:#?}"
    );
    for line in lines {
        assert!(rules.keys().any(|rule| line.starts_with(&format!("[{rule}] "))), "{line}");
        check_text(line);
    }
    let mut bytes = 0;
    for warning in answer["warnings"].as_array().into_iter().flatten() {
        let text = warning.as_str().unwrap();
        bytes += text.len();
        assert!(text.len() <= 1024 && bytes <= 4096, "{text}");
        check_text(text);
    }
}

#[track_caller]
fn check_text(text: &str) {
    let hidden =
        |c: char| c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{feff}');
    assert!(!text.contains(hidden), "{text:?}");
}

fn payload(kind: &str, object: &Value, settings: &Value, podnetworkings: &Value) -> String {
    let group = if kind == "PodNetworking" { "network.alibabacloud.com" } else { "" };
    json!({
        "settings": settings,
        "request": {
            "kind": {"group": group, "version": "v1", "kind": kind}, "operation": "CREATE", "namespace": "default",
            "object": object,
        },
        "context": {"podNetworkings": podnetworkings, "namespaces": [{"metadata": {"name": "default"}}]},
    })
    .to_string()
}

#[test]
fn every_shape_is_answered() {
    for shape in shapes::shapes() {
        let decision = decide(&(shape.make)(shape.most / 50 + 1));
        // What is counted is still said.
        assert!(decision.findings.len() <= 4 * (MAX_LISTED + 1), "{}: {}", shape.name, decision.findings.len());
    }
}

#[test]
fn very_many_findings_are_counted() {
    let ids: Vec<String> = (0..MAX_LISTED + 234).map(|i| format!("bad_{i}")).collect();
    let object = json!({
        "metadata": {"name": "a"},
        "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}, "securityGroupIDs": ["sg-1"], "vSwitchOptions": ids},
    });
    let decision = decide(&payload("PodNetworking", &object, &json!({}), &json!([])));
    let of_rule: Vec<_> = decision.findings.iter().filter(|finding| finding.rule == "vswitches").collect();
    assert_eq!(of_rule.len(), MAX_LISTED + 1);
    let counting = of_rule.iter().find(|finding| finding.problem.message.contains(" more finding")).unwrap();
    assert_eq!(counting.severity, Severity::Deny);
    assert!(
        counting.problem.message.starts_with("234 more findings of this rule, the first at "),
        "{}",
        counting.problem.message
    );
}

/// An update may keep what is only counted, and leave some of it out, but bring nothing new.
#[test]
fn what_is_only_counted_ratchets() {
    let object = |ids: Vec<String>| {
        json!({
            "metadata": {"name": "a"},
            "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}, "securityGroupIDs": ["sg-1"], "vSwitchOptions": ids},
        })
    };
    let ids = |range: std::ops::Range<usize>| range.map(|i| format!("bad_{i}")).collect::<Vec<_>>();
    let update = |new: Vec<String>, old: Vec<String>| {
        let mut value: Value =
            serde_json::from_str(&payload("PodNetworking", &object(new), &json!({}), &json!([]))).unwrap();
        value["request"]["operation"] = json!("UPDATE");
        value["request"]["oldObject"] = object(old);
        decide(&value.to_string()).is_allowed()
    };
    let most = 2 * MAX_LISTED;
    assert!(update(ids(0..most), ids(0..most)));
    assert!(update(ids(0..most).into_iter().rev().collect(), ids(0..most)));
    assert!(update(ids(500..most - 100), ids(0..most)));
    assert!(!update(ids(1..most + 1), ids(0..most)));
    // What is told, too, must be old beside what is counted.
    assert!(!update(ids(1..most + 1).into_iter().rev().collect(), ids(0..most)));
    assert!(!update(ids(0..MAX_LISTED + 1), ids(0..MAX_LISTED)));
}

#[test]
fn of_half_a_million_pairs_a_thousand_are_told() {
    let podnetworkings: Vec<Value> = (0..1000)
        .map(|i| json!({"metadata": {"name": format!("pn-{i}")}, "spec": {"selector": {"namespaceSelector": {}}}}))
        .collect();
    let object = json!({"metadata": {"name": "shop"}});
    let decision = decide(&payload("Namespace", &object, &json!({}), &json!(podnetworkings)));
    assert_eq!(decision.findings.len(), MAX_LISTED + 1);
    let text = decision.to_json();
    assert!(text.contains(&format!("{} more findings", 1000 * 999 / 2 - MAX_LISTED)));
}

#[test]
fn deep_nesting_is_walked_without_recursion() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
        for template in [
            r#"{"metadata":{"name":"p","labels":DEEP},"spec":{"containers":[]}}"#,
            r#"{"metadata":{"name":"p"},"spec":{"containers":[],"x":DEEP}}"#,
            r#"{"metadata":{"name":"p"},"spec":{"affinity":DEEP}}"#,
            "DEEP",
        ] {
            let object = template.replace("DEEP", &deep);
            for kind in ["Pod", "PodNetworking", "Namespace", "Deployment"] {
                decide(&shapes::builders::payload(kind, "default", &object, None, "{}", "", ""));
            }
        }
        decide(&format!(r#"{{"settings":{deep},"request":{{}}}}"#));
        decide(&format!(r#"{{"request":{{"object":{deep}}}}}"#));
        decide(&format!(r#"{{"context":{{"podNetworkings":{deep}}},"request":{{}}}}"#));
        decide(&deep);
        assert!(podnetworking_policy::parse_settings(Some(&deep)).is_err());
    }
}

/// Text that would be a line, a rule or nothing to see if it came through.
const FORGED: [&str; 8] = [
    "\n[overlap] forged",
    "\r\n[x] y",
    "a`; b",
    "\u{1b}[2Kgone",
    "\u{202e}desrever",
    "\u{2028}next",
    "zero\u{200b}width",
    "\u{0}\u{7f}\u{85}",
];

#[test]
fn nothing_forges_a_line() {
    let all_deny: Value = podnetworking_policy::rules::all()
        .map(|rule| (rule.id.to_owned(), json!("deny")))
        .collect::<serde_json::Map<_, _>>()
        .into();
    for text in FORGED {
        for platform in ["ack", "acs", "ack-serverless"] {
            let inventory = json!({"vSwitches": {text: {"zone": text, "vpc": text}, "vsw-1": {"vpc": "v", "zone": "h"}}, "securityGroups": {text: {"vpc": text, "type": "basic"}}});
            let settings = json!({"platform": platform, "rules": all_deny, "inventory": inventory});
            let stored = json!([
                {"metadata": {"name": text}, "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}, "vSwitchOptions": [text]}, "status": {"status": text, "vSwitches": [{"id": text, "zone": text}]}},
                {"metadata": {"name": format!("{text}2")}, "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {}}}},
                {"metadata": {"name": "broken"}, "spec": {"selector": {"podSelector": {"matchLabels": {text: text}}}}},
                {"metadata": {"name": "fixed"}, "spec": {"allocationType": {"type": "Fixed"}, "selector": {"podSelector": {"matchLabels": {"fixed": "b"}}}}},
            ]);
            let selector = json!({"podSelector": {"matchLabels": {"a": "b"}}});
            let podnetworking = |spec: Value| json!({"metadata": {"name": text}, "spec": spec, "status": {"status": text, "vSwitches": [{"id": text, "zone": "other"}]}});
            let objects = [
                (
                    "PodNetworking",
                    podnetworking(
                        json!({"selector": selector, "securityGroupIDs": [text, text], "vSwitchOptions": [text, "vsw-1"], text: 1, "allocationType": {"type": text}}),
                    ),
                ),
                (
                    "PodNetworking",
                    podnetworking(
                        json!({"selector": selector, "allocationType": {"type": "Fixed", "releaseStrategy": text, "releaseAfter": text, text: 1}, "eniOptions": {"eniType": text}, "vSwitchSelectOptions": {"vSwitchSelectionPolicy": text}}),
                    ),
                ),
                (
                    "PodNetworking",
                    podnetworking(
                        json!({"selector": {"podSelector": {"matchLabels": {text: text}, "matchExpressions": [{"key": text, "operator": text, "values": [text]}, {"key": "a", "operator": "Exists", "values": [text]}]}}}),
                    ),
                ),
                (
                    "PodNetworking",
                    podnetworking(json!({"selector": text, "securityGroupIDs": text, "vSwitchOptions": [1, text]})),
                ),
                (
                    "Pod",
                    json!({"metadata": {"name": text, "labels": {"a": "b", text: text}, "annotations": {"k8s.aliyun.com/pod-networking": text, "k8s.aliyun.com/eci-vswitch": text}}, "spec": {"containers": []}}),
                ),
                (
                    "Pod",
                    json!({"metadata": {"name": text, "labels": {"a": "b", text: 1}, "annotations": {text: 1}}, "spec": {"nodeSelector": {"topology.kubernetes.io/zone": text}}}),
                ),
                (
                    "Pod",
                    json!({"metadata": {"name": text, "labels": {"fixed": "b"}, "ownerReferences": [{"kind": text}]}, "spec": {"nodeName": 1, "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": [{"matchExpressions": [{"key": text, "operator": text, "values": [text]}]}]}}}}}),
                ),
                (
                    "Pod",
                    json!({"metadata": {"name": text, "annotations": {"k8s.aliyun.com/pod-networks-request": format!(r#"[{{"network":{0},"interfaceName":{0},"routes":[{{"dst":{0}}}]}},{{"network":1}}]"#, json!(text))}}, "spec": {}}),
                ),
                (
                    "Pod",
                    json!({"metadata": {"name": text, "annotations": {"k8s.aliyun.com/pod-networks-request": text}}, "spec": {"hostNetwork": text}}),
                ),
                (
                    "Deployment",
                    json!({"metadata": {"name": text}, "spec": {"replicas": 100, "selector": {"matchLabels": {text: text, "k": "v"}}, "template": {"metadata": {"labels": {"a": "b", "k": text}}, "spec": {"containers": []}}}}),
                ),
                ("Namespace", json!({"metadata": {"name": text, "labels": {"a": text, text: text}}})),
                (
                    text,
                    json!({"metadata": {"name": text}, "spec": {"template": {"metadata": {"labels": {"a": 1}}, "spec": {"containers": []}}}}),
                ),
            ];
            for (kind, object) in &objects {
                for namespace in ["default", text] {
                    let text = payload(kind, object, &settings, &stored).replacen(
                        r#""namespace":"default""#,
                        &format!(r#""namespace":{}"#, json!(namespace)),
                        1,
                    );
                    let decision = decide(&text);
                    for stored in
                        [json!([{"metadata": {"name": ""}}]), json!({"kind": namespace, "items": []}), json!(namespace)]
                    {
                        decide(&payload(kind, object, &settings, &stored));
                    }
                    // The same as an update of something else.
                    let mut update: Value = serde_json::from_str(&text).unwrap();
                    update["request"]["operation"] = json!("UPDATE");
                    update["request"]["oldObject"] = json!({"metadata": {"name": "x", "annotations": {"k8s.aliyun.com/pod-networking": namespace, "k8s.aliyun.com/pod-eni": namespace}}});
                    decide(&update.to_string());
                    drop(decision);
                }
            }
            // The request and the settings themselves.
            for broken in [
                json!({"request": {"kind": text, "operation": text}}),
                json!({"request": {"kind": {"kind": text}, "operation": text}}),
                json!({"settings": {text: text, "rules": {text: text}, "platform": text, "exemptNamespaces": text, "inventory": {"vSwitches": {text: {text: text, "availableIPs": text}}}}, "request": {}}),
                json!(text),
            ] {
                decide(&broken.to_string());
            }
        }
    }
}

#[test]
fn duplicate_keys_are_refused_where_they_are_read() {
    for object in [
        r#"{"metadata":{"name":"p","labels":{"a":"b","a":"c"}},"spec":{"containers":[]}}"#,
        r#"{"metadata":{"name":"p"},"metadata":{"name":"q"},"spec":{"containers":[]}}"#,
        r#"{"metadata":{"name":"p"},"spec":{"hostNetwork":true,"hostNetwork":false}}"#,
        r#"{"metadata":{"name":"p"},"spec":{"nodeSelector":{"a":"b"},"nodeSelector":null}}"#,
        r#"{"metadata":{"name":"p","labels":{"a":"b","\u0061":"c"}},"spec":{"containers":[]}}"#,
    ] {
        let decision = decide(&shapes::builders::payload("Pod", "default", object, None, "{}", "", ""));
        assert!(!decision.is_allowed(), "{object}");
    }
    for payload in [
        r#"{"request":{"kind":{"kind":"Pod"},"operation":"DELETE","operation":"CREATE","object":{}}}"#,
        r#"{"request":{"kind":{"kind":"X"},"operation":"CREATE"},"request":{"kind":{"kind":"Pod"},"operation":"CREATE"}}"#,
        r#"{"settings":{"platform":"ack","platform":"acs"},"request":{"kind":{"kind":"X"},"operation":"CREATE"}}"#,
    ] {
        assert!(!decide(payload).is_allowed(), "{payload}");
    }
}

#[test]
fn what_is_no_json_or_no_text_is_refused() {
    for payload in [
        &b""[..],
        b"{",
        b"\xff\xfe",
        b"{\"request\":\"\xff\"}",
        b"\xef\xbb\xbf{}",
        b"null",
        b"[]",
        b"1e999999",
        b"{\"request\":{}} x",
    ] {
        let decision = decide_payload(payload, |_| NoHost);
        check_answer(&decision);
        assert!(!decision.is_allowed(), "{payload:?}");
    }
}

#[test]
fn huge_numbers_stay_as_they_are() {
    let number = "9".repeat(100_000);
    let object = format!(
        r#"{{"metadata":{{"name":"p","labels":{{"app":"a"}},"generation":{number}}},"spec":{{"containers":[],"priority":-{number}.{number}e-{number}}}}}"#
    );
    let stored = shapes::builders::stored("one", r#"{"podSelector":{"matchLabels":{"app":"a"}}}"#);
    let decision = decide(&shapes::builders::payload("Pod", "default", &object, None, "{}", &stored, ""));
    let mutated = decision.mutated_object.unwrap();
    assert!(
        mutated.contains(&format!(r#""generation":{number}"#))
            && mutated.contains(&format!("-{number}.{number}e-{number}"))
    );
}

#[test]
fn a_namespace_cannot_claim_another_name() {
    let by_name = |own: &str, name: &str| json!({"metadata": {"name": own}, "spec": {"selector": {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}}});
    let stored =
        json!([by_name("a", "shop"), {"metadata": {"name": "b"}, "spec": {"selector": {"namespaceSelector": {}}}}]);
    for claimed in ["shop", "other"] {
        let object = json!({"metadata": {"name": "shop", "labels": {"kubernetes.io/metadata.name": claimed}}});
        assert!(!decide(&payload("Namespace", &object, &json!({}), &stored)).is_allowed());
        let object = json!({"metadata": {"name": "bank", "labels": {"kubernetes.io/metadata.name": claimed}}});
        assert!(decide(&payload("Namespace", &object, &json!({}), &stored)).is_allowed());
    }
}

/// What docs/threat-model.md names as shown is there.
#[test]
fn the_threat_model_names_what_is_there() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |path: &str| std::fs::read_to_string(root.join(path)).unwrap();
    let tests: String = [
        "tests/hostile.rs",
        "tests/properties/decisions.rs",
        "tests/properties/selectors.rs",
        "hosts/embedded/tests/faults.rs",
        "tests/chart.rs",
        "tests/deploy.rs",
        "hosts/webhook/src/reservations.rs",
    ]
    .into_iter()
    .map(read)
    .collect();
    let page = read("docs/threat-model.md");
    let mut cases = 0;
    for name in page.split('`').skip(1).step_by(2) {
        let words = |extra: &str| name.chars().all(|c| c.is_ascii_lowercase() || c == '-' || extra.contains(c));
        if words("/") && name.matches('/').count() == 1 && !name.starts_with("tests/") && !name.starts_with("pods/") {
            assert!(root.join(format!("tests/cases/{name}.yaml")).exists(), "{name} is no case");
            cases += 1;
        } else if words("_") && name.matches('_').count() > 2 {
            assert!(tests.contains(&format!("fn {name}(")), "{name} is no test");
        }
    }
    assert!(cases > 20);
}

/// The constraint stands in each term: of very many terms and zones it is not written, and the pod is refused.
#[test]
fn a_constraint_that_no_object_can_hold_is_refused() {
    let zones = |n: usize| (0..n).map(|i| format!("zone-{i:08}")).collect::<Vec<_>>();
    let ids = |n: usize| (0..n).map(|i| format!("vsw-{i}")).collect::<Vec<_>>();
    let pod = |zones: Vec<String>, terms: usize, settings: Value| {
        let ids = ids(zones.len());
        let stored =
            json!([{"metadata": {"name": "wide"}, "spec": {"selector": {"podSelector": {}}, "vSwitchOptions": ids}}]);
        let inventory: serde_json::Map<String, Value> =
            ids.into_iter().zip(zones).map(|(id, zone)| (id, json!({"zone": zone}))).collect();
        let term = json!({"matchExpressions": [{"key": "disk", "operator": "Exists"}]});
        let required = json!({"nodeSelectorTerms": vec![term; terms]});
        let object = json!({"metadata": {"name": "p"}, "spec": {"containers": [], "affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": required}}}});
        let mut settings = settings;
        settings["inventory"] = json!({"vSwitches": inventory});
        decide(&payload("Pod", &object, &settings, &stored))
    };
    let constrained = pod(zones(1000), 90, json!({}));
    let mutated = constrained.mutated_object.unwrap();
    assert_eq!(mutated.matches("zone-00000999").count(), 90);
    assert!(mutated.len() < MAX_CONSTRAINT_BYTES);
    let refused = pod(zones(1000), 110, json!({}));
    assert!(!refused.is_allowed());
    let finding = &refused.findings[0];
    assert_eq!(finding.rule, "zone-conflict");
    assert!(
        finding
            .problem
            .message
            .starts_with("the zone constraint would need 1767040 bytes (1000 zones in up to 110 node selector terms)"),
        "{}",
        finding.problem.message
    );
    // What does not write the constraint has nothing to refuse.
    assert!(pod(zones(1000), 110, json!({"mutations": {"zone-affinity": false}})).is_allowed());
    // It is not written where the rule does not refuse the pod either.
    let warned = pod(zones(1000), 110, json!({"rules": {"zone-conflict": "warn"}}));
    assert!(!warned.mutated_object.unwrap().contains("zone-00000999"));
    // 64 bytes and 16 for each zone, but for one that is longer: 1500 in each of 1000 terms is just what can be.
    let longer = |more: usize| [zones(88), vec!["z".repeat(13 + more)]].concat();
    let constrained = pod(longer(12), MAX_CONSTRAINT_BYTES / 1500, json!({}));
    assert_eq!(constrained.mutated_object.unwrap().matches("zone-00000087").count(), MAX_CONSTRAINT_BYTES / 1500);
    assert!(!pod(longer(13), MAX_CONSTRAINT_BYTES / 1500, json!({})).is_allowed());
}

/// Of overlaps of large selectors the first are told with witness and remedy, and the others counted.
#[test]
fn of_many_large_overlaps_the_first_are_detailed() {
    let labels = |n: usize| (0..n).map(|i| (format!("k{i}"), json!("v"))).collect::<serde_json::Map<_, _>>();
    let stored: Vec<Value> = (0..300)
        .map(|i| json!({"metadata": {"name": format!("pn-{i:03}")}, "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}}}))
        .collect();
    let object =
        json!({"metadata": {"name": "new"}, "spec": {"selector": {"podSelector": {"matchLabels": labels(5000)}}}});
    let decision = decide(&payload("PodNetworking", &object, &json!({}), &json!(stored)));
    let overlaps: Vec<_> = decision.findings.iter().filter(|finding| finding.rule == "overlap").collect();
    // Each looks at 5,000 labels and one more, a key and a value each.
    let detailed = DETAIL_BUDGET / (2 * 5001);
    assert_eq!(overlaps.iter().filter(|finding| finding.witness.is_some()).count(), detailed);
    assert_eq!(overlaps.len(), detailed + 1);
    let counting = overlaps.iter().find(|finding| finding.witness.is_none()).unwrap();
    assert!(
        counting.problem.message.starts_with(&format!("{} more findings", 300 - detailed)),
        "{}",
        counting.problem.message
    );
    assert!(counting.related.is_empty());
}

/// The same for the pairs that meet in a namespace.
#[test]
fn of_many_large_pairs_in_a_namespace_the_first_are_detailed() {
    let labels = |n: usize| (0..n).map(|i| (format!("k{i}"), json!("v"))).collect::<serde_json::Map<_, _>>();
    let stored: Vec<Value> = (0..12)
        .map(|i| json!({"metadata": {"name": format!("pn-{i:02}")}, "spec": {"selector": {"podSelector": {"matchLabels": labels(5000)}, "namespaceSelector": {}}}}))
        .collect();
    let object = json!({"metadata": {"name": "shop", "labels": labels(5)}});
    let decision = decide(&payload("Namespace", &object, &json!({}), &json!(stored)));
    // Each looks at 5,000 labels twice, a key and a value each, and at the six of the namespace.
    let detailed = DETAIL_BUDGET / (2 * 10_000 + 6);
    assert_eq!(decision.findings.iter().filter(|finding| finding.witness.is_some()).count(), detailed);
    assert_eq!(decision.findings.len(), detailed + 1);
    let counting = decision.findings.iter().find(|finding| finding.witness.is_none()).unwrap();
    let more = format!("{} more findings", 12 * 11 / 2 - detailed);
    assert!(counting.problem.message.starts_with(&more), "{}", counting.problem.message);
}

/// Of stored PodNetworkings with a field that cannot be read the first by name are mentioned, each with all its faults,
/// whatever the order in which the host provides them.
#[test]
fn of_very_many_broken_ones_the_first_by_name_are_mentioned() {
    let broken =
        |name: &str, faults: usize| json!({"metadata": {"name": name}, "spec": {"vSwitchOptions": vec![7; faults]}});
    let mentioned = |stored: Vec<Value>| {
        let object =
            json!({"metadata": {"name": "new"}, "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}}});
        let decision = decide(&payload("PodNetworking", &object, &json!({}), &json!(stored)));
        let of_rule = decision.findings.into_iter().filter(|finding| finding.rule == "malformed-object");
        let (told, counting): (Vec<_>, Vec<_>) =
            of_rule.partition(|finding| finding.problem.message.contains("must be a string"));
        let names: Vec<String> = told.into_iter().map(|finding| finding.object.name).collect();
        (names, counting.into_iter().map(|finding| finding.problem.message).collect::<Vec<_>>())
    };
    let many = |number: usize| (0..number).rev().map(|i| broken(&format!("pn-{i:04}"), 1)).collect::<Vec<_>>();
    let first: Vec<String> = (0..MAX_LISTED).map(|i| format!("pn-{i:04}")).collect();
    let more = |number: usize, noun: &str| vec![format!("{number} more {noun} at `spec.vSwitchOptions[0]`")];
    assert_eq!(mentioned(many(MAX_LISTED)), (first.clone(), vec![]));
    assert_eq!(mentioned(many(MAX_LISTED + 1)), (first.clone(), more(1, "finding of this rule,")));
    assert_eq!(mentioned(many(3 * MAX_LISTED)), (first, more(2 * MAX_LISTED, "findings of this rule, the first")));
    // From the first that has no room on all are counted, also one that would have room.
    let (names, counting) = mentioned(vec![broken("c", 1), broken("b", MAX_LISTED - 1), broken("a", 2)]);
    assert_eq!((names, counting), (vec!["a".to_owned(); 2], more(MAX_LISTED, "findings of this rule, the first")));
    let (names, counting) = mentioned(vec![broken("b", MAX_LISTED), broken("a", 1)]);
    assert_eq!((names, counting), (vec!["a".to_owned()], more(MAX_LISTED, "findings of this rule, the first")));
}

/// Of very many faults of settings the first by path are told; help is looked for as long as few are found.
#[test]
fn very_many_faults_of_settings_are_counted() {
    let mut settings: Vec<String> = (0..MAX_LISTED + 6).map(|i| format!("\"b{i:04}\":0")).collect();
    settings.insert(MAX_LISTED - 1, "\"a0\":0".to_owned());
    settings.insert(MAX_LISTED, "\"a1\":0".to_owned());
    let faults = podnetworking_policy::parse_settings(Some(&format!("{{{}}}", settings.join(",")))).unwrap_err();
    assert_eq!(faults.len(), MAX_LISTED + 1);
    assert_eq!([&faults[0].path, &faults[1].path], ["a0", "a1"]);
    assert!(faults[0].help.starts_with("use one of `platform`"), "{}", faults[0].help);
    assert_eq!(faults[1].help, "remove this key");
    assert_eq!(faults[MAX_LISTED].message, "8 more findings of this rule, the first at `b0998`");
}

/// Wrong types are counted with the rest.
#[test]
fn very_many_settings_of_a_wrong_type_are_counted() {
    let counting = |unknown: usize, wrong: usize| {
        let unknown: String = (0..unknown).map(|i| format!("\"b{i:04}\":0,")).collect();
        let faults = podnetworking_policy::parse_settings(Some(&format!(
            "{{{unknown}\"exemptNamespaces\":{}}}",
            json!(vec![7; wrong])
        )))
        .unwrap_err();
        assert_eq!(faults.len(), MAX_LISTED + 1);
        faults[MAX_LISTED].message.clone()
    };
    let more = |number: usize, path: &str| format!("{number} more findings of this rule, the first at `{path}`");
    assert_eq!(counting(0, MAX_LISTED + 500), more(500, "exemptNamespaces[1000]"));
    assert_eq!(counting(600, 600), more(200, "exemptNamespaces[460]"));
    assert_eq!(counting(MAX_LISTED, MAX_LISTED + 500), more(MAX_LISTED + 500, "exemptNamespaces[0]"));
}

/// What is only counted is counted by rule.
#[test]
fn very_many_faults_are_counted_by_rule() {
    let labels: serde_json::Map<_, _> = (0..MAX_LISTED + 100).map(|i| (format!("k{i}"), json!("-"))).collect();
    let object = json!({
        "metadata": {"name": "a"},
        "spec": {"selector": {"podSelector": {"matchLabels": labels}}, "vSwitchOptions": (0..MAX_LISTED + 200).collect::<Vec<_>>()},
    });
    let decision = decide(&payload("PodNetworking", &object, &json!({}), &json!([])));
    let counting = |rule: &str| {
        let of_rule: Vec<_> = decision.findings.iter().filter(|finding| finding.rule == rule).collect();
        let last = of_rule.iter().find(|finding| finding.problem.message.contains(" more finding"));
        (of_rule.len(), last.unwrap().problem.message.split(" of this").next().unwrap().to_owned())
    };
    assert_eq!(counting("selector-invalid"), (MAX_LISTED + 1, "100 more findings".to_owned()));
    assert_eq!(counting("malformed-object").1, format!("{} more findings", MAX_LISTED + 200));
    let labels: serde_json::Map<_, _> = (0..MAX_LISTED + 100).map(|i| (format!("k{i}"), json!(i))).collect();
    let object = json!({
        "metadata": {"name": "a", "namespace": "default"},
        "spec": {"selector": labels, "template": {"spec": {"containers": []}}},
    });
    let decision = decide(&payload("ReplicationController", &object, &json!({}), &json!([])));
    assert_eq!(decision.findings.len(), MAX_LISTED + 1);
}

/// What is to be added is said in full, up to what anybody would read.
#[test]
fn a_remedy_names_two_hundred_values_and_no_more() {
    let help = |values: usize| {
        let values: Vec<String> = (0..values).map(|i| format!("v{i:03}")).collect();
        let selector = |expression: Value| json!({"podSelector": {"matchExpressions": [expression]}});
        let stored = json!([{"metadata": {"name": "a"}, "spec": {"selector": selector(json!({"key": "a", "operator": "In", "values": values}))}}]);
        let object = json!({"metadata": {"name": "b"}, "spec": {"selector": selector(json!({"key": "b", "operator": "Exists"}))}});
        let decision = decide(&payload("PodNetworking", &object, &json!({}), &stored));
        decision.findings.into_iter().find(|finding| finding.rule == "overlap").unwrap().problem.help
    };
    assert!(help(200).contains("v198, v199]"), "{}", help(200));
    assert!(help(201).contains("v004, and 196 more]"), "{}", help(201));
}
