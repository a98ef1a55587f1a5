//! The facts: what the watches have shown, as decisions read them.

pub mod cluster;
pub mod heard;
pub mod namespaces;
pub mod object;
pub mod snapshot;
pub mod store;
pub mod watch;
