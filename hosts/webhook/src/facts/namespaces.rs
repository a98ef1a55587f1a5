//! The namespaces that a watch has shown, each as the little JSON that a decision reads of it.

use std::sync::{Arc, OnceLock};

use imbl::OrdMap;

/// Namespaces by name. A clone shares all of them.
#[derive(Clone, Debug, Default)]
pub struct Namespaces {
    by_name: OrdMap<Arc<str>, Arc<str>>,
    /// All of them as a JSON list, made when it is first asked for.
    list: Arc<OnceLock<String>>,
}

impl Namespaces {
    /// Puts a namespace in, as JSON. It replaces the one of the same name.
    pub fn insert(&mut self, name: &str, text: impl Into<Arc<str>>) {
        self.by_name.insert(Arc::from(name), text.into());
        self.list = Arc::default();
    }

    /// Takes a namespace out.
    pub fn remove(&mut self, name: &str) {
        self.by_name.remove(name);
        self.list = Arc::default();
    }

    /// One namespace as JSON.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.by_name.get(name).map(AsRef::as_ref)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_name.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The names and texts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.by_name.iter().map(|(name, text)| (name.as_ref(), text.as_ref()))
    }

    /// All of them as a JSON list.
    #[must_use]
    pub fn list(&self) -> &str {
        self.list.get_or_init(|| join(self.by_name.values().map(AsRef::as_ref)))
    }
}

/// JSON texts as one JSON list.
pub fn join<'t>(texts: impl Iterator<Item = &'t str>) -> String {
    let mut list = String::from("[");
    for text in texts {
        if list.len() > 1 {
            list.push(',');
        }
        list.push_str(text);
    }
    list.push(']');
    list
}
