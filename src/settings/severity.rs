//! What a finding does to a request.

/// What a finding does to a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule does not report.
    #[default]
    Off,
    /// The request is allowed with a warning.
    Warn,
    /// The request is denied.
    Deny,
}

impl Severity {
    /// The severities with the names that the settings give them.
    pub const ALL: [(&'static str, Self); 3] = [("deny", Self::Deny), ("warn", Self::Warn), ("off", Self::Off)];

    /// The name in the settings and in findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}
