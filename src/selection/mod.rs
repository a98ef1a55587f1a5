//! What holds between the objects.

pub mod in_namespace;
pub mod network_request;
pub mod overlap;
pub mod overrides;
pub mod readiness;
pub mod selects;
pub mod terway_record;
pub mod zones;
