//! Problems with what a caller gives: arguments, settings, manifests. Each has its path.

use std::fmt;

use podnetworking_manifests::ReadError;
use podnetworking_policy::text::problem::Problem;
use serde::Serialize;

/// One problem.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Fault {
    /// The argument or a part of it, for example `settings.rules.overlap`. For a manifest, its name.
    pub path: String,
    /// What is wrong.
    pub message: String,
    /// How to fix it; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// Line and column in a manifest, from 1.
    #[serde(flatten)]
    pub place: Option<Place>,
}

/// A place in a manifest.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Place {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
}

impl Fault {
    /// A problem at a path.
    #[must_use]
    pub fn at(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self { path: path.into(), message: message.into(), ..Self::default() }
    }

    /// A problem in the settings. The core gives the path within the settings.
    #[must_use]
    pub fn of_settings(problem: Problem) -> Self {
        let Problem { path, message, help, .. } = problem;
        let path = if path.is_empty() { "settings".to_owned() } else { format!("settings.{path}") };
        Self { path, message, help, place: None }
    }

    /// Settings that [`crate::settings::parse`] cannot read, under the name `settings`. The path says the name already.
    #[must_use]
    pub fn of_unread_settings(error: &anyhow::Error) -> Self {
        let message = error.to_string();
        Self::at("settings", message.strip_prefix("settings:").map_or(message.as_str(), str::trim_start))
    }

    /// A manifest that cannot be read.
    #[must_use]
    pub fn of_manifest(error: &ReadError) -> Self {
        let place = error.line().zip(error.column()).map(|(line, column)| Place { line, column });
        Self { place, ..Self::at(&error.file, &error.message) }
    }
}

/// One line, for example `manifest.yaml:3:1: message; help`.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)?;
        if let Some(Place { line, column }) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        if self.help.is_empty() { Ok(()) } else { write!(f, "; {}", self.help) }
    }
}
