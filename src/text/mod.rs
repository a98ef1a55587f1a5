//! How values are written in messages, and what texts mean.

pub mod duration;
pub mod ip_address;
pub mod nearest;
pub mod overflow;
pub mod problem;
pub mod quote;
pub mod resource_id;
