//! Picking fields out of objects that look alike: the objects of a list mostly have the same fields in the same order, and
//! much of the same in them.
//!
//! One object of the list, walked over before, is the model. What of another is byte for byte the same need not be walked
//! over again: from the same place, the same text leads to the same place. Where a string, a number or a word differs, it is
//! walked over, and after it the comparison goes on. Where more than that differs, the field is picked anew, or the whole
//! object. So an object is accepted, and its fields are found, exactly as [`Walker::pick`] does (tests/alike.rs).

use crate::error::{Error, Fault};
use crate::pick::{Field, Fields, Picked, field_of, pick};
use crate::skip::{byte, key_end, string, value, white};
use crate::walker::Walker;

/// The most leaves that a model has, and the most members: of an object with more, what differs would be looked for too long.
const MOST: usize = 512;
/// The most levels of a model.
const LEVELS: usize = 32;
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
    /// The strings, numbers and words that are values, in order.
    leaves: Vec<Leaf>,
    /// The members of the object and of those in which fields are picked, by their beginning.
    members: Vec<Member>,
    /// The values whose text is picked, by their beginning.
    picked: Vec<Value>,
}

/// A value that is neither object nor list.
#[derive(Clone, Copy, Debug)]
struct Leaf {
    start: usize,
    end: usize,
    is_string: bool,
    /// A string without escapes, in which any place is like any other.
    is_plain: bool,
}

/// A member of an object: the place of its value, and what is done with it.
#[derive(Clone, Copy, Debug)]
struct Member {
    start: usize,
    end: usize,
    field: Option<&'static Field>,
    optional: bool,
}

impl Member {
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

/// What is inside of a field that was picked anew.
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
        model.object(text.as_bytes(), start, fields, false)?;
        model.picked = model.members.iter().filter_map(Member::value).collect();
        Some(model)
    }

    /// Notes what is in the object at `at`, in which fields are picked; its end.
    fn object(&mut self, bytes: &[u8], at: usize, fields: Fields, optional: bool) -> Option<usize> {
        let mut at = open(bytes, at, b'{')?;
        let mut met = 0_u64;
        while byte(bytes, at) == b'"' {
            let end = key_end(bytes, at + 1);
            if byte(bytes, end) != b'"' {
                return None;
            }
            let field = field_of(fields, bytes.get(at + 1..end)?);
            if let Some(place) = field.and_then(|field| fields.iter().position(|(_, one)| std::ptr::eq(one, field))) {
                // Of a field that is there twice, the later one counts.
                if place > 63 || met >> place & 1 == 1 {
                    return None;
                }
                met |= 1 << place;
            }
            let start = white(bytes, white(bytes, end + 1) + 1);
            let index = self.members.len();
            if index > MOST {
                return None;
            }
            self.members.push(Member { start, end: start, field, optional });
            let inner = match field {
                Some(Field::Object(_, inner)) => Some((*inner, optional)),
                Some(Field::Both(_, inner)) => Some((*inner, true)),
                Some(Field::Value(_)) | None => None,
            };
            let end = match inner {
                Some((inner, optional)) if byte(bytes, start) == b'{' => self.object(bytes, start, inner, optional)?,
                // An object may stand there, so it is no leaf.
                Some(_) => value(bytes, start).ok()?,
                None => self.value(bytes, start, 0)?,
            };
            if let Some(member) = self.members.get_mut(index) {
                member.end = end;
            }
            at = next(bytes, end);
        }
        Some(at + 1)
    }

    /// Notes the leaves of the value at `at`; its end.
    fn value(&mut self, bytes: &[u8], at: usize, level: usize) -> Option<usize> {
        if level > LEVELS || self.leaves.len() > MOST {
            return None;
        }
        let (mut place, close) = match byte(bytes, at) {
            b'{' => (open(bytes, at, b'{')?, b'}'),
            b'[' => (open(bytes, at, b'[')?, b']'),
            _ => {
                let end = value(bytes, at).ok()?;
                let is_string = byte(bytes, at) == b'"';
                let is_plain = is_string && key_end(bytes, at + 1) + 1 == end;
                self.leaves.push(Leaf { start: at, end, is_string, is_plain });
                return Some(end);
            }
        };
        while byte(bytes, place) != close {
            if close == b'}' {
                let end = string(bytes, place + 1).ok()?;
                place = white(bytes, white(bytes, end) + 1);
            }
            let end = self.value(bytes, place, level + 1)?;
            place = next(bytes, end);
        }
        Some(place + 1)
    }
}

