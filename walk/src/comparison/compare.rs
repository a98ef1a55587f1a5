//! Comparing an object with the model.

use crate::comparison::model::{Model, Node, What};
use crate::pick::{Field, Picked, field_of, pick};
use crate::skip::{byte, key_end, string, value, white};

/// The most members that an object may have in one place and the model not.
const ADDED: usize = 16;

/// What is inside of a value that is another one, or that is not there.
const ELSEWHERE: usize = usize::MAX / 2;

/// How many bytes are the same from `a` and `b` on, of `most`.
#[inline(always)]
fn same(bytes: &[u8], a: usize, b: usize, most: usize) -> usize {
    let (Some(a), Some(b)) = (bytes.get(a..), bytes.get(b..)) else { return 0 };
    let most = most.min(a.len()).min(b.len());
    let (Some((a, rest_of_a)), Some((b, rest_of_b))) = (words(a, most), words(b, most)) else { return 0 };
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let mut count = 0;
    for (a, b) in a.iter().zip(b) {
        let differences = word(a) ^ word(b);
        if differences != 0 {
            return count + (differences.trailing_zeros() / 8) as usize;
        }
        count += 8;
    }
    count + rest_of_a.iter().zip(rest_of_b).take_while(|(a, b)| a == b).count()
}

#[inline(always)]
fn words(bytes: &[u8], most: usize) -> Option<(&[[u8; 8]], &[u8])> {
    bytes.get(..most).map(<[u8]>::as_chunks)
}

/// A part of the model that the object has too.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part {
    /// Where it ends in the model.
    end: usize,
    /// How much places of the model lie before those of the object.
    moved: usize,
}

/// Whether a number that ends before `at` in another object goes on there.
fn is_longer(bytes: &[u8], at: usize) -> bool {
    matches!(byte(bytes, at), b'0'..=b'9' | b'.' | b'e' | b'E')
}

/// An object against the model.
pub(super) struct Comparison<'m, 'a> {
    pub(super) text: &'a str,
    pub(super) model: &'m Model,
    pub(super) parts: &'m mut Vec<Part>,
    pub(super) in_vain: usize,
}

/// Where the comparison goes on: in the object, and in the model.
type Places = (usize, usize);

/// Where an object differs from that of the model.
#[derive(Clone, Copy)]
pub(super) struct Difference {
    /// Behind this place of the model.
    from: usize,
    /// Before this node, if it is in the same one.
    next: usize,
    /// How much places of the model lie before those of the object.
    moved: usize,
}

impl<'m, 'a> Comparison<'m, 'a> {
    /// The end of the object that begins at `at`; `None` where it is too different.
    #[inline(never)]
    pub(super) fn pick(&mut self, mut at: usize, picked: &mut Picked<'_, 'a>) -> Option<usize> {
        let model = self.model;
        let bytes = self.text.as_bytes();
        self.parts.clear();
        let nodes = model.nodes.as_slice();
        // The last node that has begun.
        let mut last = 0;
        // The place in the model that is like `at`.
        let mut like = model.start;
        loop {
            let moved = at.wrapping_sub(like);
            let count = same(bytes, at, like, model.end - like);
            at += count;
            like += count;
            if like == model.end {
                self.parts.push(Part { end: like, moved });
                break;
            }
            while nodes.get(last + 1).is_some_and(|next| next.start <= like) {
                last += 1;
            }
            // The innermost that has begun and not ended, and what in it has ended last.
            let mut index = last;
            let mut node = nodes.get(index)?;
            let (mut from, mut next) = (node.start + 1, index + 1);
            while like > node.end || (like == node.end && !(node.what == What::Scalar && is_longer(bytes, at))) {
                (from, next) = (node.end, node.after);
                index = node.around;
                node = nodes.get(index)?;
            }
            // A list that ends before its first element.
            if like == node.start
                && byte(bytes, at) == b']'
                && let Some(list) =
                    nodes.get(node.around).filter(|list| list.what == What::List && list.start + 1 == like)
            {
                (index, node, from) = (node.around, list, like);
            }
            let before = at + like;
            (at, like) = match node.what {
                What::Object if like > node.start => self.members(index, Difference { from, next, moved }, picked)?,
                What::List if like > node.start => self.elements(node, from, moved)?,
                // No object at all.
                What::Object if index == 0 => return None,
                What::Object | What::List | What::NotAnObject => self.another(node, moved, picked)?,
                // Behind its quotation mark a plain string goes on where it differs.
                What::Plain if like > node.start => {
                    self.parts.push(Part { end: node.start, moved });
                    (string(bytes, at).ok()?, node.end)
                }
                What::Plain | What::Text | What::Scalar => {
                    self.parts.push(Part { end: node.start, moved });
                    (value(bytes, node.start.wrapping_add(moved)).ok()?, node.end)
                }
            };
            // It goes on, whatever the text.
            if at + like <= before {
                return None;
            }
        }
        self.values(picked);
        Some(at)
    }

