//! `podnetworking.extism.wasm`: the decision as a plug-in for [Extism](https://extism.org), whose SDKs run it from many
//! languages.
//!
//! This crate only translates. The plug-in asks its host for nothing: cluster data comes with the payload.

mod arguments;
mod failure;
mod functions;
