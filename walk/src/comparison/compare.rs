//! Compares an object with the model, and picks its fields.
//!
//! Two positions advance together: `at` in the object, and `model_at` in the model. Their difference is the shift: what to
//! add to a position in the model for the same thing in the object.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
use crate::block::Block;
use crate::comparison::model::{Model, Node, NodeKind};
use crate::pick::{Field, Picked, field_of, pick};
use crate::skip::{byte, key_end, string, value, white};

/// The most members in a row that the object may have and the model not.
const MAX_ADDED: usize = 16;

/// The shift of a part of the model that the object does not have, or has another value for.
const ABSENT: usize = usize::MAX / 2;

/// The bytes that are compared at once.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
const AT_ONCE: usize = 16;
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
const AT_ONCE: usize = 8;

/// How many bytes are equal from the beginning, of some that are not all equal.
#[inline(always)]
fn equal_of(a: &[u8; AT_ONCE], b: &[u8; AT_ONCE]) -> usize {
    #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
    return Block::of(a).same(Block::of(b)).trailing_ones() as usize;
    #[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
    return ((u64::from_le_bytes(*a) ^ u64::from_le_bytes(*b)).trailing_zeros() / 8) as usize;
}

/// How many bytes from `a` on are equal to those from `b` on, at most `most`.
#[inline(always)]
fn equal_bytes(bytes: &[u8], a: usize, b: usize, most: usize) -> usize {
    // What follows after them is compared too, so that no bytes are left over, and does not count.
    let whole = most.next_multiple_of(AT_ONCE);
    let (Some((a, _)), Some((b, _))) = (chunks(bytes, a, whole), chunks(bytes, b, whole)) else {
        return equal_slowly(bytes, a, b, most);
    };
    let mut count = 0;
    for (a, b) in a.iter().zip(b) {
        if a != b {
            count += equal_of(a, b);
            break;
        }
        count += AT_ONCE;
    }
    count.min(most)
}

/// The bytes from `at` on.
#[inline(always)]
fn chunks(bytes: &[u8], at: usize, len: usize) -> Option<(&[[u8; AT_ONCE]], &[u8])> {
    bytes.get(at..)?.get(..len).map(<[u8]>::as_chunks)
}

/// Does the work of [`equal_bytes`] at the end of the text.
#[inline(never)]
fn equal_slowly(bytes: &[u8], a: usize, b: usize, most: usize) -> usize {
    let [a, b] = [a, b].map(|at| bytes.get(at..).unwrap_or_default());
    a.iter().zip(b).take(most).take_while(|(a, b)| a == b).count()
}

/// A part of the model, from the end of the part before it on, and where the object has it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Its end in the model.
    end: usize,
    /// What to add, wrapping, to a position in the model for the position in the object; or [`ABSENT`].
    shift: usize,
}

/// Whether a number of the model that ends before `at` goes on in the object, as `1` goes on in `12`.
fn is_longer(bytes: &[u8], at: usize) -> bool {
    matches!(byte(bytes, at), b'0'..=b'9' | b'.' | b'e' | b'E')
}

/// The comparison of one object with the model.
pub(super) struct Comparison<'m, 'a> {
    pub(super) text: &'a str,
    pub(super) model: &'m Model,
    /// The parts of the model up to `model_at`.
    pub(super) parts: &'m mut Vec<Part>,
    /// How many bytes were parsed of values, members and elements that the model does not have. A string, a number or a
    /// word in place of another one does not count.
    pub(super) wasted_bytes: usize,
}

/// The positions at which the comparison continues: in the object, and in the model.
type Positions = (usize, usize);

/// Where two objects begin to have other members.
#[derive(Clone, Copy)]
struct Difference {
    /// The end, in the model, of the last member that both have; or the position after the opening bracket.
    from: usize,
    /// The index of the node that follows that member, in the same object or after it.
    next: usize,
    /// The shift at `from`.
    shift: usize,
}

