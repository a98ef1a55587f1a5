//! The manifests as the cluster of each decision.
//!
//! The objects are decided as if they were created one after another in a cluster that holds the context. A PodNetworking
//! is compared with the earlier ones, so that a pair is reported once, at the later manifest. Pods are created after all
//! PodNetworkings, wherever they are in the files.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::facts::search::index::{Index, View};

use crate::object::{Identity, Object};

/// All objects: the ones to check, and the ones that are in the cluster.
#[derive(Debug, Default)]
pub struct World {
    /// The objects to check.
    pub checked: Vec<Object>,
    /// The objects that are in the cluster.
    pub context: Vec<Object>,
    /// The position in `context` of an object.
    stored: HashMap<Identity, usize>,
    /// The PodNetworkings, in the order in which they are created.
    podnetworkings: Vec<Entry>,
    /// For each checked object: how many PodNetworkings are created before it.
    before: Vec<usize>,
    /// The namespaces by name.
    namespaces: HashMap<String, Source>,
    /// The position in `checked` of an object. Computed on first use.
    by_identity: OnceCell<HashMap<Identity, usize>>,
    /// All namespaces, as a JSON list.
    namespace_list: String,
}

/// The list that holds an object, and the position in the list.
#[derive(Clone, Copy, Debug)]
enum Source {
    Checked(usize),
    Context(usize),
}

/// A PodNetworking in the order of creation.
#[derive(Clone, Copy, Debug)]
struct Entry {
    source: Source,
    /// The position of a later PodNetworking of the same name.
    replaced_by: Option<usize>,
}

impl World {
    /// A world with the objects to check and the objects in the cluster.
    pub fn new(checked: Vec<Object>, context: Vec<Object>) -> Self {
        let mut world = Self { checked, context, ..Self::default() };
        for (index, object) in world.context.iter().enumerate() {
            world.stored.insert(object.identity.clone(), index);
        }
        world.order_podnetworkings();
        world.find_namespaces();
        world
    }

    fn order_podnetworkings(&mut self) {
        let own: HashSet<&str> = self
            .checked
            .iter()
            .filter(|object| object.is_podnetworking())
            .map(|object| object.identity.name.as_str())
            .collect();
        let mut last: HashMap<&str, usize> = HashMap::new();
        let mut entries: Vec<Entry> = Vec::new();
        for (index, object) in self.context.iter().enumerate() {
            if object.is_podnetworking() && !own.contains(object.identity.name.as_str()) {
                add(&mut entries, &mut last, Source::Context(index), &object.identity.name);
            }
        }
        let mut before = Vec::with_capacity(self.checked.len());
        for (index, object) in self.checked.iter().enumerate() {
            before.push(entries.len());
            // An object with `generateName` has no name yet, so no other object can be compared with it.
            if object.is_podnetworking() && !object.identity.name.is_empty() {
                add(&mut entries, &mut last, Source::Checked(index), &object.identity.name);
            }
        }
        self.podnetworkings = entries;
        self.before = before;
    }

    fn find_namespaces(&mut self) {
        let mut namespaces = HashMap::new();
        let context = self.context.iter().enumerate().map(|(index, object)| (Source::Context(index), object));
        let checked = self.checked.iter().enumerate().map(|(index, object)| (Source::Checked(index), object));
        for (source, object) in context.chain(checked) {
            if object.is_namespace() && !object.identity.name.is_empty() {
                namespaces.insert(object.identity.name.clone(), source);
            }
        }
        self.namespace_list = array(namespaces.values().filter_map(|source| self.at(*source)));
        self.namespaces = namespaces;
    }

    fn at(&self, source: Source) -> Option<&Object> {
        match source {
            Source::Checked(index) => self.checked.get(index),
            Source::Context(index) => self.context.get(index),
        }
    }

    /// The object in the cluster that the checked object at `index` replaces.
    pub fn old(&self, index: usize) -> Option<&Object> {
        let object = self.checked.get(index).filter(|object| !object.identity.name.is_empty())?;
        self.context.get(*self.stored.get(&object.identity)?)
    }

    /// The PodNetworkings once all objects are created.
    pub fn podnetworkings(&self) -> impl Iterator<Item = &Object> {
        self.until(usize::MAX)
    }

    fn until(&self, limit: usize) -> impl Iterator<Item = &Object> {
        let entries = self.podnetworkings.iter().take(limit);
        entries
            .filter(move |entry| entry.replaced_by.is_none_or(|by| by >= limit))
            .filter_map(|entry| self.at(entry.source))
    }

    fn list(&self, limit: usize) -> String {
        array(self.until(limit))
    }