/// The place of what comes first in the object or list at `at`.
fn open(bytes: &[u8], at: usize, bracket: u8) -> Option<usize> {
    (byte(bytes, at) == bracket).then(|| white(bytes, at + 1))
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

/// An object against the model.
struct Comparison<'m, 'a> {
    text: &'a str,
    model: &'m Model,
    parts: &'m mut Vec<Part>,
    in_vain: usize,
}

impl<'a> Comparison<'_, 'a> {
    /// The end of the object that begins at `at`; `None` where it is too different.
    #[inline(never)]
    fn pick(&mut self, mut at: usize, picked: &mut Picked<'_, 'a>) -> Option<usize> {
        let model = self.model;
        let bytes = self.text.as_bytes();
        self.parts.clear();
        let mut leaves = model.leaves.iter();
        let mut leaf = leaves.next();
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
            while let Some(passed) = leaf
                && passed.end < like
            {
                leaf = leaves.next();
            }
            if let Some(differing) = leaf
                && differing.start <= like
                // After a number, digits may follow.
                && (like < differing.end || !differing.is_string)
            {
                self.parts.push(Part { end: differing.start, moved });
                // Behind its quotation mark a plain string goes on where it differs.
                at = match differing.is_plain && like > differing.start {
                    true => string(bytes, at).ok()?,
                    false => value(bytes, differing.start.wrapping_add(moved)).ok()?,
                };
                like = differing.end;
                leaf = leaves.next();
                continue;
            }
            // A field differs in more than a leaf: the innermost that has begun and not ended.
            let is_around = |member: &&Member| member.start <= like && like < member.end;
            let member = model.members.iter().rfind(is_around)?;
            self.parts.push(Part { end: like, moved });
            let from = self.place(member.start)?;
            if let Some(Field::Object(_, fields) | Field::Both(_, fields)) = member.field {
                clear(fields, picked);
            }
            at = again(self.text, from, member, picked).ok()?;
            self.in_vain += at - from;
            // What is inside has been picked.
            self.parts.retain(|part| part.end < member.start);
            self.parts.push(Part { end: member.start, moved: from.wrapping_sub(member.start) });
            self.parts.push(Part { end: member.end - 1, moved: ELSEWHERE });
            like = member.end;
            while leaf.is_some_and(|leaf| leaf.start < like) {
                leaf = leaves.next();
            }
        }
        self.values(picked);
        Some(at)
    }

    /// The place in the object of one in the model.
    fn place(&self, of: usize) -> Option<usize> {
        let part = self.parts.iter().find(|part| of <= part.end)?;
        Some(of.wrapping_add(part.moved))
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

/// Forgets what was picked of these fields.
fn clear(fields: Fields, picked: &mut Picked<'_, '_>) {
    for (_, field) in fields {
        if let Field::Value(slot) | Field::Both(slot, _) = field
            && let Some(place) = picked.values.get_mut(*slot)
        {
            *place = None;
        }
        if let Field::Object(_, fields) | Field::Both(_, fields) = field {
            clear(fields, picked);
        }
    }
}

/// Picks a field anew, from its value on; its end.
#[inline(never)]
fn again<'a>(text: &'a str, from: usize, member: &Member, picked: &mut Picked<'_, 'a>) -> Result<usize, Fault> {
    let bytes = text.as_bytes();
    match member.field {
        Some(Field::Object(path, fields)) => pick(text, from, path, fields, member.optional, picked),
        Some(Field::Both(_, fields)) => pick(text, from, "", fields, true, picked),
        Some(Field::Value(_)) | None => value(bytes, from),
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
    fn of_a_field_that_differs_only_the_field_is_walked_over() {
        let mut objects: Vec<String> =
            (0..500).map(|_| format!(r#"{{"a":"{}","b":{{"c":1}},"d":{{"x":1}}}}"#, "name".repeat(20))).collect();
        let other = objects[0].replace(r#"{"x":1}"#, r#"{"y":12}"#);
        for index in (10..500).step_by(50) {
            objects[index].clone_from(&other);
        }
        let alike = after(&objects);
        assert_eq!((alike.met, alike.failures, alike.in_vain), (2, 0, 10 * r#"{"y":12}"#.len()));
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
        let keys = ["a", "b", "d", "e", "f", "g", "h"];
        let objects: Vec<String> = (0..2000)
            .map(|index| format!(r#"{{"{}{index}":[1],"{}":{{}}}}"#, keys[index % 7], keys[index * 5 % 7]))
            .collect();
        let alike = after(&objects);
        assert!(alike.model.is_none());
        assert_eq!(alike.failures, FAILURES);
        assert!(alike.met > 1900, "{}", alike.met);
    }
}
