//! What a rule is, what it sees, and what it reports to.

pub mod check;
pub mod judge;
pub mod rule;
pub mod subject;
