//! Picks fields of similar objects by comparing each object with a model: one object of the same list, parsed before.
//!
//! Text that is equal to the model's, byte for byte, need not be parsed again: the parser would end in the same state.
//! Where a value differs, that value is parsed, and the comparison continues after it. The same holds for members that
//! only one of the two objects has, and for elements at the end of a list. If more than that differs, the whole object is
//! parsed. So each object is accepted or not, and its fields are found, exactly as by `Walker::pick`
//! (tests/comparison.rs).
//!
//! For example:
//!
//! ```text
//! model   {"name":"shop-1","spec":{"size":3,"zone":"k"}}
//! object  {"name":"shop-27","spec":{"size":3,"more":[],"zone":"k"}}
//!                       ^^^                  ^^^^^^^^^
//! ```
//!
//! `{"name":"shop-` is equal. The string differs, so its rest `27"` is parsed. `,"spec":{"size":3,"` is equal. Here the
//! keys differ, so the member `"more":[]` is parsed up to `"zone"`, a member that the model has too. The rest is equal.
//! The slot of `zone` gets its text from the object, 11 bytes further on than in the model.

mod compare;
mod model;
pub(crate) mod previous_objects;
