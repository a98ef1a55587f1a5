//! The objects as they are read: Pod, Namespace, PodNetworking.

pub mod partial;
pub mod pod;
pub mod podnetworking;
