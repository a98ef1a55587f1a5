//! What stands in the manifests, lent to the decision.
//!
//! Objects are judged as if they came one after another into a cluster that holds `--context`. A PodNetworking is
//! compared with those before it, so that a pair is reported once, at the later manifest; pods come after all of them,
//! wherever they stand in the files.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::facts::search::index::{Index, View};

use crate::object::{Identity, Object};

/// The objects, and how they stand to each other.
#[derive(Debug, Default)]
pub struct World {
    /// Those to judge.
    pub checked: Vec<Object>,
    /// Those that are in the cluster.
    pub context: Vec<Object>,
    /// Where an object is in the cluster.
    stored: HashMap<Identity, usize>,
    /// The PodNetworkings in the order in which they come.
    podnetworkings: Vec<Entry>,
    /// How many of them come before each of the checked ones.
    before: Vec<usize>,
    /// The namespaces by name.
    namespaces: HashMap<String, Place>,
    /// Where a checked object stands, once it was asked for.
    by_identity: OnceCell<HashMap<Identity, usize>>,
    /// All namespaces, as a list.
    namespace_list: String,
}

/// Where an object stands.
#[derive(Clone, Copy, Debug)]
enum Place {
    Checked(usize),
    Context(usize),
}

/// A PodNetworking.
#[derive(Clone, Copy, Debug)]
struct Entry {
    place: Place,
    /// Which one replaces it, later.
    replaced_by: Option<usize>,
}

impl World {
    /// The world of these manifests.
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
                add(&mut entries, &mut last, Place::Context(index), &object.identity.name);
            }
        }
        let mut before = Vec::with_capacity(self.checked.len());
        for (index, object) in self.checked.iter().enumerate() {
            before.push(entries.len());
            // What the API server is to name is no one that another could meet.
            if object.is_podnetworking() && !object.identity.name.is_empty() {
                add(&mut entries, &mut last, Place::Checked(index), &object.identity.name);
            }
        }
        self.podnetworkings = entries;
        self.before = before;
    }

    fn find_namespaces(&mut self) {
        let mut namespaces = HashMap::new();
        let context = self.context.iter().enumerate().map(|(index, object)| (Place::Context(index), object));
        let checked = self.checked.iter().enumerate().map(|(index, object)| (Place::Checked(index), object));
        for (place, object) in context.chain(checked) {
            if object.is_namespace() && !object.identity.name.is_empty() {
                namespaces.insert(object.identity.name.clone(), place);
            }
        }
        self.namespace_list = array(namespaces.values().filter_map(|place| self.at(*place)));
        self.namespaces = namespaces;
    }

    fn at(&self, place: Place) -> Option<&Object> {
        match place {
            Place::Checked(index) => self.checked.get(index),
            Place::Context(index) => self.context.get(index),
        }
    }

    /// The object that a checked one replaces in the cluster.
    pub fn old(&self, index: usize) -> Option<&Object> {
        let object = self.checked.get(index).filter(|object| !object.identity.name.is_empty())?;
        self.context.get(*self.stored.get(&object.identity)?)
    }

    /// The PodNetworkings that there are in the end.
    pub fn podnetworkings(&self) -> impl Iterator<Item = &Object> {
        self.until(usize::MAX)
    }

    fn until(&self, limit: usize) -> impl Iterator<Item = &Object> {
        let entries = self.podnetworkings.iter().take(limit);
        entries
            .filter(move |entry| entry.replaced_by.is_none_or(|by| by >= limit))
            .filter_map(|entry| self.at(entry.place))
    }

    fn list(&self, limit: usize) -> String {
        array(self.until(limit))
    }

    /// The object with its manifest; of several the last.
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

    /// The PodNetworkings prepared for many decisions.
    pub fn index(&self) -> Option<Index<'_>> {
        let all = self.podnetworkings.iter().filter_map(|entry| self.at(entry.place));
        // One that cannot be indexed is not indexed: the list says what is wrong with it.
        Index::new(all.map(|object| object.document.json())).ok()
    }

    /// The facts for judging one of the checked objects.
    pub fn facts<'w>(&'w self, index: Option<&'w Index<'w>>, position: usize) -> Facts<'w> {
        let is_podnetworking = self.checked.get(position).is_some_and(Object::is_podnetworking);
        let limit = self.before.get(position).copied().filter(|_| is_podnetworking).unwrap_or(usize::MAX);
        Facts { world: self, index, limit, asked: None }
    }

    /// The facts when everything is there.
    pub fn all_facts<'w>(&'w self, index: Option<&'w Index<'w>>) -> Facts<'w> {
        Facts { world: self, index, limit: usize::MAX, asked: None }
    }
}

/// An object, and where it was found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'w> {
    /// The object.
    pub object: &'w Object,
    /// It is among those to judge.
    pub is_checked: bool,
}

fn add<'w>(entries: &mut Vec<Entry>, last: &mut HashMap<&'w str, usize>, place: Place, name: &'w str) {
    let position = entries.len();
    if let Some(earlier) = last.insert(name, position)
        && let Some(entry) = entries.get_mut(earlier)
    {
        entry.replaced_by = Some(position);
    }
    entries.push(Entry { place, replaced_by: None });
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
pub struct Facts<'w> {
    world: &'w World,
    index: Option<&'w Index<'w>>,
    /// How many PodNetworkings have come.
    limit: usize,
    asked: Option<&'w Asked>,
}

/// What a decision has asked for.
#[derive(Debug, Default)]
pub struct Asked {
    /// The positions of the PodNetworkings that it has looked at.
    podnetworkings: RefCell<Vec<usize>>,
    /// The namespaces that it has asked for by their names.
    namespaces: RefCell<Vec<String>>,
    /// It has asked for all namespaces.
    all_namespaces: Cell<bool>,
}

impl<'w> Facts<'w> {
    /// The same, which tell what they are asked for.
    #[must_use]
    pub fn recording(self, asked: &'w Asked) -> Self {
        Self { asked: Some(asked), ..self }
    }

    /// What was asked for, as the inline context of a payload: the decision with it is that with all facts. All of them
    /// where there is no index, which tells what is looked at.
    pub fn inline_asked(&self, asked: &Asked) -> String {
        if self.index.is_none() {
            return self.inline();
        }
        let mut positions = asked.podnetworkings.borrow().clone();
        positions.sort_unstable();
        positions.dedup();
        let entries = positions.iter().filter_map(|position| self.world.podnetworkings.get(*position));
        let podnetworkings = array(entries.filter_map(|entry| self.world.at(entry.place)));
        let named = asked.namespaces.borrow();
        let namespaces = if asked.all_namespaces.get() {
            Cow::Borrowed(&self.world.namespace_list)
        } else {
            let places = named.iter().filter_map(|name| self.world.namespaces.get(name));
            Cow::Owned(array(places.filter_map(|place| self.world.at(*place))))
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

impl Cluster for Facts<'_> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(Cow::Owned(self.world.list(self.limit)))
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        if let Some(asked) = self.asked {
            asked.namespaces.borrow_mut().push(name.to_owned());
        }
        let place = self.world.namespaces.get(name);
        let object = place.and_then(|place| self.world.at(*place));
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
