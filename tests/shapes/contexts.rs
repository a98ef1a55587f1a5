//! Shapes in which the cluster is hostile: every stored object has the size or the content that its reader likes least.

use super::Shape;
use super::builders::{
    DEFAULT_NAMESPACE, apart, labelled_pod, many, payload, pod_payload, requesting_payload, selecting, stored,
    with_selector,
};

/// The shapes.
pub fn shapes() -> Vec<Shape> {
    let mut all = of_pods();
    all.extend(of_podnetworkings());
    all.extend(of_namespaces());
    all
}

/// `n` requirements, each of two values of which all selectors have one.
fn nearly_same(selector: usize, n: usize) -> String {
    many(n, |i| format!(r#"{{"key":"k{i}","operator":"In","values":["v","u{selector}"]}}"#))
}

/// A namespace that 1,000 PodNetworkings select, with `n` requirements on pods and what `more` adds for each.
fn in_a_namespace(n: usize, more: impl Fn(usize) -> String) -> String {
    let cluster = many(1000, |i| {
        let (all, more) = (nearly_same(i, n), more(i));
        let selector = format!(r#"{{"podSelector":{{"matchExpressions":[{all}]{more}}},"namespaceSelector":{{}}}}"#);
        stored(&format!("pn-{i}"), &selector)
    });
    payload("Namespace", "", r#"{"metadata":{"name":"shop"}}"#, None, "{}", &cluster, "")
}

/// `count` namespaces with `n` labels each, whose keys are written so.
fn labelled(count: usize, n: usize, key: &str) -> String {
    many(count, |i| {
        let labels = many(n, |j| format!(r#""{key}{j}":"v{i}""#));
        format!(r#"{{"metadata":{{"name":"ns-{i}","labels":{{"all":"y",{labels}}}}}}}"#)
    })
}

fn of_pods() -> Vec<Shape> {
    vec![
        Shape {
            name: "stored-values",
            what: "values of one requirement of each of 1,000 PodNetworkings, the last of which selects the pod",
            most: 250,
            make: |n| {
                let values = many(n, |i| format!(r#""value-{i}""#));
                let selector = format!(
                    r#"{{"podSelector":{{"matchExpressions":[{{"key":"app","operator":"In","values":[{values},"web"]}}]}}}}"#
                );
                let cluster = many(1000, |i| stored(&format!("pn-{i}"), &selector));
                pod_payload(&labelled_pod(r#""app":"web""#, ""), "{}", &cluster)
            },
        },
        Shape {
            name: "stored-names",
            what: "escaped newlines in the name of each of 1,000 PodNetworkings that select the pod",
            most: 500,
            make: |n| {
                let cluster = many(1000, |i| stored(&format!("{}{i}", r"\u000a".repeat(n)), r#"{"podSelector":{}}"#));
                pod_payload(&labelled_pod(r#""a":"b""#, ""), "{}", &cluster)
            },
        },
        Shape {
            name: "stored-unlike",
            what: "fields in each of 1,000 PodNetworkings, of which no two have the same ones",
            most: 150,
            make: |n| {
                let cluster = many(1000, |i| {
                    let fields = many(n, |j| format!(r#""f{i}-{j}":{{"x":[{j}]}}"#));
                    stored(
                        &format!("pn-{i}"),
                        &format!(r#"{{"podSelector":{{"matchLabels":{{"app":"app-{i}"}}}},{fields}}}"#),
                    )
                });
                pod_payload(
                    r#"{"metadata":{"name":"p","labels":{"app":"app-0"}},"spec":{"containers":[]}}"#,
                    "{}",
                    &cluster,
                )
            },
        },
        Shape {
            name: "stored-gaps",
            what: "annotations of a PodNetworking, of which each of 1,000 lacks other ones and has one of its own",
            most: 250,
            make: |n| {
                let cluster = many(1000, |i| {
                    let annotations = many(n, |j| {
                        let key =
                            if (i * 7 + j) % 3 == 0 { format!("own-{i}-{j}") } else { format!("k{}", j * 2 + i % 2) };
                        format!(r#""{key}":"""#)
                    });
                    format!(
                        r#"{{"metadata":{{"name":"pn-{i}","annotations":{{{annotations}}}}},"spec":{{"selector":{{"podSelector":{{"matchLabels":{{"app":"app-{i}"}}}}}}}}}}"#
                    )
                });
                pod_payload(&labelled_pod(r#""app":"app-0""#, ""), "{}", &cluster)
            },
        },
        Shape {
            name: "stored-escapes",
            what: "requirements of each of 1,000 PodNetworkings that select the pod, all of them written in escapes",
            most: 40,
            make: |n| {
                let all =
                    many(n, |i| format!(r#"{{"\u006bey":"\u006b{i}","operator":"\u004eotIn","values":["\u0076"]}}"#));
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"\u0070odSelector":{{"matchExpressions":[{all}]}}}}"#))
                });
                pod_payload(&labelled_pod(r#""a":"b""#, ""), "{}", &cluster)
            },
        },
        Shape {
            name: "request-zones",
            what: "zones of each of 1,000 PodNetworkings that a pod requests",
            most: 60,
            make: |n| {
                let elements = many(1000, |i| format!(r#"{{\"network\":\"net-{i}\",\"interfaceName\":\"e{i}\"}}"#));
                let cluster = many(1000, |i| {
                    let ids = many(n, |j| format!(r#""vsw-{i}-{j}""#));
                    let status = many(n, |j| format!(r#"{{"id":"vsw-{i}-{j}","zone":"z{j}"}}"#));
                    stored(&format!("net-{i}"), "null")
                        .replace(r#""vsw-1"]"#, &format!("{ids}]"))
                        .replace(r#"{"id":"vsw-1","zone":"h"}"#, &status)
                });
                requesting_payload(&elements, &cluster)
            },
        },
        Shape {
            name: "workload-ambiguous",
            what: "labels of a Deployment's template that 1,000 PodNetworkings select, and of the old one",
            most: 70_000,
            make: |n| {
                let object = |value: &str| {
                    let labels = many(n, |i| format!(r#""k{i}":"{value}""#));
                    format!(
                        r#"{{"metadata":{{"name":"d"}},"spec":{{"selector":{{"matchLabels":{{"a":"b"}}}},"template":{{"metadata":{{"labels":{{"a":"b",{labels}}}}},"spec":{{"containers":[]}}}}}}}}"#
                    )
                };
                let cluster =
                    many(1000, |i| stored(&format!("pn-{i}"), r#"{"podSelector":{"matchLabels":{"a":"b"}}}"#));
                payload("Deployment", "default", &object("v"), Some(&object("w")), "{}", &cluster, DEFAULT_NAMESPACE)
            },
        },
        Shape {
            name: "cronjob-containers",
            what: "containers of a CronJob, each with an environment variable, in a template that a PodNetworking selects",
            most: 50_000,
            make: |n| {
                let containers =
                    many(n, |i| format!(r#"{{"name":"c{i}","image":"i","env":[{{"name":"A","value":"{i}"}}]}}"#));
                let object = format!(
                    r#"{{"metadata":{{"name":"c"}},"spec":{{"jobTemplate":{{"spec":{{"template":{{"metadata":{{"labels":{{"app":"app-0"}}}},"spec":{{"containers":[{containers}]}}}}}}}}}}}}"#
                );
                payload("CronJob", "default", &object, None, "{}", &apart(1000), DEFAULT_NAMESPACE)
            },
        },
    ]
}

fn of_podnetworkings() -> Vec<Shape> {
    vec![
        Shape {
            name: "stored-looks",
            what: "requirements of each of 1,000 PodNetworkings, none on a key of the sixty of one that overlaps with all",
            most: 60,
            make: |n| {
                let own = many(60, |i| format!(r#"{{"key":"k-{i:04}","operator":"In","values":["v"]}}"#));
                let all = many(n, |i| format!(r#"{{"key":"l-{i:04}","operator":"In","values":["v"]}}"#));
                let cluster = many(1000, |i| {
                    stored(&format!("pn-{i}"), &format!(r#"{{"podSelector":{{"matchExpressions":[{all}]}}}}"#))
                });
                with_selector(&format!(r#"{{"podSelector":{{"matchExpressions":[{own}]}}}}"#), &cluster)
            },
        },
        Shape {
            name: "everything-update",
            what: "requirements of each of 1,000 overlapping PodNetworkings, beside 4,000 namespaces with as many labels",
            most: 60,
            make: |n| {
                let selector = |i: usize| {
                    let pods = many(n / 2, |j| format!(r#"{{"key":"p{j}","operator":"In","values":["v","u{i}"]}}"#));
                    let namespaces =
                        many(n / 2, |j| format!(r#"{{"key":"x{j}","operator":"NotIn","values":["u{i}"]}}"#));
                    format!(
                        r#"{{"podSelector":{{"matchExpressions":[{pods}]}},"namespaceSelector":{{"matchExpressions":[{namespaces}]}}}}"#
                    )
                };
                let cluster = many(1000, |i| stored(&format!("pn-{i}"), &selector(i)));
                let (object, old) = (selecting(&selector(1001)), selecting(&selector(1002)));
                payload("PodNetworking", "", &object, Some(&old), "{}", &cluster, &labelled(4000, n, "k"))
            },
        },
        Shape {
            name: "namespaces-escapes",
            what: "labels, written in escapes, of each of 4,000 namespaces that two overlapping PodNetworkings select",
            most: 40,
            make: |n| {
                let selector = r#"{"namespaceSelector":{"matchLabels":{"all":"y"}}}"#;
                let namespaces = labelled(4000, n, r"\u006b");
                payload("PodNetworking", "", &selecting(selector), None, "{}", &stored("other", selector), &namespaces)
            },
        },
        Shape {
            name: "least-values",
            what: "values that a requirement excludes, which are the least that there are",
            most: 40_000,
            make: |n| {
                let ends: Vec<char> = ('0'..='9').chain('A'..='Z').chain('a'..='z').collect();
                // In bytewise order: fifty-nine least bytes between a first one and two that count.
                let value = |i: usize| {
                    let (high, low) = (ends[i / 62 % 62], ends[i % 62]);
                    format!(r#""{}{}{high}{low}""#, ends[i / 3844 % 62], "-".repeat(60))
                };
                let values = many(n, value);
                with_selector(
                    &format!(
                        r#"{{"podSelector":{{"matchExpressions":[{{"key":"a","operator":"NotIn","values":["","0",{values}]}},{{"key":"a","operator":"Exists"}}]}}}}"#
                    ),
                    &many(1000, |i| stored(&format!("pn-{i}"), r#"{"podSelector":{}}"#)),
                )
            },
        },
    ]
}

fn of_namespaces() -> Vec<Shape> {
    vec![
        Shape {
            name: "namespace-nearly",
            what: "requirements of each of 1,000 PodNetworkings that select the namespace, in all of which each two meet",
            most: 45,
            make: |n| in_a_namespace(n, |_| String::new()),
        },
        Shape {
            name: "namespace-nearly-apart",
            what: "the same, and one more in which no two meet",
            most: 45,
            make: |n| in_a_namespace(n, |i| format!(r#","matchLabels":{{"z":"{i}"}}"#)),
        },
        Shape {
            name: "namespace-update",
            what: "labels of a namespace, all of them changed, and as many requirements of 1,000 PodNetworkings on them",
            most: 45,
            make: |n| {
                let object = |value: &str| {
                    let labels = many(n, |i| format!(r#""k{i}":"{value}""#));
                    format!(r#"{{"metadata":{{"name":"shop","labels":{{"all":"y",{labels}}}}}}}"#)
                };
                let cluster = many(1000, |i| {
                    stored(
                        &format!("pn-{i}"),
                        &format!(
                            r#"{{"podSelector":{{"matchLabels":{{"z":"{}"}}}},"namespaceSelector":{{"matchExpressions":[{}]}}}}"#,
                            i % 500,
                            nearly_same(i, n)
                        ),
                    )
                });
                payload("Namespace", "", &object("v"), Some(&object("w")), "{}", &cluster, "")
            },
        },
    ]
}
