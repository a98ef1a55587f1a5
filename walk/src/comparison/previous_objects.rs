//! What is remembered of the objects of a list, and when the model changes.

use crate::comparison::compare::{Comparison, Part};
use crate::comparison::model::Model;
use crate::error::Error;
use crate::pick::{Fields, Picked};
use crate::walker::Walker;

/// Another object becomes the model when the bytes that comparison did not save exceed the length of the model this many
/// times.
const MAX_WASTE: usize = 8;
/// How many models may be of no use, or impossible to make, before comparison is given up for the list.
const MAX_FAILURES: usize = 4;

/// What [`Walker::pick_by_comparison`] remembers of the objects of one list.
#[derive(Debug, Default)]
pub struct PreviousObjects {
    model: Option<Model>,
    /// How many objects are parsed before one becomes the model.
    parsed_first: usize,
    /// How many objects were parsed as a whole.
    walked_objects: usize,
    /// How many models were of no use, or could not be made.
    failures: usize,
    /// The length of all objects since this model was made.
    seen_bytes: usize,
    /// How many of these bytes were parsed nevertheless.
    wasted_bytes: usize,
    /// Scratch space: the parts of the model that the current object has too.
    parts: Vec<Part>,
}

impl<'a> Walker<'a> {
    /// Does what [`Walker::pick`] does, and is faster for objects that are similar to the previous ones.
    ///
    /// All calls with the same `previous` must be for the same text and the same fields, and `picked` must be empty.
    /// The example at the top of the crate's documentation reads a list with it.
    ///
    /// # Errors
    /// The errors of [`Walker::pick`].
    pub fn pick_by_comparison(
        &mut self,
        previous: &mut PreviousObjects,
        fields: Fields,
        picked: &mut Picked<'_, 'a>,
    ) -> Result<(), Error> {
        self.peek();
        let (text, at) = self.position();
        let mut end = None;
        if let Some(model) = &previous.model {
            let mut comparison = Comparison { text, model, parts: &mut previous.parts, wasted_bytes: 0 };
            end = comparison.pick(at, picked);
            previous.wasted_bytes += comparison.wasted_bytes;
        }
        match end {
            Some(end) => self.seek(end),
            None => {
                picked.values.fill(None);
                picked.duplicate = None;
                picked.not_an_object = None;
                self.pick(fields, picked)?;
                previous.walked_objects += 1;
                previous.wasted_bytes += self.position().1 - at;
            }
        }
        let (_, end) = self.position();
        previous.seen_bytes += end - at;
        if picked.duplicate.is_none() && picked.not_an_object.is_none() {
            previous.learn(text, at, end, fields);
        }
        Ok(())
    }
}

impl PreviousObjects {
    /// Nothing yet. At least the first `count` objects are parsed: to make a model pays only in longer lists.
    #[must_use]
    pub fn after(count: usize) -> Self {
        Self { parsed_first: count, ..Self::default() }
    }

