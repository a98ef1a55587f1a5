//! Collects the findings on one object, with the severities that the settings give them.

use crate::answer::finding::{Finding, ObjectRef};
use crate::collections::sort;
use crate::collections::text_map::TextMap;
use crate::facts::cache::Facts;
use crate::facts::cluster::Resource;
use crate::judgement::rule::Rule;
use crate::settings::severity::Severity;
use crate::settings::values::Settings;
use crate::text::overflow::{MAX_LISTED, overflow};

/// What rules report to.
#[derive(Debug)]
pub struct Judge<'a> {
    /// The settings.
    pub settings: &'a Settings,
    /// The facts.
    pub facts: &'a Facts<'a>,
    /// The object of the request.
    pub object: ObjectRef,
    findings: Vec<Finding>,
    /// How many findings of each rule are listed.
    listed: TextMap<'static, usize>,
    /// The findings that are only counted, one for each rule and severity.
    unlisted: Vec<Finding>,
    missing: Vec<Resource>,
}

impl<'a> Judge<'a> {
    /// A judge that has no findings yet.
    #[must_use]
    pub fn new(settings: &'a Settings, facts: &'a Facts<'a>, object: ObjectRef) -> Self {
        Self {
            settings,
            facts,
            object,
            findings: Vec::new(),
            listed: TextMap::default(),
            unlisted: Vec::new(),
            missing: Vec::new(),
        }
    }

    /// The severity of a rule: the settings override its default.
    #[must_use]
    pub fn severity(&self, rule: &Rule) -> Severity {
        self.severity_or(rule, rule.severities.on(self.settings.platform))
    }

    fn severity_or(&self, rule: &Rule, default: Severity) -> Severity {
        self.settings.rules.get(rule.id).copied().unwrap_or(default)
    }

    /// Whether a rule reports at all.
    #[must_use]
    pub fn is_on(&self, rule: &Rule) -> bool {
        self.severity(rule) != Severity::Off
    }

    /// Reports a finding with the severity of its rule.
    pub fn report(&mut self, rule: &Rule, finding: impl Into<Finding>) {
        self.push(rule, self.severity(rule), finding.into());
    }

    /// Reports a finding that is never more than `most`, whatever the severity of its rule.
    pub fn report_at_most(&mut self, rule: &Rule, most: Severity, finding: impl Into<Finding>) {
        self.push(rule, self.severity(rule).min(most), finding.into());
    }

    /// Reports a finding that has another default than its rule. The settings still override it.
    pub fn report_with_default(&mut self, rule: &Rule, default: Severity, finding: impl Into<Finding>) {
        self.push(rule, self.severity_or(rule, default), finding.into());
    }

    fn push(&mut self, rule: &Rule, severity: Severity, mut finding: Finding) {
        if severity == Severity::Off {
            return;
        }
        finding.rule = rule.id;
        finding.severity = severity;
        if finding.object == ObjectRef::default() {
            finding.object = self.object.clone();
        }
        let listed = self.listed.get(rule.id).copied().unwrap_or_default();
        if listed < MAX_LISTED && finding.unlisted.is_empty() {
            self.listed.insert(rule.id, listed + 1);
            self.findings.push(finding);
            return;
        }
        let mut hashes = std::mem::take(&mut finding.unlisted);
        if hashes.is_empty() {
            hashes.push(finding.identity_hash());
        }
        match self.unlisted.iter_mut().find(|all| (all.rule, all.severity) == (rule.id, severity)) {
            Some(all) => all.unlisted.append(&mut hashes),
            // The object and the path of the first one are shown.
            None => {
                finding.problem.value.clear();
                self.unlisted.push(Finding { witness: None, related: Vec::new(), unlisted: hashes, ..finding });
            }
        }
    }

    /// Whether a fact of this resource was not reported as missing before.
    pub fn is_first_miss(&mut self, resource: Resource) -> bool {
        let is_first = !self.missing.contains(&resource);
        if is_first {
            self.missing.push(resource);
        }
        is_first
    }

    /// The findings. If a rule has very many, the first ones and one that counts the others.
    #[must_use]
    pub fn into_findings(self) -> Vec<Finding> {
        let mut findings = self.findings;
        let mut unlisted = self.unlisted;
        sort::by(&mut unlisted, |a, b| (a.rule, a.severity).cmp(&(b.rule, b.severity)));
        findings.extend(unlisted.into_iter().map(|all| {
            let problem = overflow(all.unlisted.len(), all.problem.path);
            Finding { problem, ..all }
        }));
        findings
    }
}
