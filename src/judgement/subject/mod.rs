//! The object of a request, with what was found out about it. A subject is read without a judge and without rules; what
//! it needs of the cluster is found when it is first asked for.

pub mod namespace;
pub mod pod;
pub mod pod_update;
pub mod podnetworking;
