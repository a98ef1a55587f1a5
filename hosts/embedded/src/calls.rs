//! Host calls of a module, and Kubewarden's error messages for them.

use std::sync::Arc;

/// Answers the host calls of a module.
///
/// The module gets an error from its `host_call` word for word.
pub trait HostCalls: Send + Sync {
    /// Answers one call: `binding` is `kubewarden`, and `namespace` and `operation` are for example `kubernetes` and
    /// `list_resources_all`.
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String>;
}

impl<H: HostCalls + ?Sized> HostCalls for Arc<H> {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        (**self).call(binding, namespace, operation, payload)
    }
}

impl<H: HostCalls + ?Sized> HostCalls for Box<H> {
    fn call(&self, binding: &str, namespace: &str, operation: &str, payload: &[u8]) -> Result<Vec<u8>, String> {
        (**self).call(binding, namespace, operation, payload)
    }
}

/// A host for modules that must not make host calls: every call is an error.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoCalls;

impl HostCalls for NoCalls {
    fn call(&self, _: &str, namespace: &str, operation: &str, _: &[u8]) -> Result<Vec<u8>, String> {
        Err(not_initialised(namespace, operation))
    }
}

/// The prefix of errors from Kubewarden's callback handler. Calls that are denied before it have another prefix.
pub(crate) const CALLBACK_FAILURE: &str = "Callback evaluation failure: ";

/// The prefix of the error if the metadata of the policy or its owner does not permit the call.
pub(crate) const NOT_PERMITTED: &str = "Policy has not been granted access";

pub(crate) fn callback_failure(cause: &str) -> String {
    format!("{CALLBACK_FAILURE}{cause}")
}

fn not_initialised(namespace: &str, operation: &str) -> String {
    match namespace {
        "kubernetes" => callback_failure("kube::Client was not initialized properly"),
        _ => callback_failure(&format!("this host does not serve `{namespace}/{operation}`")),
    }
}

/// The API group does not exist: no CRD of the group is installed.
pub(crate) fn no_such_group(api_version: &str, kind: &str) -> String {
    let status = status(404, "404 page not found\n", "Failed to parse error data", "None", "None");
    callback_failure(&format!(
        "error finding resource {api_version} / {kind}: ApiError: 404 page not found\n: Failed to parse error data ({status})"
    ))
}

/// The API group exists, but not the kind.
pub(crate) fn no_such_kind(api_version: &str, kind: &str) -> String {
    callback_failure(&format!("Cannot find resource {api_version}/{kind}"))
}

/// The API server does not answer.
pub(crate) fn unreachable_api(api_version: &str, kind: &str) -> String {
    callback_failure(&format!("error finding resource {api_version} / {kind}: ServiceError: client error (Connect)"))
}

pub(crate) fn not_found(api_version: &str, kind: &str, name: &str, namespace: Option<&str>) -> String {
    callback_failure(&format!("Cannot find {api_version}/{kind} named '{name}' inside of namespace '{namespace:?}'"))
}

pub(crate) fn namespace_missing(api_version: &str, kind: &str) -> String {
    callback_failure(&format!("Resource {api_version}/{kind} is namespaced, but no namespace was provided"))
}

pub(crate) fn cluster_wide(api_version: &str, kind: &str) -> String {
    callback_failure(&format!(
        "resource {api_version}/{kind} is cluster wide. Cannot search for it inside of a namespace"
    ))
}

/// The error of the API server if the service account lacks the permission, as Kubewarden passes it on.
pub(crate) fn forbidden(verb: &str, group: &str, plural: &str, name: &str, namespace: Option<&str>) -> String {
    let subject = if name.is_empty() { plural.to_owned() } else { format!("{plural} \"{name}\"") };
    let scope = namespace
        .map_or_else(|| "at the cluster scope".to_owned(), |namespace| format!("in the namespace \"{namespace}\""));
    let message = format!(
        "{subject} is forbidden: User \"system:serviceaccount:kubewarden:policy-server\" cannot {verb} resource \
         \"{plural}\" in API group \"{group}\" {scope}"
    );
    let list_meta =
        "Some(ListMeta { continue_: None, remaining_item_count: None, resource_version: None, self_link: None })";
    let details = format!(
        "Some(StatusDetails {{ name: {name:?}, group: {group:?}, kind: {plural:?}, uid: \"\", causes: [], \
         retry_after_seconds: 0 }})"
    );
    let status = status(403, &message, "Forbidden", list_meta, &details);
    callback_failure(&format!("ApiError: {message}: Forbidden ({status})\n\nCaused by:\n    {message}: Forbidden"))
}

fn status(code: u16, message: &str, reason: &str, metadata: &str, details: &str) -> String {
    format!(
        "Status {{ status: Some(Failure), code: {code}, message: {message:?}, metadata: {metadata}, \
         reason: {reason:?}, details: {details} }}"
    )
}

/// The kind is not among the policy's `contextAwareResources`.
pub(crate) fn not_granted(api_version: &str, kind: &str) -> String {
    format!("{NOT_PERMITTED} to Kubernetes {api_version}/{kind} resources. The violation has been reported.")
}

/// The operation is not among the policy's `hostCapabilities`.
pub(crate) fn capability_denied(namespace: &str, operation: &str) -> String {
    format!("{NOT_PERMITTED} to the '{namespace}/{operation}' host capability. The violation has been reported.")
}
