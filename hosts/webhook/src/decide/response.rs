//! The answer to an AdmissionReview.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use podnetworking_policy::answer::finding::cut;
use serde::Serialize;

use crate::decide::patch;
use crate::decide::verdict::Verdict;
use crate::options::Mode;

/// What the API server is told, in a word, for metrics and the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// Allowed, unchanged.
    Allowed,
    /// Allowed, and changed.
    Changed,
    /// Denied.
    Denied,
    /// Allowed in monitor mode, and denied otherwise.
    WouldDeny,
    /// Unchanged in monitor mode, and changed otherwise.
    WouldChange,
}

impl Answer {
    /// The word.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Changed => "changed",
            Self::Denied => "denied",
            Self::WouldDeny => "would-deny",
            Self::WouldChange => "would-change",
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Review<'a> {
    api_version: &'static str,
    kind: &'static str,
    response: Response<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Response<'a> {
    uid: &'a str,
    allowed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<Status<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    patch: Option<String>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    warnings: &'a [String],
    #[serde(skip_serializing_if = "std::collections::BTreeMap::is_empty")]
    audit_annotations: &'a std::collections::BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Status<'a> {
    message: &'a str,
    code: u16,
}

/// An answer, as it is sent.
#[derive(Debug)]
pub struct Sent {
    /// What it says.
    pub answer: Answer,
    /// The AdmissionReview as JSON.
    pub body: Vec<u8>,
}

/// Writes the answer. `object` is the text of the object that was sent, if any.
///
/// # Errors
/// If the changes cannot be written as a patch: a mistake of ours.
pub fn write(uid: &str, object: Option<&str>, verdict: &mut Verdict, mode: Mode) -> Result<Sent, String> {
    let mut patch = None;
    if let Some(mutated) = verdict.mutated_object.take().filter(|_| verdict.accepted) {
        let operations = patch::between(object.unwrap_or("null"), &mutated)
            .map_err(|error| format!("the patch cannot be made: {error}"))?;
        if !operations.is_empty() {
            patch = Some(serde_json::to_vec(&operations).map_err(|error| format!("the patch: {error}"))?);
        }
    }
    let answer = match (mode, verdict.accepted, patch.is_some()) {
        (Mode::Protect, false, _) => Answer::Denied,
        (Mode::Protect, true, true) => Answer::Changed,
        (Mode::Monitor, false, _) => Answer::WouldDeny,
        (Mode::Monitor, true, true) => Answer::WouldChange,
        (_, true, false) => Answer::Allowed,
    };
    let with_denials;
    let mut warnings = verdict.warnings.as_slice();
    if answer == Answer::WouldDeny {
        let denials = verdict.denials().map(|line| format!("would be denied: {}", cut(line, WARNING_MAX)));
        with_denials = denials.chain(verdict.warnings.iter().cloned()).collect::<Vec<_>>();
        warnings = &with_denials;
    }
    let patch = patch.filter(|_| answer == Answer::Changed).map(|patch| STANDARD.encode(patch));
    let message = verdict.message.as_deref().unwrap_or_default();
    let review = Review {
        api_version: "admission.k8s.io/v1",
        kind: "AdmissionReview",
        response: Response {
            uid,
            allowed: answer != Answer::Denied,
            status: (answer == Answer::Denied).then(|| Status { message, code: verdict.code.unwrap_or(403) }),
            patch_type: patch.as_ref().map(|_| "JSONPatch"),
            patch,
            warnings,
            audit_annotations: &verdict.audit_annotations,
        },
    };
    let body = serde_json::to_vec(&review).map_err(|error| format!("the answer cannot be written: {error}"))?;
    Ok(Sent { answer, body })
}

/// The most bytes of a denial that is sent as a warning.
const WARNING_MAX: usize = 1000;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn a_long_denial_is_a_warning_that_is_cut() {
        let message = format!("[overlap] {}", "ä".repeat(600));
        let mut verdict = Verdict { message: Some(message), code: Some(403), ..Verdict::default() };
        let sent = write("1", None, &mut verdict, Mode::Monitor).unwrap();
        let review: serde_json::Value = serde_json::from_slice(&sent.body).unwrap();
        let warning = review.pointer("/response/warnings/0").and_then(serde_json::Value::as_str).unwrap();
        assert!(warning.starts_with("would be denied: [overlap] ää") && warning.ends_with("ä..."), "{warning}");
        assert!(warning.len() <= "would be denied: ".len() + WARNING_MAX, "{}", warning.len());
    }
}
