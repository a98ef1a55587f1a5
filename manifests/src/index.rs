//! Where every field of a document stands. Built only once something is to be located: findings are rare.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::event::{Anchor, Event, Scalar};
use crate::field_path::{Step, steps};
use crate::scalar;
use crate::syntax::Syntax;

/// The nodes of a document. All spans are bytes of the text.
#[derive(Debug, Default)]
pub(crate) struct PositionIndex {
    nodes: Vec<Node>,
    children: Vec<Child>,
    root: Option<usize>,
}

#[derive(Debug)]
struct Node {
    span: Range<usize>,
    kind: Kind,
    /// Its part of `children`.
    children: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Scalar,
    Mapping,
    Sequence,
    /// The node that its anchor names.
    Alias(usize),
}

#[derive(Clone, Debug)]
struct Child {
    node: usize,
    key: Option<Key>,
}

#[derive(Clone, Debug)]
struct Key {
    text: String,
    span: Range<usize>,
    merge: bool,
}

/// What a path leads to.
pub(crate) struct Found {
    /// The value; absent where nothing is written.
    pub value: Option<Range<usize>>,
    /// The key of the value.
    pub key: Option<Range<usize>>,
    /// What to point at when a part of the value is missing: its key, or its first key.
    pub handle: Range<usize>,
    /// Whether the whole path exists.
    pub complete: bool,
}

impl PositionIndex {
    pub fn new(text: &str, start: usize, syntax: Syntax) -> Self {
        let mut builder = Builder::default();
        let mut events = syntax.events(text, start);
        while let Ok(Some((event, span))) = events.next() {
            builder.event(event, span);
        }
        builder.index
    }

    /// Follows the items of lists and then a field path, as far as it exists.
    pub fn find(&self, items: &[usize], path: &str) -> Option<Found> {
        let mut node = self.root?;
        let mut key = None;
        for &item in items {
            let found = self.child(node, &Step::Field("items")).and_then(|list| self.element(list.node, item));
            node = found?.node;
        }
        let mut complete = true;
        for step in steps(path) {
            let Some(child) = self.child(node, &step) else {
                complete = false;
                break;
            };
            node = child.node;
            key = child.key.as_ref();
        }
        let span = self.nodes.get(node)?.span.clone();
        let key = key.map(|key| key.span.clone());
        let first_key =
            || self.children_of(node).iter().find_map(|child| child.key.as_ref()).map(|key| key.span.clone());
        let handle = key.clone().or_else(first_key).unwrap_or_else(|| span.clone());
        Some(Found { value: Some(span).filter(|span| !span.is_empty()), key, handle, complete })
    }

    fn child(&self, node: usize, step: &Step<'_>) -> Option<&Child> {
        let node = self.follow(node);
        match self.nodes.get(node)?.kind {
            Kind::Mapping => self.entry(node, step.text()),
            Kind::Sequence => self.element(node, step.text().parse().ok()?),
            _ => None,
        }
    }

    fn element(&self, node: usize, position: usize) -> Option<&Child> {
        let node = self.follow(node);
        if self.nodes.get(node)?.kind != Kind::Sequence {
            return None;
        }
        self.children_of(node).get(position)
    }

    /// The entry that sets a key last, in the order in which the conversion merges. Each mapping is looked at once.
    fn entry(&self, mapping: usize, key: &str) -> Option<&Child> {
        let mut seen = HashSet::new();
        let mut rest: Vec<std::iter::Rev<std::slice::Iter<'_, Child>>> = vec![self.children_of(mapping).iter().rev()];
        while let Some(entries) = rest.last_mut() {
            let Some(child) = entries.next() else {
                rest.pop();
                continue;
            };
            match &child.key {
                Some(found) if !found.merge && found.text == key => return Some(child),
                Some(found) if !found.merge => {}
                _ => {
                    let value = self.follow(child.node);
                    if seen.insert(value) {
                        // The first mapping of a list wins, so it has to be looked at first.
                        let in_list = self.nodes.get(value).is_some_and(|node| node.kind == Kind::Sequence);
                        if in_list {
                            rest.extend(
                                self.children_of(value)
                                    .iter()
                                    .rev()
                                    .map(|child| std::slice::from_ref(child).iter().rev()),
                            );
                        } else {
                            rest.push(self.children_of(value).iter().rev());
                        }
                    }
                }
            }
        }
        None
    }