    /// The object of this identity. If several manifests define it, the last one counts.
    pub fn find(&self, identity: &Identity) -> Option<Found<'_>> {
        let by_identity = self.by_identity.get_or_init(|| {
            let all = self.checked.iter().enumerate();
            all.map(|(index, object)| (object.identity.clone(), index)).collect()
        });
        if let Some(object) = by_identity.get(identity).and_then(|index| self.checked.get(*index)) {
            return Some(Found { object, is_checked: true });
        }
        let object = self.context.get(*self.stored.get(identity)?)?;
        Some(Found { object, is_checked: false })
    }

    /// An index of the PodNetworkings, which makes many decisions fast.
    pub fn index(&self) -> Option<Index<'_>> {
        let all = self.podnetworkings.iter().filter_map(|entry| self.at(entry.source));
        // Without an index the decisions read the list, and report what is wrong with it.
        Index::new(all.map(|object| object.document.json())).ok()
    }

    /// The facts for the decision on the checked object at `position`.
    pub fn facts<'w>(&'w self, index: Option<&'w Index<'w>>, position: usize) -> ManifestFacts<'w> {
        let is_podnetworking = self.checked.get(position).is_some_and(Object::is_podnetworking);
        let limit = self.before.get(position).copied().filter(|_| is_podnetworking).unwrap_or(usize::MAX);
        ManifestFacts { world: self, index, limit, asked: None }
    }

    /// The facts once all objects are created.
    pub fn all_facts<'w>(&'w self, index: Option<&'w Index<'w>>) -> ManifestFacts<'w> {
        ManifestFacts { world: self, index, limit: usize::MAX, asked: None }
    }
}

/// An object that [`World::find`] found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'w> {
    /// The object.
    pub object: &'w Object,
    /// Whether it is one of the objects to check.
    pub is_checked: bool,
}

fn add<'w>(entries: &mut Vec<Entry>, last: &mut HashMap<&'w str, usize>, source: Source, name: &'w str) {
    let position = entries.len();
    if let Some(earlier) = last.insert(name, position)
        && let Some(entry) = entries.get_mut(earlier)
    {
        entry.replaced_by = Some(position);
    }
    entries.push(Entry { source, replaced_by: None });
}

/// The objects as a JSON list.
pub fn array<'w>(objects: impl Iterator<Item = &'w Object>) -> String {
    let mut text = String::from("[");
    for object in objects {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(object.document.json());
    }
    text.push(']');
    text
}

/// The facts for one decision.
#[derive(Clone, Copy, Debug)]
pub struct ManifestFacts<'w> {
    world: &'w World,
    index: Option<&'w Index<'w>>,
    /// How many PodNetworkings are created before the object.
    limit: usize,
    asked: Option<&'w Asked>,
}

/// The facts that a decision used.
#[derive(Debug, Default)]
pub struct Asked {
    /// The positions of the PodNetworkings that it read.
    podnetworkings: RefCell<Vec<usize>>,
    /// The names of the namespaces that it asked for one by one.
    namespaces: RefCell<Vec<String>>,
    /// Whether it asked for all namespaces.
    all_namespaces: Cell<bool>,
}

impl<'w> ManifestFacts<'w> {
    /// The same facts, which record in `asked` what a decision uses.
    #[must_use]
    pub fn recording(self, asked: &'w Asked) -> Self {
        Self { asked: Some(asked), ..self }
    }

    /// The facts that a decision used, as the inline context of a payload. They lead to the same decision as all facts.
    /// Without an index nothing is recorded, so all facts are given.
    pub fn inline_asked(&self, asked: &Asked) -> String {
        if self.index.is_none() {
            return self.inline();
        }
        let mut positions = asked.podnetworkings.borrow().clone();
        positions.sort_unstable();
        positions.dedup();
        let entries = positions.iter().filter_map(|position| self.world.podnetworkings.get(*position));
        let podnetworkings = array(entries.filter_map(|entry| self.world.at(entry.source)));
        let named = asked.namespaces.borrow();
        let namespaces = if asked.all_namespaces.get() {
            Cow::Borrowed(&self.world.namespace_list)
        } else {
            let sources = named.iter().filter_map(|name| self.world.namespaces.get(name));
            Cow::Owned(array(sources.filter_map(|source| self.world.at(*source))))
        };
        format!("{{\"live\":false,\"podNetworkings\":{podnetworkings},\"namespaces\":{namespaces}}}")
    }

    /// The PodNetworkings and namespaces as the inline context of a payload.
    pub fn inline(&self) -> String {
        let podnetworkings = self.world.list(self.limit);
        let namespaces = &self.world.namespace_list;
        format!("{{\"live\":false,\"podNetworkings\":{podnetworkings},\"namespaces\":{namespaces}}}")
    }
}

impl Cluster for ManifestFacts<'_> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(Cow::Owned(self.world.list(self.limit)))
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        if let Some(asked) = self.asked {
            asked.namespaces.borrow_mut().push(name.to_owned());
        }
        let source = self.world.namespaces.get(name);
        let object = source.and_then(|source| self.world.at(*source));
        Ok(object.map(|object| Cow::Borrowed(object.document.json())))
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        if let Some(asked) = self.asked {
            asked.all_namespaces.set(true);
        }
        Ok(Cow::Borrowed(&self.world.namespace_list))
    }

    fn index(&self) -> Option<View<'_>> {
        let view = self.index?.before(self.limit);
        Some(match self.asked {
            Some(asked) => view.recording(&asked.podnetworkings),
            None => view,
        })
    }

    fn is_live(&self) -> bool {
        false
    }
}
