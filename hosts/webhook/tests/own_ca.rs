//! The CA of its own: two replicas, a rotation, and configurations that lose their bundle.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use podnetworking_webhook::metrics::Metrics;
use podnetworking_webhook::options::Name;
use podnetworking_webhook::tls::authority::Lives;
use podnetworking_webhook::tls::own::Own;
use podnetworking_webhook::tls::server::{self, Serving};
use serde_json::{Value, json};
use support::api::{Api, NAMESPACES, Weather};
use support::client::{Client, create, namespace, pod};
use support::running::{Files, Served, options, start};

const SECRETS: &str = "/api/v1/namespaces/network/secrets";
const MUTATING: &str = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations";
const VALIDATING: &str = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations";
const FLAGS: [&str; 6] = [
    "--tls-secret",
    "network/webhook-tls",
    "--service",
    "network/webhook",
    "--webhook-configuration",
    "podnetworking-policy",
];

/// An API server with an empty Secret and two configurations without a bundle, as a chart makes them.
async fn installed() -> Api {
    let api = Api::start().await;
    api.put(NAMESPACES, namespace("default", &json!({})));
    api.put(
        SECRETS,
        json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "webhook-tls", "namespace": "network"}}),
    );
    for (path, kind) in [(MUTATING, "MutatingWebhookConfiguration"), (VALIDATING, "ValidatingWebhookConfiguration")] {
        api.put(path, configuration(kind));
    }
    api
}

fn configuration(kind: &str) -> Value {
    let webhook = |name: &str| {
        json!({
            "name": name, "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "clientConfig": {"service": {"namespace": "network", "name": "webhook", "path": "/x"}},
        })
    };
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1", "kind": kind,
        "metadata": {"name": "podnetworking-policy"},
        "webhooks": [webhook("one.podnetworking-policy.io"), webhook("two.podnetworking-policy.io")],
    })
}

/// The bundles in all webhooks of both configurations.
fn bundles(api: &Api) -> BTreeSet<Vec<u8>> {
    let configurations = [MUTATING, VALIDATING].map(|path| api.get(&format!("{path}/podnetworking-policy")).unwrap());
    let webhooks = configurations.iter().flat_map(|one| one["webhooks"].as_array().unwrap());
    webhooks.map(|one| STANDARD.decode(one["clientConfig"]["caBundle"].as_str().unwrap_or_default()).unwrap()).collect()
}

fn secret(api: &Api, key: &str) -> Vec<u8> {
    let secret = api.get(&format!("{SECRETS}/webhook-tls")).unwrap();
    STANDARD.decode(secret["data"][key].as_str().unwrap_or_default()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_replicas_that_start_with_an_empty_secret_agree() {
    let api = installed().await;
    let files = Files::new();
    let options = options(&api, &files, &FLAGS);
    let (one, other) = tokio::join!(start(&api, &options), start(&api, &options));
    let mut replicas = Vec::new();
    for running in [one, other] {
        let served = Served { api: api.clone(), running, files: Files::new() };
        served.until("it is ready", async |served| served.readiness().await.0 == 200).await;
        replicas.push(served);
    }
    replicas[0]
        .until("one bundle is everywhere", async |served| {
            bundles(&served.api) == BTreeSet::from([secret(&served.api, "ca.crt")])
        })
        .await;
    let bundle = secret(&api, "ca.crt");
    for served in &replicas {
        served
            .until("the CA of the Secret is trusted", async |served| {
                Client::http1(served.running.reviews, &bundle).await.is_ok()
            })
            .await;
        let mut client = Client::http1(served.running.reviews, &bundle).await.unwrap();
        assert_eq!(client.post("/mutate", create("", "Pod", &pod("a"))).await.unwrap().status, 200);
    }
    // Somebody empties a configuration, as an upgrade would.
    api.put(MUTATING, configuration("MutatingWebhookConfiguration"));
    replicas[0]
        .until("the bundle is back", async |served| bundles(&served.api) == BTreeSet::from([bundle.clone()]))
        .await;
}

/// A replica that looks at its Secret often, and whose certificates last for seconds.
async fn short_lived(api: &Api, lives: Lives) -> (Own, kube::Client, Arc<Serving>, Arc<Metrics>) {
    let name = |name: &str| Name { namespace: "network".to_owned(), name: name.to_owned() };
    let mut own = Own::new(name("webhook-tls"), name("webhook"), "podnetworking-policy".to_owned());
    own.lives = lives;
    own.every = Duration::from_millis(20);
    let config = kube::Config::new(format!("http://{}", api.address).parse().unwrap());
    (own, kube::Client::try_from(config).unwrap(), Arc::default(), Arc::new(Metrics::new(Vec::new())))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_fails_no_handshake() {
    let api = installed().await;
    let lives = Lives {
        back: time::Duration::ZERO,
        learning: time::Duration::seconds(1),
        authority: time::Duration::seconds(9),
        certificate: time::Duration::seconds(4),
    };
    let (own, client, serving, metrics) = short_lived(&api, lives).await;
    own.step(&client, &serving, &metrics).await.unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(server::config(Arc::clone(&serving)).unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(acceptor.accept(stream));
        }
    });
    // Two replicas keep the same Secret.
    for _ in 0..2 {
        tokio::spawn(own.clone().keep(client.clone(), Arc::clone(&serving), Arc::clone(&metrics)));
    }
    let mut seen: BTreeSet<Vec<u8>> = BTreeSet::new();
    let end = tokio::time::Instant::now() + Duration::from_secs(14);
    while tokio::time::Instant::now() < end {
        let bundles = bundles(&api);
        for bundle in &bundles {
            let connected = Client::handshake(address, bundle).await;
            assert!(connected.is_ok(), "{connected:?}");
        }
        seen.extend(bundles);
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let of =
        |number: usize| seen.iter().filter(|one| one.windows(5).filter(|at| at == b"BEGIN").count() == number).count();
    assert!(of(1) >= 2 && of(2) >= 1, "a CA joined, and another one left: {} {}", of(1), of(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_named_and_the_pair_is_kept() {
    let api = installed().await;
    let (own, client, serving, metrics) = short_lived(&api, Lives::default()).await;
    own.step(&client, &serving, &metrics).await.unwrap();
    api.weather(SECRETS, Weather::Refused(403));
    let reason = own.step(&client, &serving, &metrics).await.unwrap_err();
    assert!(reason.starts_with("no permission to get Secret network/webhook-tls"), "{reason}");
    assert!(serving.is_set());
    api.weather(SECRETS, Weather::Refused(404));
    let reason = own.step(&client, &serving, &metrics).await.unwrap_err();
    assert_eq!(reason, "Secret network/webhook-tls does not exist");
    api.weather(SECRETS, Weather::Fine);
    api.weather(MUTATING, Weather::Refused(403));
    let reason = own.step(&client, &serving, &metrics).await.unwrap_err();
    assert!(reason.contains("no permission to get MutatingWebhookConfiguration podnetworking-policy"), "{reason}");
}
