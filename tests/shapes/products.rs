//! Shapes in which one part meets another: what would be quadratic if each were held against each.

use super::Shape;
use super::builders::{
    DEFAULT_NAMESPACE, ZONE, apart, labelled_pod, labels, many, namespaces, payload, pod, pod_payload,
    pod_with_request, pod_with_terms, podnetworking, podnetworking_payload, required, selecting, stored, with_ids,
    with_selector, zones,
};

/// The shapes.
pub fn shapes() -> Vec<Shape> {
    let mut all = of_pods();
    all.extend(of_podnetworkings());
    all.extend(of_clusters());
    all
}

fn of_pods() -> Vec<Shape> {
    vec![
        Shape {
            name: "node-selector-terms",
            what: "labels of `nodeSelector`, and a third as many terms",
            most: 75_000,
            make: |n| {
                let terms =
                    many(n / 3, |i| format!(r#"{{"matchExpressions":[{{"key":"k{i}","operator":"Exists"}}]}}"#));
                pod(
                    "",
                    &format!(
                        r#","nodeSelector":{{{}}},"affinity":{{"nodeAffinity":{{"requiredDuringSchedulingIgnoredDuringExecution":{{"nodeSelectorTerms":[{terms}]}}}}}}"#,
                        labels("k", n)
                    ),
                )
            },
        },
        Shape {
            name: "terms-products",
            what: "terms, each with twenty requirements on labels and five on fields",
            most: 1800,
            make: |n| {
                let expressions =
                    many(20, |i| format!(r#"{{"key":"k{i}","operator":"NotIn","values":["a","b","c"]}}"#));
                let fields = many(5, |i| format!(r#"{{"key":"metadata.name","operator":"NotIn","values":["n{i}"]}}"#));
                pod_with_terms(&many(n, |_| {
                    format!(r#"{{"matchExpressions":[{expressions}],"matchFields":[{fields}]}}"#)
                }))
            },
        },
        Shape {
            name: "terms-zones-products",
            what: "terms, each excluding a hundred zones, of a PodNetworking with as many zones",
            most: 2400,
            make: |n| {
                let (settings, ids) = zones(n);
                let excluded = many(100, |i| format!(r#""z{i}""#));
                let terms = many(n, |_| {
                    format!(r#"{{"matchExpressions":[{{"key":"{ZONE}","operator":"NotIn","values":[{excluded}]}}]}}"#)
                });
                let cluster = stored("big", r#"{"podSelector":{"matchLabels":{"a":"b"}}}"#)
                    .replace(r#"["vsw-1"]"#, &format!("[{ids}]"));
                pod_payload(&labelled_pod(r#""a":"b""#, &required(&terms)), &settings, &cluster)
            },
        },
        Shape {
            name: "terms-empty-lists",
            what: "terms whose `matchExpressions` is an empty list, to which the zone is added",
            most: 30_000,
            make: |n| {
                pod_with_terms(&many(n, |_| {
                    r#"{"matchExpressions":[],"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["n"]}]}"#
                        .to_owned()
                }))
            },
        },
        Shape {
            name: "spread-constraints",
            what: "`topologySpreadConstraints`, which no rule reads",
            most: 20_000,
            make: |n| {
                let all = many(n, |i| {
                    format!(
                        r#"{{"maxSkew":1,"topologyKey":"{ZONE}","whenUnsatisfiable":"DoNotSchedule","labelSelector":{{"matchLabels":{{"a":"{i}"}}}}}}"#
                    )
                });
                pod("", &format!(r#","topologySpreadConstraints":[{all}]"#))
            },
        },
        Shape {
            name: "request-routes",
            what: "routes of one element of `pod-networks-request`",
            most: 80_000,
            make: |n| {
                let routes = many(n, |i| format!(r#"{{"dst":"10.0.0.{i}/32"}}"#));
                pod_with_request(&format!(r#"[{{"network":"net-0","routes":[{routes}]}}]"#))
            },
        },
        Shape {
            name: "request-same-names",
            what: "elements of `pod-networks-request` for one network and one interface",
            most: 50_000,
            make: |n| {
                pod_with_request(&format!(
                    "[{}]",
                    many(n, |_| r#"{"network":"net-0","interfaceName":"eth1","defaultRoute":true}"#.to_owned())
                ))
            },
        },
        Shape {
            name: "request-nesting",
            what: "lists in each other in `pod-networks-request`",
            most: 1_000_000,
            make: |n| pod_with_request(&format!("{}{}", "[".repeat(n), "]".repeat(n))),
        },
        Shape {
            name: "override-ids",
            what: "vSwitches in the annotation `eci-vswitch`",
            most: 250_000,
            make: |n| {
                let ids: Vec<String> = (0..n).map(|i| format!("vsw-{i}")).collect();
                pod(&format!(r#","annotations":{{"k8s.aliyun.com/eci-vswitch":"{}"}}"#, ids.join(",")), "")
            },
        },
        Shape {
            name: "long-keys",
            what: "labels whose keys differ only behind 200 characters",
            most: 13_000,
            make: |n| {
                let prefix = "k".repeat(200);
                pod_payload(
                    &format!(
                        r#"{{"metadata":{{"name":"p","labels":{{"app":"app-0",{}}}}},"spec":{{"containers":[]}}}}"#,
                        labels(&prefix, n)
                    ),
                    "{}",
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "escaped-keys",
            what: "labels whose keys are written in escapes",
            most: 60_000,
            make: |n| {
                pod_payload(
                    &format!(
                        r#"{{"metadata":{{"name":"p","labels":{{"\u0061pp":"app-0",{}}}}},"spec":{{"containers":[]}}}}"#,
                        labels(r"\u006b\u0065\u0079", n)
                    ),
                    "{}",
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "one-long-key",
            what: "characters of the key of one label",
            most: 2_900_000,
            make: |n| pod(&format!(r#","annotations":{{"{}":"v"}}"#, "k".repeat(n)), ""),
        },
        Shape {
            name: "template-expressions",
            what: "requirements in the selector of a Deployment, and as many labels in its template",
            most: 40_000,
            make: |n| {
                let expressions = many(n, |i| format!(r#"{{"key":"k{i}","operator":"In","values":["v","w"]}}"#));
                let object = format!(
                    r#"{{"metadata":{{"name":"d"}},"spec":{{"selector":{{"matchExpressions":[{expressions}]}},"template":{{"metadata":{{"labels":{{{}}}}},"spec":{{"containers":[]}}}}}}}}"#,
                    labels("k", n)
                );
                payload("Deployment", "default", &object, None, "{}", &apart(1000), DEFAULT_NAMESPACE)
            },
        },
        Shape {
            name: "workload-update",
            what: "terms of a Deployment's template that excludes every zone, and of the old one",
            most: 14_000,
            make: |n| {
                let object = |zone: &str| {
                    let terms = many(n, |i| {
                        format!(r#"{{"matchExpressions":[{{"key":"{ZONE}","operator":"In","values":["{zone}{i}"]}}]}}"#)
                    });
                    format!(
                        r#"{{"metadata":{{"name":"d"}},"spec":{{"selector":{{"matchLabels":{{"app":"app-0"}}}},"template":{{"metadata":{{"labels":{{"app":"app-0"}}}},"spec":{{"containers":[],"affinity":{{"nodeAffinity":{{"requiredDuringSchedulingIgnoredDuringExecution":{{"nodeSelectorTerms":[{terms}]}}}}}}}}}}}}}}"#
                    )
                };
                payload(
                    "Deployment",
                    "default",
                    &object("y"),
                    Some(&object("x")),
                    "{}",
                    &apart(1000),
                    DEFAULT_NAMESPACE,
                )
            },
        },
    ]
}

fn of_podnetworkings() -> Vec<Shape> {
    vec![
        Shape {
            name: "expressions-products",
            what: "requirements of twenty values, beside 1,000 PodNetworkings with requirements on the same keys",
            most: 10_000,
            make: |n| {
                let values = many(20, |i| format!(r#""value-{i}""#));
                let all = many(n, |i| format!(r#"{{"key":"k{i}","operator":"In","values":[{values}]}}"#));
                let cluster = many(1000, |i| {
                    let some = many(5, |j| {
                        format!(
                            r#"{{"key":"k{}","operator":"NotIn","values":["value-{j}","other"]}}"#,
                            (i * 5 + j) % n.max(1)
                        )
                    });
                    stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchExpressions":[{some}]}}}}"#))
                });
                with_selector(&format!(r#"{{"podSelector":{{"matchExpressions":[{all}]}}}}"#), &cluster)
            },
        },
        Shape {
            name: "not-in",
            what: "values that a PodNetworking excludes, beside 1,000 that exclude two hundred each",
            most: 200_000,
            make: |n| {
                let values = many(n, |i| format!(r#""value-{i}""#));
                let cluster = many(1000, |i| {
                    let values = many(200, |j| format!(r#""value-{}""#, i + j));
                    stored(
                        &format!("pn-{i}"),
                        &format!(
                            r#"{{"podSelector":{{"matchExpressions":[{{"key":"a","operator":"NotIn","values":[{values}]}}]}}}}"#
                        ),
                    )
                });
                with_selector(
                    &format!(
                        r#"{{"podSelector":{{"matchExpressions":[{{"key":"a","operator":"NotIn","values":[{values}]}}]}}}}"#
                    ),
                    &cluster,
                )
            },
        },
        Shape {
            name: "groups",
            what: "security groups, all of them well-formed",
            most: 300_000,
            make: |n| with_ids(&many(n, |i| format!(r#""sg-{i}""#)), r#""vsw-1""#, "{}"),
        },
        Shape {
            name: "repeated-ids",
            what: "vSwitches, each there twice",
            most: 120_000,
            make: |n| with_ids(r#""sg-1""#, &many(2 * n, |i| format!(r#""vsw-{}""#, i % n.max(1))), "{}"),
        },
        Shape {
            name: "default-ids",
            what: "vSwitches that the settings fill in",
            most: 150_000,
            make: |n| {
                let ids = many(n, |i| format!(r#""vsw-{i}""#));
                with_ids(r#""sg-1""#, "", &format!(r#"{{"defaults":{{"vSwitchOptions":[{ids}]}}}}"#))
            },
        },
        Shape {
            name: "long-field-name",
            what: "characters of the name of a field that the CRD does not have",
            most: 2_900_000,
            make: |n| {
                podnetworking_payload(
                    &format!(
                        r#""selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"securityGroupIDs":["sg-1"],"vSwitchOptions":["vsw-1"],"{}":1"#,
                        "s".repeat(n)
                    ),
                    &apart(1000),
                )
            },
        },
        Shape {
            name: "contradictions",
            what: "keys, on each of which requirements contradict each other",
            most: 25_000,
            make: |n| {
                let all = many(n, |i| {
                    format!(
                        r#"{{"key":"k{i}","operator":"Exists"}},{{"key":"k{i}","operator":"In","values":["a"]}},{{"key":"k{i}","operator":"DoesNotExist"}}"#
                    )
                });
                with_selector(&format!(r#"{{"podSelector":{{"matchExpressions":[{all}]}}}}"#), &apart(1000))
            },
        },
        Shape {
            name: "large-update",
            what: "labels of a selector that overlaps with 1,000, and of the old one",
            most: 90_000,
            make: |n| {
                let object = |prefix: &str| {
                    podnetworking(&format!(
                        r#""selector":{{"podSelector":{{"matchLabels":{{{}}}}}}},"securityGroupIDs":["sg-1"],"vSwitchOptions":["vsw-1"]"#,
                        labels(prefix, n)
                    ))
                };
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchLabels":{{"x{i}":"1"}}}}}}"#))
                });
                payload("PodNetworking", "", &object("k"), Some(&object("l")), "{}", &cluster, DEFAULT_NAMESPACE)
            },
        },
        Shape {
            name: "status-zones",
            what: "vSwitches in the status, each there twice with two zones, and in the inventory with a third",
            most: 22_000,
            make: |n| {
                let ids = many(n, |i| format!(r#""vsw-{i}""#));
                let status = many(2 * n, |i| format!(r#"{{"id":"vsw-{}","zone":"z{i}"}}"#, i % n.max(1)));
                let inventory = many(n, |i| format!(r#""vsw-{i}":{{"zone":"y{i}"}}"#));
                let object = format!(
                    r#"{{"metadata":{{"name":"new"}},"spec":{{"selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"securityGroupIDs":["sg-1"],"vSwitchOptions":[{ids}]}},"status":{{"status":"Ready","vSwitches":[{status}]}}}}"#
                );
                payload(
                    "PodNetworking",
                    "",
                    &object,
                    None,
                    &format!(r#"{{"inventory":{{"vSwitches":{{{inventory}}}}}}}"#),
                    &apart(1000),
                    DEFAULT_NAMESPACE,
                )
            },
        },
    ]
}

fn of_clusters() -> Vec<Shape> {
    vec![
        Shape {
            name: "stored-requirements",
            what: "requirements of each of 1,000 PodNetworkings that select the pod",
            most: 100,
            make: |n| {
                let all = many(n, |i| format!(r#"{{"key":"k{i}","operator":"NotIn","values":["v"]}}"#));
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchExpressions":[{all}]}}}}"#))
                });
                pod_payload(&labelled_pod(r#""a":"b""#, ""), "{}", &cluster)
            },
        },
        Shape {
            name: "ambiguous-labels",
            what: "labels of a pod, all of which each of two PodNetworkings asks for",
            most: 60_000,
            make: |n| {
                let all = labels("k", n);
                let selector = format!(r#"{{"podSelector":{{"matchLabels":{{{all}}}}}}}"#);
                pod_payload(
                    &labelled_pod(&all, ""),
                    "{}",
                    &[stored("one", &selector), stored("two", &selector)].join(","),
                )
            },
        },
        Shape {
            name: "stored-overlaps",
            what: "labels of each of 1,000 PodNetworkings that overlap with one of as many",
            most: 100,
            make: |n| {
                let cluster = many(1000, |i| {
                    stored(
                        &format!("pn-{i}"),
                        &format!(r#"{{"podSelector":{{"matchLabels":{{{}}}}}}}"#, labels(&format!("x{i}-"), n)),
                    )
                });
                with_selector(&format!(r#"{{"podSelector":{{"matchLabels":{{{}}}}}}}"#, labels("k", n)), &cluster)
            },
        },
        Shape {
            name: "stored-vswitches",
            what: "vSwitches in the status of each of 1,000 PodNetworkings, looked for by one that has them all",
            most: 100,
            make: |n| {
                let status = many(n, |i| format!(r#"{{"id":"vsw-{i}x","zone":"h"}}"#));
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchLabels":{{"app":"app-{i}"}}}}}}"#))
                        .replace(r#"{"id":"vsw-1","zone":"h"}"#, &status)
                });
                let ids = many(n, |i| format!(r#""vsw-{i}x""#));
                podnetworking_payload(
                    &format!(
                        r#""selector":{{"podSelector":{{"matchLabels":{{"a":"b"}}}}}},"securityGroupIDs":["sg-1"],"vSwitchOptions":[{ids}]"#
                    ),
                    &cluster,
                )
            },
        },
        Shape {
            name: "stored-fixed",
            what: "`Fixed` PodNetworkings that match a pod without a fixed name, which has 100,000 labels",
            most: 1000,
            make: |n| {
                let cluster = many(n, |i| {
                    stored(&format!("pn-{i}"), r#"{"podSelector":{"matchLabels":{"k1":"v"}}}"#)
                        .replace("Elastic", "Fixed")
                });
                pod_payload(
                    &format!(
                        r#"{{"metadata":{{"name":"p","labels":{{{}}},"ownerReferences":[{{"kind":"ReplicaSet"}}]}},"spec":{{"containers":[]}}}}"#,
                        labels("k", 100_000)
                    ),
                    r#"{"platform":"ack"}"#,
                    &cluster,
                )
            },
        },
        Shape {
            name: "stored-one-name",
            what: "stored PodNetworkings of one name",
            most: 1000,
            make: |n| {
                let cluster = many(n, |_| stored("same", r#"{"podSelector":{},"namespaceSelector":{}}"#));
                with_selector(r#"{"podSelector":{"matchLabels":{"a":"b"}}}"#, &cluster)
            },
        },
        Shape {
            name: "namespaces-labels",
            what: "labels of each of 4,000 namespaces, beside 1,000 PodNetworkings that all overlap",
            most: 40,
            make: |n| {
                let all = many(4000, |i| {
                    format!(r#"{{"metadata":{{"name":"ns-{i}","labels":{{"all":"y",{}}}}}}}"#, labels("k", n.max(1)))
                });
                let cluster = many(1000, |i| {
                    stored(
                        &format!("pn-{i}"),
                        r#"{"podSelector":{},"namespaceSelector":{"matchExpressions":[{"key":"none","operator":"DoesNotExist"}]}}"#,
                    )
                });
                payload(
                    "PodNetworking",
                    "",
                    &selecting(r#"{"namespaceSelector":{"matchLabels":{"all":"y"}}}"#),
                    None,
                    "{}",
                    &cluster,
                    &all,
                )
            },
        },
        Shape {
            name: "namespace-requirements",
            what: "requirements of each of 1,000 PodNetworkings that select a namespace and overlap there",
            most: 60,
            make: |n| {
                let all = many(n, |i| format!(r#"{{"key":"k{i}","operator":"NotIn","values":["v"]}}"#));
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"namespaceSelector":{{"matchExpressions":[{all}]}}}}"#))
                });
                payload("Namespace", "", r#"{"metadata":{"name":"shop"}}"#, None, "{}", &cluster, "")
            },
        },
        Shape {
            name: "namespace-everywhere",
            what: "labels of each of 500 PodNetworkings without a namespace selector, beside 500 with one",
            most: 200,
            make: |n| {
                let cluster = many(1000, |i| {
                    let namespaces = if i % 2 == 0 { r#","namespaceSelector":{}"# } else { "" };
                    stored(
                        &format!("pn-{i}"),
                        &format!(
                            r#"{{"podSelector":{{"matchLabels":{{{},"z":"{i}"}}}}{namespaces}}}"#,
                            labels("k", n.max(1))
                        ),
                    )
                });
                payload("Namespace", "", r#"{"metadata":{"name":"shop"}}"#, None, "{}", &cluster, "")
            },
        },
        Shape {
            name: "namespace-expressions",
            what: "requirements of a namespaceSelector, beside 4,000 namespaces that satisfy all of them",
            most: 50_000,
            make: |n| {
                let all = many(n, |i| format!(r#"{{"key":"k{i}","operator":"NotIn","values":["v"]}}"#));
                payload(
                    "PodNetworking",
                    "",
                    &podnetworking(&format!(
                        r#""selector":{{"namespaceSelector":{{"matchExpressions":[{all}]}}}},"securityGroupIDs":["sg-1"],"vSwitchOptions":["vsw-1"]"#
                    )),
                    None,
                    "{}",
                    &stored("other", r#"{"namespaceSelector":{"matchLabels":{"none":"y"}}}"#),
                    &namespaces(4000),
                )
            },
        },
        Shape {
            name: "namespaces",
            what: "namespaces that two PodNetworkings which overlap both select",
            most: 20_000,
            make: |n| {
                payload(
                    "PodNetworking",
                    "",
                    &selecting(r#"{"namespaceSelector":{"matchLabels":{"all":"y"}}}"#),
                    None,
                    "{}",
                    &stored("other", r#"{"namespaceSelector":{"matchLabels":{"all":"y"}}}"#),
                    &namespaces(n),
                )
            },
        },
    ]
}
