//! Collects the findings on one object, with the severities that the settings give them.

use crate::answer::finding::{Finding, ObjectRef, TOLD, counted};
use crate::collections::sort;
use crate::collections::text_map::TextMap;
use crate::facts::cluster::{Facts, Missing, Resource};
use crate::json::fault::{Fault, Faults};
use crate::rules::{Rule, facts_unavailable};
use crate::settings::values::{Settings, Severity};

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
    /// How many findings of each rule are told one by one.
    told: TextMap<'static, usize>,
    /// Those that are only counted, by rule and severity.
    counted: Vec<Finding>,
    missing: Vec<Resource>,
}

impl<'a> Judge<'a> {
    /// Nothing is found yet.
    #[must_use]
    pub fn new(settings: &'a Settings, facts: &'a Facts<'a>, object: ObjectRef) -> Self {
        let (told, counted) = (TextMap::default(), Vec::new());
        Self { settings, facts, object, findings: Vec::new(), told, counted, missing: Vec::new() }
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
        let told = self.told.get(finding.rule).copied().unwrap_or_default();
        if told < TOLD && finding.folded.is_empty() {
            self.told.insert(finding.rule, told + 1);
            self.findings.push(finding);
            return;
        }
        let mut digests = std::mem::take(&mut finding.folded);
        if digests.is_empty() {
            digests.push(finding.digest());
        }
        match self.counted.iter_mut().find(|all| (all.rule, all.severity) == (finding.rule, severity)) {
            Some(all) => all.folded.append(&mut digests),
            // The first of them lends its object and path.
            None => self.counted.push(Finding {
                value: String::new(),
                witness: None,
                related: Vec::new(),
                folded: digests,
                ..finding
            }),
        }
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
            self.report(fault.rule, of(fault));
        }
    }

    /// What is wrong with a stored object: never more than a warning, and about that object.
    pub fn stored_faults(&mut self, object: &ObjectRef, faults: Faults) {
        for fault in faults.into_vec() {
            let rule = fault.rule;
            let mut finding = Finding { object: object.clone(), ..of(fault) };
            // Those that are only counted are no sentence yet.
            if finding.folded.is_empty() {
                finding.message.push_str(", so this stored PodNetworking selects nothing");
            }
            self.report_at_most(rule, Severity::Warn, finding);
        }
    }

    /// The findings; of very many by one rule, the first ones and their number.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let mut counted_ones = self.counted;
        sort::by(&mut counted_ones, |a, b| (a.rule, a.severity).cmp(&(b.rule, b.severity)));
        findings.extend(counted_ones.into_iter().map(|mut all| {
            (all.message, all.help) = counted(all.folded.len(), &all.path);
            all
        }));
        findings
    }
}

fn of(fault: Fault) -> Finding {
    let folded = fault.folded;
    Finding { folded, ..Finding::new(fault.rule, fault.path, fault.value, fault.message, fault.help) }
}
