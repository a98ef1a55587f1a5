//! What a mutation is.

/// One mutation.
#[derive(Clone, Copy, Debug)]
pub struct Mutation {
    /// Its public ID.
    pub id: &'static str,
    /// What it does, for the documentation.
    #[cfg(feature = "catalogue")]
    pub does: &'static str,
}
