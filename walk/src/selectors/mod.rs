//! What the text of a Kubernetes label selector says, without reading it into a value. No other file of this crate knows
//! the fields of a selector.

pub(crate) mod requirements;
pub(crate) mod shape;
