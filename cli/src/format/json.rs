//! JSON: the shape of `decide`, with file, line and column. It is written while the objects are checked, so that many
//! findings need little memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use podnetworking_check::json::shown;
use podnetworking_check::report::Located;
use serde::Serialize;
use serde_json::{Value, json};

use crate::args::{Format, ReportArgs};
use crate::output::or_read_enough;
use crate::report::Report;

/// A JSON document that is being written.
pub struct Stream {
    out: Box<dyn Write>,
    /// Whether the reader has stopped reading.
    is_closed: bool,
    is_first: bool,
}

impl std::fmt::Debug for Stream {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stream").field("is_closed", &self.is_closed).finish_non_exhaustive()
    }
}

/// The documents that the arguments ask for, begun. With a baseline to be written there are none.
///
/// # Errors
/// If a file cannot be written.
pub fn streams(args: &ReportArgs) -> anyhow::Result<Vec<Stream>> {
    let mut streams = Vec::new();
    if args.format == Format::Json && args.write_baseline.is_none() {
        streams.push(Stream::new(Box::new(io::stdout())));
    }
    for (_, path) in args.output.iter().filter(|(format, _)| *format == Format::Json) {
        streams.push(Stream::new(Box::new(create(path)?)));
    }
    for stream in &mut streams {
        stream.write("{\n  \"findings\": [")?;
    }
    Ok(streams)
}

/// A new file.
///
/// # Errors
/// If it cannot be written.
pub fn create(path: &Path) -> anyhow::Result<File> {
    File::create(path).with_context(|| format!("cannot write {}", path.display()))
}

impl Stream {
    fn new(out: Box<dyn Write>) -> Self {
        Self { out: Box::new(BufWriter::with_capacity(1 << 16, out)), is_closed: false, is_first: true }
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let written = self.out.write_all(text.as_bytes());
        self.is_closed = written.is_err();
        Ok(or_read_enough(written)?)
    }

    /// Writes a finding.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finding(&mut self, located: &Located) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let separator = if std::mem::take(&mut self.is_first) { "" } else { "," };
        self.write(&format!("{separator}\n    {}", indented(&shown(located), "    ")?))
    }

    /// Writes what comes after the findings.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(mut self, report: &Report) -> anyhow::Result<()> {
        let errors: Vec<Value> = report
            .errors
            .iter()
            .map(|error| {
                json!({"file": error.file, "line": error.line(), "column": error.column(), "message": error.message})
            })
            .collect();
        let summary = json!({
            "objects": report.objects.len(),
            "denied": report.denied,
            "warned": report.warned,
            "silenced": report.silenced,
            "inBaseline": report.in_baseline,
            "errors": report.errors.len(),
            "notifications": report.notices.len(),
            "platform": report.platform.name,
            "platformAssumed": report.platform.is_assumed,
        });
        self.write(if self.is_first { "]" } else { "\n  ]" })?;
        let decision = if report.denied > 0 { "deny" } else { "allow" };
        // Both belong to a single request.
        self.write(&format!(",\n  \"decision\": \"{decision}\",\n  \"mutatedObject\": null,\n  \"selected\": null"))?;
        self.write(&format!(",\n  \"errors\": {}", indented(&errors, "  ")?))?;
        self.write(&format!(",\n  \"notifications\": {}", indented(&report.notices, "  ")?))?;
        self.write(&format!(",\n  \"summary\": {}\n}}\n", indented(&summary, "  ")?))?;
        if self.is_closed {
            return Ok(());
        }
        Ok(or_read_enough(self.out.flush())?)
    }
}

/// Indented JSON, of which the lines after the first have more indentation.
fn indented(value: &impl Serialize, indentation: &str) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)?.replace('\n', &format!("\n{indentation}")))
}
