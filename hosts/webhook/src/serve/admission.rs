//! `/mutate` and `/validate`: a review comes in, and an answer goes out.
//!
//! A review that says no overrides `failurePolicy`. So only a rule says no; whatever hinders a decision is an HTTP status
//! with one line of text, and `failurePolicy` decides.

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body::Body;
use http_body_util::Full;
use hyper::header::{ALLOW, CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use podnetworking_policy::json::value::Json;
use podnetworking_policy::text::duration;
use podnetworking_policy::well_known::{GROUP, KIND};

use crate::decide::response::{self, Sent};
use crate::decide::verdict::{Decided, Failed};
use crate::facts::cluster::Unusable;
use crate::facts::snapshot::{Resource, Snapshot};
use crate::metrics::Counted;
use crate::reservations::Wanted;
use crate::serve::body::{self, Unread};
use crate::serve::limits::Held;
use crate::serve::review::Review;
use crate::webhook::Webhook;

/// How long the API server waits where it does not say so.
const DEFAULT_TIMEOUT: Duration = Duration::from_secs(10);
/// The longest time that a configuration can ask for.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Larger bodies are decided on a thread of their own, so that the others go on.
const LARGE: usize = 128 << 10;

/// Which webhook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    /// The one that changes.
    Mutate,
    /// The one that checks what is stored.
    Validate,
}

impl Which {
    /// Its name in metrics and logs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Mutate => "mutate",
            Self::Validate => "validate",
        }
    }
}

/// What is wrong with a call, rather than with an object.
#[derive(Debug)]
struct Refused(StatusCode, String);

/// Answers one request.
pub async fn answer<B>(webhook: &Arc<Webhook>, request: Request<B>) -> Response<Full<Bytes>>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::fmt::Display,
{
    let start = Instant::now();
    let which = match request.uri().path() {
        "/mutate" => Which::Mutate,
        "/validate" => Which::Validate,
        _ => return text(StatusCode::NOT_FOUND, "/mutate and /validate are served here"),
    };
    if request.method() != Method::POST {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "an AdmissionReview is sent with POST");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
        return response;
    }
    let deadline = start + deadline(request.uri().query());
    let reviewed =
        tokio::time::timeout_at(deadline.into(), review(webhook, which, request.into_body(), start, deadline)).await;
    let refused = match reviewed {
        Ok(Ok(sent)) => {
            let mut response = Response::new(Full::new(Bytes::from(sent.body)));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
            return response;
        }
        Ok(Err(refused)) => refused,
        Err(_) => late(),
    };
    let Refused(status, reason) = refused;
    webhook.metrics.failed(which.name(), status.as_u16());
    tracing::warn!(webhook = which.name(), status = status.as_u16(), reason, "not decided");
    text(status, &reason)
}

/// The time of a call less a tenth, in which the answer gets back.
fn deadline(query: Option<&str>) -> Duration {
    let named = query.into_iter().flat_map(|query| query.split('&')).find_map(|pair| pair.strip_prefix("timeout="));
    let timeout = named.and_then(duration::parse).and_then(|nanoseconds| u64::try_from(nanoseconds).ok());
    let timeout = timeout.filter(|nanoseconds| *nanoseconds > 0).map_or(DEFAULT_TIMEOUT, Duration::from_nanos);
    let timeout = timeout.min(LONGEST_TIMEOUT);
    timeout - timeout / 10
}

