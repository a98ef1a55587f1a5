//! Text for people: the message, the lines of the manifests, and how to fix the problem.

use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use podnetworking_check::answer::Severity;
use podnetworking_check::catalogue;
use podnetworking_check::locate::Position;
use podnetworking_manifests::ReadError;
use podnetworking_policy::answer::finding::page;
use podnetworking_policy::judgement::rule::Rule;

use crate::collect::{self, Entry};
use crate::output::{self, BOLD, DIM, ERROR, GOOD, WARNING, styled};
use crate::report::Report;

/// Longer lines are not shown, in bytes.
const LINE_MAX: usize = 400;

/// Without `--all` a finding shows so many related places.
const PLACES: usize = 5;

/// The findings and the summary. Without `--all` they are cut where `most` lines are full.
pub fn report(report: &Report, quiet: bool, all: bool, most: usize) -> String {
    let mut explained: HashSet<String> = HashSet::new();
    let mut lines = 0;
    let (shown, left_out) = report.collected.shown(|entry| {
        let text = finding(entry, all, explained.insert(entry.located.finding.rule.clone()));
        lines += text.lines().count() + 1;
        // One is always shown.
        (all || lines <= most || lines == text.lines().count() + 1).then_some(text)
    });
    let mut text: String = shown.into_iter().map(|text| text + "\n\n").collect();
    if let Some(sentence) = collect::left_out(&left_out) {
        text.push_str(&format!("{sentence}\n"));
    }
    if !quiet {
        text.push_str(&summary(report));
        text.push('\n');
    }
    text
}

/// Prints on stderr why a file cannot be read, with the line.
pub fn read_error(error: &ReadError) {
    use std::io::Write;
    let (Some(location), Some(source)) = (error.location, &error.source) else {
        output::error(&error.to_string());
        return;
    };
    let group = Group::with_title(Level::ERROR.primary_title(error.message.as_str()));
    let place = Position { source: Arc::clone(source), location };
    let text = Renderer::styled().render(&[snippet(group, &place, AnnotationKind::Primary, None)]);
    // If stderr is closed, the message cannot be shown.
    let _ = writeln!(anstream::stderr(), "{text}\n");
}

/// One finding, without a line break at the end. The first one of a rule explains it.
fn finding(entry: &Entry, all: bool, is_first: bool) -> String {
    let located = &entry.located;
    let finding = &located.finding;
    let level = match finding.severity {
        Severity::Deny => Level::ERROR,
        Severity::Warn => Level::WARNING,
    };
    let title =
        level.primary_title(format!("{}: {}", finding.object.title(), finding.message)).id(finding.rule.as_str());
    let mut group = Group::with_title(title);
    if let Some(place) = &located.position {
        group = snippet(group, place, AnnotationKind::Primary, None);
    }
    let places = if all { usize::MAX } else { PLACES };
    for (related, place) in finding.related.iter().zip(&located.related).take(places) {
        if let Some(place) = place {
            let label = format!("{} {}", related.kind, related.name);
            group = snippet(group, place, AnnotationKind::Context, Some(label));
        }
    }
    if !finding.help.is_empty() {
        group = group.element(Level::HELP.message(finding.help.as_str()));
    }
    if let Some(note) = entry.note() {
        group = group.element(Level::NOTE.message(note));
    }
    let rule = catalogue::find(&finding.rule).filter(|_| is_first);
    if let Some(rule) = rule {
        group = group.element(Level::NOTE.message(why(rule)));
    }
    Renderer::styled().render(&[group])
}

/// The reason of a rule, and its page.
fn why(rule: &Rule) -> String {
    let reason = rule.docs.reason.trim_end_matches('.');
    let mut characters = reason.chars();
    let first = characters.next().map(|first| first.to_lowercase().to_string()).unwrap_or_default();
    let is_word = characters.clone().next().is_some_and(|second| !second.is_uppercase());
    let reason = if is_word { first + characters.as_str() } else { reason.to_owned() };
    format!("{reason}; see {}", page(rule.id))
}

fn snippet<'a>(group: Group<'a>, place: &'a Position, kind: AnnotationKind, label: Option<String>) -> Group<'a> {
    let location = place.location;
    let line = place.source.line(location.line).filter(|line| line.len() <= LINE_MAX);
    let Some(line) = line else {
        // The line is too long, for example in JSON of one line: only its position is shown.
        return group.element(Origin::path(place.file()).line(location.line).char_column(location.column));
    };
    let before: usize = line.chars().take(location.column.saturating_sub(1)).map(char::len_utf8).sum();
    let after = (before + (location.end - location.start)).min(line.len());
    let span: Range<usize> = before..after;
    let annotation = kind.span(span).label(label);
    group.element(Snippet::source(line).line_start(location.line).path(place.file()).annotation(annotation))
}

/// The last line: `checked 12 objects in 3 files, against 40 in the context: 1 error, 2 warnings`.
fn summary(report: &Report) -> String {
    let files: BTreeSet<&str> = report.objects.iter().map(|object| object.file.as_str()).collect();
    let (errors, warnings) = (report.denied, report.warned);
    let mut found = Vec::new();
    if errors > 0 {
        found.push(styled(ERROR, &output::count(errors, "error")));
    }
    if warnings > 0 {
        found.push(styled(WARNING, &output::count(warnings, "warning")));
    }
    if found.is_empty() && report.errors.is_empty() {
        found.push(styled(GOOD, "no findings"));
    }
    if !report.errors.is_empty() {
        let broken: BTreeSet<&str> = report.errors.iter().map(|error| error.file.as_str()).collect();
        found.push(styled(ERROR, &format!("{} could not be checked completely", output::count(broken.len(), "path"))));
    }
    let mut hidden = Vec::new();
    if report.silenced > 0 {
        hidden.push(format!("{} silenced", report.silenced));
    }
    if report.in_baseline > 0 {
        hidden.push(format!("{} in the baseline", report.in_baseline));
    }
    let hidden =
        if hidden.is_empty() { String::new() } else { styled(DIM, &format!(" ({} not shown)", hidden.join(", "))) };
    let objects = output::count(report.objects.len(), "object");
    let files = output::count(files.len(), "file");
    let context =
        if report.context > 0 { format!(", against {} in the context", report.context) } else { String::new() };
    let platform = if report.platform.is_assumed {
        format!(", for platform {} (assumed)", report.platform.name)
    } else {
        String::new()
    };
    let checked = styled(BOLD, &format!("checked {objects} in {files}{context}{platform}"));
    format!("{checked}: {}{hidden}", found.join(", "))
}
