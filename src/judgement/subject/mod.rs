//! The objects of a request with what was found out about them.

pub mod pod;
pub mod podnetworking;
