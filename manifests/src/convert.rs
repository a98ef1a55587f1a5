//! A document's events to JSON text.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use crate::event::{Anchor, Event, Events, SyntaxError};
use crate::raw_json;
use crate::scalar::{self, Value};

/// How deep mappings and lists may be nested.
pub const MAX_DEPTH: usize = 1000;

/// How many bytes the aliases and merge keys of a file may add for each byte of the file, beyond eight megabytes.
pub const ALIAS_ALLOWANCE: usize = 16;

/// How many of the values that go-yaml reads may come from aliases: up to 400,000 values nearly all, from 4,000,000 on
/// a tenth.
fn max_alias_ratio(values: usize) -> f64 {
    const RANGE: (f64, f64) = (400_000.0, 4_000_000.0);
    let values = (values as f64).clamp(RANGE.0, RANGE.1);
    0.99 - 0.89 * (values - RANGE.0) / (RANGE.1 - RANGE.0)
}

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
    /// Where values are that JSON does not have.
    not_finite: Vec<Fault>,
    start: Option<usize>,
    /// What the aliases of the file may still add.
    allowance: usize,
    /// How many values go-yaml has read, and how many of them through aliases.
    values: usize,
    aliased: usize,
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
    /// How many values were read before it.
    values: usize,
}

impl Container {
    /// Whether the value of a merge key comes next.
    fn is_at_merge(&self) -> bool {
        self.key.as_ref().is_some_and(|key| key.merge)
    }
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

#[derive(Clone)]
struct Anchored {
    json: Rc<str>,
    height: usize,
    /// How many values go-yaml reads for it.
    values: usize,
    /// What it is as a key.
    key: Result<Rc<str>, String>,
}

impl Converter {
    pub fn new(file_size: usize) -> Self {
        Self {
            out: String::new(),
            open: Vec::new(),
            entries: Vec::new(),
            anchors: HashMap::new(),
            faults: Vec::new(),
            not_finite: Vec::new(),
            start: None,
            allowance: file_size.saturating_mul(ALIAS_ALLOWANCE).saturating_add(8 << 20),
            values: 0,
            aliased: 0,
        }
    }

