//! Maps and sets by text. All of them share one tree. The standard library's maps are compiled again for each type, and
//! were a tenth of the module. No operation takes time that grows with the square of the size.

use std::borrow::Cow;
use std::collections::BTreeMap;

/// Values by text, in bytewise order.
#[derive(Clone, Debug)]
pub struct TextMap<'k, V> {
    places: BTreeMap<Cow<'k, str>, usize>,
    values: Vec<V>,
}

impl<V> Default for TextMap<'_, V> {
    fn default() -> Self {
        Self { places: BTreeMap::new(), values: Vec::new() }
    }
}

/// The place of a text. A new text gets the place `next`.
#[inline(never)]
fn place<'k>(places: &mut BTreeMap<Cow<'k, str>, usize>, key: Cow<'k, str>, next: usize) -> usize {
    *places.entry(key).or_insert(next)
}

#[inline(never)]
fn find(places: &BTreeMap<Cow<'_, str>, usize>, key: &str) -> Option<usize> {
    places.get(key).copied()
}

impl<'k, V> TextMap<'k, V> {
    /// Sets the value of a text and returns the old one.
    pub fn insert(&mut self, key: impl Into<Cow<'k, str>>, value: V) -> Option<V> {
        let place = place(&mut self.places, key.into(), self.values.len());
        match self.values.get_mut(place) {
            Some(old) => Some(std::mem::replace(old, value)),
            None => {
                self.values.push(value);
                None
            }
        }
    }

    /// The value of a text.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&V> {
        self.values.get(find(&self.places, key)?)
    }

    /// The value of a text, to be changed.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(find(&self.places, key)?)
    }

    /// Whether the text has a value.
    #[must_use]
    pub fn contains(&self, key: &str) -> bool {
        find(&self.places, key).is_some()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Texts and values, in the order of the texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.places.iter().filter_map(|(key, place)| Some((key.as_ref(), self.values.get(*place)?)))
    }

    /// The values, in the order of the texts.
    pub fn values(&self) -> impl Iterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }
}

impl<V: Default> TextMap<'_, V> {
    /// Changes the value of a text, which is the default if it is new.
    pub fn change(&mut self, key: &str, change: impl FnOnce(&mut V)) {
        if self.get_mut(key).is_none() {
            self.insert(key.to_owned(), V::default());
        }
        if let Some(value) = self.get_mut(key) {
            change(value);
        }
    }
}

impl<V: PartialEq> PartialEq for TextMap<'_, V> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<V: Eq> Eq for TextMap<'_, V> {}

impl<'k, K: Into<Cow<'k, str>>, V> FromIterator<(K, V)> for TextMap<'k, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = Self::default();
        for (key, value) in entries {
            map.insert(key, value);
        }
        map
    }
}

/// Texts in bytewise order, each once.
#[derive(Clone, Debug, Default)]
pub struct TextSet<'k>(TextMap<'k, ()>);

impl<'k> TextSet<'k> {
    /// Adds a text; `false` if it is there.
    pub fn insert(&mut self, text: impl Into<Cow<'k, str>>) -> bool {
        self.0.insert(text, ()).is_none()
    }

    /// Whether the text is there.
    #[must_use]
    pub fn contains(&self, text: &str) -> bool {
        self.0.contains(text)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The texts, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(text, ())| text)
    }
}

impl<'k, K: Into<Cow<'k, str>>> FromIterator<K> for TextSet<'k> {
    fn from_iter<I: IntoIterator<Item = K>>(texts: I) -> Self {
        Self(texts.into_iter().map(|text| (text, ())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_is_in_order_and_keeps_the_last_value() {
        let map: TextMap<'_, u8> = [("b", 1), ("a", 2), ("b", 3)].into_iter().collect();
        assert_eq!(map.iter().collect::<Vec<_>>(), [("a", &2), ("b", &3)]);
        assert_eq!(map.get("b"), Some(&3));
        assert_eq!(map.get("c"), None);
        assert_eq!(map, [("a", 2), ("b", 3)].into_iter().collect());
        assert_ne!(map, [("a", 2), ("b", 1)].into_iter().collect());
        assert!(!map.is_empty());
        assert!(TextMap::<'_, u8>::default().is_empty());
    }

    #[test]
    fn a_set_has_each_text_once() {
        let mut set = TextSet::default();
        assert!(set.is_empty());
        set.insert("b");
        assert!(!set.is_empty());
        set = ["b", "a", "b"].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), ["a", "b"]);
        assert!(!set.insert("a".to_owned()));
        assert!(set.insert("c"));
    }
}
