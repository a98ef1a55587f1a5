//! The objects as they are read: Pod, Namespace, PodNetworking.

pub mod crd;
#[cfg(feature = "live")]
pub mod kept;
pub mod list;
pub mod metadata;
pub mod namespace;
pub mod partial;
pub mod pod;
pub mod pod_networks;
pub mod podnetworking;
pub mod read;
pub mod slot;
pub mod spec;
pub mod workload;
