//! Collects the findings on one object, with the severities that the settings give them.

use crate::cluster::{Facts, Missing, Resource};
use crate::fault::Faults;
use crate::finding::{Finding, ObjectRef};
use crate::rules::{Rule, facts_unavailable};
use crate::settings::{Settings, Severity};

/// What rules report to.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The facts.
    pub facts: &'a Facts<'a>,
    /// The object that is judged.
    pub object: ObjectRef,
    findings: Vec<Finding>,
    missing: Vec<Resource>,
}

impl<'a> Judge<'a> {
    /// Nothing is found yet.
    #[must_use]
    pub fn new(settings: &'a Settings, facts: &'a Facts<'a>, object: ObjectRef) -> Self {
        Self { settings, facts, object, findings: Vec::new(), missing: Vec::new() }
    }

    /// Whether a rule reports at all.
    #[must_use]
    pub fn is_on(&self, rule: &Rule) -> bool {
        self.settings.severity(rule) != Severity::Off
    }

    /// Reports a finding with the severity of its rule.
    pub fn report(&mut self, rule: &Rule, finding: Finding) {
        self.report_at_most(rule, Severity::Deny, finding);
    }

    /// Reports a finding that is never more than `most`, whatever the severity of its rule.
    pub fn report_at_most(&mut self, rule: &Rule, most: Severity, finding: Finding) {
        self.push(self.settings.severity(rule).min(most), finding);
    }

    /// Reports a finding whose default is another than its rule's; the settings still override it.
    pub fn report_with_default(&mut self, rule: &Rule, default: Severity, finding: Finding) {
        self.push(self.settings.rules.get(rule.id).copied().unwrap_or(default), finding);
    }

    fn push(&mut self, severity: Severity, mut finding: Finding) {
        if severity == Severity::Off {
            return;
        }
        finding.severity = severity;
        if finding.object == ObjectRef::default() {
            finding.object = self.object.clone();
        }
        self.findings.push(finding);
    }

    /// Reports that a fact is missing: once for each resource.
    pub fn missing(&mut self, missing: &Missing, most: Severity) {
        if self.missing.contains(&missing.resource) {
            return;
        }
        self.missing.push(missing.resource);
        self.report_at_most(&facts_unavailable::RULE, most, facts_unavailable::finding(missing));
    }

    /// Reports what was wrong with the fields that were read.
    pub fn faults(&mut self, faults: Faults) {
        for fault in faults.into_vec() {
            self.report(fault.rule, Finding::new(fault.rule, fault.path, fault.value, fault.message, fault.help));
        }
    }

    /// What is wrong with a stored object: never more than a warning, and about that object.
    pub fn stored_faults(&mut self, object: &ObjectRef, faults: Faults) {
        for fault in faults.into_vec() {
            let mut finding = Finding::new(fault.rule, fault.path, fault.value, fault.message, fault.help);
            finding.object = object.clone();
            self.report_at_most(fault.rule, Severity::Warn, finding);
        }
    }

    /// The findings.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
