//! Shapes in which one part grows.

use super::Shape;
use super::builders::{
    DEFAULT_NAMESPACE, ZONE, apart, labelled_pod, labels, many, namespaces, payload, pod, pod_payload, pod_with_terms,
    podnetworking, podnetworking_payload, requesting_payload, required, selecting, stored, with_ids, with_selector,
    zones,
};

/// A pod that may go to these zones, and the PodNetworking with these vSwitches that selects it.
fn pod_in_zones(zones: &str, vswitches: &str, settings: &str) -> String {
    let expressions = format!(r#"{{"matchExpressions":[{{"key":"{ZONE}","operator":"In","values":[{zones}]}}]}}"#);
    let cluster = format!(
        r#"{{"metadata":{{"name":"big"}},"spec":{{"selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"vSwitchOptions":[{vswitches}]}}}}"#
    );
    pod_payload(&labelled_pod(r#""a":"b""#, &required(&expressions)), settings, &cluster)
}

/// The shapes.
pub fn shapes() -> Vec<Shape> {
    vec![
        Shape {
            name: "pod-labels",
            what: "labels of a pod",
            most: 150_000,
            make: |n| {
                let labels = labels("label-", n);
                pod_payload(&labelled_pod(&format!(r#""app":"app-0",{labels}"#), ""), "{}", &apart(1000))
            },
        },
        Shape {
            name: "pod-annotations",
            what: "annotations of a pod",
            most: 150_000,
            make: |n| pod(&format!(r#","annotations":{{{}}}"#, labels("note-", n)), ""),
        },
        Shape {
            name: "pod-owners",
            what: "owner references, and half as many `fixedNameKinds`",
            most: 80_000,
            make: |n| {
                let owners = many(n, |i| format!(r#"{{"kind":"K{i}","name":"o"}}"#));
                let kinds = many(n / 2, |i| format!(r#""L{i}""#));
                pod_payload(
                    &format!(
                        r#"{{"metadata":{{"name":"p","labels":{{"app":"app-0"}},"ownerReferences":[{owners}]}},"spec":{{"containers":[]}}}}"#
                    ),
                    &format!(r#"{{"platform":"ack","fixedNameKinds":[{kinds}]}}"#),
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "node-selector",
            what: "labels of `nodeSelector`",
            most: 150_000,
            make: |n| pod("", &format!(r#","nodeSelector":{{{}}}"#, labels("label-", n))),
        },
        Shape {
            name: "terms",
            what: "terms, each with one requirement",
            most: 50_000,
            make: |n| {
                pod_with_terms(&many(n, |i| {
                    format!(r#"{{"matchExpressions":[{{"key":"a{i}","operator":"Exists"}}]}}"#)
                }))
            },
        },
        Shape {
            name: "terms-zones",
            what: "terms, each for another zone",
            most: 30_000,
            make: |n| {
                pod_with_terms(&many(n, |i| {
                    format!(r#"{{"matchExpressions":[{{"key":"{ZONE}","operator":"In","values":["z-{i}"]}}]}}"#)
                }))
            },
        },
        Shape {
            name: "term-zone-values",
            what: "zones in one requirement, beside a fifth as many requirements on the zone",
            most: 100_000,
            make: |n| {
                let values = many(n, |i| format!(r#""z{i}""#));
                let others = many(n / 5, |i| format!(r#"{{"key":"{ZONE}","operator":"NotIn","values":["y{i}"]}}"#));
                pod_with_terms(&format!(
                    r#"{{"matchExpressions":[{{"key":"{ZONE}","operator":"In","values":[{values}]}},{others}]}}"#
                ))
            },
        },
        Shape {
            name: "terms-not-zones",
            what: "terms, each with a zone that it excludes and a number that it wants greater",
            most: 18_000,
            make: |n| {
                pod_with_terms(&many(n, |i| {
                    format!(
                        r#"{{"matchExpressions":[{{"key":"{ZONE}","operator":"NotIn","values":["{i}"]}},{{"key":"{ZONE}","operator":"Gt","values":["{i}"]}}]}}"#
                    )
                }))
            },
        },
        Shape {
            name: "term-values",
            what: "values of one label, beside a fifth as many requirements on it",
            most: 150_000,
            make: |n| {
                let values = many(n, |i| format!(r#""{i}""#));
                let others = many(n / 5, |i| format!(r#"{{"key":"a","operator":"NotIn","values":["{i}"]}}"#));
                pod_with_terms(&format!(
                    r#"{{"matchExpressions":[{{"key":"a","operator":"In","values":[{values}]}},{others}]}}"#
                ))
            },
        },
        Shape {
            name: "term-names",
            what: "requirements on the name of the node",
            most: 40_000,
            make: |n| {
                let names = many(n, |i| format!(r#"{{"key":"metadata.name","operator":"NotIn","values":["n{i}"]}}"#));
                pod_with_terms(&format!(
                    r#"{{"matchFields":[{names},{{"key":"metadata.name","operator":"In","values":["m"]}}]}}"#
                ))
            },
        },
        Shape {
            name: "request-elements",
            what: "elements of `pod-networks-request`, each another PodNetworking",
            most: 1000,
            make: |n| {
                let elements = many(n, |i| format!(r#"{{\"network\":\"none-{i}\",\"interfaceName\":\"e{i}\"}}"#));
                let cluster =
                    many(1000, |i| stored(&format!("none-{i}"), "null").replace(r#""id":"vsw-1""#, r#""id":"vsw-2""#));
                requesting_payload(&elements, &cluster)
            },
        },
        Shape {
            name: "request-problems",
            what: "elements of `pod-networks-request`, each wrong",
            most: 60_000,
            make: |n| {
                let elements = many(n, |i| format!(r#"{{\"network\":\"x{i}\",\"interfaceName\":5}}"#));
                pod_payload(
                    &format!(
                        r#"{{"metadata":{{"name":"p","annotations":{{"k8s.aliyun.com/pod-networks-request":"[{elements}]"}}}},"spec":{{"containers":[]}}}}"#
                    ),
                    r#"{"platform":"ack"}"#,
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "pod-malformed",
            what: "labels that are numbers",
            most: 200_000,
            make: |n| pod(&format!(r#","annotations":{{{}}}"#, many(n, |i| format!(r#""a{i}":1"#))), ""),
        },
        Shape {
            name: "pod-duplicates",
            what: "labels of one key",
            most: 350_000,
            make: |n| pod(&format!(r#","annotations":{{{}}}"#, many(n, |_| r#""a":"""#.to_owned())), ""),
        },
        Shape {
            name: "pod-ambiguous",
            what: "PodNetworkings that select the pod",
            most: 1000,
            make: |n| {
                let cluster = many(n, |i| stored(&format!("pn-{i}"), r#"{"podSelector":{}}"#));
                pod_payload(&labelled_pod(r#""a":"b""#, ""), "{}", &cluster)
            },
        },
        Shape {
            name: "template-values",
            what: "labels in the selector of a Deployment and in its template",
            most: 90_000,
            make: |n| {
                let labels = labels("k", n);
                let object = format!(
                    r#"{{"metadata":{{"name":"d"}},"spec":{{"selector":{{"matchLabels":{{{labels}}}}},"template":{{"metadata":{{"labels":{{{labels}}}}},"spec":{{"containers":[]}}}}}}}}"#
                );
                payload("Deployment", "default", &object, None, "{}", &apart(1000), DEFAULT_NAMESPACE)
            },
        },
        Shape {
            name: "match-labels",
            what: "`matchLabels` of a PodNetworking that overlaps with 1,000",
            most: 200_000,
            make: |n| {
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchLabels":{{"x{i}":"1"}}}}}}"#))
                });
                let labels = labels("k", n);
                with_selector(&format!(r#"{{"podSelector":{{"matchLabels":{{{labels}}}}}}}"#), &cluster)
            },
        },
        Shape {
            name: "same-selectors",
            what: "`matchLabels` of two PodNetworkings that select the same pods",
            most: 90_000,
            make: |n| {
                let selector = format!(r#"{{"podSelector":{{"matchLabels":{{{}}}}}}}"#, labels("k", n));
                with_selector(&selector, &format!("{},{}", stored("other", &selector), apart(1000)))
            },
        },
        Shape {
            name: "selector-values",
            what: "values of one requirement, beside a fifth as many requirements on its key",
            most: 150_000,
            make: |n| {
                let values = many(n, |i| format!(r#""{i}""#));
                let others = many(n / 5, |i| format!(r#"{{"key":"a","operator":"NotIn","values":["{i}"]}}"#));
                with_selector(
                    &format!(
                        r#"{{"podSelector":{{"matchExpressions":[{{"key":"a","operator":"In","values":[{values}]}},{others}]}}}}"#
                    ),
                    &many(1000, |i| stored(&format!("pn-{i}"), r#"{"podSelector":{}}"#)),
                )
            },
        },
        Shape {
            name: "contradiction",
            what: "values in each of 60 requirements that contradict each other",
            most: 4000,
            make: |n| {
                let values = many(n, |i| format!(r#""value-{i}""#));
                let others = many(59, |i| {
                    let values = many(n, |j| format!(r#""{}""#, i * n + j));
                    format!(r#"{{"key":"a","operator":"NotIn","values":[{values}]}}"#)
                });
                with_selector(
                    &format!(
                        r#"{{"podSelector":{{"matchExpressions":[{{"key":"a","operator":"In","values":[{values}]}},{others},{{"key":"a","operator":"In","values":["none"]}}]}}}}"#
                    ),
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "selector-invalid",
            what: "invalid requirements",
            most: 60_000,
            make: |n| {
                let all = many(n, |i| format!(r#"{{"key":"a{i}","operator":"Is","values":["b"]}}"#));
                with_selector(&format!(r#"{{"podSelector":{{"matchExpressions":[{all}]}}}}"#), &apart(1000))
            },
        },
        Shape {
            name: "vswitches",
            what: "vSwitches whose zone is unknown",
            most: 200_000,
            make: |n| {
                let ids = many(n, |i| format!(r#""vsw-{i}x""#));
                with_ids(r#""sg-1""#, &ids, "{}")
            },
        },
        Shape {
            name: "bad-ids",
            what: "security groups whose id is malformed",
            most: 250_000,
            make: |n| {
                let ids = many(n, |i| format!(r#""{i}""#));
                with_ids(&ids, r#""vsw-1""#, "{}")
            },
        },
        Shape {
            name: "bad-ids-update",
            what: "the same, in the old object too, in another order",
            most: 125_000,
            make: |n| {
                let spec = |ids: &str| {
                    podnetworking(&format!(
                        r#""selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"securityGroupIDs":[{ids}],"vSwitchOptions":["vsw-1"]"#
                    ))
                };
                let new = spec(&many(n, |i| format!(r#""{i}""#)));
                let old = spec(&many(n, |i| format!(r#""{}""#, n - 1 - i)));
                payload("PodNetworking", "", &new, Some(&old), "{}", &apart(1000), DEFAULT_NAMESPACE)
            },
        },
        Shape {
            name: "unknown-fields",
            what: "fields that the CRD does not have",
            most: 150_000,
            make: |n| {
                let fields = many(n, |i| format!(r#""securityGr{i}":1"#));
                podnetworking_payload(
                    &format!(
                        r#""selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"securityGroupIDs":["sg-1"],"vSwitchOptions":["vsw-1"],{fields}"#
                    ),
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "overlapping",
            what: "overlapping PodNetworkings with namespace selectors, and 4,000 namespaces",
            most: 1000,
            make: |n| {
                let cluster = many(n, |i| {
                    stored(
                        &format!("pn-{i}"),
                        r#"{"podSelector":{},"namespaceSelector":{"matchExpressions":[{"key":"none","operator":"Exists"}]}}"#,
                    )
                });
                payload(
                    "PodNetworking",
                    "",
                    &selecting(r#"{"namespaceSelector":{"matchLabels":{"all":"y"}}}"#),
                    None,
                    "{}",
                    &cluster,
                    &namespaces(4000),
                )
            },
        },
        Shape {
            name: "overlapping-update",
            what: "the same, as an UPDATE that changes nothing",
            most: 1000,
            make: |n| {
                let cluster = many(n, |i| stored(&format!("pn-{i}"), r#"{"namespaceSelector":{}}"#));
                let object = selecting(r#"{"namespaceSelector":{"matchLabels":{"all":"y"}}}"#);
                payload("PodNetworking", "", &object, Some(&object), "{}", &cluster, &namespaces(4000))
            },
        },
        Shape {
            name: "broken-stored",
            what: "stored PodNetworkings, each with 100 malformed values",
            most: 1000,
            make: |n| {
                let values = many(100, |i| i.to_string());
                let cluster = many(n, |i| {
                    stored(&format!("pn-{i}"), r#"{"podSelector":{}}"#).replace(r#"["vsw-1"]"#, &format!("[{values}]"))
                });
                with_selector(r#"{"podSelector":{"matchLabels":{"a":"b"}}}"#, &cluster)
            },
        },
        Shape {
            name: "namespace-overlapping",
            what: "PodNetworkings that all select the namespace and overlap",
            most: 1000,
            make: |n| {
                let cluster = many(n, |i| stored(&format!("pn-{i}"), r#"{"namespaceSelector":{}}"#));
                payload(
                    "Namespace",
                    "",
                    r#"{"metadata":{"name":"shop","labels":{"team":"a"}}}"#,
                    None,
                    "{}",
                    &cluster,
                    "",
                )
            },
        },
        Shape {
            name: "namespace-apart",
            what: "PodNetworkings that all select the namespace and other pods",
            most: 1000,
            make: |n| {
                let cluster = many(n, |i| {
                    stored(
                        &format!("pn-{i}"),
                        &format!(r#"{{"podSelector":{{"matchLabels":{{"app":"a{i}"}}}},"namespaceSelector":{{}}}}"#),
                    )
                });
                payload("Namespace", "", r#"{"metadata":{"name":"shop"}}"#, None, "{}", &cluster, "")
            },
        },
        Shape {
            name: "namespace-labels",
            what: "labels of a namespace that 1,000 overlapping PodNetworkings select",
            most: 150_000,
            make: |n| {
                let cluster = many(1000, |i| stored(&format!("pn-{i}"), r#"{"namespaceSelector":{}}"#));
                let labels = labels("label-", n);
                let object = format!(r#"{{"metadata":{{"name":"shop","labels":{{{labels}}}}}}}"#);
                payload("Namespace", "", &object, None, "{}", &cluster, "")
            },
        },
        Shape {
            name: "nesting",
            what: "lists in each other",
            most: 100_000,
            make: |n| pod("", &format!(r#","x":{}{}"#, "[".repeat(n), "]".repeat(n))),
        },
        Shape {
            name: "long-string",
            what: "characters in one label value, which is a control character",
            most: 400_000,
            make: |n| {
                let value = r"\u001b".repeat(n);
                with_selector(&format!(r#"{{"podSelector":{{"matchLabels":{{"a":"{value}"}}}}}}"#), &apart(1000))
            },
        },
        Shape {
            name: "settings",
            what: "settings that do not exist",
            most: 100_000,
            make: |n| {
                let rules = many(n, |i| format!(r#""security-groups-{i}":"deny""#));
                pod_payload(
                    r#"{"metadata":{"name":"p"},"spec":{"containers":[]}}"#,
                    &format!(r#"{{"rules":{{{rules}}}}}"#),
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "inventory",
            what: "vSwitches in the inventory and in the PodNetworking, each in a VPC of its own",
            most: 40_000,
            make: |n| {
                let inventory = many(n, |i| format!(r#""vsw-{i}":{{"zone":"z{i}","vpc":"v{i}"}}"#));
                let ids = many(n, |i| format!(r#""vsw-{i}""#));
                with_ids(r#""sg-1""#, &ids, &format!(r#"{{"inventory":{{"vSwitches":{{{inventory}}}}}}}"#))
            },
        },
        Shape {
            name: "zones",
            what: "zones of the PodNetworking that selects a pod which lists a third as many others",
            most: 40_000,
            make: |n| {
                let (settings, ids) = zones(n);
                let values = many(n / 3, |i| format!(r#""y{i}""#));
                pod_in_zones(&values, &ids, &settings)
            },
        },
        Shape {
            name: "zones-implied",
            what: "zones of the PodNetworking, and as many values of a requirement that implies them",
            most: 40_000,
            make: |n| {
                let (settings, ids) = zones(n);
                let values = many(n, |i| format!(r#""z{i}""#));
                pod_in_zones(&values, &ids, &settings)
            },
        },
    ]
}
