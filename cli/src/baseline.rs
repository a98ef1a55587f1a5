//! A baseline: the findings that a repository had when it adopted the tool. They are hidden until they are fixed.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use podnetworking_check::report::Located;
use serde::{Deserialize, Serialize};

use crate::fingerprint;

/// The version of the format.
const VERSION: u32 = 1;

/// The JSON of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    version: u32,
    /// How often each finding occurred, by fingerprint.
    findings: BTreeMap<String, usize>,
}

/// Findings to hide, each as often as it occurred.
#[derive(Debug, Default)]
pub struct Baseline(BTreeMap<String, usize>);

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    /// If the file cannot be read, or is not a baseline of this version.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the baseline {name}"))?;
        let file: File = serde_json::from_str(&text).with_context(|| format!("{name} is not a baseline file"))?;
        if file.version != VERSION {
            bail!(
                "{name} is a baseline of version {}, expected version {VERSION}; write it again with --write-baseline",
                file.version
            );
        }
        Ok(Self(file.findings))
    }

    /// Whether the baseline has the finding. Each entry hides one finding, so it is used up.
    pub fn takes(&mut self, finding: &Located) -> bool {
        match self.0.get_mut(&fingerprint::of(&finding.finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many entries are not used up, because their findings no longer occur.
    pub fn left(&self) -> usize {
        self.0.values().filter(|left| **left > 0).count()
    }
}

impl File {
    /// Adds a finding.
    pub fn add(&mut self, finding: &Located) {
        *self.findings.entry(fingerprint::of(&finding.finding)).or_default() += 1;
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&self, path: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))
    }
}

impl Default for File {
    fn default() -> Self {
        Self { version: VERSION, findings: BTreeMap::new() }
    }
}
