//! Sorting and maps by text, each compiled once for all types: generic ones would be a tenth of the module.

pub mod sort;
pub mod text_map;
