//! Many selectors of pods, each held against each: which two of them some pod could match.
//!
//! They are told apart key by key, and on a key value by value, all selectors at once: in time that grows with what is
//! written in them and with the square of their number in bits, never with pairs times keys or values.

use crate::selectors::constraint::{Constraint, Constraints};

/// The pairs, by places.
#[derive(Debug)]
pub struct Pairs {
    /// How many words of bits a row has.
    words: usize,
    /// A row for each selector: those that it may meet. Two meet where each has the other in its row.
    rows: Vec<u64>,
}

/// A key or a value, and the place where it stands.
type Place<'t> = (&'t str, usize);

/// Those whose text is the same, once they are sorted.
fn groups<'p, 't>(places: &'p mut [Place<'t>]) -> impl Iterator<Item = &'p [Place<'t>]> {
    crate::collections::sort::by(places, Ord::cmp);
    places.chunk_by(|(a, _), (b, _)| a == b)
}

fn put(bits: &mut [u64], place: usize, is_set: bool) {
    if let Some(word) = bits.get_mut(place / 64) {
        let bit = 1 << (place % 64);
        *word = if is_set { *word | bit } else { *word & !bit };
    }
}

impl Pairs {
    /// Holds each against each.
    #[must_use]
    pub fn new(all: &[Constraints<'_>]) -> Self {
        let words = all.len().div_ceil(64);
        let mut possible = vec![0; words];
        let mut keys: Vec<Place<'_>> = Vec::new();
        for (place, one) in all.iter().enumerate().filter(|(_, one)| one.possible) {
            put(&mut possible, place, true);
            keys.extend(one.keys.iter().map(|(key, _)| (*key, place)));
        }
        // What no pod can match is in no row, and so meets nothing.
        let mut pairs = Self { words, rows: possible.repeat(all.len()) };
        // What one alone asks keeps it from none.
        for on_key in groups(&mut keys).filter(|on_key| on_key.len() > 1) {
            let constraint = |(key, place): &Place<'_>| Some((*place, all.get(*place)?.get(key)?));
            pairs.narrow(&on_key.iter().filter_map(constraint).collect::<Vec<_>>());
        }
        pairs
    }

    /// Whether some pod matches both.
    #[must_use]
    pub fn meet(&self, one: usize, other: usize) -> bool {
        let has = |row: usize, place: usize| {
            self.rows.get(row * self.words + place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
        };
        has(one, other) && has(other, one)
    }

    /// Leaves of each row those that can be met on one key, of which these ask something.
    fn narrow(&mut self, held: &[(usize, &Constraint<'_>)]) {
        let none = || vec![0_u64; self.words];
        let (mut holding, mut absent, mut present, mut open) = (none(), none(), none(), none());
        // The values that are listed, at even places, and those that are excluded.
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
        // Whom each meets: without the key; one that lists no values everybody who may have the key, since those that
        // list values tell themselves whether they meet it; and one that lists values who may have one of them.
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
