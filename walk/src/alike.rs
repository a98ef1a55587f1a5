//! Picking fields out of objects that look alike: the objects of a list mostly have the same fields in the same order, and
//! much of the same in them.
//!
//! One object of the list, walked over before, is the model. What of another is byte for byte the same need not be walked
//! over again: from the same place, the same text leads to the same place. Where a string, a number or a word differs, it is
//! walked over, and after it the comparison goes on; likewise what one object has and the other has not, members or elements
//! at the end of a list. Where more than that differs, the whole object is walked over. So an object is accepted, and its
//! fields are found, exactly as [`Walker::pick`] does (tests/alike.rs).

use crate::error::Error;
use crate::pick::{Field, Fields, Picked, field_of, pick};
use crate::skip::{byte, key_end, string, value, white};
use crate::walker::Walker;

/// The most values that there are in a model: of an object with more, what differs would be looked for too long.
const MOST: usize = 512;
/// The most levels of a model.
const LEVELS: usize = 32;
/// The most members that an object may have in one place and the model not.
const ADDED: usize = 16;
/// How many times its own length may be walked over in vain before another object becomes the model.
const PATIENCE: usize = 8;

/// How often a model may be of no use, or not to be made, before none is tried any more.
const FAILURES: usize = 4;

/// What is remembered along a list, for [`Walker::pick_alike`].
#[derive(Debug, Default)]
pub struct Alike {
    model: Option<Model>,
    /// How many objects there were that were walked over as if there were no other.
    met: usize,
    /// How often no model could be made, or one was of no use.
    failures: usize,
    /// The bytes that there were since there is this model.
    seen: usize,
    /// The bytes that were walked over although there was a model.
    in_vain: usize,
    /// What the object at hand has of the model.
    parts: Vec<Part>,
}

/// An object of the text, with the places of what is in it.
#[derive(Debug, Default)]
struct Model {
    start: usize,
    end: usize,
    /// The object itself and all values in it, by their beginning.
    nodes: Vec<Node>,
    /// The values whose text is picked, by their beginning.
    picked: Vec<Value>,
}

/// What a value of the model is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
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
    NoObject,
}

/// A value of the model.
#[derive(Clone, Copy, Debug)]
struct Node {
    /// Where its key begins, at the quotation mark; or it itself, where it has none.
    key: usize,
    start: usize,
    end: usize,
    what: What,
    /// The fields that are picked in it, if it is an object.
    fields: Fields,
    /// What is done with it.
    field: Option<&'static Field>,
    /// It may be none of the objects that it must be elsewhere.
    optional: bool,
    /// The index of what it is in.
    around: usize,
    /// The index of what comes after it and what is in it.
    after: usize,
}

impl Node {
    fn value(&self) -> Option<Value> {
        let Self { start, end, field, .. } = *self;
        match field {
            Some(Field::Value(slot) | Field::Both(slot, _)) => Some(Value { start, end, slot: *slot }),
            _ => None,
        }
    }
}

/// A value whose text is picked.
#[derive(Clone, Copy, Debug)]
struct Value {
    start: usize,
    end: usize,
    slot: usize,
}

/// What is inside of a value that is another one, or that is not there.
const ELSEWHERE: usize = usize::MAX / 2;

impl<'a> Walker<'a> {
    /// What [`Walker::pick`] does, faster for objects that look alike. Nothing may have been picked before, and `alike` must
    /// be of the same text and the same fields.
    ///
    /// # Errors
    /// Those of [`Walker::pick`].
    pub fn pick_alike(&mut self, alike: &mut Alike, fields: Fields, picked: &mut Picked<'_, 'a>) -> Result<(), Error> {
        self.peek();
        let (text, at) = self.place();
        let mut end = None;
        if let Some(model) = &alike.model {
            let mut comparison = Comparison { text, model, parts: &mut alike.parts, in_vain: 0 };
            end = comparison.pick(at, picked);
            alike.in_vain += comparison.in_vain;
        }
        match end {
            Some(end) => self.go(end),
            None => {
                picked.values.fill(None);
                picked.twice = None;
                picked.no_object = None;
                self.pick(fields, picked)?;
                alike.met += 1;
                alike.in_vain += self.place().1 - at;
            }
        }
        let (_, end) = self.place();
        alike.seen += end - at;
        if picked.twice.is_none() && picked.no_object.is_none() {
            alike.learn(text, at, end, fields);
        }
        Ok(())
    }
}

impl Alike {
    /// Makes an object that was walked over the model, if it is time for another.
    #[inline]
    fn learn(&mut self, text: &str, start: usize, end: usize, fields: Fields) {
        match &self.model {
            // One alone has nobody to be alike; and some lists have none who are.
            None if self.met < 2 || self.failures >= FAILURES => return,
            None => {}
            Some(model) if self.in_vain <= PATIENCE * (model.end - model.start) => return,
            // Where a third is walked over all the same, comparing does not pay.
            Some(_) => self.failures += usize::from(3 * self.in_vain > self.seen),
        }
        self.in_vain = 0;
        self.seen = 0;
        self.model = None;
        if self.failures < FAILURES {
            self.model = Model::of(text, start, end, fields);
            self.failures += usize::from(self.model.is_none());
        }
    }
}

