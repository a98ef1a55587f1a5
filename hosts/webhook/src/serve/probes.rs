//! `/metrics`, `/livez` and `/readyz`, over plain HTTP.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::facts::snapshot::Resource;
use crate::webhook::{Stage, Webhook};

/// Answers one request.
#[must_use]
pub fn answer(webhook: &Arc<Webhook>, request: &Request<Incoming>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return text(StatusCode::METHOD_NOT_ALLOWED, "only GET is served here\n".to_owned());
    }
    match request.uri().path() {
        // Neither facts nor the API server matter: a restart would help neither.
        "/livez" => text(StatusCode::OK, "ok\n".to_owned()),
        "/readyz" => readiness(webhook),
        "/metrics" => {
            webhook.measure();
            let mut response = text(StatusCode::OK, webhook.metrics.text());
            let kind = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        _ => text(StatusCode::NOT_FOUND, "/metrics, /livez and /readyz are served here\n".to_owned()),
    }
}

/// 503 only before the first facts and at the end. Whatever else is wrong is named, with 200: were all replicas unready for
/// it, no rule would have a word of its own any more.
fn readiness(webhook: &Webhook) -> Response<Full<Bytes>> {
    let mut lines = Vec::new();
    if webhook.phase.get() != Stage::Serving {
        lines.push("ending".to_owned());
    }
    if !webhook.serving.is_set() {
        lines.push("no certificate yet".to_owned());
    }
    let snapshot = webhook.store.snapshot();
    let unusable = webhook.unusable();
    for resource in Resource::ALL {
        let name = resource.full_name();
        if !snapshot.has(resource) {
            lines.push(format!("the first list of `{name}` was not read yet"));
        }
        let failure = webhook.store.heard.of(resource).failure();
        lines.extend(failure.map(|failure| format!("the watch of `{name}` fails: {failure}")));
        if snapshot.has(resource) {
            lines.extend(unusable.of(resource).map(|reason| format!("`{name}` is not used: {reason}")));
        }
    }
    if let Some(reason) = webhook.settings_rejected.load_full() {
        lines.push(format!("the new settings are rejected, the old ones stay in force: {reason}"));
    }
    let status = if webhook.is_ready() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if lines.is_empty() {
        lines.push("ok".to_owned());
    }
    text(status, lines.join("\n") + "\n")
}

fn text(status: StatusCode, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}
