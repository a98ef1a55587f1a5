//! A walk over JSON text that validates all of it and copies nothing.
//!
//! It is the hot path of a decision: the facts are a megabyte of JSON of which a few fields are read. It accepts exactly
//! what serde_json accepts where it ignores a value (tests/serde.rs), nests as deep as the text does, and takes the bytes
//! of strings eight at a time. It is a crate of its own so that the module can have it compiled for speed and all else for
//! size.

#![deny(clippy::disallowed_types)]

mod alike;
mod error;
mod pick;
mod requirements;
mod skip;
mod sound;
mod string;
mod walker;

pub use alike::Alike;
pub use error::Error;
pub use pick::{Field, Fields, Picked};
pub use requirements::{Values, plain_pairs, plain_string, some_requirement, value_of};
pub use sound::{Form, Shape};
pub use string::{decode, is_plain};
pub use walker::{Key, Walker};
