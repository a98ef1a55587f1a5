//! `mutate`: the manifests with the changes that the policy makes at admission.

use std::sync::Arc;

use podnetworking_check::answer::{Answer, Finding, Severity};
use podnetworking_check::judge::{self, Core};
use podnetworking_check::object::Object;
use podnetworking_check::report::undecided;
use podnetworking_manifests::read_str;
use podnetworking_policy::json::value::Json;
use serde_json::Value;
use serde_json::value::RawValue;
use similar::TextDiff;

use crate::args::MutateArgs;
use crate::edit::{self, Edit};
use crate::format::print;
use crate::input::Input;
use crate::output::{self, Exit};
use crate::{settings, yaml};

/// So many denials are shown.
const DENIALS: usize = 100;

/// Prints the manifests or the diff.
///
/// # Errors
/// If nothing can be decided or written.
pub fn run(args: &MutateArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let input = Input::read(&args.input)?;
    let core = Core::new(&loaded.settings, &input.world);
    let mut denials = Denials::new(args.all);
    let mut answers = Vec::with_capacity(input.world.checked.len());
    let mut errors = input.errors;
    for (position, object) in input.world.checked.iter().enumerate() {
        let answer = judge::one(&input.world, &core, position)?;
        errors.extend(answer.undecided.clone().map(|reason| undecided(object, reason)));
        denials.add(object, &answer);
        answers.push(Mutated(answer.mutated_object));
    }
    print::unread(&errors, &input.notices, args.all);
    let denied = denials.print();
    let parts = parts(&input.world.checked, &answers);
    if args.diff {
        output::print(&diff(&parts))?;
    } else {
        let texts: Vec<&str> = parts.iter().map(|part| part.new.as_str()).collect();
        output::print_raw(stream(&texts).as_bytes())?;
    }
    Ok(match (errors.is_empty(), denied) {
        (false, _) => Exit::NotChecked,
        (true, true) => Exit::Found,
        (true, false) => Exit::Clean,
    })
}

/// The object as it would be stored; none if no mutation changed it.
struct Mutated(Option<Box<RawValue>>);

/// Why objects would be denied. Such objects are printed unchanged.
struct Denials {
    /// Whether each denial has a line of its own.
    all: bool,
    lines: Vec<String>,
    /// How many objects and rules have no line.
    left_out: usize,
}

impl Denials {
    fn new(all: bool) -> Self {
        Self { all, lines: Vec::new(), left_out: 0 }
    }

    fn add(&mut self, object: &Object, answer: &Answer) {
        let document = &object.document;
        let denials: Vec<&Finding> =
            answer.findings.iter().filter(|finding| finding.severity == Severity::Deny).collect();
        // The denials of a rule follow each other.
        for group in denials.chunk_by(|a, b| !self.all && a.rule == b.rule) {
            let Some(finding) = group.first() else { continue };
            if !self.all && self.lines.len() >= DENIALS {
                self.left_out += group.len();
                continue;
            }
            let more = match group.len() - 1 {
                0 => String::new(),
                more => format!(" (and {more} more of this rule)"),
            };
            let (file, line, title) = (document.file(), document.line(), object.title());
            self.lines.push(format!(
                "{file}:{line}: {title} would be denied: [{}] {}{more}; {}",
                finding.rule, finding.message, finding.help
            ));
        }
    }

    /// Prints them on stderr, and returns whether an object would be denied.
    fn print(&self) -> bool {
        for line in &self.lines {
            output::error(line);
        }
        if self.left_out > 0 {
            output::error(&format!("{} more denials are not shown; `--all` shows everything", self.left_out));
        }
        !self.lines.is_empty()
    }
}

/// A document of a file before and after the mutation. A `List` is one document with several objects.
struct Part {
    file: String,
    /// The whole text of the file; `start` and `end` are the offsets of the document.
    source: Arc<podnetworking_manifests::Source>,
    start: usize,
    end: usize,
    new: String,
}

impl Part {
    fn old(&self) -> &str {
        self.source.text().get(self.start..self.end).unwrap_or_default()
    }
}

fn parts(objects: &[Object], answers: &[Mutated]) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest: Vec<(&Object, &Mutated)> = objects.iter().zip(answers).collect();
    rest.reverse();
    while let Some(first) = rest.pop() {
        let document = &first.0.document;
        let (start, text) = document.origin_text();
        let mut group = vec![first];
        // The items of a `List` follow each other.
        while let Some((next, _)) = rest.last() {
            let is_same = Arc::ptr_eq(next.document.source(), document.source())
                && next.document.origin_text().0 == start
                && next.document.is_list_item();
            if !is_same {
                break;
            }
            group.extend(rest.pop());
        }
        let new = mutated(&group, start, text);
        parts.push(Part {
            file: document.file().to_owned(),
            source: Arc::clone(document.source()),
            start,
            end: start + text.len(),
            new,
        });
    }
    parts
}

