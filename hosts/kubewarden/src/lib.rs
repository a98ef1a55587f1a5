//! `policy.wasm`: the decision as a waPC module.
//!
//! This crate only translates: payloads into decisions and back, and questions of the decision into host calls of
//! Kubewarden. The module imports only waPC, so any waPC host can run it.

#![deny(clippy::disallowed_types)]

mod exports;
mod host;
mod host_call;
mod operations;

/// Smaller and faster than the allocator of the standard library.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
