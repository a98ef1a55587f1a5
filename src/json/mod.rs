//! JSON as borrowed text: values, paths, faults, typed reads, edits.

pub mod fault;
pub mod go_keys;
pub mod patch;
pub mod path;
pub mod read;
pub mod value;
pub mod writer;
