//! Text to objects.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::convert::{Converted, Converter};
use crate::decode::decode;
use crate::document::{Document, Origin};
use crate::error::{ReadError, Skipped, What};
use crate::event::SyntaxError;
use crate::json::JsonEvents;
use crate::location::Source;
use crate::scalar::shorten;
use crate::split::{self, Chunk};
use crate::syntax::Syntax;
use crate::yaml::grammar::YamlEvents;
use crate::{kustomization, not_a_manifest, raw_json, template, variable};

const NO_OBJECT: &str = "not a Kubernetes object: `apiVersion` and `kind` are missing";
const NO_KIND: &str = "not a Kubernetes object: `kind` is missing";
const NO_API_VERSION: &str = "not a Kubernetes object: `apiVersion` is missing";
const NOT_A_MANIFEST: &str = "not a manifest but the message of a command that failed";

/// What was found in one or several files.
#[derive(Debug, Default)]
pub struct Manifests {
    /// The Kubernetes objects, in the order in which they are written. Lists are taken apart into their items.
    pub documents: Vec<Document>,
    /// What is broken.
    pub errors: Vec<ReadError>,
    /// What is no Kubernetes object.
    pub skipped: Vec<Skipped>,
}

impl Manifests {
    /// Appends what another reading found.
    pub fn extend(&mut self, other: Self) {
        self.documents.extend(other.documents);
        self.errors.extend(other.errors);
        self.skipped.extend(other.skipped);
    }
}

/// Reads the text of a file: YAML or JSON, any number of documents.
pub fn read_str(file: &str, text: &str) -> Manifests {
    read_text(file, text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned(), false).found
}

/// Reads the bytes of a file: UTF-8, or UTF-16 with a byte order mark.
pub fn read_bytes(file: &str, bytes: &[u8]) -> Manifests {
    read_file(file, bytes, false).found
}

/// What was found in one file, and what only who reads several needs.
#[derive(Debug, Default)]
pub(crate) struct FileFound {
    pub found: Manifests,
    /// Its text.
    pub source: Option<Arc<Source>>,
    /// How many lists without items it holds.
    pub empty_lists: usize,
    /// The kustomizations that it holds, as JSON.
    pub kustomizations: Vec<String>,
}

/// Reads a file. Of a chart's templates each that has an action is one, whether or not it can be read.
pub(crate) fn read_file(file: &str, bytes: &[u8], in_chart: bool) -> FileFound {
    read_text(file, decode(bytes), in_chart)
}

fn read_text(file: &str, text: String, in_chart: bool) -> FileFound {
    let source = Arc::new(Source::new(file.to_owned(), text));
    let text = source.text();
    let mut reader =
        Reader { converter: Converter::new(text.len()), source: Arc::clone(&source), file: FileFound::default() };
    let pieces: Vec<Piece> = if split::is_json(text) {
        reader.json_pieces(text)
    } else {
        split::documents(text).into_iter().map(|chunk| reader.yaml_piece(text, chunk)).collect()
    };
    let template = reader.template_line(&pieces, in_chart);
    for piece in pieces {
        if template.is_none() || !reader.text_of(&piece.origin).contains("{{") {
            reader.piece(piece);
        }
    }
    reader.finish(template)
}

/// A document of the file before it is known to hold objects.
struct Piece {
    origin: Arc<Origin>,
    json: String,
    /// Whose reading cannot go on or whose content has no place in JSON.
    errors: Vec<ReadError>,
    /// Whether its syntax is right.
    whole: bool,
    /// Where something is that is not read.
    rest: Option<usize>,
}

/// Whether it is a Kubernetes object.
fn is_object(json: &str) -> bool {
    let header = Header::of(json);
    header.api_version.is_some() && header.kind.is_some()
}

struct Reader {
    source: Arc<Source>,
    converter: Converter,
    file: FileFound,
}

impl Reader {
    fn yaml_piece(&mut self, text: &str, chunk: Chunk) -> Piece {
        let Chunk { span, start, misplaced } = chunk;
        if let Some(misplaced) = misplaced {
            let message = "kubectl does not read what is in one line with `---`; put it on the next line";
            let error = ReadError::at(&self.source, misplaced.start, misplaced.end, message);
            return self.broken(span, Syntax::Yaml, error);
        }
        let text = split::up_to(text, span.end);
        // A document may have a byte order mark of its own.
        let after_mark = text.get(start..).and_then(|text| text.strip_prefix('\u{FEFF}'));
        let start = after_mark.map_or(start, |rest| text.len() - rest.len());
        let mut events = YamlEvents::new(&text, start);
        let result = self.converter.convert(&mut events);
        self.to_piece(span, start, Syntax::Yaml, result, events.rest())
    }

