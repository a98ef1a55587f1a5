//! Picking fields out of objects that look alike: the objects of a list mostly have the same fields in the same order, and
//! much of the same in them.
//!
//! One object of the list, walked over before, is the model. What of another is byte for byte the same need not be walked
//! over again: from the same place, the same text leads to the same place. Where a string, a number or a word differs, it is
//! walked over, and after it the comparison goes on; likewise what one object has and the other has not, members or elements
//! at the end of a list. Where more than that differs, the whole object is walked over. So an object is accepted, and its
//! fields are found, exactly as [`Walker::pick`] does (tests/comparison.rs).

mod compare;
mod model;
pub(crate) mod previous_objects;
