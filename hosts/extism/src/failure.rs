//! Why a call fails: all problems, each with its path.

use podnetworking_check::fault::{Fault, Place};
use serde::Serialize;
use serde_json::value::RawValue;

/// Why a call fails.
#[derive(Debug)]
pub(crate) struct Failure {
    /// All problems.
    pub faults: Vec<Fault>,
    /// The result for the manifests that can be read, as JSON.
    pub result: Option<String>,
}

/// The error of the npm package as JSON.
#[derive(Serialize)]
struct Shown<'a> {
    message: String,
    path: &'a str,
    #[serde(flatten)]
    place: Option<Place>,
    faults: &'a [Fault],
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a RawValue>,
}

impl Failure {
    /// The text of the error.
    pub(crate) fn to_json(&self) -> serde_json::Result<String> {
        let lines: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
        let first = self.faults.first();
        let result: Option<&RawValue> = self.result.as_deref().map(serde_json::from_str).transpose()?;
        serde_json::to_string(&Shown {
            message: lines.join("\n"),
            path: first.map_or("", |fault| &fault.path),
            place: first.and_then(|fault| fault.place),
            faults: &self.faults,
            result,
        })
    }
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { faults: vec![fault], result: None }
    }
}
