//! An explanation as JSON, written row by row.

use std::io::{self, BufWriter, Write};

use podnetworking_check::explain::{Pair, Row, names};
use podnetworking_check::facts::World;
use podnetworking_manifests::ReadError;
use serde::Serialize;
use serde_json::{Value, json};

use crate::notice::Notice;
use crate::output::or_read_enough;

/// Writes the explanation to stdout. `pairs` hands out the overlaps.
///
/// # Errors
/// If stdout cannot be written, or something cannot be decided.
pub fn print(
    rows: &mut dyn Iterator<Item = Row>,
    world: &World,
    errors: &[ReadError],
    notices: &[Notice],
    pairs: impl FnOnce(&mut dyn FnMut(Pair) -> anyhow::Result<()>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut out = Out { out: BufWriter::new(io::stdout().lock()), is_closed: false, is_first: true };
    out.write("{\n  \"pods\": [")?;
    for row in rows {
        out.element(&row)?;
    }
    out.end()?;
    out.write(",\n  \"overlaps\": [")?;
    pairs(&mut |pair| out.element(&pair))?;
    out.end()?;
    let errors = errors.iter();
    let errors: Vec<Value> = errors
        .map(|error| json!({"file": error.file, "line": error.line(), "column": error.column(), "message": error.message}))
        .collect();
    for (key, value) in
        [("podNetworkings", json!(names(world))), ("errors", json!(errors)), ("notifications", json!(notices))]
    {
        out.write(&format!(",\n  \"{key}\": {}", serde_json::to_string_pretty(&value)?.replace('\n', "\n  ")))?;
    }
    out.write("\n}\n")?;
    or_read_enough(if out.is_closed { Ok(()) } else { out.out.flush() })?;
    Ok(())
}

struct Out<'o> {
    out: BufWriter<io::StdoutLock<'o>>,
    /// Whether the reader has stopped reading.
    is_closed: bool,
    is_first: bool,
}

impl Out<'_> {
    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        if self.is_closed {
            return Ok(());
        }
        let written = self.out.write_all(text.as_bytes());
        self.is_closed = written.is_err();
        Ok(or_read_enough(written)?)
    }

    fn element(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let separator = if std::mem::take(&mut self.is_first) { "" } else { "," };
        self.write(&format!("{separator}\n    {}", serde_json::to_string_pretty(value)?.replace('\n', "\n    ")))
    }

    fn end(&mut self) -> anyhow::Result<()> {
        let is_empty = std::mem::replace(&mut self.is_first, true);
        self.write(if is_empty { "]" } else { "\n  ]" })
    }
}
