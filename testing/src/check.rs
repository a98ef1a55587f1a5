//! Compares an answer with the expected one, or writes it into the file of the case.

use std::fs;

use crate::case::Case;
use crate::exact::Exact;
use crate::{compare, render};

impl Case {
    /// Compares a decision, in the JSON of `decide`, with the expected one.
    ///
    /// # Errors
    /// The differences, and the decision in the form of a case.
    pub fn check(&self, decision: &str) -> Result<(), String> {
        compare::decision(self, decision)
    }

    /// Compares Kubewarden's `ValidationResponse` with the one that follows from the expected decision.
    ///
    /// # Errors
    /// The differences.
    pub fn check_validation_response(&self, response: &str) -> Result<(), String> {
        compare::validation_response(self, response)
    }

    /// Replaces the expected decision in the file of the case. `response` is the `ValidationResponse` of the same decision.
    ///
    /// # Panics
    /// If an argument is not JSON, or the file cannot be written.
    pub fn update(&self, decision: &str, response: &str) {
        let [decision, response] = [decision, response].map(|text| Exact::parse(text).expect("JSON"));
        let zones = response.at(&["audit_annotations", "zones"]);
        let text = fs::read_to_string(&self.path).expect("the case");
        let kept = text.split_inclusive('\n').take_while(|line| !line.starts_with("expected:")).collect::<String>();
        fs::write(&self.path, kept + &render::expected(&decision, zones, self.object().as_ref())).expect("the case");
    }
}
