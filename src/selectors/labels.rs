//! The labels of an object.

use std::borrow::Cow;

use crate::collections::sort;

/// The labels of an object, sorted by key, each key once. Any text can be a key or a value: matching validates nothing.
///
/// ```
/// use podnetworking_policy::selectors::labels::Labels;
///
/// let labels: Labels<'_> = [("tier", "web"), ("app", "shop")].into_iter().collect();
/// assert_eq!(labels.get("app"), Some("shop"));
/// assert_eq!(labels.get("zone"), None);
/// assert_eq!(labels.iter().collect::<Vec<_>>(), [("app", "shop"), ("tier", "web")]);
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels<'a> {
    known: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Labels that are there with a value that is not known yet.
    unknown: &'static [&'static str],
}

impl<'a> Labels<'a> {
    /// Sorts pairs of keys and values. If a key is there twice, the last one counts, as in Go.
    #[must_use]
    pub fn new(mut labels: Vec<(Cow<'a, str>, Cow<'a, str>)>) -> Self {
        sort::by(&mut labels, |(a, _), (b, _)| a.cmp(b));
        labels.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same {
                std::mem::swap(later, earlier);
            }
            is_same
        });
        Self { known: labels, unknown: &[] }
    }

    /// The same labels, and these, whose values are not known: somebody else will set them, whatever they are now.
    ///
    /// ```
    /// use podnetworking_policy::selectors::labels::Labels;
    ///
    /// let labels: Labels<'_> = [("app", "shop"), ("hash", "1")].into_iter().collect();
    /// let labels = labels.with_unknown(&["hash"]);
    /// assert!(labels.is_unknown("hash") && !labels.is_unknown("app"));
    /// assert_eq!(labels.get("hash"), None);
    /// ```
    #[must_use]
    pub fn with_unknown(mut self, keys: &'static [&'static str]) -> Self {
        self.known.retain(|(key, _)| !keys.contains(&key.as_ref()));
        self.unknown = keys;
        self
    }

    /// Whether the label is there with a value that is not known.
    #[must_use]
    pub fn is_unknown(&self, key: &str) -> bool {
        !self.unknown.is_empty() && self.unknown.contains(&key)
    }

    /// The keys of the labels with values that are not known.
    #[must_use]
    pub fn unknown(&self) -> &'static [&'static str] {
        self.unknown
    }

    /// The known value of a label.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        let index = self.known.binary_search_by(|(name, _)| name.as_ref().cmp(key)).ok()?;
        self.known.get(index).map(|(_, value)| value.as_ref())
    }

    /// Sets a label.
    pub fn set(&mut self, key: Cow<'a, str>, value: Cow<'a, str>) {
        match self.known.binary_search_by(|(name, _)| name.cmp(&key)) {
            Ok(index) => {
                if let Some(slot) = self.known.get_mut(index) {
                    slot.1 = value;
                }
            }
            Err(index) => self.known.insert(index, (key, value)),
        }
    }

    /// The labels without one.
    #[must_use]
    pub fn without(&self, key: &str) -> Self {
        let known = self.known.iter().filter(|(name, _)| name != key).cloned().collect();
        Self { known, unknown: self.unknown }
    }

    /// How many labels with known values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Whether there are no labels with known values.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// The labels with known values, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.known.iter().map(|(key, value)| (key.as_ref(), value.as_ref()))
    }
}

impl<'a, K: Into<Cow<'a, str>>, V: Into<Cow<'a, str>>> FromIterator<(K, V)> for Labels<'a> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(labels: I) -> Self {
        Self::new(labels.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_looked_up_by_key() {
        assert!(Labels::default().is_empty());
        let mut labels: Labels<'_> = [("b", "2"), ("a", "1")].into_iter().collect();
        assert!(!labels.is_empty());
        labels.set("a".into(), "3".into());
        assert_eq!(labels.get("a"), Some("3"));
        assert_eq!(labels.get("c"), None);
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "3"), ("b", "2")]);
    }

    #[test]
    fn the_last_value_of_a_key_counts() {
        let labels: Labels<'_> = [("b", "1"), ("a", "2"), ("b", "0"), ("a", "1"), ("a", "3")].into_iter().collect();
        assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", "3"), ("b", "0")]);
    }
}