    /// Where another value stands, it is picked anew.
    #[inline(never)]
    fn another(&mut self, node: &Node, moved: usize, picked: &mut Picked<'_, 'a>) -> Option<Places> {
        let from = node.start.wrapping_add(moved);
        let at = again(self.text, from, node.field, node.optional, picked)?;
        self.in_vain += at - from;
        self.leave_out(node.start, moved, node.end);
        Some((at, node.end))
    }

    /// Where a list has more elements than that of the model, or fewer.
    #[inline(never)]
    fn elements(&mut self, list: &Node, from: usize, moved: usize) -> Option<Places> {
        let bytes = self.text.as_bytes();
        let begin = from.wrapping_add(moved);
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
        self.in_vain += at - begin;
        self.leave_out(from, moved, list.end - 1);
        Some((at, list.end - 1))
    }

    /// Where an object has other members than that of the model. `None` where a field could be there twice.
    #[inline(never)]
    fn members(&mut self, index: usize, difference: Difference, picked: &mut Picked<'_, 'a>) -> Option<Places> {
        let (text, nodes) = (self.text, self.model.nodes.as_slice());
        let bytes = text.as_bytes();
        let Difference { from, next, moved } = difference;
        let object = nodes.get(index)?;
        let mut is_first = from == object.start + 1;
        let mut at = white(bytes, from.wrapping_add(moved));
        for _ in 0..ADDED {
            match byte(bytes, at) {
                b'}' => {
                    self.leave_out(from, moved, object.end - 1);
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
            if let Some(node) = self.member(key, next, object.after) {
                self.leave_out(from, moved, node.start);
                return Some((at, node.start));
            }
            let field = field_of(object.fields, name);
            // One that the object has had already may not come again where it counts.
            if field.is_some() && self.member(key, index + 1, next).is_some() {
                return None;
            }
            let start = at;
            at = again(text, start, field, object.optional, picked)?;
            if let Some(Field::Value(slot) | Field::Both(slot, _)) = field
                && let Some(place) = picked.values.get_mut(*slot)
                && place.replace(text.get(start..at)?).is_some()
            {
                return None;
            }
            self.in_vain += at - begin;
            at = white(bytes, at);
        }
        None
    }

    /// The member with this key, quotation marks included, among those from one node on and before another.
    fn member(&self, key: &[u8], from: usize, to: usize) -> Option<&'m Node> {
        let mut place = from;
        while place < to {
            let node = self.model.nodes.get(place)?;
            if self.text.as_bytes().get(node.key..).is_some_and(|rest| rest.starts_with(key)) {
                return Some(node);
            }
            place = node.after;
        }
        None
    }

    /// Notes that what is between the places of the model is not there.
    fn leave_out(&mut self, from: usize, moved: usize, to: usize) {
        self.parts.push(Part { end: from, moved });
        if from + 1 < to {
            self.parts.push(Part { end: to - 1, moved: ELSEWHERE });
        }
    }

    /// The texts of the picked fields.
    fn values(&self, picked: &mut Picked<'_, 'a>) {
        let mut parts = self.parts.as_slice();
        for member in &self.model.picked {
            while let [part, rest @ ..] = parts
                && part.end < member.start
            {
                parts = rest;
            }
            let [part, ..] = parts else { return };
            if part.moved == ELSEWHERE {
                continue;
            }
            // Most are in one part, and the others end soon after.
            let end = parts.iter().find(|part| member.end <= part.end && part.moved != ELSEWHERE);
            if let (Some(end), Some(place)) = (end, picked.values.get_mut(member.slot)) {
                *place = self.text.get(member.start.wrapping_add(part.moved)..member.end.wrapping_add(end.moved));
            }
        }
    }
}

/// Picks a field, from its value on; its end.
#[inline(never)]
fn again<'a>(
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
