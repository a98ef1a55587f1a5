//! A host that fails on purpose.

use std::sync::{Mutex, PoisonError};

use serde_json::{Value, json};

use crate::{
    calls::{self, HostCalls},
    request::Request,
};

/// How a host call goes wrong.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Fault {
    /// The module gets this error, word for word.
    Error(String),
    /// The module gets these bytes.
    Answer(Vec<u8>),
    /// The module gets an empty answer.
    Empty,
    /// The module gets the first half of the answer.
    Truncated,
    /// The module gets bytes that are not JSON.
    Garbage,
    /// The module gets JSON's `null`.
    Null,
    /// The module gets an object of another kind than it asked for.
    OtherKind,
    /// The API server denies access to the service account.
    Forbidden,
    /// The CRD of the kind is not installed.
    NoSuchKind,
    /// The API server does not answer.
    Unreachable,
    /// The kind is not among the policy's `contextAwareResources`.
    NotGranted,
    /// The operation is not among the policy's `hostCapabilities`.
    CapabilityDenied,
}

/// Passes host calls on to another host, except the chosen ones, which fail. Counts all calls.
#[derive(Debug, Default)]
pub struct Failing<H> {
    inner: H,
    faults: Vec<(String, Option<String>, Fault)>,
    calls: Mutex<Vec<(String, Option<String>)>>,
}

impl<H> Failing<H> {
    /// Passes everything on to `inner`.
    pub fn new(inner: H) -> Self {
        Self { inner, faults: Vec::new(), calls: Mutex::new(Vec::new()) }
    }

    /// Answers calls of an operation, for example `get_resource`, with `fault`.
    #[must_use]
    pub fn on(mut self, operation: &str, fault: Fault) -> Self {
        self.faults.push((operation.to_owned(), None, fault));
        self
    }

    /// Answers calls of an operation about a kind, for example `Namespace`, with `fault`.
    #[must_use]
    pub fn on_kind(mut self, operation: &str, kind: &str, fault: Fault) -> Self {
        self.faults.push((operation.to_owned(), Some(kind.to_owned()), fault));
        self
    }

    /// Answers questions about the permission on a resource, for example `namespaces`, with `fault`.
    #[must_use]
    pub fn on_grant(self, resource: &str, fault: Fault) -> Self {
        self.on_kind("can_i", resource, fault)
    }

    /// The number of host calls so far.
    pub fn calls(&self) -> usize {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// The number of calls of an operation so far.
    pub fn calls_of(&self, operation: &str) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|(called, _)| called == operation).count()
    }

    /// The number of calls of an operation about a kind, or of `can_i` about a resource, so far.
    pub fn calls_about(&self, operation: &str, kind: &str) -> usize {
        let calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.iter().filter(|(called, about)| called == operation && about.as_deref() == Some(kind)).count()
    }
}

impl<H: HostCalls> HostCalls for Failing<H> {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        let request = Request::parse(binding, namespace, operation, payload).ok();
        let (api_version, kind) = match &request {
            Some(request) => request.about().unzip(),
            None => (None, None),
        };
        let about = match &request {
            Some(Request::CanI { review, .. }) => Some(review.resource_attributes.resource.as_str()),
            _ => kind,
        };
        self.calls
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((operation.to_owned(), about.map(str::to_owned)));
        let chosen = self
            .faults
            .iter()
            .find(|(on, what, _)| on == operation && what.as_deref().is_none_or(|what| about == Some(what)));
        let pass_on = || self.inner.call(binding, namespace, operation, payload);
        let (api_version, kind) = (api_version.unwrap_or_default(), kind.unwrap_or_default());
        match chosen.map(|(_, _, fault)| fault) {
            None => pass_on(),
            Some(Fault::Error(message)) => Err(message.clone()),
            Some(Fault::Answer(bytes)) => Ok(bytes.clone()),
            Some(Fault::Empty) => Ok(Vec::new()),
            Some(Fault::Truncated) => {
                let mut answer = pass_on()?;
                answer.truncate(answer.len() / 2);
                Ok(answer)
            }
            Some(Fault::Garbage) => Ok(b"\xff\xfe<html>502 Bad Gateway</html>".to_vec()),
            Some(Fault::Null) => Ok(b"null".to_vec()),
            Some(Fault::OtherKind) => Ok(other_kind(request.as_ref()).to_string().into_bytes()),
            Some(Fault::Forbidden) => Err(forbidden(request.as_ref())),
            Some(Fault::NoSuchKind) => Err(calls::no_such_group(api_version, kind)),
            Some(Fault::Unreachable) => Err(calls::unreachable_api(api_version, kind)),
            Some(Fault::NotGranted) => Err(calls::not_granted(api_version, kind)),
            Some(Fault::CapabilityDenied) => Err(calls::capability_denied(namespace, operation)),
        }
    }
}

fn other_kind(request: Option<&Request>) -> Value {
    let object = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "other"}, "data": {}});
    match request {
        Some(Request::ListAll(_) | Request::ListByNamespace(_)) => {
            json!({"apiVersion": "v1", "kind": "ConfigMapList", "metadata": {}, "items": [object]})
        }
        Some(Request::Get(_) | Request::CanI { .. }) | None => object,
    }
}

fn forbidden(request: Option<&Request>) -> String {
    let (api_version, kind) =
        request.and_then(Request::about).unwrap_or(("authorization.k8s.io/v1", "SubjectAccessReview"));
    let group = api_version.split_once('/').map_or("", |(group, _)| group);
    let plural = format!("{}s", kind.to_lowercase());
    match request {
        Some(Request::ListAll(_)) => calls::forbidden("list", group, &plural, "", None),
        Some(Request::ListByNamespace(list)) => calls::forbidden("list", group, &plural, "", Some(&list.namespace)),
        Some(Request::Get(get)) => calls::forbidden("get", group, &plural, &get.name, get.namespace.as_deref()),
        Some(Request::CanI { .. }) | None => calls::forbidden("create", group, &plural, "", None),
    }
}