async fn review<B>(
    webhook: &Arc<Webhook>,
    which: Which,
    body: B,
    start: Instant,
    deadline: Instant,
) -> Result<Sent, Refused>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: std::fmt::Display,
{
    let overloaded = || Refused(StatusCode::TOO_MANY_REQUESTS, "too much is decided already".to_owned());
    let request = webhook.requests.take(1).ok_or_else(overloaded)?;
    let (body, bytes) = body::read(body, &webhook.bytes).await.map_err(|unread| match unread {
        Unread::TooLarge => Refused(StatusCode::PAYLOAD_TOO_LARGE, "the body has more than 7 MiB".to_owned()),
        Unread::Overloaded => overloaded(),
        Unread::Broken(reason) => Refused(StatusCode::BAD_REQUEST, format!("the body was not sent whole: {reason}")),
    })?;
    let review = Review::read(&body).map_err(|reason| Refused(StatusCode::BAD_REQUEST, reason))?;
    let is_quick = body.len() <= LARGE && resource(&review).is_none();
    let held = [request, bytes];
    let request = review.place(&body);
    let call = Call { webhook: Arc::clone(webhook), which, body: body.clone(), request, start, is_quick, _held: held };
    let call = Arc::new(call);
    let decided = match wanted(which, &review) {
        Some(wanted) => {
            let this = Arc::clone(&call);
            let unusable = Arc::new(webhook.unusable());
            let decide = move |snapshot: &Arc<Snapshot>| this.decide(snapshot, &unusable);
            let (decided, is_reserved) =
                webhook.reservations.decide(&webhook.store, wanted, decide).await.map_err(refused)?;
            if is_reserved {
                webhook.metrics.reservation_denials.inc();
            }
            decided
        }
        None => {
            let unusable = Arc::new(webhook.unusable());
            let decided = call.decide_somewhere(&webhook.store.snapshot(), &unusable).await?;
            match decided.unknown_namespace.clone() {
                Some(name) => call.with_namespace(&name, &unusable).await?.unwrap_or(decided),
                None => decided,
            }
        }
    };
    // Nobody waits for it any more.
    if Instant::now() > deadline { Err(late()) } else { finish(&call, &review, decided) }
}

/// Writes the answer, counts and logs it.
fn finish(call: &Call, review: &Review<'_>, decided: Decided) -> Result<Sent, Refused> {
    let (webhook, which) = (&call.webhook, call.which);
    let mut verdict = decided.verdict;
    if which == Which::Validate {
        // An answer of a validating webhook with a patch is an error.
        verdict.mutated_object = None;
    }
    let object = review.object.map(Json::text);
    let sent = response::write(&review.uid, object, &mut verdict, webhook.mode)
        .map_err(|reason| Refused(StatusCode::INTERNAL_SERVER_ERROR, reason))?;
    let seconds = call.start.elapsed().as_secs_f64();
    let rules = verdict.rules();
    let counted = Counted {
        webhook: which.name(),
        kind: &review.kind,
        operation: &review.operation,
        mode: webhook.mode.name(),
        answer: sent.answer,
        seconds,
    };
    webhook.metrics.decided(counted, &rules);
    let rules: Vec<&str> = rules.iter().map(|(rule, _)| *rule).collect();
    tracing::info!(
        uid = review.uid.as_ref(),
        webhook = which.name(),
        kind = review.kind.as_ref(),
        object = review.title(),
        operation = review.operation.as_ref(),
        decision = sent.answer.name(),
        rules = rules.join(","),
        milliseconds = (seconds * 1e6).round() / 1e3,
        "decided"
    );
    Ok(sent)
}

/// One call, with what it holds of the budgets.
#[derive(Debug)]
struct Call {
    webhook: Arc<Webhook>,
    which: Which,
    body: Bytes,
    /// Where the request is in the body.
    request: Range<usize>,
    start: Instant,
    /// It is decided soon: a small body, and an object that is not compared with all others.
    is_quick: bool,
    _held: [Held; 2],
}

impl Call {
    fn decide(&self, snapshot: &Arc<Snapshot>, unusable: &Arc<Unusable>) -> Result<Decided, Failed> {
        let request = self.body.get(self.request.clone()).and_then(|bytes| std::str::from_utf8(bytes).ok());
        let request = Json::trusted(request.ok_or_else(|| Failed::Error("the request is lost".to_owned()))?);
        let settings = self.webhook.settings.load();
        let settings = match self.which {
            Which::Mutate => &settings.mutate,
            Which::Validate => &settings.validate,
        };
        self.webhook.decider.decide(request, settings, snapshot, unusable)
    }

    /// Decides here what is decided soon, and the rest on a thread of its own.
    async fn decide_somewhere(
        self: &Arc<Self>,
        snapshot: &Arc<Snapshot>,
        unusable: &Arc<Unusable>,
    ) -> Result<Decided, Refused> {
        if self.is_quick && self.webhook.decider.is_quick() {
            return self.decide(snapshot, unusable).map_err(refused);
        }
        let (this, snapshot, unusable) = (Arc::clone(self), Arc::clone(snapshot), Arc::clone(unusable));
        let decided = tokio::task::spawn_blocking(move || this.decide(&snapshot, &unusable)).await;
        decided.unwrap_or_else(|error| Err(Failed::Error(format!("the decision stopped: {error}")))).map_err(refused)
    }

