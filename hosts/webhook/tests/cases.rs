//! The golden cases, decided by the compiled-in core and by `policy.wasm`, with the facts of a store.
//!
//! What is compared is the decision, and the answer that the handler of `/mutate` sends for it.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

use std::sync::Arc;

use base64::Engine;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::Request;
use libtest_mimic::{Arguments, Trial};
use podnetworking_policy::facts::search::live::LiveIndex;
use podnetworking_testing::{Case, cases};
use podnetworking_webhook::decide::decider::Decider;
use podnetworking_webhook::facts::cluster::Unusable;
use podnetworking_webhook::facts::namespaces::Namespaces;
use podnetworking_webhook::facts::object;
use podnetworking_webhook::facts::snapshot::Snapshot;
use podnetworking_webhook::metrics::Metrics;
use podnetworking_webhook::options::Mode;
use podnetworking_webhook::serve::admission;
use podnetworking_webhook::settings::{Both, One};
use podnetworking_webhook::webhook::Webhook;
use serde_json::{Value, json};

/// The settings of a case for both webhooks; nothing where they are invalid: then the program does not start.
fn settings(case: &Case) -> Option<Both> {
    let json = case.settings().unwrap_or("{}").to_owned();
    let settings = podnetworking_policy::parse_settings(Some(&json)).ok()?;
    let one = One { json, settings };
    Some(Both { mutate: one.clone(), validate: one })
}

/// The facts of a case as a cluster has them; nothing where a cluster cannot have them.
fn snapshot(case: &Case) -> Option<Snapshot> {
    let unclusterly = ["facts-unavailable", "namespace-unknown"];
    if !case.live || unclusterly.iter().any(|rule| case.expects(rule)) {
        return None;
    }
    let context: Value = serde_json::from_str(case.context().unwrap_or("{}")).ok()?;
    let items = |list: &str| match context.get(list) {
        None => Some(Vec::new()),
        Some(items) => items.as_array().cloned(),
    };
    let mut index = LiveIndex::default();
    for mut item in items("podNetworkings")? {
        let members = item.as_object_mut()?;
        members.entry("apiVersion").or_insert(json!("network.alibabacloud.com/v1beta1"));
        members.entry("kind").or_insert(json!("PodNetworking"));
        let (_, text) = object::podnetworking(serde_json::from_value(item).ok()?).ok()?;
        index.insert(text).ok()?;
    }
    let mut namespaces = Namespaces::default();
    for item in items("namespaces")? {
        let (name, text) = object::namespace(serde_json::from_value(item.get("metadata")?.clone()).ok()?).ok()?;
        namespaces.insert(&name, text);
    }
    let mut snapshot = Snapshot::default();
    snapshot.set_podnetworkings(index);
    snapshot.set_namespaces(namespaces);
    Some(snapshot)
}

fn check(case: &Case, settings: Both, snapshot: Snapshot, decider: Decider) -> Result<(), String> {
    let request = case.request().expect("a request");
    let webhook = Webhook::new(settings, Mode::Protect, decider, Arc::new(Metrics::new(Vec::new())));
    webhook.store.update(|facts| *facts = snapshot.clone());
    let decided = webhook.decider.decide(
        podnetworking_policy::json::value::Json::parse(request).map_err(|error| error.to_string())?,
        &webhook.settings.load().mutate,
        &Arc::new(snapshot),
        &Arc::new(Unusable::default()),
    );
    let verdict = decided.map_err(|error| format!("{error:?}"))?.verdict;
    let mutated = verdict.mutated_object.as_deref().unwrap_or("null");
    let text = format!(
        r#"{{"accepted":{},"message":{},"code":{},"mutated_object":{mutated},"audit_annotations":{},"warnings":{}}}"#,
        verdict.accepted,
        json!(verdict.message),
        json!(verdict.code),
        json!(Some(&verdict.audit_annotations).filter(|all| !all.is_empty())),
        json!(verdict.warnings),
    );
    case.check_validation_response(&text)?;
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (status, body) = runtime.block_on(send(&Arc::new(webhook), request));
    if status != 200 {
        return Err(format!("{status}: {body}"));
    }
    let answer: Value = serde_json::from_str(&body).map_err(|error| format!("{error}: {body}"))?;
    let response = &answer["response"];
    let (sent, mutated): (Value, Value) =
        (serde_json::from_str(request).unwrap(), serde_json::from_str(mutated).unwrap());
    let expected =
        json!([verdict.accepted, verdict.message, verdict.code, verdict.audit_annotations, verdict.warnings]);
    let or = |value: &Value, otherwise: Value| if value.is_null() { otherwise } else { value.clone() };
    let found = json!([
        response["allowed"],
        response["status"]["message"],
        response["status"]["code"],
        or(&response["auditAnnotations"], json!({})),
        or(&response["warnings"], json!([])),
    ]);
    if response["uid"] != sent["uid"] || found != expected {
        return Err(format!("the answer is {found}\nand not {expected}"));
    }
    let mut object = sent["object"].clone();
    if let Some(encoded) = response["patch"].as_str() {
        let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).unwrap();
        let patch: json_patch::Patch = serde_json::from_slice(&bytes).unwrap();
        if patch.0.iter().any(|operation| operation.path().is_root()) {
            return Err("the patch replaces the whole object".to_owned());
        }
        json_patch::patch(&mut object, &patch).map_err(|error| error.to_string())?;
    }
    match mutated.is_null() || object == mutated {
        true => Ok(()),
        false => Err(format!("the patch makes {object}\nand not {mutated}")),
    }
}

async fn send(webhook: &Arc<Webhook>, request: &str) -> (u16, String) {
    let review = format!(r#"{{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{request}}}"#);
    let request = Request::post("/mutate?timeout=30s").body(Full::new(Bytes::from(review))).unwrap();
    let response = admission::answer(webhook, request).await;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8_lossy(&body).into_owned())
}

/// The module that `make policy.wasm` built.
#[cfg(feature = "policy")]
fn module() -> Decider {
    let built = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../policy.wasm");
    let path = std::env::var_os("POLICY_WASM").map_or(built, std::path::PathBuf::from);
    assert!(path.exists(), "{} is missing: run `make policy.wasm`", path.display());
    let settings = settings(&cases().remove(0)).unwrap_or_else(|| panic!("the first case has valid settings"));
    Decider::Module(podnetworking_webhook::decide::module::Module::load(&path, &settings).unwrap())
}

fn main() {
    let arguments = Arguments::from_args();
    let all = cases();
    let mut trials = Vec::new();
    let mut left_out = 0;
    #[cfg(feature = "policy")]
    let module = module();
    for case in &all {
        let facts = case.request().and_then(|_| Some((settings(case)?, snapshot(case)?)));
        let Some((settings, snapshot)) = facts else {
            left_out += 1;
            continue;
        };
        let (name, one, both, facts) = (case.name.clone(), case.clone(), settings.clone(), snapshot.clone());
        trials.push(Trial::test(format!("core::{name}"), move || {
            check(&one, both, facts, Decider::Core).map_err(Into::into)
        }));
        #[cfg(feature = "policy")]
        {
            let (one, decider) = (case.clone(), module.clone());
            trials.push(Trial::test(format!("module::{name}"), move || {
                check(&one, settings, snapshot, decider).map_err(Into::into)
            }));
        }
    }
    // Most cases can be in a cluster: a fault of this file must not leave them out.
    assert!(left_out * 5 < all.len(), "{left_out} of {} cases are left out", all.len());
    libtest_mimic::run(&arguments, trials).exit();
}
