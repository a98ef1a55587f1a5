//! What is remembered of the objects before.

use crate::comparison::compare::{Comparison, Part};
use crate::comparison::model::Model;
use crate::error::Error;
use crate::pick::{Fields, Picked};
use crate::walker::Walker;

/// How many times its own length may be walked over in vain before another object becomes the model.
const PATIENCE: usize = 8;
/// How often a model may be of no use, or not to be made, before none is tried any more.
const FAILURES: usize = 4;

/// What is remembered along a list, for [`Walker::pick_by_comparison`].
#[derive(Debug, Default)]
pub struct PreviousObjects {
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

impl<'a> Walker<'a> {
    /// What [`Walker::pick`] does, faster for objects that look alike. Nothing may have been picked before, and `alike` must
    /// be of the same text and the same fields.
    ///
    /// # Errors
    /// Those of [`Walker::pick`].
    pub fn pick_by_comparison(
        &mut self,
        alike: &mut PreviousObjects,
        fields: Fields,
        picked: &mut Picked<'_, 'a>,
    ) -> Result<(), Error> {
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
                picked.duplicate = None;
                picked.not_an_object = None;
                self.pick(fields, picked)?;
                alike.met += 1;
                alike.in_vain += self.place().1 - at;
            }
        }
        let (_, end) = self.place();
        alike.seen += end - at;
        if picked.duplicate.is_none() && picked.not_an_object.is_none() {
            alike.learn(text, at, end, fields);
        }
        Ok(())
    }
}

impl PreviousObjects {
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

#[cfg(test)]
#[allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::pick::Field;

    const FIELDS: Fields =
        &[("a", Field::Value(0)), ("b", Field::Object("b", &[("c", Field::Value(1))])), ("d", Field::Value(2))];

    /// What is remembered after a list of objects.
    fn after(objects: &[String]) -> PreviousObjects {
        let text = format!("[{}]", objects.join(","));
        let mut alike = PreviousObjects::default();
        let mut walker = Walker::new(&text);
        let mut more = walker.enter().expect("a list");
        while more {
            let mut values = [None; 3];
            let mut picked = Picked { values: &mut values, duplicate: None, not_an_object: None };
            walker.pick_by_comparison(&mut alike, FIELDS, &mut picked).expect("JSON");
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
