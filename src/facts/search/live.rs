//! An index that is kept up to date by each event of a watch.
//!
//! It finds what [`crate::facts::search::index::Index`] finds, and is made of persistent maps: a clone costs nothing and
//! shares all of them, and a change copies only the nodes on its way. So a decision reads the clone that it began with, while
//! a writer goes on. A PodNetworking is kept under that requirement of its selector under which the fewest others are.

use std::cell::RefCell;
use std::sync::Arc;

use imbl::OrdMap;

use crate::collections::sort;
use crate::facts::search::index::{Find, NamespaceLabels, View, keys};
use crate::facts::search::query::Search;
use crate::json::fault::Faults;
use crate::objects::kept::KeptPodNetworking;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::labels::Labels;
use crate::selectors::requirement::Requirement;
use crate::selectors::selector::Selector;

/// The stored PodNetworkings by name, and the keys under which each is found.
#[derive(Clone, Debug, Default)]
pub struct LiveIndex {
    entries: OrdMap<Arc<str>, Arc<Entry>>,
    /// By a requirement of the pod selector, else of the namespace selector, else in `rest`.
    by_pod: Keyed,
    by_namespace: Keyed,
    rest: Names,
    /// Those with a namespace selector: by a requirement of it, else in the map after it.
    with_namespace: Keyed,
    with_namespace_rest: Names,
    without_namespace: Names,
    /// By the vSwitches in their status.
    by_vswitch: Keyed,
    /// Those with a field that cannot be read.
    broken: Names,
}

type Names = OrdMap<Arc<str>, Arc<Entry>>;

/// A PodNetworking, and where it is kept.
#[derive(Debug)]
struct Entry {
    kept: KeptPodNetworking,
    vswitches: Vec<Arc<str>>,
    is_broken: bool,
    place: Place,
}

/// Under which labels a PodNetworking is kept, by what its selectors ask for.
#[derive(Debug)]
enum Place {
    /// It selects nothing.
    Nowhere,
    /// The labels of one requirement on each side; none where no requirement asks for one of some values.
    Of { pod: Option<Vec<Arc<str>>>, namespace: Option<Vec<Arc<str>>>, has_namespace_selector: bool },
}

/// PodNetworkings by labels, each written as `key=value`: a key has no `=`.
#[derive(Clone, Debug, Default)]
struct Keyed(OrdMap<Arc<str>, Arc<Vec<Arc<Entry>>>>);

impl Keyed {
    fn add(&mut self, labels: &[Arc<str>], entry: &Arc<Entry>) {
        for label in labels {
            Arc::make_mut(self.0.entry(Arc::clone(label)).or_default()).push(Arc::clone(entry));
        }
    }

    fn remove(&mut self, labels: &[Arc<str>], entry: &Arc<Entry>) {
        for label in labels {
            let Some(bucket) = self.0.get_mut(label) else { continue };
            let bucket = Arc::make_mut(bucket);
            bucket.retain(|one| !Arc::ptr_eq(one, entry));
            if bucket.is_empty() {
                self.0.remove(label);
            }
        }
    }

    /// How many are kept under these labels.
    fn count(&self, labels: &[Arc<str>]) -> usize {
        labels.iter().filter_map(|label| self.0.get(label)).map(|bucket| bucket.len()).sum()
    }

    fn under<'k>(&'k self, label: &str) -> impl Iterator<Item = &'k Arc<Entry>> + use<'k> {
        self.0.get(label).into_iter().flat_map(|bucket| bucket.iter())
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Entry>> {
        self.0.values().flat_map(|bucket| bucket.iter())
    }

    /// Those that can match the labels.
    fn matching<'k>(&'k self, labels: &Labels<'_>, found: &mut Vec<&'k Arc<Entry>>) {
        for (key, value) in labels.iter() {
            found.extend(self.under(&label(key, value)));
        }
        for key in labels.unknown() {
            let first = label(key, "");
            let of_key = self.0.range(Arc::<str>::from(first.as_str())..);
            found.extend(of_key.take_while(|(at, _)| at.starts_with(&first)).flat_map(|(_, bucket)| bucket.iter()));
        }
    }

    /// Those that can match an object which the selector matches.
    fn meeting<'k>(&'k self, selector: Option<&Selector<'_>>, found: &mut Vec<&'k Arc<Entry>>) {
        let mut on_keys: Vec<&Requirement<'_>> = keys(selector).collect();
        sort::by(&mut on_keys, |a, b| (a.key(), a.values().len()).cmp(&(b.key(), b.values().len())));
        on_keys.dedup_by(|later, earlier| later.key() == earlier.key());
        for one in &on_keys {
            found.extend(one.values().iter().flat_map(|value| self.under(&label(one.key(), value))));
        }
        let is_on_key = |at: &str| {
            let key = at.split_once('=').map_or(at, |(key, _)| key);
            on_keys.binary_search_by(|one| one.key().as_ref().cmp(key)).is_ok()
        };
        let others = self.0.iter().filter(|(at, _)| on_keys.is_empty() || !is_on_key(at));
        found.extend(others.flat_map(|(_, bucket)| bucket.iter()));
    }
}

fn label(key: &str, value: &str) -> String {
    [key, "=", value].concat()
}