    /// Values that follow each other, up to the first that is broken.
    fn json_pieces(&mut self, text: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut start = 0;
        loop {
            let rest = text.get(start..).unwrap_or_default().trim_start_matches([' ', '\t', '\r', '\n']);
            start = text.len() - rest.len();
            if rest.is_empty() {
                return pieces;
            }
            let mut events = JsonEvents::new(text, start);
            let result = self.converter.convert(&mut events).map_err(|error| {
                // Who writes YAML does not expect JSON here.
                let is_expected = self.source.name().ends_with(".json") && !rest.starts_with("---");
                let advice =
                    if is_expected { "" } else { "; kubectl reads a file that begins with `{` as JSON to its end" };
                SyntaxError { message: error.message + advice, ..error }
            });
            let is_broken = result.is_err();
            let end = if is_broken { text.len() } else { events.position() };
            pieces.push(self.to_piece(start..end, start, Syntax::Json, result, None));
            if is_broken {
                return pieces;
            }
            start = end;
        }
    }

    fn to_piece(
        &self,
        span: Range<usize>,
        start: usize,
        syntax: Syntax,
        result: Result<Converted, SyntaxError>,
        rest: Option<usize>,
    ) -> Piece {
        let Converted { json, start: root, faults } = match result {
            Ok(converted) => converted,
            Err(SyntaxError { at, message }) => {
                return self.broken(span, syntax, ReadError::at(&self.source, at, at, message));
            }
        };
        let errors = faults.into_iter().map(|fault| {
            let earlier = fault.earlier.map(|at| self.source.location(at, at).line);
            let earlier = earlier.map(|line| format!(" (the first is on line {line})")).unwrap_or_default();
            ReadError::at(&self.source, fault.span.start, fault.span.end, fault.message + &earlier)
        });
        let errors = errors.collect();
        let source = Arc::clone(&self.source);
        let origin = Arc::new(Origin { source, span, syntax, start, root, positions: OnceLock::new() });
        Piece { origin, json, errors, whole: true, rest }
    }

    fn broken(&self, span: Range<usize>, syntax: Syntax, error: ReadError) -> Piece {
        let (source, start) = (Arc::clone(&self.source), span.start);
        let origin = Origin { source, span, syntax, start, root: start, positions: OnceLock::new() };
        Piece { origin: Arc::new(origin), json: String::new(), errors: vec![error], whole: false, rest: None }
    }

    fn text_of(&self, origin: &Origin) -> &str {
        self.source.text().get(origin.span.clone()).unwrap_or_default()
    }

    /// The line of the first template action, if the file is a Helm template.
    fn template_line(&self, pieces: &[Piece], in_chart: bool) -> Option<usize> {
        if in_chart {
            let at = self.source.text().find("{{")?;
            return Some(self.source.location(at, at).line);
        }
        pieces.iter().filter(|piece| !piece.errors.is_empty()).find_map(|piece| {
            let line = template::action(self.text_of(&piece.origin))?;
            Some(self.line(piece.origin.span.start) + line)
        })
    }

    fn line(&self, at: usize) -> usize {
        self.source.location(at, at).line
    }

    fn piece(&mut self, piece: Piece) {
        if let Some(rest) = piece.rest {
            self.skip(
                Some(self.line(rest)),
                What::Rest,
                "kubectl does not read what follows the end of a document; put a line `---` before it",
            );
        }
        if self.is_printed_by_a_command(&piece) {
            return;
        }
        if !piece.whole {
            self.file.found.errors.extend(piece.errors);
            return;
        }
        if piece.json.is_empty() || piece.json == "null" {
            self.file.found.errors.extend(piece.errors);
            return;
        }
        if piece.json.starts_with('[') && raw_json::elements(&piece.json).any(is_object) {
            let at = piece.origin.root;
            let message = "kubectl does not read an array of objects; write a `List` with `items`, or one document for each object";
            self.file.found.errors.push(ReadError::at(&self.source, at, at, message));
            return;
        }
        let header = Header::of(&piece.json);
        if header.api_version.is_none() || header.kind.is_none() {
            if kustomization::is_name(self.source.name()) {
                self.kustomization(&piece.origin, piece.json);
                return;
            }
            let line = Some(self.line(piece.origin.root));
            match not_a_manifest::failure(self.text_of(&piece.origin)).map(str::to_owned) {
                Some(line_of_it) => {
                    self.skip(line, What::NoObject, &format!("{NOT_A_MANIFEST}: `{}`", quoted(&line_of_it)));
                }
                None => {
                    let reason = match (&header.api_version, &header.kind) {
                        (Some(_), _) => NO_KIND,
                        (_, Some(_)) => NO_API_VERSION,
                        _ => NO_OBJECT,
                    };
                    self.skip(line, What::NoObject, reason);
                }
            }
        } else if let Some(version) = header.api_version.filter(|version| version.matches('/').count() > 1) {
            let place =
                piece.origin.positions().find(&[], "apiVersion").and_then(|found| found.value).unwrap_or_default();
            let message = format!("the `apiVersion` `{version}` is not a group and a version; remove all but one `/`");
            self.file.found.errors.push(ReadError::at(&self.source, place.start, place.end, message));
        } else if piece.errors.is_empty() {
            self.object(&piece.origin, piece.json);
        } else {
            self.file.found.errors.extend(piece.errors);
        }
    }

