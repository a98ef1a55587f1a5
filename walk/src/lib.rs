//! A walk over JSON text that validates all of it and copies no value.
//!
//! The policy reads a few fields from a megabyte of JSON. The walk finds these fields and returns them as slices of the
//! text. It keeps four promises:
//!
//! - It accepts the texts that serde_json accepts for a value that is ignored, and no others (tests/serde.rs).
//! - It validates every byte that it passes. Nesting has no limit, and no input makes it panic.
//! - It takes time in proportion to the length of the text.
//! - [`Walker::pick_by_comparison`] has the results of [`Walker::pick`], and is faster for a list of similar objects.
//!
//! The objects of a list mostly have the same fields in the same order. Comparison keeps one object as the model. Where
//! the next object has the same bytes as the model, they are not parsed again. In this list the first two objects are
//! parsed. The third one is compared with the second, and only the rest of its name and of its zone is parsed:
//!
//! ```
//! use podnetworking_walk::{Field, Fields, Picked, PreviousObjects, Walker};
//!
//! /// The name goes to slot 0, and the zone to slot 1.
//! const FIELDS: Fields = &[("name", Field::Value(0)), ("spec", Field::Object("spec", &[("zone", Field::Value(1))]))];
//!
//! let text = r#"[
//!     {"name": "shop-1", "spec": {"size": [3, 4], "zone": "k"}},
//!     {"name": "shop-2", "spec": {"size": [3, 4], "zone": "k"}},
//!     {"name": "shop-3", "spec": {"size": [3, 4], "zone": "l"}}
//! ]"#;
//! let mut walker = Walker::new(text);
//! let mut previous = PreviousObjects::default();
//! let mut found = Vec::new();
//! let mut more = walker.enter()?;
//! while more {
//!     let mut values = [None; 2];
//!     let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
//!     walker.pick_by_comparison(&mut previous, FIELDS, &mut picked)?;
//!     found.push(values);
//!     more = walker.more_elements()?;
//! }
//! walker.end()?;
//! assert_eq!(found[0], [Some("\"shop-1\""), Some("\"k\"")]);
//! assert_eq!(found[2], [Some("\"shop-3\""), Some("\"l\"")]);
//! # Ok::<(), podnetworking_walk::Error>(())
//! ```
//!
//! It is a crate of its own so that the module can have it compiled for speed, and everything else for size.

#![deny(clippy::disallowed_types)]

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod block;
mod comparison;
mod pick;
mod walker;

mod selectors;
mod shape;

mod known;
mod plain;
mod skip;
mod string;

mod error;

pub use comparison::previous_objects::PreviousObjects;
pub use error::Error;
pub use pick::{Field, Fields, Picked};
pub use plain::{plain_pairs, plain_string};
pub use selectors::requirements::{Test, Values, any_requirement};
pub use selectors::shape::{LabelSyntax, selector_end};
pub use shape::Shape;
pub use string::{decode, is_ascii, is_plain};
pub use walker::{Key, Walker};
