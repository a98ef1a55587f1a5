//! The waPC protocol, from the side of the module: <https://wapc.io/docs/spec/>. The host fills buffers whose sizes it has
//! given before, so each function has a few lines of unsafe code and no other file has any.
//!
//! The crate `wapc-guest` does the same with a hash map behind a lock, which is a fiftieth of the module.

#![expect(unsafe_code, reason = "the host writes into the memory of the module")]

#[link(wasm_import_module = "wapc")]
unsafe extern "C" {
    fn __guest_request(operation: *mut u8, payload: *mut u8);
    fn __guest_response(answer: *const u8, len: usize);
    fn __guest_error(error: *const u8, len: usize);
    #[expect(clippy::too_many_arguments, reason = "the protocol fixes them")]
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

/// The host calls it once, after it has made an instance.
#[unsafe(no_mangle)]
pub extern "C" fn wapc_init() {}

/// The host calls it for each operation. Returns 1 with an answer, and 0 with an error.
#[unsafe(no_mangle)]
pub extern "C" fn __guest_call(operation_len: usize, payload_len: usize) -> usize {
    let mut operation = Vec::with_capacity(operation_len);
    let mut payload = Vec::with_capacity(payload_len);
    // SAFETY: the host writes exactly as many bytes as it has announced.
    unsafe {
        __guest_request(operation.as_mut_ptr(), payload.as_mut_ptr());
        operation.set_len(operation_len);
        payload.set_len(payload_len);
    }
    let answer = crate::answer(&operation, &payload);
    // SAFETY: the host reads the bytes before the call returns.
    unsafe {
        match &answer {
            Some(answer) => __guest_response(answer.as_ptr(), answer.len()),
            None => {
                let error = [b"the policy has no operation `", operation.as_slice(), b"`"].concat();
                __guest_error(error.as_ptr(), error.len());
            }
        }
    }
    usize::from(answer.is_some())
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
