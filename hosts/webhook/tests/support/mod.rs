//! What the tests of the server share: a stand-in API server, a client, certificates, and a webhook that runs.

#![allow(dead_code, reason = "each test program uses a part")]

pub mod api;
pub mod client;
pub mod running;
