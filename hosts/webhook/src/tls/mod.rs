//! The certificate of the server: from files, or from a CA of its own.

pub mod authority;
pub mod files;
pub mod own;
pub mod pair;
pub mod server;
