//! Label selectors, as they are written.

pub(crate) mod requirements;
pub(crate) mod shape;
