//! A document's events to JSON text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::event::{Anchor, Event, Events, Scalar, SyntaxError};
use crate::raw_json;
use crate::scalar::{self, Value};

/// How deep mappings and lists may be nested.
pub const MAX_DEPTH: usize = 1000;

/// How many bytes the aliases and merge keys of a file may add for each byte of the file, beyond eight megabytes.
pub const ALIAS_ALLOWANCE: usize = 16;

/// After so many faults a document's further ones are not kept.
const MAX_FAULTS: usize = 20;

/// A document as JSON.
pub(crate) struct Converted {
    /// Empty if there was no document.
    pub json: String,
    /// Where its root begins.
    pub start: usize,
    /// What is wrong with it although its syntax is right. Its JSON is then of no use but to know what it is.
    pub faults: Vec<Fault>,
}

/// Something that JSON or Kubernetes has no place for.
pub(crate) struct Fault {
    /// In the units of the events.
    pub span: Range<usize>,
    pub message: String,
    /// What it contradicts.
    pub earlier: Option<usize>,
}

/// Converts the documents of one file. Its buffers serve all of them.
pub(crate) struct Converter {
    out: String,
    open: Vec<Container>,
    /// The entries of all open mappings.
    entries: Vec<Entry>,
    anchors: HashMap<Anchor, Anchored>,
    faults: Vec<Fault>,
    start: Option<usize>,
    /// What the aliases of the file may still add.
    allowance: usize,
}

/// A mapping or a list of which the end is still to come.
struct Container {
    mapping: bool,
    anchor: Anchor,
    /// Where its text begins in `out`.
    start: usize,
    /// Its first of `entries`.
    entries: usize,
    /// The key of the value that comes next.
    key: Option<Key>,
    merges: bool,
    /// How deep its content is nested.
    height: usize,
}

struct Key {
    text: Range<usize>,
    span: Range<usize>,
    merge: bool,
}

struct Entry {
    key: Key,
    value: Range<usize>,
}

struct Anchored {
    json: Rc<str>,
    height: usize,
}

impl Converter {
    pub fn new(file_size: usize) -> Self {
        Self {
            out: String::new(),
            open: Vec::new(),
            entries: Vec::new(),
            anchors: HashMap::new(),
            faults: Vec::new(),
            start: None,
            allowance: file_size.saturating_mul(ALIAS_ALLOWANCE).saturating_add(8 << 20),
        }
    }

