//! Keeps what guest and host exchange.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    calls::HostCalls,
    session::{Session, SessionError},
};

/// One host call and what came back.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Exchange {
    /// The binding, `kubewarden`.
    pub binding: String,
    /// The namespace, for example `kubernetes`.
    pub namespace: String,
    /// The operation, for example `list_resources_all`.
    pub operation: String,
    /// The payload of the call.
    pub request: Vec<u8>,
    /// The answer, or the error that the guest got.
    pub response: Result<Vec<u8>, String>,
}

/// Passes host calls on and keeps them.
#[derive(Debug, Default)]
pub struct Recorder<H> {
    inner: H,
    exchanges: Mutex<Vec<Exchange>>,
}

impl<H> Recorder<H> {
    /// Records what `inner` is asked.
    pub fn new(inner: H) -> Self {
        Self { inner, exchanges: Mutex::new(Vec::new()) }
    }

    /// What was exchanged so far, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.kept().clone()
    }

    /// Forgets what was exchanged so far.
    pub fn clear(&self) {
        self.kept().clear();
    }

    /// What was exchanged so far, as a session that kwctl replays.
    pub fn session(&self) -> Result<Session, SessionError> {
        Session::new(self.kept().iter())
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Exchange>> {
        self.exchanges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<H: HostCalls> HostCalls for Recorder<H> {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        let response = self.inner.call(binding, namespace, operation, payload);
        self.kept().push(Exchange {
            binding: binding.to_owned(),
            namespace: namespace.to_owned(),
            operation: operation.to_owned(),
            request: payload.to_vec(),
            response: response.clone(),
        });
        response
    }
}
