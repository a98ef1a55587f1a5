//! What a rule sees and what it reports to.

pub mod judge;
pub mod subject;
