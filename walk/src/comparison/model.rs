//! The model: an object of the text, and the positions of everything in it.

use crate::pick::{Field, Fields, field_of};
use crate::skip::{byte, key_end, value, white};

/// The most nodes of a model. With more, the search for a member that differs would take too long.
const MAX_NODES: usize = 512;
/// The most levels of a model, which bounds the recursion.
const MAX_LEVELS: usize = 32;

/// An object of the text, and the positions of everything in it.
///
/// For example, `{"a":[7]}` has three nodes: the object, the list in it, and the number in the list.
#[derive(Debug, Default)]
pub(super) struct Model {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The object and all values in it, in the order in which they begin.
    pub(super) nodes: Vec<Node>,
    /// The values whose text is picked, in the same order.
    pub(super) picked: Vec<PickedValue>,
}

/// The kind of a value of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeKind {
    Object,
    List,
    /// A string without escapes. The parser is in the same state at each of its bytes.
    Plain,
    /// A string with escapes.
    Escaped,
    /// A number, `true`, `false` or `null`.
    Scalar,
    /// A value of any other kind than an object, whose fields would be picked if it were an object.
    NotAnObject,
}

/// A value of the model.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    /// The position of the first quotation mark of its key; without a key, the position of the value.
    pub(super) key: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: NodeKind,
    /// The fields that are picked of it, if it is an object.
    pub(super) fields: Fields,
    /// What to do with it.
    pub(super) field: Option<&'static Field>,
    /// It is a [`Field::Both`], or inside of one: values in it need not be objects.
    pub(super) optional: bool,
    /// The index of the node that it is in.
    pub(super) parent: usize,
    /// The index of the first node after it that is not in it.
    pub(super) after: usize,
}

impl Node {
    /// The value, if its text is picked.
    fn picked_value(&self) -> Option<PickedValue> {
        let Self { start, end, field, .. } = *self;
        match field {
            Some(Field::Value(slot) | Field::Both(slot, _)) => Some(PickedValue { start, end, slot: *slot }),
            _ => None,
        }
    }
}

/// A value whose text is picked.
#[derive(Clone, Copy, Debug)]
pub(super) struct PickedValue {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) slot: usize,
}

impl Model {
    /// The model of the object between `start` and `end`; `None` if it is too large, if a key has escapes, or if a field
    /// that is picked is there twice.
    pub(super) fn of(text: &str, start: usize, end: usize, fields: Fields) -> Option<Self> {
        let mut model = Self { start, end, ..Self::default() };
        let root = Node {
            key: start,
            start,
            end,
            kind: NodeKind::Object,
            fields,
            field: None,
            optional: false,
            parent: 0,
            after: 0,
        };
        model.add(text.as_bytes(), root, 0)?;
        model.picked = model.nodes.iter().filter_map(Node::picked_value).collect();
        Some(model)
    }

    /// Adds a value and everything in it, and returns its end.
    fn add(&mut self, bytes: &[u8], mut node: Node, level: usize) -> Option<usize> {
        let index = self.nodes.len();
        if level > MAX_LEVELS || index > MAX_NODES {
            return None;
        }
        if let Some(Field::Object(_, fields) | Field::Both(_, fields)) = node.field {
            node.fields = fields;
        }
        node.optional |= matches!(node.field, Some(Field::Both(..)));
        node.kind = match byte(bytes, node.start) {
            b'{' => NodeKind::Object,
            _ if !node.fields.is_empty() => NodeKind::NotAnObject,
            b'[' => NodeKind::List,
            b'"' => NodeKind::Escaped,
            _ => NodeKind::Scalar,
        };
        self.nodes.push(node);
        let end = match node.kind {
            NodeKind::Object => self.add_members(bytes, index, node, level)?,
            NodeKind::List => {
                let mut at = white(bytes, node.start + 1);
                while byte(bytes, at) != b']' {
                    at = next(bytes, self.add(bytes, inside(index, at, at, None, false), level + 1)?);
                }
                at + 1
            }
            _ => value(bytes, node.start).ok()?,
        };
        let after = self.nodes.len();
        let node = self.nodes.get_mut(index)?;
        (node.end, node.after) = (end, after);
        if node.kind == NodeKind::Escaped && key_end(bytes, node.start + 1) + 1 == end {
            node.kind = NodeKind::Plain;
        }
        Some(end)
    }

    /// Adds the members of an object, and returns its end.
    fn add_members(&mut self, bytes: &[u8], index: usize, node: Node, level: usize) -> Option<usize> {
        let mut at = white(bytes, node.start + 1);
        let fields = node.fields;
        // A bit for each field that was there.
        let mut seen = 0_u64;
        while byte(bytes, at) == b'"' {
            let ends = key_end(bytes, at + 1);
            if byte(bytes, ends) != b'"' {
                return None;
            }
            let field = field_of(fields, bytes.get(at + 1..ends)?);
            if let Some(place) = field.and_then(|field| fields.iter().position(|(_, one)| std::ptr::eq(one, field))) {
                // If a field is there twice, the last one counts. No model has to know both.
                if place > 63 || seen >> place & 1 == 1 {
                    return None;
                }
                seen |= 1 << place;
            }
            let start = white(bytes, white(bytes, ends + 1) + 1);
            at = next(bytes, self.add(bytes, inside(index, at, start, field, node.optional), level + 1)?);
        }
        Some(at + 1)
    }
}

/// A node to add.
fn inside(parent: usize, key: usize, start: usize, field: Option<&'static Field>, optional: bool) -> Node {
    Node { key, start, end: start, kind: NodeKind::Scalar, fields: &[], field, optional, parent, after: 0 }
}

/// The position of the next member or element, or of the closing bracket, after a value that ends at `at`.
fn next(bytes: &[u8], at: usize) -> usize {
    let at = white(bytes, at);
    if byte(bytes, at) == b',' { white(bytes, at + 1) } else { at }
}