    /// Converts one document.
    pub fn convert<'a>(&mut self, events: &mut impl Events<'a>) -> Result<Converted, SyntaxError> {
        self.out.clear();
        self.open.clear();
        self.entries.clear();
        self.anchors.clear();
        self.faults.clear();
        self.not_finite.clear();
        self.start = None;
        // The document is a value, too.
        self.values = 1;
        self.aliased = 0;
        while let Some((event, span)) = events.next()? {
            self.event(event, span)?;
        }
        let mut faults = std::mem::take(&mut self.faults);
        if !self.not_finite.is_empty() && raw_json::has_not_finite(&self.out) {
            faults.append(&mut self.not_finite);
            faults.sort_by_key(|fault| fault.span.start);
            faults.truncate(MAX_FAULTS);
        }
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
                self.count(1, 0, &span)?;
                self.separate();
                let (start, anchor) = (self.out.len(), scalar.anchor);
                let value = scalar::resolve(scalar);
                self.keep_scalar(anchor, &value, &span)?;
                match value {
                    Ok(value) => write(&value, &mut self.out),
                    Err(message) => {
                        self.fault(span.clone(), message);
                        self.out.push_str("null");
                    }
                }
                self.note_not_finite(start, &span);
                self.finish(start, 0, false, span);
                Ok(())
            }
            Event::Alias(anchor) => {
                let Anchored { json, height, .. } = self.alias(anchor, &span)?;
                self.separate();
                let start = self.out.len();
                self.spend(json.len(), &span)?;
                self.out.push_str(&json);
                self.note_not_finite(start, &span);
                self.finish(start, height, true, span);
                Ok(())
            }
        }
    }

    fn open(&mut self, mapping: bool, anchor: Anchor, span: Range<usize>) -> Result<(), SyntaxError> {
        check_depth(self.open.len() + 1, &span)?;
        self.separate();
        let (start, entries, values) = (self.out.len(), self.entries.len(), self.values);
        // go-yaml does not count the list of a merge key, except behind an alias.
        let is_merge_list = !mapping && self.open.last().is_some_and(Container::is_at_merge);
        self.count(usize::from(!is_merge_list), 0, &span)?;
        self.out.push(if mapping { '{' } else { '[' });
        let values = values - usize::from(is_merge_list);
        self.open.push(Container { mapping, anchor, start, entries, key: None, merges: false, height: 0, values });
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
        let height = container.height + 1;
        if container.anchor != 0 {
            let json: Rc<str> = self.out.get(container.start..).unwrap_or_default().into();
            self.spend(json.len(), &span)?;
            let key = Err(NO_KEY.to_owned());
            let values = self.values - container.values;
            self.anchors.insert(container.anchor, Anchored { json, height, values, key });
        }
        self.finish(container.start, height, false, span);
        Ok(())
    }

    fn key(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), SyntaxError> {
        self.separate();
        let start = self.out.len();
        let mut merge = false;
        match event {
            Event::Scalar(scalar) => {
                let anchor = scalar.anchor;
                merge = scalar::is_merge(&scalar);
                // go-yaml does not count merge keys.
                self.count(usize::from(!merge), 0, &span)?;
                let value = if merge { Ok(Value::String(scalar.text)) } else { scalar::resolve(scalar) };
                self.keep_scalar(anchor, &value, &span)?;
                self.write_key(value.and_then(scalar::key), &span);
            }
            Event::Alias(anchor) => {
                let key = self.alias(anchor, &span)?.key;
                if let Ok(key) = &key {
                    self.spend(key.len(), &span)?;
                }
                self.write_key(key, &span);
            }
            _ => return Err(SyntaxError::new(span.start, NO_KEY)),
        }
        let text = start..self.out.len();
        self.out.push(':');
        if let Some(container) = self.open.last_mut() {
            container.merges |= merge;
            container.key = Some(Key { text, span, merge });
        }
        Ok(())
    }

    fn write_key(&mut self, key: Result<impl AsRef<str>, String>, span: &Range<usize>) {
        match key {
            Ok(key) => raw_json::write_string(key.as_ref(), &mut self.out),
            Err(message) => {
                self.fault(span.clone(), message);
                self.out.push_str("\"\"");
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
    fn finish(&mut self, start: usize, height: usize, is_alias: bool, span: Range<usize>) {
        let end = self.out.len();
        let Some(container) = self.open.last_mut() else { return };
        container.height = container.height.max(height);
        let Some(key) = container.key.take() else { return };
        if key.merge && !self.out.get(start..end).is_some_and(|json| is_mergeable(json, is_alias)) {
            self.fault(
                span,
                "the value of `<<` is not a mapping or a list of mappings; give it aliases of mappings".to_owned(),
            );
        }
        self.entries.push(Entry { key, value: start..end });
    }

    /// Keeps a scalar for its aliases, if it has an anchor.
    fn keep_scalar(
        &mut self,
        anchor: Anchor,
        value: &Result<Value<'_>, String>,
        span: &Range<usize>,
    ) -> Result<(), SyntaxError> {
        if anchor == 0 {
            return Ok(());
        }
        let mut json = String::new();
        write(value.as_ref().unwrap_or(&Value::Null), &mut json);
        self.spend(2 * json.len(), span)?;
        let json = json.into();
        let key = value.clone().and_then(scalar::key).map(Rc::from);
        self.anchors.insert(anchor, Anchored { json, height: 0, values: 1, key });
        Ok(())
    }

    fn alias(&mut self, anchor: Anchor, span: &Range<usize>) -> Result<Anchored, SyntaxError> {
        let Some(anchored) = self.anchors.get(&anchor).cloned() else {
            return Err(SyntaxError::new(span.start, "the alias is within its own anchor; write the value out"));
        };
        check_depth(self.open.len() + anchored.height, span)?;
        self.count(1, 0, span)?;
        self.count(anchored.values, anchored.values, span)?;
        Ok(anchored)
    }

    /// Counts what go-yaml reads, and stops where it stops.
    fn count(&mut self, values: usize, aliased: usize, span: &Range<usize>) -> Result<(), SyntaxError> {
        self.values = self.values.saturating_add(values);
        self.aliased = self.aliased.saturating_add(aliased);
        let is_checked = self.aliased > 100 && self.values > 1000;
        if is_checked && self.aliased as f64 / self.values as f64 > max_alias_ratio(self.values) {
            return Err(too_large(span));
        }
        Ok(())
    }

    fn spend(&mut self, bytes: usize, span: &Range<usize>) -> Result<(), SyntaxError> {
        match self.allowance.checked_sub(bytes) {
            Some(rest) => self.allowance = rest,
            None => return Err(too_large(span)),
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

    /// Remembers a value that JSON does not have. What a merge key overrides is no fault.
    fn note_not_finite(&mut self, start: usize, span: &Range<usize>) {
        let Some(text) =
            self.out.get(start..).filter(|text| text.starts_with(['.', '-']) && text.ends_with(['f', 'n']))
        else {
            return;
        };
        let message = format!("`{text}` is a number that JSON does not have; put it in quotes if it is a string");
        self.not_finite.push(Fault { span: span.clone(), message, earlier: None });
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

/// A list of mappings has to be written there, not behind an alias.
fn is_mergeable(json: &str, is_alias: bool) -> bool {
    json.starts_with('{')
        || !is_alias && json.starts_with('[') && raw_json::elements(json).all(|element| element.starts_with('{'))
}

/// Writes a value as JSON; one that is not finite as what JSON does not have.
fn write(value: &Value<'_>, out: &mut String) {
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Integer(digits) | Value::Float(digits) => out.push_str(digits),
        Value::String(text) => raw_json::write_string(text, out),
        Value::NotFinite(text) => out.push_str(text),
    }
}

fn check_depth(depth: usize, span: &Range<usize>) -> Result<(), SyntaxError> {
    if depth <= MAX_DEPTH {
        return Ok(());
    }
    Err(SyntaxError::new(span.start, format!("nested deeper than {MAX_DEPTH} levels, which is not read")))
}

fn too_large(span: &Range<usize>) -> SyntaxError {
    SyntaxError::new(span.start, "the aliases make the document too large; write the values out")
}

const NO_KEY: &str = "a mapping or a list cannot be a key; put text that begins with `{` or `[` in quotes";

fn duplicate(text: Option<&str>, key: &Key, earlier: &Key) -> Fault {
    let name = text.and_then(raw_json::string).unwrap_or_default();
    let message = format!("the key `{}` is set twice; remove one of the two", scalar::shorten(&name));
    Fault { span: key.span.clone(), message, earlier: Some(earlier.span.start) }
}
