//! One Kubernetes object of a file.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::index::{Found, PositionIndex};
use crate::location::{Location, Source};
use crate::split;
use crate::syntax::Syntax;

/// One Kubernetes object: its JSON, and where in its file each field stands.
#[derive(Clone, Debug)]
pub struct Document {
    pub(crate) json: String,
    pub(crate) api_version: String,
    pub(crate) kind: String,
    pub(crate) index: usize,
    pub(crate) origin: Arc<Origin>,
    /// The way from the origin to this object: its place in `items`, once for every list around it.
    pub(crate) items: Vec<usize>,
}

/// A document as it stands in the file, which is a list of objects where it holds several. Places are bytes of the source.
#[derive(Debug)]
pub(crate) struct Origin {
    pub source: Arc<Source>,
    pub span: Range<usize>,
    pub syntax: Syntax,
    /// Where the reading begins.
    pub start: usize,
    /// Where the root begins.
    pub root: usize,
    pub positions: OnceLock<PositionIndex>,
}

impl Document {
    /// The object as JSON: its numbers with the digits and its keys in the order in which they are written.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// The object as JSON, without a copy.
    pub fn into_json(self) -> String {
        self.json
    }

    /// The `apiVersion`, which an item of a list may have from its list.
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// The `kind`, which an item of a list may have from its list.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The name of the file, as it was given.
    pub fn file(&self) -> &str {
        self.origin.source.name()
    }

    /// The text of the file.
    pub fn source(&self) -> &Arc<Source> {
        &self.origin.source
    }

    /// The place among the objects of the file; the first has 0.
    pub fn index(&self) -> usize {
        self.index
    }

    /// Whether the object is an item of a list.
    pub fn is_list_item(&self) -> bool {
        !self.items.is_empty()
    }

    /// Whether the object is written as JSON.
    pub fn is_json(&self) -> bool {
        self.origin.syntax == Syntax::Json
    }

    /// The text of the document that holds the object: the object itself, its comments, and the whole list
    /// where the object is an item of one. Its offset is that of a [`Location`].
    pub fn origin_text(&self) -> (usize, &str) {
        let span = self.origin.span.clone();
        (span.start, self.origin.source.text().get(span).unwrap_or_default())
    }

    /// The line where the object begins.
    pub fn line(&self) -> usize {
        if self.is_list_item() {
            return self.locate("").line;
        }
        self.origin.source.location(self.origin.root, self.origin.root).line
    }

    /// Where the value of a field stands.
    ///
    /// The path is written as Kubernetes writes field paths: `spec.selector.podSelector.matchExpressions[0].values[1]`,
    /// `metadata.annotations[k8s.aliyun.com/pod-networking]`; a key in brackets may contain anything. The empty path
    /// is the whole object. A value that is not written (`key:`) is located at its key, one behind an alias at the
    /// alias, and what is inside of it at the anchor. Where the path does not exist, the key of its nearest ancestor
    /// that does is located, and at last the beginning of the object.
    pub fn locate(&self, field_path: &str) -> Location {
        self.location(field_path, |found| found.value.or(found.key))
    }

    /// Where the key of a field stands; for an element of a list, which has none, the element.
    pub fn locate_key(&self, field_path: &str) -> Location {
        self.location(field_path, |found| found.key.or(found.value))
    }

    /// Where the value of a field stands, if the whole path exists.
    pub fn locate_exact(&self, field_path: &str) -> Option<Location> {
        let found = self.find(field_path).filter(|found| found.complete)?;
        found.value.or(found.key).map(|span| self.origin.location(span))
    }

    fn location(&self, field_path: &str, choose: impl Fn(Found) -> Option<Range<usize>>) -> Location {
        let span = self.find(field_path).and_then(|found| {
            let handle = found.handle.clone();
            if found.complete { choose(found).or(Some(handle)) } else { Some(handle) }
        });
        match span {
            Some(span) => self.origin.location(span),
            None => self.origin.source.location(self.origin.root, self.origin.root),
        }
    }

    fn find(&self, field_path: &str) -> Option<Found> {
        self.origin.positions().find(&self.items, field_path)
    }
}

impl Origin {
    pub fn positions(&self) -> &PositionIndex {
        self.positions.get_or_init(|| {
            let text = split::up_to(self.source.text(), self.span.end);
            PositionIndex::new(&text, self.start, self.syntax)
        })
    }

    pub fn location(&self, span: Range<usize>) -> Location {
        self.source.location(span.start, span.end)
    }
}