    /// Decides once more with a namespace that the watch has not shown: it may be a moment old. Nothing where there is none.
    async fn with_namespace(
        self: &Arc<Self>,
        name: &str,
        unusable: &Arc<Unusable>,
    ) -> Result<Option<Decided>, Refused> {
        let Some(client) = &self.webhook.client else { return Ok(None) };
        let namespaces: kube::Api<k8s_openapi::api::core::v1::Namespace> = kube::Api::all(client.0.clone());
        let Ok(Some(found)) = namespaces.get_metadata_opt(name).await else { return Ok(None) };
        let Ok((name, text)) = crate::facts::object::namespace(found.metadata) else { return Ok(None) };
        let mut snapshot = Snapshot::clone(&self.webhook.store.snapshot());
        snapshot.change_namespaces(|all| all.insert(&name, text));
        self.decide_somewhere(&Arc::new(snapshot), unusable).await.map(Some)
    }
}

/// The resource of the object, if it is a fact.
fn resource(review: &Review<'_>) -> Option<Resource> {
    match (review.group.as_ref(), review.kind.as_ref()) {
        (GROUP, KIND) => Some(Resource::PodNetworkings),
        ("", "Namespace") => Some(Resource::Namespaces),
        _ => None,
    }
}

/// What is reserved if it is allowed: a PodNetworking or a namespace that is about to be stored.
fn wanted(which: Which, review: &Review<'_>) -> Option<Wanted> {
    let resource = resource(review)?;
    let is_stored = matches!(review.operation.as_ref(), "CREATE" | "UPDATE");
    if which != Which::Validate || review.is_dry_run || review.is_subresource || !is_stored {
        return None;
    }
    let object = review.object?;
    let text = |object: Json<'_>, key: &str| object.at(["metadata", key]).and_then(Json::as_str).map(String::from);
    let name = text(object, "name").filter(|name| !name.is_empty())?;
    let old = review.old_object.filter(|_| review.operation == "UPDATE");
    // An update that leaves what others are compared with adds nothing to what is stored. There are many of them at once:
    // labels, annotations, finalizers.
    let compared: &[&str] = match resource {
        Resource::PodNetworkings => &["spec"],
        Resource::Namespaces => &["metadata", "labels"],
    };
    let part = |object: Json<'_>| object.at(compared.iter().copied()).map(|json| json.text().to_owned());
    if old.is_some_and(|old| part(old) == part(object)) {
        return None;
    }
    Some(Wanted {
        resource,
        name,
        uid: text(object, "uid").unwrap_or_default(),
        replaces: old.map(|old| text(old, "resourceVersion").unwrap_or_default()),
        text: object.text().to_owned(),
    })
}

fn late() -> Refused {
    Refused(StatusCode::GATEWAY_TIMEOUT, "the time of the call was over before the decision".to_owned())
}

fn refused(failed: Failed) -> Refused {
    match failed {
        Failed::Deadline => Refused(StatusCode::GATEWAY_TIMEOUT, "the decision took too long".to_owned()),
        Failed::Overloaded(reason) => Refused(StatusCode::TOO_MANY_REQUESTS, reason),
        Failed::Error(reason) => Refused(StatusCode::INTERNAL_SERVER_ERROR, reason),
    }
}

fn text(status: StatusCode, line: &str) -> Response<Full<Bytes>> {
    let line = format!("{}\n", line.replace(['\n', '\r'], " "));
    let mut response = Response::new(Full::new(Bytes::from(line)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deadline_is_the_timeout_less_a_tenth() {
        for (query, milliseconds) in [
            (Some("timeout=5s"), 4500),
            (Some("a=b&timeout=1500ms"), 1350),
            (Some("timeout=10m"), 27_000),
            (Some("timeout=-1s"), 9000),
            (Some("timeout=soon"), 9000),
            (None, 9000),
        ] {
            assert_eq!(deadline(query), Duration::from_millis(milliseconds), "{query:?}");
        }
    }
}
