//! What the host calls, in the waPC protocol: <https://wapc.io/docs/spec/>. The host fills buffers whose sizes it has given
//! before.
//!
//! The crate `wapc-guest` does this and the host calls with a hash map behind a lock, which would be a thirtieth of the module.

#![expect(unsafe_code, reason = "the host writes into the memory of the module")]

use crate::operations::answer;

#[link(wasm_import_module = "wapc")]
unsafe extern "C" {
    fn __guest_request(operation: *mut u8, payload: *mut u8);
    fn __guest_response(answer: *const u8, len: usize);
    fn __guest_error(error: *const u8, len: usize);
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
    let answer = answer(&operation, &payload);
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
