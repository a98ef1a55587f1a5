//! The catalogue of mutations. Each mutation has one line here, and a file named by its ID.

use crate::mutations::mutation::Mutation;

pub mod mutation;
pub mod pod_annotations;
pub mod podnetworking_defaults;
pub mod zone_affinity;

/// All mutations.
pub static MUTATIONS: &[&Mutation] =
    &[&podnetworking_defaults::MUTATION, &pod_annotations::MUTATION, &zone_affinity::MUTATION];
