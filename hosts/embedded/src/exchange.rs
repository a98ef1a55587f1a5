//! One host call with its answer.

use crate::request::Request;

/// One host call with its answer.
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
    /// The answer, or the error that the module got.
    pub response: Result<Vec<u8>, String>,
}

impl Exchange {
    /// The call as Kubewarden reads it.
    pub(crate) fn request(&self) -> Result<Request, String> {
        Request::parse(&self.binding, &self.namespace, &self.operation, &self.request)
    }
}
