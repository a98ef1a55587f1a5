//! A request becomes a decision: which rules check which object, what ratchets, and what the mutations change.

pub mod denial;
pub mod namespace;
pub mod payload;
pub mod pod;
pub mod podnetworking;
pub mod ratchet;
pub mod request;
pub mod rules;
pub mod settings;