    /// Converts one document.
    pub fn convert<'a>(&mut self, events: &mut impl Events<'a>) -> Result<Converted, SyntaxError> {
        self.out.clear();
        self.open.clear();
        self.entries.clear();
        self.anchors.clear();
        self.faults.clear();
        self.start = None;
        while let Some((event, span)) = events.next()? {
            self.event(event, span)?;
        }
        let faults = std::mem::take(&mut self.faults);
        Ok(Converted { json: self.out.as_str().to_owned(), start: self.start.unwrap_or_default(), faults })
    }

    fn event(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), SyntaxError> {
        self.start.get_or_insert(span.start);
        match event {
            Event::MappingEnd | Event::SequenceEnd => self.close(span),
            _ if self.open.last().is_some_and(|container| container.mapping && container.key.is_none()) => {
                self.key(event, span)
            }
            Event::MappingStart(anchor) => self.open(true, anchor, span),
            Event::SequenceStart(anchor) => self.open(false, anchor, span),
            Event::Scalar(scalar) => {
                self.separate();
                let start = self.out.len();
                let anchor = scalar.anchor;
                self.scalar(scalar, &span);
                self.finish(anchor, start, 0, span)
            }
            Event::Alias(anchor) => {
                let (json, height) = self.alias(anchor, &span)?;
                self.separate();
                let start = self.out.len();
                self.out.push_str(&json);
                self.finish(0, start, height, span)
            }
        }
    }

    fn open(&mut self, mapping: bool, anchor: Anchor, span: Range<usize>) -> Result<(), SyntaxError> {
        check_depth(self.open.len() + 1, &span)?;
        self.separate();
        let (start, entries) = (self.out.len(), self.entries.len());
        self.out.push(if mapping { '{' } else { '[' });
        self.open.push(Container { mapping, anchor, start, entries, key: None, merges: false, height: 0 });
        Ok(())
    }

    fn close(&mut self, span: Range<usize>) -> Result<(), SyntaxError> {
        let Some(container) = self.open.pop() else {
            return Ok(());
        };
        self.out.push(if container.mapping { '}' } else { ']' });
        if container.mapping {
            self.report_duplicates(container.entries);
            if container.merges {
                self.merge(&container)?;
            }
            self.entries.truncate(container.entries);
        }
        self.finish(container.anchor, container.start, container.height + 1, span)
    }

    fn key(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), SyntaxError> {
        self.separate();
        let start = self.out.len();
        let mut merge = false;
        match event {
            Event::Scalar(scalar) => {
                let anchor = scalar.anchor;
                merge = scalar::is_merge(&scalar);
                let key = if merge { Ok(scalar.text) } else { scalar::resolve(scalar).and_then(scalar::key) };
                match key {
                    Ok(key) => raw_json::write_string(&key, &mut self.out),
                    Err(message) => {
                        self.fault(span.clone(), message);
                        self.out.push_str("\"\"");
                    }
                }
                if anchor != 0 {
                    self.keep(anchor, start, 0, &span)?;
                }
            }
            Event::Alias(anchor) => match self.alias(anchor, &span)? {
                (json, 0) if json.starts_with('"') => self.out.push_str(&json),
                (json, 0) if &*json != "null" => raw_json::write_string(&json, &mut self.out),
                _ => return Err(no_key(&span)),
            },
            _ => return Err(no_key(&span)),
        }
        let text = start..self.out.len();
        self.out.push(':');
        if let Some(container) = self.open.last_mut() {
            container.merges |= merge;
            container.key = Some(Key { text, span, merge });
        }
        Ok(())
    }

    fn scalar(&mut self, scalar: Scalar<'_>, span: &Range<usize>) {
        match scalar::resolve(scalar) {
            Ok(Value::Null) => self.out.push_str("null"),
            Ok(Value::Bool(value)) => self.out.push_str(if value { "true" } else { "false" }),
            Ok(Value::Integer(digits) | Value::Float(digits)) => self.out.push_str(&digits),
            Ok(Value::String(text)) => raw_json::write_string(&text, &mut self.out),
            Ok(Value::NotFinite(text)) => {
                self.fault(
                    span.clone(),
                    format!("`{text}` is a number that JSON does not have; put it in quotes if it is a string"),
                );
                self.out.push_str("null");
            }
            Err(message) => {
                self.fault(span.clone(), message);
                self.out.push_str("null");
            }
        }
    }

    /// Writes the comma between two elements or entries; a key has its colon already.
    fn separate(&mut self) {
        if self.open.last().is_some_and(|container| container.key.is_none() && self.out.len() > container.start + 1) {
            self.out.push(',');
        }
    }

    /// A node is complete.
    fn finish(&mut self, anchor: Anchor, start: usize, height: usize, span: Range<usize>) -> Result<(), SyntaxError> {
        if anchor != 0 {
            self.keep(anchor, start, height, &span)?;
        }
        let end = self.out.len();
        let Some(container) = self.open.last_mut() else {
            return Ok(());
        };
        container.height = container.height.max(height);
        let Some(key) = container.key.take() else {
            return Ok(());
        };
        if key.merge && !self.out.get(start..end).is_some_and(is_mergeable) {
            self.fault(
                span,
                "the value of `<<` is not a mapping or a list of mappings; give it aliases of mappings".to_owned(),
            );
        }
        self.entries.push(Entry { key, value: start..end });
        Ok(())
    }

    fn keep(&mut self, anchor: Anchor, start: usize, height: usize, span: &Range<usize>) -> Result<(), SyntaxError> {
        let json: Rc<str> = self.out.get(start..).unwrap_or_default().into();
        self.spend(json.len(), span)?;
        self.anchors.insert(anchor, Anchored { json, height });
        Ok(())
    }

    fn alias(&mut self, anchor: Anchor, span: &Range<usize>) -> Result<(Rc<str>, usize), SyntaxError> {
        let Some(Anchored { json, height }) = self.anchors.get(&anchor) else {
            let message = "the alias stands within its own anchor; write the value out".to_owned();
            return Err(SyntaxError { at: span.start, message });
        };
        let (json, height) = (Rc::clone(json), *height);
        check_depth(self.open.len() + height, span)?;
        self.spend(json.len(), span)?;
        Ok((json, height))
    }

    fn spend(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), SyntaxError> {
        match self.allowance.checked_sub(bytes) {
            Some(rest) => self.allowance = rest,
            None => {
                let message = "the aliases make the document too large; write the values out".to_owned();
                return Err(SyntaxError { at: span.start, message });
            }
        }
        Ok(())
    }

    /// Two keys of one name are an error, except that `<<` may stand several times.
    fn report_duplicates(&mut self, first: usize) {
        let entries = self.entries.get(first..).unwrap_or_default();
        let keys = || {
            entries
                .iter()
                .filter(|entry| !entry.key.merge)
                .map(|entry| (self.out.get(entry.key.text.clone()), &entry.key))
        };
        let mut faults = Vec::new();
        if entries.len() <= 8 {
            for (position, (text, key)) in keys().enumerate() {
                if let Some((_, earlier)) = keys().take(position).find(|(other, _)| *other == text) {
                    faults.push(duplicate(text, key, earlier));
                }
            }
        } else {
            let mut seen = HashSet::with_capacity(entries.len());
            for (text, key) in keys() {
                if !seen.insert(text)
                    && faults.len() < MAX_FAULTS
                    && let Some((_, earlier)) = keys().find(|(other, _)| *other == text)
                {
                    faults.push(duplicate(text, key, earlier));
                }
            }
        }
        self.faults.extend(faults);
        self.faults.truncate(MAX_FAULTS);
    }

    /// Writes a mapping again with what its merge keys bring. As in go-yaml the last one to set a key wins, be it
    /// the mapping itself or a merge key; in a list of mappings the first one wins.
    fn merge(&mut self, container: &Container) -> Result<(), SyntaxError> {
        let mut merged = Merged::default();
        for entry in self.entries.get(container.entries..).unwrap_or_default() {
            let (Some(key), Some(value)) = (self.out.get(entry.key.text.clone()), self.out.get(entry.value.clone()))
            else {
                continue;
            };
            if !entry.key.merge {
                merged.set(key, value);
            } else if value.starts_with('[') {
                let mappings: Vec<&str> = raw_json::elements(value).collect();
                mappings.into_iter().rev().flat_map(raw_json::members).for_each(|(key, value)| merged.set(key, value));
            } else {
                raw_json::members(value).for_each(|(key, value)| merged.set(key, value));
            }
        }
        let text = merged.text();
        self.out.truncate(container.start);
        self.out.push_str(&text);
        let at = self.start.unwrap_or_default();
        self.spend(text.len(), &(at..at))
    }

    fn fault(&mut self, span: Range<usize>, message: String) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(Fault { span, message, earlier: None });
        }
    }
}