    /// Makes the object between `start` and `end` the model, if it is time for another one.
    #[inline]
    fn learn(&mut self, text: &str, start: usize, end: usize, fields: Fields) {
        match &self.model {
            // A single object has no similar ones, and some lists have no similar objects at all.
            None if self.walked_objects < self.parsed_first.max(2) || self.failures >= MAX_FAILURES => return,
            None => {}
            Some(model) if self.wasted_bytes <= MAX_WASTE * (model.end - model.start) => return,
            // If a third of the bytes is parsed nevertheless, comparison does not pay.
            Some(_) => self.failures += usize::from(3 * self.wasted_bytes > self.seen_bytes),
        }
        self.wasted_bytes = 0;
        self.seen_bytes = 0;
        self.model = None;
        if self.failures < MAX_FAILURES {
            self.model = Model::of(text, start, end, fields);
            self.failures += usize::from(self.model.is_none());
        }
    }
}

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::pick::Field;

    const FIELDS: Fields =
        &[("a", Field::Value(0)), ("b", Field::Object("b", &[("c", Field::Value(1))])), ("d", Field::Value(2))];

    /// What is remembered after this list of objects.
    fn after(objects: &[String]) -> PreviousObjects {
        let text = format!("[{}]", objects.join(","));
        let mut previous = PreviousObjects::default();
        let mut walker = Walker::new(&text);
        let mut more = walker.enter().expect("a list");
        while more {
            let mut values = [None; 3];
            let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
            walker.pick_by_comparison(&mut previous, FIELDS, &mut picked).expect("JSON");
            more = walker.more_elements().expect("JSON");
        }
        previous
    }

    #[test]
    fn only_the_first_two_of_similar_objects_are_parsed() {
        let objects: Vec<String> = (0..500)
            .map(|index| format!(r#"{{"a":"name-{index}","b":{{"c":{index},"e":[{{}},"{index}"]}},"d":{{"x":true}}}}"#))
            .collect();
        let previous = after(&objects);
        assert!(previous.model.is_some());
        assert_eq!((previous.walked_objects, previous.failures, previous.wasted_bytes), (2, 0, 0));
        assert_eq!(previous.seen_bytes, objects.iter().skip(2).map(String::len).sum::<usize>());
    }

    #[test]
    fn a_short_list_is_parsed() {
        let text = format!("[{}]", vec![r#"{"a":1}"#; 40].join(","));
        for (first, walked) in [(0, 2), (2, 2), (16, 16), (50, 40)] {
            let mut previous = PreviousObjects::after(first);
            let mut walker = Walker::new(&text);
            let mut more = walker.enter().expect("a list");
            while more {
                let mut values = [None; 3];
                let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
                walker.pick_by_comparison(&mut previous, FIELDS, &mut picked).expect("JSON");
                more = walker.more_elements().expect("JSON");
            }
            assert_eq!(previous.walked_objects, walked, "{first}");
        }
    }

    #[test]
    fn only_the_difference_is_parsed() {
        let usual = format!(r#"{{"a":"{}","b":{{"c":[1],"e":2}},"d":{{"x":1}}}}"#, "name".repeat(20));
        for (of, other, walked) in [
            // Another value, one more member, one member less, another member.
            (r#"{"x":1}"#, r#"["y",12]"#, r#"["y",12]"#),
            (r#"{"x":1}"#, r#"{"x":1,"y":12}"#, r#""y":12"#),
            (r#"{"x":1}"#, r#"{"w":12,"x":1}"#, r#""w":12"#),
            (r#","d":{"x":1}"#, "", ""),
            (r#""c":[1],"#, "", ""),
            (r#"{"x":1}"#, r#"{"y":12}"#, r#""y":12"#),
            // More elements, and fewer.
            ("[1]", "[1,2,3]", ",2,3"),
            ("[1]", "[]", ""),
        ] {
            let mut objects = vec![usual.clone(); 500];
            for index in (10..500).step_by(50) {
                objects[index] = usual.replace(of, other);
                assert_ne!(objects[index], usual);
            }
            let previous = after(&objects);
            assert_eq!(
                (previous.walked_objects, previous.failures, previous.wasted_bytes),
                (2, 0, 10 * walked.len()),
                "{other}"
            );
        }
    }

    #[test]
    fn another_object_becomes_the_model_if_the_first_is_unlike_the_rest() {
        let mut objects = vec![r#"{"d":{"x":{}}}"#.to_owned(); 2];
        objects.extend(vec![r#"{"a":"name","b":{"c":1},"d":{"x":true}}"#.to_owned(); 500]);
        let previous = after(&objects);
        // All objects up to the new model were parsed, so the first model was of no use.
        assert_eq!((previous.failures, previous.wasted_bytes), (1, 0));
        assert!(previous.walked_objects < 10, "{}", previous.walked_objects);
    }

    #[test]
    fn comparison_is_given_up_for_a_list_without_similar_objects() {
        let (a, b, d) = (r#""a":[1]"#, r#""b":{}"#, r#""d":"x""#);
        let orders = [[a, b, d], [a, d, b], [b, a, d], [b, d, a], [d, a, b], [d, b, a]];
        let objects: Vec<String> = (0..2000).map(|index| format!("{{{}}}", orders[index % 6].join(","))).collect();
        let previous = after(&objects);
        assert!(previous.model.is_none());
        assert_eq!(previous.failures, MAX_FAILURES);
        assert!(previous.walked_objects > 1500, "{}", previous.walked_objects);
    }
}