impl<'m, 'a> Comparison<'m, 'a> {
    /// Picks the fields of the object that begins at `at`, and returns its end. Returns `None` if the object is too
    /// different from the model, or not JSON; `picked` may then hold some of its values.
    #[inline(never)]
    pub(super) fn pick(&mut self, mut at: usize, picked: &mut Picked<'_, 'a>) -> Option<usize> {
        let model = self.model;
        let bytes = self.text.as_bytes();
        self.parts.clear();
        let nodes = model.nodes.as_slice();
        // The last node that begins at or before `model_at`.
        let mut last = 0;
        let mut model_at = model.start;
        loop {
            let shift = at.wrapping_sub(model_at);
            let count = equal_bytes(bytes, at, model_at, model.end - model_at);
            at += count;
            model_at += count;
            if model_at == model.end {
                self.parts.push(Part { end: model_at, shift });
                break;
            }
            while nodes.get(last + 1).is_some_and(|next| next.start <= model_at) {
                last += 1;
            }
            // The innermost node that the difference is in, and the end of the last value before it in this node.
            let mut index = last;
            let mut node = nodes.get(index)?;
            let (mut from, mut next) = (node.start + 1, index + 1);
            while model_at > node.end
                || (model_at == node.end && !(node.kind == NodeKind::Scalar && is_longer(bytes, at)))
            {
                (from, next) = (node.end, node.after);
                index = node.parent;
                node = nodes.get(index)?;
            }
            // An empty list of the object differs from the list of the model, not from its first element.
            if model_at == node.start
                && byte(bytes, at) == b']'
                && let Some(list) =
                    nodes.get(node.parent).filter(|list| list.kind == NodeKind::List && list.start + 1 == model_at)
            {
                (index, node, from) = (node.parent, list, model_at);
            }
            let before = at + model_at;
            (at, model_at) = match node.kind {
                NodeKind::Object if model_at > node.start => {
                    self.pick_other_members(index, Difference { from, next, shift }, picked)?
                }
                NodeKind::List if model_at > node.start => self.skip_other_elements(node, from, shift)?,
                // The whole value is not an object.
                NodeKind::Object if index == 0 => return None,
                NodeKind::Object | NodeKind::List | NodeKind::NotAnObject => {
                    self.pick_other_value(node, shift, picked)?
                }
                // After its first quotation mark, a plain string can be parsed from any byte on.
                NodeKind::Plain if model_at > node.start => {
                    self.parts.push(Part { end: node.start, shift });
                    (string(bytes, at).ok()?, node.end)
                }
                NodeKind::Plain | NodeKind::Escaped | NodeKind::Scalar => {
                    self.parts.push(Part { end: node.start, shift });
                    (value(bytes, node.start.wrapping_add(shift)).ok()?, node.end)
                }
            };
            // The loop ends, whatever the text: each round must advance.
            if at + model_at <= before {
                return None;
            }
        }
        self.store_values(picked);
        Some(at)
    }

    /// Parses the object's value in place of the node, and picks its fields.
    #[inline(never)]
    fn pick_other_value(&mut self, node: &Node, shift: usize, picked: &mut Picked<'_, 'a>) -> Option<Positions> {
        let from = node.start.wrapping_add(shift);
        let at = pick_field(self.text, from, node.field, node.optional, picked)?;
        self.wasted_bytes += at - from;
        self.mark_absent(node.start, shift, node.end);
        Some((at, node.end))
    }

    /// Parses the elements of the object's list from `from`, a position in the model, to the end of the list. No fields
    /// are picked of elements.
    #[inline(never)]
    fn skip_other_elements(&mut self, list: &Node, from: usize, shift: usize) -> Option<Positions> {
        let bytes = self.text.as_bytes();
        let begin = from.wrapping_add(shift);
        let mut at = white(bytes, begin);
        let mut is_first = from == list.start + 1;
        while byte(bytes, at) != b']' {
            match byte(bytes, at) {
                b',' if !is_first => at = white(bytes, at + 1),
                _ if is_first => {}
                _ => return None,
            }
            is_first = false;
            at = white(bytes, value(bytes, at).ok()?);
        }
        self.wasted_bytes += at - begin;
        self.mark_absent(from, shift, list.end - 1);
        Some((at, list.end - 1))
    }

