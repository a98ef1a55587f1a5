//! Which two of many selectors of pods match common labels: all pairs at once, as a matrix of bits.
//!
//! The matrix starts with a bit for each pair. Each key, and on it each value, clears the bits of the pairs that it keeps
//! apart, for all selectors in one step. So the time grows with the size of the selectors and with the square of their
//! number in bits, never with pairs times keys or values.
//!
//! For example, of `app In [a]`, `app In [a, b]` and `app NotIn [a]`, the value `a` keeps the first and the third apart.

use crate::collections::sort;
use crate::selectors::constraint::{Constraint, Constraints};

/// Which two of many selectors intersect. A selector is named by its index.
///
/// ```
/// use podnetworking_policy::selectors::constraint::Constraints;
/// use podnetworking_policy::selectors::overlap_matrix::OverlapMatrix;
/// use podnetworking_policy::selectors::requirement::{Operator, Requirement};
/// use podnetworking_policy::selectors::selector::Selector;
///
/// let selector = |operator, values| Selector::new(vec![Requirement::new("app", operator, values).unwrap()]);
/// let selectors = [
///     selector(Operator::In, &["a"]),
///     selector(Operator::In, &["a", "b"]),
///     selector(Operator::NotIn, &["a"]),
/// ];
/// let constraints: Vec<_> = selectors.iter().map(|one| Constraints::of_pods(Some(one))).collect();
/// let matrix = OverlapMatrix::new(&constraints);
/// assert!(matrix.intersects(0, 1));
/// assert!(matrix.intersects(1, 2));
/// assert!(!matrix.intersects(0, 2));
/// ```
#[derive(Debug)]
pub struct OverlapMatrix {
    /// How many words of bits a row has.
    words: usize,
    /// A row for each selector, with the selectors that it does not rule out. Two selectors intersect if neither rules
    /// out the other one.
    rows: Vec<u64>,
}

/// A key or a value, and the place where it is written.
type Place<'t> = (&'t str, usize);

/// Sorts places, and groups those of the same text.
fn groups<'p, 't>(places: &'p mut [Place<'t>]) -> impl Iterator<Item = &'p [Place<'t>]> {
    sort::by(places, Ord::cmp);
    places.chunk_by(|(a, _), (b, _)| a == b)
}

fn put(bits: &mut [u64], place: usize, is_set: bool) {
    if let Some(word) = bits.get_mut(place / 64) {
        let bit = 1 << (place % 64);
        *word = if is_set { *word | bit } else { *word & !bit };
    }
}

impl OverlapMatrix {
    /// Compares each selector with each.
    #[must_use]
    pub fn new(all: &[Constraints<'_>]) -> Self {
        let words = all.len().div_ceil(64);
        let mut satisfiable = vec![0; words];
        let mut keys: Vec<Place<'_>> = Vec::new();
        for (place, one) in all.iter().enumerate().filter(|(_, one)| one.is_satisfiable) {
            put(&mut satisfiable, place, true);
            keys.extend(one.keys.iter().map(|(key, _)| (*key, place)));
        }
        // A selector that matches nothing is in no row, so it intersects no other one.
        let mut matrix = Self { words, rows: satisfiable.repeat(all.len()) };
        // A key that only one selector names keeps no two apart.
        for on_key in groups(&mut keys).filter(|on_key| on_key.len() > 1) {
            let constraint = |(key, place): &Place<'_>| Some((*place, all.get(*place)?.get(key)?));
            matrix.narrow(&on_key.iter().filter_map(constraint).collect::<Vec<_>>());
        }
        matrix
    }

    /// Whether some labels match both selectors.
    #[must_use]
    pub fn intersects(&self, one: usize, other: usize) -> bool {
        let has = |row: usize, place: usize| {
            self.rows.get(row * self.words + place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
        };
        has(one, other) && has(other, one)
    }

    /// Clears the bits of the pairs that one key keeps apart. `held` has the selectors that name the key, with their
    /// constraints on it.
    fn narrow(&mut self, held: &[(usize, &Constraint<'_>)]) {
        let none = || vec![0_u64; self.words];
        let (mut holding, mut absent, mut present, mut open) = (none(), none(), none(), none());
        // The listed values, at even places, and the excluded ones, at odd places.
        let mut values: Vec<Place<'_>> = Vec::new();
        for (index, (place, constraint)) in held.iter().enumerate() {
            let is_open = constraint.present && constraint.allowed.is_none();
            for (bits, is_set) in [
                (&mut holding, true),
                (&mut absent, constraint.absent),
                (&mut present, constraint.present),
                (&mut open, is_open),
            ] {
                put(bits, *place, is_set);
            }
            if constraint.present {
                let listed = constraint.allowed.as_ref().unwrap_or(&constraint.excluded);
                values.extend(listed.iter().map(|value| (*value, 2 * index + usize::from(is_open))));
            }
        }
        // The selectors that each one does not rule out on this key. A selector that can do without the key keeps those
        // that can. A selector that lists no values keeps all that can have the key; if one of them lists values, its own
        // row rules this one out. A selector that lists values keeps those that can have one of them.
        let mut met = vec![0; self.words * held.len()];
        let mut add = |index: usize, bits: &[u64]| {
            for (word, more) in met.iter_mut().skip(index * bits.len()).zip(bits) {
                *word |= more;
            }
        };
        for (index, (_, constraint)) in held.iter().enumerate() {
            if constraint.absent {
                add(index, &absent);
            }
            if constraint.present && constraint.allowed.is_none() {
                add(index, &present);
            }
        }
        for of_value in groups(&mut values) {
            let mut having = open.clone();
            for (_, at) in of_value {
                let place = held.get(at / 2).map(|(place, _)| *place);
                put(&mut having, place.unwrap_or_default(), at % 2 == 0);
            }
            for (_, at) in of_value.iter().filter(|(_, at)| at % 2 == 0) {
                add(at / 2, &having);
            }
        }
        for ((place, _), met) in held.iter().zip(met.chunks(self.words)) {
            let row = self.rows.iter_mut().skip(place * self.words);
            for ((word, met), holding) in row.zip(met).zip(&holding) {
                *word &= met | !holding;
            }
        }
    }
}
