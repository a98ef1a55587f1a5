//! The findings that a repository had when it adopted the tool: they are to be worked off, and not shown until then.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};

use crate::fingerprint;
use crate::report::Located;

/// The version of the format.
const VERSION: u32 = 1;

/// The file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    /// How often each finding was there.
    findings: BTreeMap<String, usize>,
}

/// Findings that are not shown: each as often as it was there.
#[derive(Debug, Default)]
pub struct Baseline(BTreeMap<String, usize>);

impl Baseline {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it cannot be read or is none.
    pub fn read(path: &Path) -> anyhow::Result<Self> {
        let name = path.display();
        let text = std::fs::read_to_string(path).with_context(|| format!("the baseline {name} cannot be read"))?;
        let file: File = serde_json::from_str(&text).with_context(|| format!("{name} is no baseline"))?;
        if file.version != VERSION {
            bail!("{name} is a baseline of version {}, this is for version {VERSION}; write it again", file.version);
        }
        Ok(Self(file.findings))
    }

    /// Whether the finding was there; then one less of its like is.
    pub fn takes(&mut self, finding: &Located) -> bool {
        match self.0.get_mut(&fingerprint::of(&finding.finding)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }

    /// How many entries no finding took: they are fixed.
    pub fn left(&self) -> usize {
        self.0.values().filter(|left| **left > 0).count()
    }
}

/// Writes the findings as a baseline.
///
/// # Errors
/// Where the file cannot be written.
pub fn write(path: &Path, findings: &[Located]) -> anyhow::Result<()> {
    let mut file = File { version: VERSION, findings: BTreeMap::new() };
    for finding in findings {
        *file.findings.entry(fingerprint::of(&finding.finding)).or_default() += 1;
    }
    let text = serde_json::to_string_pretty(&file)?;
    std::fs::write(path, text + "\n").with_context(|| format!("{} cannot be written", path.display()))
}
