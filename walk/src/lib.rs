//! A walk over JSON text that validates all of it and copies nothing.
//!
//! It is the hot path of a decision: the facts are a megabyte of JSON of which a few fields are read. It accepts exactly
//! what serde_json accepts where it ignores a value (tests/serde.rs), nests as deep as the text does, and takes the bytes
//! of strings eight at a time. It is a crate of its own so that the module can have it compiled for speed and all else for
//! size.

#![deny(clippy::disallowed_types)]

mod comparison;
mod error;
mod pick;
mod plain;
mod selectors;
mod shape;
mod skip;
mod string;
mod walker;

pub use comparison::previous_objects::PreviousObjects;
pub use error::Error;
pub use pick::{Field, Fields, Picked};
pub use plain::{first_value, plain_pairs, plain_string};
pub use selectors::requirements::{Values, any_requirement};
pub use selectors::shape::{Form, selector_end};
pub use shape::Shape;
pub use string::{decode, is_plain};
pub use walker::{Key, Walker};
