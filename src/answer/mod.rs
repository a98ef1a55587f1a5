//! What comes out: findings and decisions.

pub mod decision;
pub mod finding;
pub mod fix;