impl LiveIndex {
    /// Puts a PodNetworking in, from its JSON text. It replaces the one of the same name.
    ///
    /// # Errors
    /// If it is not a PodNetworking with a name; then nothing changes.
    pub fn insert(&mut self, text: impl Into<Box<str>>) -> Result<(), String> {
        let kept = KeptPodNetworking::new(text)?;
        let name = Arc::clone(kept.name());
        self.remove(&name);
        let entry = Arc::new(self.entry(kept));
        let on = |names: &mut Names| drop(names.insert(Arc::clone(&name), Arc::clone(&entry)));
        on(&mut self.entries);
        self.by_vswitch.add(&entry.vswitches, &entry);
        if entry.is_broken {
            on(&mut self.broken);
        }
        if let Place::Of { pod, namespace, has_namespace_selector } = &entry.place {
            match (pod, namespace) {
                (Some(labels), _) => self.by_pod.add(labels, &entry),
                (None, Some(labels)) => self.by_namespace.add(labels, &entry),
                (None, None) => on(&mut self.rest),
            }
            match namespace {
                _ if !has_namespace_selector => on(&mut self.without_namespace),
                Some(labels) => self.with_namespace.add(labels, &entry),
                None => on(&mut self.with_namespace_rest),
            }
        }
        Ok(())
    }

    /// Takes a PodNetworking out. Returns whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let Some(entry) = self.entries.remove(name) else { return false };
        self.by_vswitch.remove(&entry.vswitches, &entry);
        self.broken.remove(name);
        if let Place::Of { pod, namespace, has_namespace_selector } = &entry.place {
            match (pod, namespace) {
                (Some(labels), _) => self.by_pod.remove(labels, &entry),
                (None, Some(labels)) => self.by_namespace.remove(labels, &entry),
                (None, None) => drop(self.rest.remove(name)),
            }
            match namespace {
                _ if !has_namespace_selector => drop(self.without_namespace.remove(name)),
                Some(labels) => self.with_namespace.remove(labels, &entry),
                None => drop(self.with_namespace_rest.remove(name)),
            }
        }
        true
    }

    fn entry(&self, kept: KeptPodNetworking) -> Entry {
        let podnetworking = kept.podnetworking();
        let zones = podnetworking.status_zones(&mut Faults::default());
        let mut vswitches: Vec<Arc<str>> = zones.iter().map(|(id, _)| Arc::from(id.as_ref())).collect();
        sort::texts(&mut vswitches);
        vswitches.dedup();
        let is_broken = podnetworking.check(&mut Faults::default()).is_none();
        let place = match podnetworking.selectors(&mut Faults::default()) {
            // One with a broken selector selects nothing.
            None => Place::Nowhere,
            Some(selectors) => Place::Of {
                pod: emptiest(&self.by_pod, selectors.pod.as_ref()),
                namespace: emptiest(&self.with_namespace, selectors.namespace.as_ref()),
                has_namespace_selector: selectors.namespace.is_some(),
            },
        };
        drop(podnetworking);
        Entry { kept, vswitches, is_broken, place }
    }

    /// How many PodNetworkings there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The text of a PodNetworking, as JSON.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.entries.get(name).map(|entry| entry.kept.text())
    }

    /// The names and texts, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries.iter().map(|(name, entry)| (name.as_ref(), entry.kept.text()))
    }

    /// All of it, for decisions.
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View::whole(self)
    }

    /// What a search looks for, by name. `namespace` gives the labels of the pod's namespace, if they can be had.
    fn find(&self, search: Search<'_>, namespace: NamespaceLabels<'_>) -> Vec<&Arc<Entry>> {
        let mut found = Vec::new();
        match search {
            Search::All => found.extend(self.entries.values()),
            Search::ForPod { labels, .. } => {
                self.by_pod.matching(labels, &mut found);
                if !self.by_namespace.0.is_empty() {
                    match namespace() {
                        Some(labels) => self.by_namespace.matching(labels, &mut found),
                        None => found.extend(self.by_namespace.all()),
                    }
                }
                found.extend(self.rest.values());
            }
            Search::Meeting(selectors) => {
                self.by_pod.meeting(selectors.pod.as_ref(), &mut found);
                self.by_namespace.meeting(selectors.namespace.as_ref(), &mut found);
                found.extend(self.rest.values());
            }
            Search::InNamespace(labels) => {
                self.with_namespace.matching(labels, &mut found);
                found.extend(self.with_namespace_rest.values());
                // A pair matters only if one of the two has a namespace selector.
                if !found.is_empty() {
                    found.extend(self.without_namespace.values());
                }
            }
            Search::Named(names) => found.extend(names.iter().filter_map(|name| self.entries.get(name))),
            Search::WithVSwitches(ids) => found.extend(ids.iter().flat_map(|id| self.by_vswitch.under(id))),
            Search::Broken => found.extend(self.broken.values()),
        }
        sort::by(&mut found, |a, b| a.kept.name().cmp(b.kept.name()));
        found.dedup_by(|a, b| Arc::ptr_eq(a, b));
        found
    }
}

/// The labels of the requirement under which the fewest are kept, if one asks for one of some values.
fn emptiest(keyed: &Keyed, selector: Option<&Selector<'_>>) -> Option<Vec<Arc<str>>> {
    let labels = |one: &Requirement<'_>| -> Vec<Arc<str>> {
        one.values().iter().map(|value| Arc::from(label(one.key(), value))).collect()
    };
    keys(selector).map(labels).min_by_key(|labels| keyed.count(labels))
}

impl<'v> Find<'v> for LiveIndex {
    fn each(
        &'v self,
        _limit: usize,
        search: Search<'_>,
        namespace: NamespaceLabels<'_>,
        _visited: Option<&RefCell<Vec<usize>>>,
        visit: &mut dyn FnMut(&PodNetworking<'v>),
    ) {
        for entry in self.find(search, namespace) {
            visit(&entry.kept.podnetworking());
        }
    }
}
