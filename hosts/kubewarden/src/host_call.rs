//! Calls of the module to its host, in the waPC protocol: <https://wapc.io/docs/spec/>.

#![expect(unsafe_code, reason = "the host writes into the memory of the module")]

use std::string::FromUtf8Error;

#[link(wasm_import_module = "wapc")]
unsafe extern "C" {
    fn __host_call(
        binding: *const u8,
        binding_len: usize,
        namespace: *const u8,
        namespace_len: usize,
        operation: *const u8,
        operation_len: usize,
        payload: *const u8,
        payload_len: usize,
    ) -> usize;
    fn __host_response_len() -> usize;
    fn __host_response(answer: *mut u8);
    fn __host_error_len() -> usize;
    fn __host_error(error: *mut u8);
}

/// Calls an operation of the host.
///
/// # Errors
/// The error of the host, in its own words.
pub(crate) fn host_call(operation: &str, payload: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    let (binding, namespace) = ("kubewarden", "kubernetes");
    // SAFETY: the host reads the bytes before the call returns, and writes as many bytes as it announces.
    unsafe {
        let is_answered = __host_call(
            binding.as_ptr(),
            binding.len(),
            namespace.as_ptr(),
            namespace.len(),
            operation.as_ptr(),
            operation.len(),
            payload.as_ptr(),
            payload.len(),
        ) == 1;
        let len = if is_answered { __host_response_len() } else { __host_error_len() };
        // A list of facts is large, so it is not filled with zeros first.
        let mut bytes = Vec::with_capacity(len);
        if is_answered {
            __host_response(bytes.as_mut_ptr());
        } else {
            __host_error(bytes.as_mut_ptr());
        }
        bytes.set_len(len);
        if is_answered { Ok(bytes) } else { Err(bytes) }
    }
}

/// The text of these bytes.
///
/// # Errors
/// They are not UTF-8.
pub(crate) fn text(bytes: Vec<u8>) -> Result<String, FromUtf8Error> {
    // What a cluster sends is mostly ASCII, and that is found out faster.
    if podnetworking_walk::is_ascii(&bytes) {
        // SAFETY: ASCII is UTF-8.
        return Ok(unsafe { String::from_utf8_unchecked(bytes) });
    }
    String::from_utf8(bytes)
}
