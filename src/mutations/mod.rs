//! The catalogue of mutations: one line here and one file each, named by the id.

pub mod pod_annotations;
pub mod podnetworking_defaults;
pub mod zone_affinity;

/// One mutation.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// Its public id.
    pub id: &'static str,
    /// What it does, for the documentation.
    #[cfg(feature = "catalogue")]
    pub does: &'static str,
}

/// All mutations.
pub static MUTATIONS: &[&Mutation] =
    &[&podnetworking_defaults::MUTATION, &pod_annotations::MUTATION, &zone_affinity::MUTATION];