#[derive(Default)]
struct Merged<'a> {
    entries: Vec<(&'a str, &'a str)>,
    positions: HashMap<&'a str, usize>,
}

impl<'a> Merged<'a> {
    fn set(&mut self, key: &'a str, value: &'a str) {
        let position = *self.positions.entry(key).or_insert(self.entries.len());
        match self.entries.get_mut(position) {
            Some(entry) => entry.1 = value,
            None => self.entries.push((key, value)),
        }
    }

    fn text(&self) -> String {
        let mut text = String::from("{");
        for (key, value) in &self.entries {
            if text.len() > 1 {
                text.push(',');
            }
            text.extend([*key, ":", *value]);
        }
        text.push('}');
        text
    }
}

fn is_mergeable(json: &str) -> bool {
    json.starts_with('{') || json.starts_with('[') && raw_json::elements(json).all(|element| element.starts_with('{'))
}

fn check_depth(depth: usize, span: &Range<usize>) -> Result<(), SyntaxError> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(SyntaxError { at: span.start, message: format!("nested deeper than {MAX_DEPTH} levels, which is not read") })
}

fn no_key(span: &Range<usize>) -> SyntaxError {
    let message =
        "a mapping, a list or null cannot be a key; put text that begins with `{` or `[` in quotes".to_owned();
    SyntaxError { at: span.start, message }
}

fn duplicate(text: Option<&str>, key: &Key, earlier: &Key) -> Fault {
    let name = text.and_then(raw_json::string).unwrap_or_default();
    let message = format!("the key `{}` is set twice; remove one of the two", scalar::shorten(&name));
    Fault { span: key.span.clone(), message, earlier: Some(earlier.span.start) }
}