/// The text of a document with its objects mutated.
fn mutated(group: &[(&Object, &Mutated)], start: usize, text: &str) -> String {
    if group.iter().all(|(_, answer)| answer.0.is_none()) {
        return text.to_owned();
    }
    let new_json = |object: &Object, answer: &Mutated| -> String {
        answer.0.as_ref().map_or_else(|| object.document.json().to_owned(), |new| new.get().to_owned())
    };
    let expected: Vec<String> = group.iter().map(|(object, answer)| new_json(object, answer)).collect();
    if let Some(edited) = edited(group, &expected, start, text) {
        return edited;
    }
    for (object, _) in group.iter().take(1) {
        let document = &object.document;
        output::warning(&format!(
            "{}:{}: {} is reformatted; comments and formatting are lost",
            document.file(),
            document.line(),
            object.title()
        ));
    }
    let written: Vec<String> = expected.iter().map(|json| in_block_style(json)).collect();
    let texts: Vec<&str> = written.iter().map(String::as_str).collect();
    stream(&texts)
}

fn in_block_style(json: &str) -> String {
    let mut text = String::new();
    if let Ok(json) = Json::parse(json) {
        yaml::block(json, 0, false, &mut text);
    }
    text.push('\n');
    text
}

/// The text with edits. None if the edited text does not hold the expected objects.
fn edited(group: &[(&Object, &Mutated)], expected: &[String], start: usize, text: &str) -> Option<String> {
    let mut edits: Vec<Edit> = Vec::new();
    for ((object, _), new) in group.iter().zip(expected) {
        edits.extend(edit::edits(&object.document, Json::parse(new).ok()?)?);
    }
    let (first, _) = group.first()?;
    let new = edit::apply(first.document.source().text(), start, start + text.len(), &edits);
    let found = read_str(first.document.file(), &new);
    let values = |text: &str| serde_json::from_str::<Value>(text).ok();
    let is_right = found.errors.is_empty()
        && found.documents.len() == expected.len()
        && found.documents.iter().zip(expected).all(|(document, new)| values(document.json()) == values(new));
    is_right.then_some(new)
}

/// The documents as one YAML stream.
fn stream(texts: &[&str]) -> String {
    let mut out = String::new();
    for text in texts {
        if !out.is_empty() {
            if !out.ends_with('\n') {
                out.push('\n');
            }
            if !text.trim_start_matches(['\r', '\n']).starts_with("---") {
                out.push_str("---\n");
            }
        }
        out.push_str(text.trim_start_matches(['\r', '\n']));
    }
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// The unified diff of each file.
fn diff(parts: &[Part]) -> String {
    let mut out = String::new();
    for group in parts.chunk_by(|a, b| Arc::ptr_eq(&a.source, &b.source)) {
        let Some(first) = group.first() else { continue };
        let old = first.source.text();
        let mut new = String::new();
        let mut at = 0;
        for part in group {
            new.push_str(old.get(at..part.start).unwrap_or_default());
            let has_break = part.old().ends_with('\n');
            new.push_str(if has_break { &part.new } else { part.new.trim_end_matches('\n') });
            at = part.end;
        }
        new.push_str(old.get(at..).unwrap_or_default());
        if old == new {
            continue;
        }
        out.push_str(&unified(&first.file, old, &new));
    }
    out
}

/// The unified diff of one file.
pub fn unified(file: &str, old: &str, new: &str) -> String {
    let diff = TextDiff::from_lines(old, new);
    let text = diff.unified_diff().header(&format!("a/{file}"), &format!("b/{file}")).to_string();
    text.split_inclusive('\n').map(coloured).collect()
}

fn coloured(line: &str) -> String {
    use anstyle::AnsiColor::{Cyan, Green, Red};
    let style = match line.as_bytes() {
        [b'+', b'+', b'+', ..] | [b'-', b'-', b'-', ..] => output::BOLD,
        [b'+', ..] => Green.on_default(),
        [b'-', ..] => Red.on_default(),
        [b'@', ..] => Cyan.on_default(),
        _ => return line.to_owned(),
    };
    let text = line.trim_end_matches(['\r', '\n']);
    let ending = line.get(text.len()..).unwrap_or_default();
    output::styled(style, text) + ending
}
