//! What a mutation is.

/// One mutation.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// Its public id.
    pub id: &'static str,
    /// What it does, for the documentation.
    #[cfg(feature = "catalogue")]
    pub does: &'static str,
}
