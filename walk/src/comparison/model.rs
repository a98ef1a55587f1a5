//! The model: an object of the text, with the places of what is in it.

use crate::pick::{Field, Fields, field_of};
use crate::skip::{byte, key_end, value, white};

/// The most values that there are in a model: of an object with more, what differs would be looked for too long.
const MOST: usize = 512;
/// The most levels of a model.
const LEVELS: usize = 32;

/// An object of the text, with the places of what is in it.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The object itself and all values in it, by their beginning.
    pub(super) nodes: Vec<Node>,
    /// The values whose text is picked, by their beginning.
    pub(super) picked: Vec<Value>,
}

/// What a value of the model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Object,
    /// A list.
    List,
    /// A string without escapes, in which any place is like any other.
    Plain,
    /// Another string.
    Text,
    /// A number or a word.
    Scalar,
    /// One of these, where an object may stand whose fields are picked.
    NotAnObject,
}

/// A value of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// Where its key begins, at the quotation mark; or it itself, where it has none.
    pub(super) key: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
    /// The fields that are picked in it, if it is an object.
    pub(super) fields: Fields,
    /// What is done with it.
    pub(super) field: Option<&'static Field>,
    /// It may be none of the objects that it must be elsewhere.
    pub(super) optional: bool,
    /// The index of what it is in.
    pub(super) around: usize,
    /// The index of what comes after it and what is in it.
    pub(super) after: usize,
}

impl Node {
    pub(super) fn value(&self) -> Option<Value> {
        let Self { start, end, field, .. } = *self;
        match field {
            Some(Field::Value(slot) | Field::Both(slot, _)) => Some(Value { start, end, slot: *slot }),
            _ => None,
        }
    }
}

/// A value whose text is picked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) slot: usize,
}

impl Model {
    pub(super) fn of(text: &str, start: usize, end: usize, fields: Fields) -> Option<Self> {
        let mut model = Self { start, end, ..Self::default() };
        let root = Node {
            key: start,
            start,
            end,
            what: What::Object,
            fields,
            field: None,
            optional: false,
            around: 0,
            after: 0,
        };
        model.note(text.as_bytes(), root, 0)?;
        model.picked = model.nodes.iter().filter_map(Node::value).collect();
        Some(model)
    }

    /// Notes a value and what is in it; its end.
    fn note(&mut self, bytes: &[u8], mut node: Node, level: usize) -> Option<usize> {
        let index = self.nodes.len();
        if level > LEVELS || index > MOST {
            return None;
        }
        if let Some(Field::Object(_, fields) | Field::Both(_, fields)) = node.field {
            node.fields = fields;
        }
        node.optional |= matches!(node.field, Some(Field::Both(..)));
        node.what = match byte(bytes, node.start) {
            b'{' => What::Object,
            _ if !node.fields.is_empty() => What::NotAnObject,
            b'[' => What::List,
            b'"' => What::Text,
            _ => What::Scalar,
        };
        self.nodes.push(node);
        let end = match node.what {
            What::Object => self.note_members(bytes, index, node, level)?,
            What::List => {
                let mut at = white(bytes, node.start + 1);
                while byte(bytes, at) != b']' {
                    at = next(bytes, self.note(bytes, inner(index, at, at, None, false), level + 1)?);
                }
                at + 1
            }
            _ => value(bytes, node.start).ok()?,
        };
        let after = self.nodes.len();
        let node = self.nodes.get_mut(index)?;
        (node.end, node.after) = (end, after);
        if node.what == What::Text && key_end(bytes, node.start + 1) + 1 == end {
            node.what = What::Plain;
        }
        Some(end)
    }

    /// Notes the members of an object; its end.
    fn note_members(&mut self, bytes: &[u8], index: usize, node: Node, level: usize) -> Option<usize> {
        let mut at = white(bytes, node.start + 1);
        let (fields, mut met) = (node.fields, 0_u64);
        while byte(bytes, at) == b'"' {
            let ends = key_end(bytes, at + 1);
            if byte(bytes, ends) != b'"' {
                return None;
            }
            let field = field_of(fields, bytes.get(at + 1..ends)?);
            if let Some(place) = field.and_then(|field| fields.iter().position(|(_, one)| std::ptr::eq(one, field))) {
                // Of a field that is there duplicate, the later one counts.
                if place > 63 || met >> place & 1 == 1 {
                    return None;
                }
                met |= 1 << place;
            }
            let start = white(bytes, white(bytes, ends + 1) + 1);
            at = next(bytes, self.note(bytes, inner(index, at, start, field, node.optional), level + 1)?);
        }
        Some(at + 1)
    }
}

/// A value that is to be noted.
fn inner(around: usize, key: usize, start: usize, field: Option<&'static Field>, optional: bool) -> Node {
    Node { key, start, end: start, what: What::Scalar, fields: &[], field, optional, around, after: 0 }
}

/// After a value that ends at `at`: the place of the next member or element, or of the bracket that closes.
fn next(bytes: &[u8], at: usize) -> usize {
    let at = white(bytes, at);
    if byte(bytes, at) == b',' { white(bytes, at + 1) } else { at }
}