impl Model {
    fn of(text: &str, start: usize, end: usize, fields: Fields) -> Option<Self> {
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
            _ if !node.fields.is_empty() => What::NoObject,
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
                // Of a field that is there twice, the later one counts.
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
struct Part {
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
struct Comparison<'m, 'a> {
    text: &'a str,
    model: &'m Model,
    parts: &'m mut Vec<Part>,
    in_vain: usize,
}

/// Where the comparison goes on: in the object, and in the model.
type Places = (usize, usize);

/// Where an object differs from that of the model.
#[derive(Clone, Copy)]
struct Difference {
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
    fn pick(&mut self, mut at: usize, picked: &mut Picked<'_, 'a>) -> Option<usize> {
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
                What::Object | What::List | What::NoObject => self.another(node, moved, picked)?,
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

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    const FIELDS: Fields =
        &[("a", Field::Value(0)), ("b", Field::Object("b", &[("c", Field::Value(1))])), ("d", Field::Value(2))];

    /// What is remembered after a list of objects.
    fn after(objects: &[String]) -> Alike {
        let text = format!("[{}]", objects.join(","));
        let mut alike = Alike::default();
        let mut walker = Walker::new(&text);
        let mut more = walker.enter().expect("a list");
        while more {
            let mut values = [None; 3];
            let mut picked = Picked { values: &mut values, twice: None, no_object: None };
            walker.pick_alike(&mut alike, FIELDS, &mut picked).expect("JSON");
            more = walker.more_elements().expect("JSON");
        }
        alike
    }

    #[test]
    fn of_objects_that_look_alike_two_are_walked_over() {
        let objects: Vec<String> = (0..500)
            .map(|index| format!(r#"{{"a":"name-{index}","b":{{"c":{index},"e":[{{}},"{index}"]}},"d":{{"x":true}}}}"#))
            .collect();
        let alike = after(&objects);
        assert!(alike.model.is_some());
        assert_eq!((alike.met, alike.failures, alike.in_vain), (2, 0, 0));
        assert_eq!(alike.seen, objects.iter().skip(2).map(String::len).sum::<usize>());
    }

    #[test]
    fn of_what_differs_only_that_is_walked_over() {
        let usual = format!(r#"{{"a":"{}","b":{{"c":[1],"e":2}},"d":{{"x":1}}}}"#, "name".repeat(20));
        for (of, other, walked) in [
            // Another value, one more member, one less, one in place of another.
            (r#"{"x":1}"#, r#"["y",12]"#, r#"["y",12]"#),
            (r#"{"x":1}"#, r#"{"x":1,"y":12}"#, r#""y":12"#),
            (r#"{"x":1}"#, r#"{"w":12,"x":1}"#, r#""w":12"#),
            (r#","d":{"x":1}"#, "", ""),
            (r#""c":[1],"#, "", ""),
            (r#"{"x":1}"#, r#"{"y":12}"#, r#""y":12"#),
            // More elements and fewer.
            ("[1]", "[1,2,3]", ",2,3"),
            ("[1]", "[]", ""),
        ] {
            let mut objects = vec![usual.clone(); 500];
            for index in (10..500).step_by(50) {
                objects[index] = usual.replace(of, other);
                assert_ne!(objects[index], usual);
            }
            let alike = after(&objects);
            assert_eq!((alike.met, alike.failures, alike.in_vain), (2, 0, 10 * walked.len()), "{other}");
        }
    }

    #[test]
    fn another_object_becomes_the_model_where_the_first_is_unlike_the_rest() {
        let mut objects = vec![r#"{"d":{"x":{}}}"#.to_owned(); 2];
        objects.extend(vec![r#"{"a":"name","b":{"c":1},"d":{"x":true}}"#.to_owned(); 500]);
        let alike = after(&objects);
        // All of the objects until then were in vain, so that was one model of no use.
        assert_eq!((alike.failures, alike.in_vain), (1, 0));
        assert!(alike.met < 10, "{}", alike.met);
    }

    #[test]
    fn where_nothing_is_alike_it_is_given_up() {
        let (a, b, d) = (r#""a":[1]"#, r#""b":{}"#, r#""d":"x""#);
        let orders = [[a, b, d], [a, d, b], [b, a, d], [b, d, a], [d, a, b], [d, b, a]];
        let objects: Vec<String> = (0..2000).map(|index| format!("{{{}}}", orders[index % 6].join(","))).collect();
        let alike = after(&objects);
        assert!(alike.model.is_none());
        assert_eq!(alike.failures, FAILURES);
        assert!(alike.met > 1500, "{}", alike.met);
    }
}
