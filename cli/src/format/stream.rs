//! A JSON document that is written finding by finding, so that many findings need little memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use anyhow::Context;
use podnetworking_check::json::shown;
use podnetworking_check::report::Located;
use serde::Serialize;

use crate::args::{Format, ReportArgs};
use crate::output::or_read_enough;

/// What is before the first finding. Nothing is written if the check fails before it.
pub const BEGIN: &str = "{\n  \"findings\": [";

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

/// The documents that the arguments ask for. With a baseline to be written there are none.
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

    /// Writes a part of the document.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn write(&mut self, text: &str) -> anyhow::Result<()> {
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
        let separator = if std::mem::take(&mut self.is_first) { BEGIN } else { "," };
        self.write(&format!("{separator}\n    {}", indented(&shown(located), "    ")?))
    }

    /// Whether there is no finding yet.
    pub fn is_first(&self) -> bool {
        self.is_first
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn flush(&mut self) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        Ok(or_read_enough(self.out.flush())?)
    }
}

/// Indented JSON, of which the lines after the first have more indentation.
///
/// # Errors
/// Only if memory runs out.
pub fn indented(value: &impl Serialize, indentation: &str) -> anyhow::Result<String> {
    Ok(serde_json::to_string_pretty(value)?.replace('\n', &format!("\n{indentation}")))
}
