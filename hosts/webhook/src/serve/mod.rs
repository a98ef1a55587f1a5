//! The servers: reviews over HTTPS, and metrics and probes over HTTP.

pub mod admission;
pub mod body;
pub mod connection;
pub mod drain;
pub mod limits;
pub mod probes;
pub mod review;
