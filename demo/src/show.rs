//! Prints the decisions, with colours on a terminal.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::example::Example;
use crate::judge::{Finding, Judged, name};

const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default();
const YELLOW: Style = AnsiColor::Yellow.on_default();
const GREEN: Style = AnsiColor::Green.on_default();

/// Prints the name and the description of an example.
pub(crate) fn title(example: &Example) -> io::Result<()> {
    let mut out = anstream::stdout();
    writeln!(out, "\n{BOLD}{}{BOLD:#}  {DIM}{}{DIM:#}", example.name, example.about)
}

/// Prints one object: verdict, findings, and the changes of the mutations.
pub(crate) fn judged(judged: &Judged) -> io::Result<()> {
    let mut out = anstream::stdout();
    let (style, verdict) = match (judged.decision.decision == "allow", judged.decision.mutated_object.is_some()) {
        (true, true) => (GREEN, "admitted, changed"),
        (true, false) => (GREEN, "admitted"),
        (false, _) => (RED, "denied"),
    };
    write!(out, "  {style}{verdict}{style:#}  {}", name(&judged.object))?;
    if let Some(selected) = &judged.decision.selected {
        write!(out, "  {DIM}selected by {selected}{DIM:#}")?;
    }
    writeln!(out)?;
    for finding in &judged.decision.findings {
        show_finding(&mut out, finding)?;
    }
    if let Some(mutated) = &judged.decision.mutated_object {
        let after: Value = serde_json::from_str(mutated.get())?;
        show_difference(&mut out, &judged.object, &after)?;
    }
    if !judged.is_as_expected() {
        writeln!(out, "    {RED}not the expected verdict, which is {:?}{RED:#}", judged.expected)?;
    }
    Ok(())
}

fn show_finding(out: &mut impl Write, finding: &Finding) -> io::Result<()> {
    let (style, word) = if finding.severity == "deny" { (RED, "error") } else { (YELLOW, "warning") };
    writeln!(out, "    {style}{word}[{}]{style:#}: {}", finding.rule, finding.message)?;
    // Many messages name the field.
    if !finding.path.is_empty() && !finding.message.contains(&format!("`{}`", finding.path)) {
        writeln!(out, "      {DIM}at{DIM:#}   {}", finding.path)?;
    }
    if let Some(witness) = &finding.witness {
        writeln!(out, "      {DIM}pod{DIM:#}  labels {}, namespace {}", witness["podLabels"], witness["namespace"])?;
    }
    writeln!(out, "      {DIM}help{DIM:#} {}", finding.help)
}

/// Prints the lines of the object that the mutations changed.
fn show_difference(out: &mut impl Write, before: &Value, after: &Value) -> io::Result<()> {
    let (before, after) = (serde_json::to_string_pretty(before)?, serde_json::to_string_pretty(after)?);
    let difference = TextDiff::from_lines(&before, &after);
    for change in difference.iter_all_changes() {
        let (sign, style) = match change.tag() {
            ChangeTag::Delete => ('-', RED),
            ChangeTag::Insert => ('+', GREEN),
            ChangeTag::Equal => continue,
        };
        writeln!(out, "    {style}{sign} {}{style:#}", change.value().trim_end())?;
    }
    Ok(())
}

/// Prints the last line.
pub(crate) fn summary(total: usize, wrong: usize) -> io::Result<()> {
    let mut out = anstream::stdout();
    let style = if wrong == 0 { GREEN } else { RED };
    writeln!(out, "\n{style}{total} objects checked, {wrong} with an unexpected verdict{style:#}")
}