    fn follow(&self, node: usize) -> usize {
        match self.nodes.get(node).map(|node| node.kind) {
            Some(Kind::Alias(target)) => target,
            _ => node,
        }
    }

    fn children_of(&self, node: usize) -> &[Child] {
        self.nodes.get(node).and_then(|node| self.children.get(node.children.clone())).unwrap_or_default()
    }
}

#[derive(Default)]
struct Builder {
    index: PositionIndex,
    open: Vec<Open>,
    anchors: HashMap<Anchor, (usize, Option<String>)>,
}

/// A container whose end is still to come.
struct Open {
    node: usize,
    mapping: bool,
    key: Option<Key>,
    children: Vec<Child>,
    end: usize,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) {
        let is_key = self.open.last().is_some_and(|open| open.mapping && open.key.is_none());
        match event {
            Event::MappingEnd | Event::SequenceEnd => self.close(span),
            Event::Scalar(scalar) if is_key => self.key(scalar, span),
            Event::Alias(anchor) if is_key => {
                let text = self.anchors.get(&anchor).and_then(|(_, text)| text.clone()).unwrap_or_default();
                self.set_key(Key { text, span, merge: false });
            }
            Event::MappingStart(anchor) => self.open(true, anchor, span),
            Event::SequenceStart(anchor) => self.open(false, anchor, span),
            Event::Scalar(scalar) => {
                let anchor = scalar.anchor;
                let text = if anchor == 0 { None } else { key_text(scalar) };
                let node = self.node(Kind::Scalar, span);
                self.anchors.insert(anchor, (node, text));
            }
            Event::Alias(anchor) => {
                let kind = self.anchors.get(&anchor).map_or(Kind::Scalar, |(target, _)| Kind::Alias(*target));
                self.node(kind, span);
            }
        }
    }

    fn key(&mut self, scalar: Scalar<'_>, span: Range<usize>) {
        let anchor = scalar.anchor;
        let merge = scalar::is_merge(&scalar);
        let text = if merge { None } else { key_text(scalar) }.unwrap_or_default();
        if anchor != 0 {
            self.anchors.insert(anchor, (usize::MAX, Some(text.clone())));
        }
        self.set_key(Key { text, span, merge });
    }

    fn set_key(&mut self, key: Key) {
        if let Some(open) = self.open.last_mut() {
            open.end = open.end.max(key.span.end);
            open.key = Some(key);
        }
    }

    fn node(&mut self, kind: Kind, span: Range<usize>) -> usize {
        let node = self.index.nodes.len();
        match self.open.last_mut() {
            Some(open) => {
                // What is not written ends nowhere.
                if !span.is_empty() {
                    open.end = open.end.max(span.end);
                }
                open.children.push(Child { node, key: open.key.take() });
            }
            None => self.index.root = Some(node),
        }
        self.index.nodes.push(Node { span, kind, children: 0..0 });
        node
    }

    fn open(&mut self, mapping: bool, anchor: Anchor, span: Range<usize>) {
        let end = span.start;
        let node = self.node(if mapping { Kind::Mapping } else { Kind::Sequence }, span);
        self.anchors.insert(anchor, (node, None));
        self.open.push(Open { node, mapping, key: None, children: Vec::new(), end });
    }

    fn close(&mut self, span: Range<usize>) {
        let Some(open) = self.open.pop() else { return };
        // Where no bracket closes it, it ends where its last value ends.
        let end = if span.is_empty() { open.end } else { span.end };
        let first = self.index.children.len();
        self.index.children.extend(open.children);
        if let Some(node) = self.index.nodes.get_mut(open.node) {
            node.span.end = end.max(node.span.start);
            node.children = first..self.index.children.len();
        }
        if let Some(outer) = self.open.last_mut() {
            outer.end = outer.end.max(end);
        }
    }
}

fn key_text(scalar: Scalar<'_>) -> Option<String> {
    scalar::resolve(scalar).and_then(scalar::key).ok().map(std::borrow::Cow::into_owned)
}