    /// Parses members from the difference on, up to a member that the model has too or to the end of the object. Returns
    /// `None` if a field could be there twice.
    #[inline(never)]
    fn pick_other_members(
        &mut self,
        index: usize,
        difference: Difference,
        picked: &mut Picked<'_, 'a>,
    ) -> Option<Positions> {
        let (text, nodes) = (self.text, self.model.nodes.as_slice());
        let bytes = text.as_bytes();
        let Difference { from, next, shift } = difference;
        let object = nodes.get(index)?;
        let mut is_first = from == object.start + 1;
        let mut at = white(bytes, from.wrapping_add(shift));
        for _ in 0..MAX_ADDED {
            match byte(bytes, at) {
                b'}' => {
                    self.mark_absent(from, shift, object.end - 1);
                    return Some((at, object.end - 1));
                }
                b',' if !is_first => at = white(bytes, at + 1),
                _ if is_first => {}
                _ => return None,
            }
            is_first = false;
            let begin = at;
            let ends = key_end(bytes, at + 1);
            if byte(bytes, at) != b'"' || byte(bytes, ends) != b'"' {
                return None;
            }
            let (key, name) = (bytes.get(at..=ends)?, bytes.get(at + 1..ends)?);
            at = white(bytes, ends + 1);
            if byte(bytes, at) != b':' {
                return None;
            }
            at = white(bytes, at + 1);
            if let Some(node) = self.find_member(key, next, object.after) {
                self.mark_absent(from, shift, node.start);
                return Some((at, node.start));
            }
            let field = field_of(object.fields, name);
            // A picked field that was there already may not come again.
            if field.is_some() && self.find_member(key, index + 1, next).is_some() {
                return None;
            }
            let start = at;
            at = pick_field(text, start, field, object.optional, picked)?;
            if let Some(Field::Value(slot) | Field::Both(slot, _)) = field
                && let Some(value) = picked.values.get_mut(*slot)
                && value.replace(text.get(start..at)?).is_some()
            {
                return None;
            }
            self.wasted_bytes += at - begin;
            at = white(bytes, at);
        }
        None
    }

    /// The member of the model with this key, quotation marks included, among the siblings from node `from` to before `to`.
    fn find_member(&self, key: &[u8], from: usize, to: usize) -> Option<&'m Node> {
        let mut index = from;
        while index < to {
            let node = self.model.nodes.get(index)?;
            if self.text.as_bytes().get(node.key..).is_some_and(|rest| rest.starts_with(key)) {
                return Some(node);
            }
            index = node.after;
        }
        None
    }

    /// Notes that the object does not have what is between these positions of the model. It has the positions themselves:
    /// values end and begin there.
    fn mark_absent(&mut self, from: usize, shift: usize, to: usize) {
        self.parts.push(Part { end: from, shift });
        if from + 1 < to {
            self.parts.push(Part { end: to - 1, shift: ABSENT });
        }
    }

    /// Stores the texts of the picked values that the model has. The others are stored where they are met.
    fn store_values(&self, picked: &mut Picked<'_, 'a>) {
        let mut parts = self.parts.as_slice();
        for value in &self.model.picked {
            while let [part, rest @ ..] = parts
                && part.end < value.start
            {
                parts = rest;
            }
            let [part, ..] = parts else { return };
            if part.shift == ABSENT {
                continue;
            }
            // Most values begin and end in the same part, and the others end soon after.
            let last = parts.iter().find(|part| value.end <= part.end && part.shift != ABSENT);
            if let (Some(last), Some(text)) = (last, picked.values.get_mut(value.slot)) {
                *text = self.text.get(value.start.wrapping_add(part.shift)..value.end.wrapping_add(last.shift));
            }
        }
    }
}

/// Parses the value at `from`, picks its fields if its field asks for them, and returns its end. Its own text is not
/// stored.
#[inline(never)]
fn pick_field<'a>(
    text: &'a str,
    from: usize,
    field: Option<&Field>,
    optional: bool,
    picked: &mut Picked<'_, 'a>,
) -> Option<usize> {
    match field {
        Some(Field::Object(path, fields)) => pick(text, from, path, fields, optional, picked).ok(),
        Some(Field::Both(_, fields)) => pick(text, from, "", fields, true, picked).ok(),
        Some(Field::Value(_)) | None => value(text.as_bytes(), from).ok(),
    }
}
