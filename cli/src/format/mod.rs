//! How findings are shown: one file for each format.

mod github;
mod human;
mod json;
mod junit;
mod path;
pub mod print;
mod sarif;
pub mod stream;