    /// Reports what is not a manifest but the output of a command: a table, or the message of an error that is not
    /// YAML.
    fn is_printed_by_a_command(&mut self, piece: &Piece) -> bool {
        let text = self.text_of(&piece.origin);
        let is_text = piece.json.starts_with('"') || !piece.whole;
        let message = if is_text && not_a_manifest::is_table(text) {
            "a table, not a manifest; add `-o yaml` to the `kubectl` command".to_owned()
        } else if let Some(line) = not_a_manifest::failure(text).filter(|_| !piece.whole) {
            format!("{NOT_A_MANIFEST}: `{}`", quoted(line))
        } else {
            return false;
        };
        let start = piece.origin.span.start;
        self.file.found.errors.push(ReadError::at(&self.source, start, start, message));
        true
    }

    /// An answer of the API that is an error is not an object of a cluster.
    fn is_failure(&mut self, origin: &Arc<Origin>, items: &[usize], header: &Header<'_>) -> bool {
        let is_table = header.kind.as_deref() == Some("Table")
            && header.api_version.as_deref().is_some_and(|version| version.starts_with("meta.k8s.io/"));
        let message = if is_table {
            "a table of the API, not a manifest; ask for the objects with `-o yaml`".to_owned()
        } else if header.kind.as_deref() == Some("Status") && header.status.as_deref() == Some("Failure") {
            let message = header.message.as_deref().map(quoted).unwrap_or_default();
            format!("an answer of the API that is an error, not an object: {message}")
        } else {
            return false;
        };
        let span = origin.positions().find(items, "kind").and_then(|found| found.value).unwrap_or_default();
        self.file.found.errors.push(ReadError::at(&self.source, span.start, span.end, message));
        true
    }

    fn kustomization(&mut self, origin: &Arc<Origin>, json: String) {
        self.skip(
            Some(self.line(origin.root)),
            What::Kustomization,
            "a kustomization, which is not built; check what `kustomize build` prints",
        );
        self.file.kustomizations.push(json);
    }

    /// An object, or the items of a list, in their order.
    fn object(&mut self, origin: &Arc<Origin>, json: String) {
        let mut rest = vec![(json, Vec::new(), None::<(String, String)>)];
        while let Some((json, items, list)) = rest.pop() {
            let header = Header::of(&json);
            let (api_version, kind) = match (&header, list) {
                (Header { api_version: Some(api_version), kind: Some(kind), .. }, _) => {
                    (api_version.clone(), kind.clone())
                }
                (header, Some((api_version, kind))) if json.starts_with('{') && header.lacks_only_absent() => {
                    (header.api_version.clone().unwrap_or(api_version), header.kind.clone().unwrap_or(kind))
                }
                _ => {
                    self.broken_item(origin, &items);
                    continue;
                }
            };
            if self.is_failure(origin, &items, &header) {
                continue;
            }
            if header.items == Some("null") && kind.ends_with("List") {
                self.file.empty_lists += 1;
                continue;
            }
            if let Some(array) = header.items.filter(|array| kind.ends_with("List") && array.starts_with('[')) {
                // What `items` of a plain `List` are, nobody but they can say.
                let inherited = kind
                    .strip_suffix("List")
                    .filter(|kind| !kind.is_empty())
                    .map(|kind| (api_version, kind.to_owned()));
                let first = rest.len();
                for (position, item) in raw_json::elements(array).enumerate() {
                    let items = items.iter().copied().chain([position]).collect();
                    rest.push((item.to_owned(), items, inherited.clone()));
                }
                if let Some(items) = rest.get_mut(first..) {
                    self.file.empty_lists += usize::from(items.is_empty());
                    items.reverse();
                }
                continue;
            }
            if kustomization::is_kind(&api_version) {
                self.kustomization(origin, json);
                continue;
            }
            if json.contains("\"$patch\":") {
                let line = self.line_of(origin, &items);
                let reason = format!("a `$patch` of {kind}, which is not checked; check what `kustomize build` prints");
                self.skip(Some(line), What::Patch, &reason);
                continue;
            }
            let decides = matches!(kind.as_str(), "PodNetworking" | "Namespace") || json.contains("\"containers\":");
            if decides && let Some(name) = variable::first(&json) {
                let line = self.line_of(origin, &items);
                let reason = format!(
                    "`{}` in this {kind} is not replaced, so it is not checked as it will be applied",
                    shorten(name)
                );
                self.skip(Some(line), What::Variable, &reason);
            }
            let json = header.complete(&json, &api_version, &kind).unwrap_or(json);
            let index = self.file.found.documents.len();
            self.file.found.documents.push(Document {
                json,
                api_version,
                kind,
                index,
                origin: Arc::clone(origin),
                items,
            });
        }
    }

