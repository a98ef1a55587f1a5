//! Documents are read as kubectl 1.32 reads them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod compare;
mod fresh;
mod rows;
