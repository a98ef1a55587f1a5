//! The server as an API server meets it: answers, failures, and what happens when something around it changes.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod support;

use std::time::Duration;

use base64::Engine;
use serde_json::{Value, json};
use support::api::{NAMESPACES, PODNETWORKINGS, Weather};
use support::client::{Client, create, namespace, pod, podnetworking, review};
use support::running::{Served, pair};

const GROUP: &str = "network.alibabacloud.com";

fn patch(response: &Value) -> Value {
    let encoded = response["patch"].as_str().unwrap();
    let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pod_is_changed_by_the_smallest_patch_and_then_accepted() {
    let served = Served::new(&[], |api| drop(api.put(PODNETWORKINGS, podnetworking("a", "a")))).await;
    for mut client in
        [served.client().await, Client::http2(served.running.reviews, &served.files.bundle).await.unwrap()]
    {
        let response = client.post("/mutate?timeout=5s", create("", "Pod", &pod("a"))).await.unwrap().response();
        assert_eq!(response["allowed"], true);
        assert_eq!(response["auditAnnotations"], json!({"podnetworking": "a"}));
        let operations = patch(&response);
        let paths: Vec<&str> = operations.as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap()).collect();
        assert_eq!(paths, ["/metadata/annotations", "/spec/affinity"]);
        let mut changed = pod("a");
        json_patch::patch(&mut changed, &serde_json::from_value::<json_patch::Patch>(operations).unwrap()).unwrap();
        let response = client.post("/validate?timeout=5s", create("", "Pod", &changed)).await.unwrap().response();
        assert_eq!((&response["allowed"], &response["patch"]), (&json!(true), &Value::Null));
        // What a later webhook took away again is denied behind it.
        let response = client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().response();
        assert_eq!(response["allowed"], false);
        assert!(response["status"]["message"].as_str().unwrap().contains("[zone-unconstrained]"), "{response}");
        // An object that is not selected is left alone.
        let response = client.post("/mutate", create("", "Pod", &pod("b"))).await.unwrap().response();
        assert_eq!((&response["allowed"], &response["patch"]), (&json!(true), &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn monitor_denies_and_changes_nothing_and_says_what_it_would() {
    let served = Served::new(&["--mode", "monitor"], |api| {
        api.put(PODNETWORKINGS, podnetworking("a", "a"));
        api.put(PODNETWORKINGS, podnetworking("b", "a"));
        api.put(PODNETWORKINGS, podnetworking("c", "c"));
    })
    .await;
    let mut client = served.client().await;
    let response = client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().response();
    assert_eq!((&response["allowed"], &response["status"]), (&json!(true), &Value::Null));
    assert!(response["warnings"][0].as_str().unwrap().starts_with("would be denied: [ambiguous-pod] "), "{response}");
    let response = client.post("/mutate", create("", "Pod", &pod("c"))).await.unwrap().response();
    assert_eq!((&response["allowed"], &response["patch"]), (&json!(true), &Value::Null));
    let response = client.post("/validate", create("", "Pod", &pod("c"))).await.unwrap().response();
    assert_eq!((&response["allowed"], &response["warnings"]), (&json!(true), &Value::Null), "nothing was constrained");
    let would_deny = r#"podnetworking_decisions_total{webhook="validate",kind="Pod",operation="CREATE",mode="monitor",answer="would-deny"}"#;
    assert_eq!(served.metric(would_deny).await, Some(1.0));
    let would_change = would_deny.replace("validate", "mutate").replace("would-deny", "would-change");
    assert_eq!(served.metric(&would_change).await, Some(1.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_hinders_a_decision_is_a_status_and_no_denial() {
    let served = Served::new(&[], |_| {}).await;
    let mut client = served.client().await;
    for (path, body, status, words) in [
        ("/validate", "{".to_owned(), 400, "not valid JSON"),
        ("/validate", "{}".to_owned(), 400, "AdmissionReview"),
        ("/other", "{}".to_owned(), 404, "/mutate and /validate"),
        ("/validate", " ".repeat((7 << 20) + 1), 413, "7 MiB"),
    ] {
        let mut client = Client::http1(served.running.reviews, &served.files.bundle).await.unwrap();
        let answer = client.post(path, body).await.unwrap();
        assert_eq!(answer.status, status, "{}", answer.text);
        assert!(answer.text.contains(words) && answer.text.lines().count() == 1, "{}", answer.text);
    }
    // A body of nearly 7 MiB is decided.
    let mut large = pod("a");
    large["metadata"]["annotations"] = json!({"large": "x".repeat(6 << 20)});
    assert_eq!(client.post("/validate", create("", "Pod", &large)).await.unwrap().status, 200);
    // Too many bytes at once.
    let held = served.running.webhook.bytes.take((64 << 20) - 100).unwrap();
    let answer = client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap();
    assert_eq!((answer.status, answer.text.lines().count()), (429, 1), "{}", answer.text);
    drop(held);
    let mut client = served.client().await;
    assert_eq!(client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().status, 200);
    // Too many requests at once.
    let held = served.running.webhook.requests.take(1024).unwrap();
    assert_eq!(client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().status, 429);
    drop(held);
    // No time at all.
    let mut client = served.client().await;
    let answer = client.post("/validate?timeout=1ns", create("", "Pod", &pod("a"))).await.unwrap();
    assert_eq!(answer.status, 504, "{}", answer.text);
    assert_eq!(served.metric(r#"podnetworking_failures_total{webhook="validate",status="429"}"#).await, Some(2.0));
    assert_eq!(served.metric("podnetworking_bytes_in_flight").await, Some(0.0));
    assert_eq!(served.metric("podnetworking_requests_in_flight").await, Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn facts_follow_the_watch() {
    let served = Served::new(&[], |_| {}).await;
    let mut client = served.client().await;
    let mut selected = async || {
        let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
        response["auditAnnotations"]["podnetworking"].clone()
    };
    assert_eq!(selected().await, Value::Null);
    served.api.put(PODNETWORKINGS, podnetworking("a", "a"));
    while selected().await != json!("a") {}
    served.api.put(PODNETWORKINGS, podnetworking("a", "b"));
    while selected().await != Value::Null {}
    served.api.put(PODNETWORKINGS, podnetworking("a", "a"));
    while selected().await != json!("a") {}
    served.api.delete(PODNETWORKINGS, "a");
    while selected().await != Value::Null {}
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relist_replaces_what_the_watch_missed() {
    let served = Served::new(&[], |api| drop(api.put(PODNETWORKINGS, podnetworking("lost", "a")))).await;
    let mut client = served.client().await;
    served.api.lose(PODNETWORKINGS, "lost");
    served.api.gone(PODNETWORKINGS);
    loop {
        let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
        match response["auditAnnotations"]["podnetworking"].as_str() {
            // The old facts answer until the new ones are whole.
            Some(name) => assert_eq!(name, "lost"),
            None => break,
        }
    }
    assert_eq!(served.readiness().await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_is_half_open_is_noticed() {
    let served =
        Served::new(&["--watch-seconds", "1"], |api| drop(api.put(PODNETWORKINGS, podnetworking("a", "a")))).await;
    let mut client = served.client().await;
    let age = r#"podnetworking_facts_age_seconds{resource="podnetworkings"}"#;
    let before = served.api.count(&format!("GET {PODNETWORKINGS}?"));
    // The API server ends each watch after a second, and says so; now it says nothing.
    served.api.weather(PODNETWORKINGS, Weather::Silent);
    served.until("its age grows", async |served| served.metric(age).await > Some(3.0)).await;
    served.api.put(PODNETWORKINGS, podnetworking("b", "b"));
    let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
    assert_eq!(response["auditAnnotations"]["podnetworking"], "a", "the old facts answer");
    served.api.weather(PODNETWORKINGS, Weather::Fine);
    served
        .until("another watch begins", async |served| {
            served.api.count(&format!("GET {PODNETWORKINGS}?")) > before + 1 && served.metric(age).await < Some(3.0)
        })
        .await;
    while client.post("/mutate", create("", "Pod", &pod("b"))).await.unwrap().response()["auditAnnotations"].is_null() {
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_the_watch_has_not_shown_is_read() {
    let served = Served::new(&[], |api| {
        let mut one = podnetworking("a", "a");
        one["spec"]["selector"]["namespaceSelector"] = json!({"matchLabels": {"team": "a"}});
        api.put(PODNETWORKINGS, one);
    })
    .await;
    served.api.put_unseen(NAMESPACES, namespace("new", &json!({"team": "a", "kubernetes.io/metadata.name": "new"})));
    let mut client = served.client().await;
    let mut one = pod("a");
    one["metadata"]["namespace"] = json!("new");
    let response = client.post("/mutate", create("", "Pod", &one)).await.unwrap().response();
    assert_eq!(response["auditAnnotations"]["podnetworking"], "a", "{response}");
    // One that is not there at all is not known.
    one["metadata"]["namespace"] = json!("nowhere");
    let response = client.post("/mutate", create("", "Pod", &one)).await.unwrap().response();
    let message = response["status"]["message"].as_str().unwrap();
    assert!(message.contains("[facts-unavailable]") && message.contains("`nowhere`"), "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_grant_is_named_and_what_needs_no_facts_is_decided() {
    let api = support::api::Api::start().await;
    api.weather(PODNETWORKINGS, Weather::Refused(403));
    let files = support::running::Files::new();
    let running = support::running::start(&api, &support::running::options(&api, &files, &[])).await;
    let served = Served { api, running, files };
    let named = "no permission to list and watch `podnetworkings.network.alibabacloud.com`";
    served.until("the grant is named", async |served| served.readiness().await.1.contains(named)).await;
    assert_eq!(served.readiness().await.0, 503);
    for _ in 0..20 {
        // It fails until it works: the next try does not hide it.
        assert!(served.readiness().await.1.contains(named));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(support::client::get(served.running.probes, "/livez").await.0, 200);
    let mut client = served.client().await;
    let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
    let message = response["status"]["message"].as_str().unwrap();
    assert!(message.contains("[facts-unavailable]") && message.contains(named), "{message}");
    let mut exempt = pod("a");
    exempt["metadata"]["namespace"] = json!("kube-system");
    let response = client.post("/mutate", create("", "Pod", &exempt)).await.unwrap().response();
    assert_eq!(response["allowed"], true);
    assert_eq!(served.metric(r#"podnetworking_watch_failing{resource="podnetworkings"}"#).await, Some(1.0));
    served.api.weather(PODNETWORKINGS, Weather::Fine);
    served.until("it is ready", async |served| served.readiness().await == (200, "ok\n".to_owned())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_grant_leaves_the_facts_in_force_until_they_are_too_old() {
    let served =
        Served::new(&["--facts-max-age", "2"], |api| drop(api.put(PODNETWORKINGS, podnetworking("a", "a")))).await;
    let mut client = served.client().await;
    served.api.weather(PODNETWORKINGS, Weather::Refused(403));
    served.api.cut(PODNETWORKINGS);
    served.until("it is named", async |served| served.readiness().await.1.contains("no permission")).await;
    assert_eq!(served.readiness().await.0, 200, "decisions go on");
    let too_old = async |client: &mut Client| {
        let response = client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().response();
        response["status"]["message"].as_str().is_some_and(|message| message.contains("s old: no permission"))
    };
    while !too_old(&mut client).await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(served.readiness().await.0, 200);
    served.api.weather(PODNETWORKINGS, Weather::Fine);
    while too_old(&mut client).await {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_are_read_again_and_invalid_ones_change_nothing() {
    let served = Served::new(&[], |api| {
        api.put(PODNETWORKINGS, podnetworking("a", "a"));
        api.put(PODNETWORKINGS, podnetworking("b", "a"));
    })
    .await;
    let mut client = served.client().await;
    let mut allowed =
        async || client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().response()["allowed"].clone();
    assert_eq!(allowed().await, json!(false));
    served.files.write("settings.yaml", "rules: {ambiguous-pod: of}\n");
    served.until("they are refused", async |served| served.readiness().await.1.contains("rules.ambiguous-pod")).await;
    assert_eq!(served.readiness().await.0, 200);
    assert_eq!(served.metric("podnetworking_settings_rejected").await, Some(1.0));
    assert_eq!(allowed().await, json!(false));
    served.files.write("settings.yaml", "rules: {ambiguous-pod: off}\n");
    served.until("they are in force", async |served| served.readiness().await.1 == "ok\n").await;
    assert_eq!(allowed().await, json!(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_pair_is_served_and_one_that_does_not_belong_together_is_not() {
    let served = Served::new(&[], |_| {}).await;
    let (certificate, key) = pair();
    served.files.write("tls.crt", &certificate);
    served
        .until("it is refused", async |served| served.metric("podnetworking_certificate_rejected").await == Some(1.0))
        .await;
    assert!(Client::http1(served.running.reviews, &served.files.bundle).await.is_ok(), "the old pair is served");
    served.files.write("tls.key", &key);
    served
        .until("it is served", async |served| {
            Client::http1(served.running.reviews, certificate.as_bytes()).await.is_ok()
        })
        .await;
    assert!(Client::http1(served.running.reviews, &served.files.bundle).await.is_err());
    assert_eq!(served.metric("podnetworking_certificate_rejected").await, Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_open_connection_sees_the_end_coming() {
    let served = Served::new(&[], |_| {}).await;
    let mut client = served.client().await;
    let mut idle = Client::http2(served.running.reviews, &served.files.bundle).await.unwrap();
    assert_eq!(idle.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().status, 200);
    let webhook = served.running.webhook.clone();
    let probes = served.running.probes;
    let reviews = served.running.reviews;
    let bundle = served.files.bundle.clone();
    let ended = tokio::spawn(async move { served.running.end(Duration::from_secs(1)).await });
    while webhook.is_ready() {
        tokio::task::yield_now().await;
    }
    assert_eq!(support::client::get(probes, "/readyz").await, (503, "ending\n".to_owned()));
    // New connections are still accepted.
    let mut late = Client::http1(reviews, &bundle).await.unwrap();
    assert!(!late.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().close);
    loop {
        let answer = client.post("/validate", create("", "Pod", &pod("a"))).await.unwrap();
        assert_eq!(answer.status, 200);
        if answer.close {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(late.post("/validate", create("", "Pod", &pod("a"))).await.unwrap().close);
    assert!(Client::http1(reviews, &bundle).await.is_err(), "it does not listen any more");
    ended.await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_that_overlap_one_is_allowed() {
    let served = Served::new(&[], |_| {}).await;
    let answers = ["a", "b"].map(async |name| {
        let mut one = podnetworking(name, "x");
        one["metadata"]["uid"] = json!(format!("uid-of-{name}"));
        let mut client = served.client().await;
        client.post("/validate", create(GROUP, "PodNetworking", &one)).await.unwrap().response()
    });
    let answers = futures::future::join_all(answers).await;
    let denied: Vec<&Value> = answers.iter().filter(|answer| answer["allowed"] == false).collect();
    assert_eq!(denied.len(), 1, "{answers:?}");
    let message = denied[0]["status"]["message"].as_str().unwrap();
    assert!(message.contains("is being created; try again in "), "{message}");
    // A dry run reserves nothing, and is told of what is reserved.
    let mut client = served.client().await;
    let dry = review("CREATE", GROUP, "PodNetworking", &podnetworking("c", "y"), &Value::Null, true);
    assert_eq!(client.post("/validate", dry).await.unwrap().response()["allowed"], true);
    let real = create(GROUP, "PodNetworking", &podnetworking("d", "y"));
    assert_eq!(client.post("/validate", real).await.unwrap().response()["allowed"], true);
    // A pod knows nothing of it: only what is stored selects.
    let response = client.post("/mutate", create("", "Pod", &pod("x"))).await.unwrap().response();
    assert_eq!(response["auditAnnotations"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reservation_ends_when_the_watch_shows_the_object() {
    let served = Served::new(&[], |api| drop(api.put(PODNETWORKINGS, podnetworking("a", "a")))).await;
    let mut client = served.client().await;
    // On an update the stored and the new spec both count.
    let old = served.api.get(&format!("{PODNETWORKINGS}/a")).unwrap();
    let mut new = old.clone();
    new["spec"]["selector"]["podSelector"]["matchLabels"]["app"] = json!("b");
    let update = review("UPDATE", GROUP, "PodNetworking", &new, &old, false);
    assert_eq!(client.post("/validate", update).await.unwrap().response()["allowed"], true);
    let mut allowed = async |name: &str, app: &str| {
        let one = create(GROUP, "PodNetworking", &podnetworking(name, app));
        client.post("/validate", one).await.unwrap().response()
    };
    assert_eq!(allowed("old", "a").await["allowed"], false);
    let denied = allowed("new", "b").await;
    assert!(denied["status"]["message"].as_str().unwrap().contains("`a` is being changed"), "{denied}");
    served.api.put(PODNETWORKINGS, new);
    while allowed("old", "a").await["allowed"] == false {}
    let denied = allowed("new", "b").await;
    assert!(!denied["status"]["message"].as_str().unwrap().contains("is being"), "{denied}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_of_other_fields_reserves_nothing() {
    let served = Served::new(&[], |api| drop(api.put(PODNETWORKINGS, podnetworking("a", "a")))).await;
    let mut client = served.client().await;
    let old = served.api.get(&format!("{PODNETWORKINGS}/a")).unwrap();
    // More than can be reserved of one object.
    for number in 0..20 {
        let mut new = old.clone();
        new["metadata"]["labels"] = json!({"number": number.to_string()});
        let update = review("UPDATE", GROUP, "PodNetworking", &new, &old, false);
        let answer = client.post("/validate", update).await.unwrap();
        assert_eq!((answer.status, &answer.response()["allowed"]), (200, &json!(true)), "{number}");
    }
    assert_eq!(served.metric("podnetworking_reservations").await, Some(0.0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_that_is_being_created_counts() {
    let served = Served::new(&[], |_| {}).await;
    let mut client = served.client().await;
    let in_team = |name: &str| {
        let mut one = podnetworking(name, "a");
        one["spec"]["selector"]["namespaceSelector"] = json!({"matchLabels": {name: "yes"}});
        one
    };
    let (a, b) = (in_team("a"), in_team("b"));
    let both = namespace("both", &json!({"a": "yes", "b": "yes", "kubernetes.io/metadata.name": "both"}));
    for (group, kind, object, is_allowed) in
        [(GROUP, "PodNetworking", &a, true), ("", "Namespace", &both, true), (GROUP, "PodNetworking", &b, false)]
    {
        let response = client.post("/validate", create(group, kind, object)).await.unwrap().response();
        assert_eq!(response["allowed"], is_allowed, "{response}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pair_that_got_through_is_told_once_on_both() {
    let served = Served::new(&[], |_| {}).await;
    served.api.put(PODNETWORKINGS, podnetworking("a", "x"));
    served.api.put(PODNETWORKINGS, podnetworking("b", "x"));
    let events = "/api/v1/namespaces/default/events";
    served.until("there are two Events", async |served| served.api.below(events).len() == 2).await;
    served.api.put(PODNETWORKINGS, podnetworking("b", "x"));
    served.api.put(PODNETWORKINGS, podnetworking("c", "c"));
    served
        .until("the last one was seen", async |served| {
            served.metric(r#"podnetworking_facts_objects{resource="podnetworkings"}"#).await == Some(3.0)
        })
        .await;
    assert_eq!(served.metric("podnetworking_overlapping_pairs_total").await, Some(1.0));
    let about: Vec<Value> =
        served.api.below(events).iter().map(|event| event["involvedObject"]["name"].clone()).collect();
    assert_eq!(about, [json!("a"), json!("b")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_namespace_in_which_two_overlap_is_told_too() {
    let served = Served::new(&[], |_| {}).await;
    for name in ["a", "b"] {
        let mut one = podnetworking(name, "x");
        one["spec"]["selector"]["namespaceSelector"] = json!({"matchLabels": {name: "yes"}});
        served.api.put(PODNETWORKINGS, one);
    }
    served.api.put(NAMESPACES, namespace("both", &json!({"a": "yes", "b": "yes"})));
    let events = "/api/v1/namespaces/default/events";
    served.until("there are two Events", async |served| served.api.below(events).len() == 2).await;
    assert_eq!(served.metric("podnetworking_overlapping_pairs_total").await, Some(1.0));
}
