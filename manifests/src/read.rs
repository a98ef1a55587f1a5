//! Text to objects.

use std::sync::{Arc, OnceLock};

use crate::convert::{Converted, Converter};
use crate::decode::decode;
use crate::document::{Document, Origin};
use crate::error::{ReadError, Skipped};
use crate::event::{Offsets, Syntax, SyntaxError, YamlEvents};
use crate::json::JsonEvents;
use crate::location::Source;
use crate::{raw_json, split, template};

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
    read_text(file, text.strip_prefix('\u{FEFF}').unwrap_or(text).to_owned(), false)
}

/// Reads the bytes of a file: UTF-8, or UTF-16 with a byte order mark.
pub fn read_bytes(file: &str, bytes: &[u8]) -> Manifests {
    read_file(file, bytes, false)
}

pub(crate) fn read_file(file: &str, bytes: &[u8], in_chart: bool) -> Manifests {
    match decode(bytes) {
        Ok(text) => read_text(file, text, in_chart),
        Err((valid, message)) => {
            let end = valid.len();
            let source = Arc::new(Source::new(file.to_owned(), valid));
            Manifests { errors: vec![ReadError::at(&source, end, end, message)], ..Manifests::default() }
        }
    }
}

fn read_text(file: &str, text: String, in_chart: bool) -> Manifests {
    let source = Arc::new(Source::new(file.to_owned(), text));
    let mut reader = Reader { converter: Converter::new(source.text().len()), source, found: Manifests::default() };
    let pieces: Vec<Piece> =
        split::documents(reader.source.text()).into_iter().flat_map(|span| reader.pieces(span)).collect();
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
}

struct Reader {
    source: Arc<Source>,
    converter: Converter,
    found: Manifests,
}

impl Reader {
    /// Several where JSON values follow each other.
    fn pieces(&mut self, span: std::ops::Range<usize>) -> Vec<Piece> {
        let text = self.source.text().get(span.clone()).unwrap_or_default();
        if text.trim_start().starts_with(['{', '['])
            && let Some(pieces) = self.json_pieces(&span)
        {
            return pieces;
        }
        let source = Arc::clone(&self.source);
        let text = source.text().get(span.clone()).unwrap_or_default();
        let result = self.converter.convert(&mut YamlEvents::new(text));
        self.to_piece(span, Syntax::Yaml, result).into_iter().collect()
    }

    /// `None` where it is no JSON but may be YAML.
    fn json_pieces(&mut self, span: &std::ops::Range<usize>) -> Option<Vec<Piece>> {
        let source = Arc::clone(&self.source);
        let mut pieces = Vec::new();
        let mut start = span.start;
        loop {
            let text = source.text().get(start..span.end).unwrap_or_default();
            let space = text.len() - text.trim_start().len();
            start += space;
            let text = text.get(space..).unwrap_or_default();
            if text.is_empty() {
                return Some(pieces);
            }
            let mut events = JsonEvents::new(text);
            let result = self.converter.convert(&mut events);
            if result.is_err() && !source.name().ends_with(".json") {
                return None;
            }
            let end = if result.is_ok() { start + events.position() } else { span.end };
            pieces.extend(self.to_piece(start..end, Syntax::Json, result));
            start = end;
        }
    }

    fn to_piece(
        &self,
        span: std::ops::Range<usize>,
        syntax: Syntax,
        result: Result<Converted, SyntaxError>,
    ) -> Option<Piece> {
        let text = self.source.text().get(span.clone()).unwrap_or_default();
        let mut offsets = Offsets::new(syntax, text);
        let mut byte = |unit| span.start + offsets.byte(unit);
        let (json, start, errors, whole) = match result {
            Ok(converted) if converted.json.is_empty() || converted.json == "null" => return None,
            Ok(Converted { json, start, faults }) => {
                let errors = faults.into_iter().map(|fault| {
                    let earlier = fault.earlier.map(|unit| self.source.location(byte(unit), byte(unit)).line);
                    let earlier = earlier.map(|line| format!(" (the first is on line {line})")).unwrap_or_default();
                    ReadError::at(&self.source, byte(fault.span.start), byte(fault.span.end), fault.message + &earlier)
                });
                let errors = errors.collect();
                (json, byte(start), errors, true)
            }
            Err(SyntaxError { at, message }) => {
                let at = byte(at);
                (String::new(), span.start, vec![ReadError::at(&self.source, at, at, message)], false)
            }
        };
        let origin = Origin { source: Arc::clone(&self.source), span, syntax, start, positions: OnceLock::new() };
        Some(Piece { origin: Arc::new(origin), json, errors, whole })
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
            Some(self.source.location(piece.origin.span.start, piece.origin.span.start).line + line)
        })
    }

    fn piece(&mut self, piece: Piece) {
        if !piece.whole {
            self.found.errors.extend(piece.errors);
            return;
        }
        let header = Header::of(&piece.json);
        if header.api_version.is_none() || header.kind.is_none() {
            let line = self.source.location(piece.origin.start, piece.origin.start).line;
            self.skip(Some(line), "no Kubernetes object: it has no `apiVersion` and `kind`");
        } else if piece.errors.is_empty() {
            self.object(&piece.origin, piece.json);
        } else {
            self.found.errors.extend(piece.errors);
        }
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
                    items.reverse();
                }
                continue;
            }
            let json = header.complete(&json, &api_version, &kind).unwrap_or(json);
            let index = self.found.documents.len();
            self.found.documents.push(Document { json, api_version, kind, index, origin: Arc::clone(origin), items });
        }
    }

    fn broken_item(&mut self, origin: &Arc<Origin>, items: &[usize]) {
        let span = origin.positions().find(items, "").map(|found| found.handle).unwrap_or_default();
        let (start, end) = (origin.span.start + span.start, origin.span.start + span.end);
        let message = "an item of the list is no Kubernetes object; give it `apiVersion` and `kind`";
        self.found.errors.push(ReadError::at(&self.source, start, end, message));
    }

    fn skip(&mut self, line: Option<usize>, reason: &str) {
        let file = self.source.name().to_owned();
        self.found.skipped.push(Skipped { file, line, template: false, reason: reason.to_owned() });
    }

    fn finish(mut self, template: Option<usize>) -> Manifests {
        let nothing = self.found.documents.is_empty() && self.found.errors.is_empty();
        if let Some(line) = template {
            let reason = "a template that is not rendered; check what `helm template` prints instead".to_owned();
            let skipped = Skipped { file: self.source.name().to_owned(), line: Some(line), template: true, reason };
            self.found.skipped.retain(|_| !nothing);
            self.found.skipped.push(skipped);
        } else if nothing {
            let empty = self.found.skipped.is_empty();
            self.found.skipped.clear();
            self.skip(
                None,
                if empty { "it holds nothing" } else { "no Kubernetes object: it has no `apiVersion` and `kind`" },
            );
        }
        self.found
    }
}

/// What says which object it is.
#[derive(Default)]
struct Header<'a> {
    api_version: Option<String>,
    kind: Option<String>,
    items: Option<&'a str>,
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
                _ => continue,
            }
            if header.api_version.is_some() && header.kind.as_ref().is_some_and(|kind| !kind.ends_with("List")) {
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
