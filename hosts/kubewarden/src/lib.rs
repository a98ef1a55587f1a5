//! `policy.wasm`: the decision as a waPC module.
//!
//! This crate only translates: payloads into decisions and back, and questions of the decision into host calls of
//! Kubewarden. The module imports only waPC, so any waPC host can run it.

#![deny(clippy::disallowed_types)]

mod allocator;
mod exports;
mod host;
mod host_call;
mod memory;
mod operations;

#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator::new();
