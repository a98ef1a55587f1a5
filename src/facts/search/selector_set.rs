//! Many pod selectors at once: which of them another selector surely cannot meet, without comparing it with each.
//!
//! Two selectors are proven disjoint by a single label key: by the values that it must have, or by whether it must be
//! present. For example, `app In [web]` and `app In [db]` cannot meet. All remaining pairs must be compared in full.

use crate::collections::text_map::TextMap;
use crate::facts::search::prefilter;
use crate::json::value::Json;
use crate::selectors::requirement::Operator;
use crate::selectors::selector::Selector;

/// The most words of bits that all keys use. Further keys rule nothing out.
const MAX_BIT_WORDS: usize = 1 << 16;

/// The most places that are visited for one requirement. A value that many selectors allow rules little out.
const MAX_VISITS: usize = 1 << 12;

/// Selectors, each with a place.
#[derive(Debug, Default)]
pub(crate) struct SelectorSet<'s> {
    keys: TextMap<'s, Key<'s>>,
    /// A bit for each selector.
    all: Vec<u64>,
    /// Scratch space: the selectors that are not ruled out yet.
    remaining: Vec<u64>,
    /// Scratch space: the selectors that allow one of the values in question.
    allowing: Vec<u64>,
}

/// Visits values. Returns whether these are all values.
type Visit<'v> = dyn FnMut(&mut dyn FnMut(&str)) -> bool + 'v;

/// What the selectors ask of one key, as bits by place.
#[derive(Debug, Default)]
struct Key<'s> {
    /// The selectors that ask for one of some values.
    valued: Vec<u64>,
    /// The selectors for which the key must be present.
    needed: Vec<u64>,
    /// The selectors for which the key must be absent.
    unwanted: Vec<u64>,
    /// The places of the selectors that allow a value.
    by_value: TextMap<'s, Vec<usize>>,
}

fn set(bits: &mut [u64], place: usize) {
    if let Some(word) = bits.get_mut(place / 64) {
        *word |= 1 << (place % 64);
    }
}

fn clear(left: &mut [u64], bits: &[u64]) {
    for (left, bits) in left.iter_mut().zip(bits) {
        *left &= !bits;
    }
}

impl<'s> SelectorSet<'s> {
    /// A set of selectors. An absent selector matches every pod.
    pub(crate) fn new(selectors: impl ExactSizeIterator<Item = Option<&'s Selector<'s>>>) -> Self {
        let words = selectors.len().div_ceil(64);
        let mut many = Self { all: vec![0; words], allowing: vec![0; words], ..Self::default() };
        for (place, selector) in selectors.enumerate() {
            set(&mut many.all, place);
            for requirement in selector.map(Selector::requirements).unwrap_or_default() {
                let key = requirement.key().as_ref();
                if many.keys.get(key).is_none() {
                    if (many.keys.len() + 1) * words > MAX_BIT_WORDS {
                        continue;
                    }
                    let none = || vec![0; words];
                    let empty = Key { valued: none(), needed: none(), unwanted: none(), ..Key::default() };
                    many.keys.insert(key, empty);
                }
                let Some(key) = many.keys.get_mut(key) else { continue };
                match requirement.operator() {
                    Operator::In => {
                        set(&mut key.valued, place);
                        set(&mut key.needed, place);
                        for value in requirement.values() {
                            if key.by_value.get(value).is_none() {
                                key.by_value.insert(value.as_ref(), Vec::new());
                            }
                            key.by_value.get_mut(value).into_iter().for_each(|places| places.push(place));
                        }
                    }
                    Operator::Exists => set(&mut key.needed, place),
                    Operator::DoesNotExist => set(&mut key.unwanted, place),
                    Operator::NotIn => {}
                }
            }
        }
        many
    }

    /// Whether the selector surely meets none of the set.
    pub(crate) fn surely_meets_none(&mut self, selector: Json<'_>) -> bool {
        self.remaining.clone_from(&self.all);
        prefilter::any_requirement(selector, &mut |key, operator, values| {
            self.keep_meeting(key, operator, &mut |visit| {
                values.any(&mut |value| {
                    visit(value);
                    false
                }) == Some(false)
            });
            self.remaining.iter().all(|word| *word == 0)
        })
    }