    fn broken_item(&mut self, origin: &Arc<Origin>, items: &[usize]) {
        let span = origin.positions().find(items, "").map(|found| found.handle).unwrap_or_default();
        let message = "an item of the list is not a Kubernetes object; give it `apiVersion` and `kind`";
        self.file.found.errors.push(ReadError::at(&self.source, span.start, span.end, message));
    }

    fn skip(&mut self, line: Option<usize>, what: What, reason: &str) {
        let skipped = Skipped { line, ..Skipped::file(self.source.name(), what, reason) };
        self.file.found.skipped.push(skipped);
    }

    fn line_of(&self, origin: &Arc<Origin>, items: &[usize]) -> usize {
        let span = origin.positions().find(items, "").map(|found| found.handle).filter(|_| !items.is_empty());
        self.line(span.map_or(origin.root, |span| span.start))
    }

    fn finish(mut self, template: Option<usize>) -> FileFound {
        let found = &mut self.file.found;
        let nothing = found.documents.is_empty() && found.errors.is_empty();
        if let Some(line) = template {
            if nothing {
                found.skipped.clear();
            }
            let reason = "a template that is not rendered; check what `helm template` prints instead";
            self.skip(Some(line), What::Template, reason);
        } else if nothing && self.file.empty_lists == 0 {
            // Several documents that hold no object are one file that holds none.
            let is_plain = |skipped: &Skipped| skipped.what == What::Rest || skipped.reason == NO_OBJECT;
            if found.skipped.is_empty() {
                self.skip(None, What::Empty, "it contains no object");
            } else if found.skipped.iter().all(is_plain) {
                found.skipped.clear();
                self.skip(None, What::NoObject, NO_OBJECT);
            }
        }
        self.file.source = Some(self.source);
        self.file
    }
}

/// What a command or the API has to tell, in one line.
fn quoted(text: &str) -> String {
    const MOST: usize = 200;
    let start: String = text.chars().take(MOST).filter(|character| !character.is_control()).collect();
    if text.chars().nth(MOST).is_some() { start + "..." } else { start }
}

/// What says which object it is.
#[derive(Default)]
struct Header<'a> {
    api_version: Option<String>,
    kind: Option<String>,
    items: Option<&'a str>,
    status: Option<String>,
    message: Option<String>,
    has_api_version: bool,
    has_kind: bool,
}

impl<'a> Header<'a> {
    fn of(json: &'a str) -> Self {
        let mut header = Self::default();
        if !json.starts_with('{') {
            return header;
        }
        let text = |value| raw_json::string(value).filter(|text| !text.is_empty());
        for (key, value) in raw_json::members(json) {
            match key {
                "\"apiVersion\"" => (header.api_version, header.has_api_version) = (text(value), true),
                "\"kind\"" => (header.kind, header.has_kind) = (text(value), true),
                "\"items\"" => header.items = Some(value),
                "\"status\"" => header.status = text(value),
                "\"message\"" => header.message = text(value),
                _ => continue,
            }
            let goes_on = |kind: &String| kind.ends_with("List") || kind == "Status";
            if header.api_version.is_some() && header.kind.as_ref().is_some_and(|kind| !goes_on(kind)) {
                break;
            }
        }
        header
    }

    /// Whether nothing of it is there and wrong.
    fn lacks_only_absent(&self) -> bool {
        self.has_api_version == self.api_version.is_some() && self.has_kind == self.kind.is_some()
    }

    /// The object with what it lacks, if it lacks something.
    fn complete(&self, json: &str, api_version: &str, kind: &str) -> Option<String> {
        let missing = [("apiVersion", api_version, self.has_api_version), ("kind", kind, self.has_kind)];
        if missing.iter().all(|(_, _, present)| *present) {
            return None;
        }
        let mut completed = String::with_capacity(json.len() + 64);
        for (key, value, _) in missing.into_iter().filter(|(_, _, present)| !present) {
            completed.push(if completed.is_empty() { '{' } else { ',' });
            raw_json::write_string(key, &mut completed);
            completed.push(':');
            raw_json::write_string(value, &mut completed);
        }
        let rest = json.get(1..).unwrap_or_default();
        if rest != "}" {
            completed.push(',');
        }
        completed.push_str(rest);
        Some(completed)
    }
}
