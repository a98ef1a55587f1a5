//! Records host calls and their answers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::{
    calls::HostCalls,
    exchange::Exchange,
    session::{Session, SessionError},
};

/// Passes host calls on to another host and records them.
#[derive(Debug, Default)]
pub struct Recorder<H> {
    inner: H,
    exchanges: Mutex<Vec<Exchange>>,
}

impl<H> Recorder<H> {
    /// Records the calls to `inner`.
    pub fn new(inner: H) -> Self {
        Self { inner, exchanges: Mutex::new(Vec::new()) }
    }

    /// The exchanges so far, in order.
    pub fn exchanges(&self) -> Vec<Exchange> {
        self.kept().clone()
    }

    /// Drops the exchanges so far.
    pub fn clear(&self) {
        self.kept().clear();
    }

    /// The exchanges so far, as a session that `kwctl` replays.
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