    /// Rules out the selectors that cannot meet the requirement.
    fn keep_meeting(&mut self, key: &str, operator: Operator, values: &mut Visit<'_>) {
        let Some(key) = self.keys.get(key) else { return };
        match operator {
            Operator::In => {
                let allowing = &mut self.allowing;
                allowing.fill(0);
                let mut looked = 0;
                let are_all = values(&mut |value| {
                    looked += 1;
                    for place in key.by_value.get(value).into_iter().flatten() {
                        looked += 1;
                        if looked > MAX_VISITS {
                            break;
                        }
                        set(allowing, *place);
                    }
                });
                if are_all && looked <= MAX_VISITS {
                    for (((left, kept), valued), unwanted) in
                        self.remaining.iter_mut().zip(allowing).zip(&key.valued).zip(&key.unwanted)
                    {
                        *left &= *kept | !(valued | unwanted);
                    }
                }
            }
            Operator::Exists => clear(&mut self.remaining, &key.unwanted),
            Operator::DoesNotExist => clear(&mut self.remaining, &key.needed),
            Operator::NotIn => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::search::prefilter::tests::selector;
    use crate::json::fault::Faults;
    use crate::json::path::Path;
    use crate::objects::read::selector::read_selector;
    use crate::selectors::witness::witness;

    fn read(text: &str) -> Option<Selector<'_>> {
        read_selector(Json::parse(text).unwrap(), &Path::Root, &mut Faults::default())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn what_is_told_apart_cannot_meet(texts in prop::collection::vec(selector(), 1..140), other in selector()) {
            let selectors: Vec<Option<Selector<'_>>> = texts.iter().map(|text| read(text)).collect();
            let other_read = read(&other);
            let met: Vec<usize> = selectors
                .iter()
                .enumerate()
                .filter(|(_, one)| {
                    let both: Option<Vec<&Selector<'_>>> = other_read.as_ref().map(|other| one.iter().chain([other]).collect());
                    both.is_some_and(|both| witness(&both).is_some())
                })
                .map(|(place, _)| place)
                .collect();
            let mut many = SelectorSet::new(selectors.iter().map(Option::as_ref));
            let other = Json::parse(&other).unwrap();
            if many.surely_meets_none(other) {
                prop_assert_eq!(&met, &Vec::<usize>::new());
            }
            for (place, one) in selectors.iter().enumerate() {
                let alone = SelectorSet::new([one.as_ref()].into_iter()).surely_meets_none(other);
                prop_assert!(!alone || !met.contains(&place), "{}", texts[place]);
            }
        }
    }

    #[test]
    fn one_key_tells_apart() {
        let texts = [r#"{"matchLabels":{"a":"1"}}"#, r#"{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}"#];
        let selectors = texts.map(read);
        let mut many = SelectorSet::new(selectors.iter().map(Option::as_ref));
        let none = r#"{"matchLabels":{"a":"2"}}"#;
        assert!(many.surely_meets_none(Json::parse(none).unwrap()));
        assert!(!many.surely_meets_none(Json::parse(texts[0]).unwrap()));
    }

    fn meets_none(texts: &[&str], other: &str) -> bool {
        let selectors: Vec<Option<Selector<'_>>> = texts.iter().map(|text| read(text)).collect();
        SelectorSet::new(selectors.iter().map(Option::as_ref)).surely_meets_none(Json::parse(other).unwrap())
    }

    #[test]
    fn operators_tell_apart() {
        let one = r#"{"matchLabels":{"a":"1"}}"#;
        let not_one = r#"{"matchExpressions":[{"key":"a","operator":"NotIn","values":["1"]}]}"#;
        let there = r#"{"matchExpressions":[{"key":"a","operator":"Exists"}]}"#;
        let not_there = r#"{"matchExpressions":[{"key":"a","operator":"DoesNotExist"}]}"#;
        let two = r#"{"matchExpressions":[{"key":"a","operator":"In","values":["2","3"]}]}"#;
        for (a, b, is_told) in [
            (one, one, false),
            (one, two, true),
            (one, there, false),
            (one, not_there, true),
            (there, not_there, true),
            (there, not_one, false),
            (not_there, not_one, false),
            (not_one, not_one, false),
        ] {
            assert_eq!((meets_none(&[a], b), meets_none(&[b], a)), (is_told, is_told), "{a} {b}");
            assert!(!meets_none(&[a, "{}"], b));
        }
        // Each key leaves others.
        let [a, b] = [r#"{"matchLabels":{"a":"1"}}"#, r#"{"matchLabels":{"b":"1"}}"#];
        assert!(meets_none(&[a, b], r#"{"matchLabels":{"a":"2","b":"2"}}"#));
        assert!(!meets_none(&[a, b], r#"{"matchLabels":{"a":"2","b":"1"}}"#));
    }

    #[test]
    fn one_of_very_many_is_found() {
        // More than a word of bits, and about as many as are looked at for a requirement.
        for count in [63, 64, 130, MAX_VISITS - 2, MAX_VISITS - 1, MAX_VISITS, 2 * MAX_VISITS] {
            let mut texts = vec![r#"{"matchLabels":{"a":"1","b":"1"}}"#; count];
            texts.push(r#"{"matchLabels":{"a":"1","b":"2"}}"#);
            assert!(!meets_none(&texts, r#"{"matchLabels":{"a":"1","b":"2"}}"#), "{count}");
            assert!(meets_none(&texts, r#"{"matchLabels":{"a":"1","b":"3"}}"#), "{count}");
        }
    }

    #[test]
    fn the_bits_of_all_keys_are_bounded() {
        let texts: Vec<String> = (0..3000).map(|key| format!(r#"{{"matchLabels":{{"k{key}":"1"}}}}"#)).collect();
        let selectors: Vec<Option<Selector<'_>>> = texts.iter().map(|text| read(text)).collect();
        let many = SelectorSet::new(selectors.iter().map(Option::as_ref));
        assert_eq!(many.keys.len(), MAX_BIT_WORDS / 3000_usize.div_ceil(64));
    }
}
