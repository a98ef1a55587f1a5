//! What the cluster holds for an object: of each object that is defined twice, the definition that is nearest to it.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use crate::object::{Identity, Object};
use crate::twice::{self, Twice};

/// So many PodNetworkings all scopes may have together.
const MOST_ENTRIES: usize = 2_000_000;

/// The list that holds an object, and the position in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    Checked(usize),
    Context(usize),
}

/// A PodNetworking in the order of creation.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entry {
    pub source: Source,
    /// The position of a later PodNetworking of the same name.
    pub replaced_by: Option<usize>,
}

/// The PodNetworkings and namespaces for the objects of some folders.
#[derive(Debug, Default)]
pub(crate) struct Scope {
    /// The PodNetworkings, in the order in which they are created.
    pub podnetworkings: Vec<Entry>,
    /// The namespaces by name.
    pub namespaces: HashMap<String, Source>,
    /// All namespaces, as a JSON list.
    pub namespace_list: String,
    /// The definitions that were chosen, as positions among the checked objects.
    pub chosen: HashMap<Identity, usize>,
    /// The objects of which several definitions are equally near.
    pub tied: HashMap<Identity, Vec<usize>>,
    /// The scopes with other definitions of the tied ones.
    pub alternatives: Vec<usize>,
}

/// All scopes. The first one holds the last definition of everything.
#[derive(Debug, Default)]
pub(crate) struct Scopes {
    pub all: Vec<Scope>,
    /// For each checked object, which is its own.
    pub of: Vec<usize>,
}

impl Scopes {
    pub fn new(checked: &[Object], context: &[Object], twice: &[Twice]) -> Self {
        let facts: Vec<&Twice> = twice.iter().filter(|twice| twice.is_fact).collect();
        let whole = Scope::new(checked, context, HashMap::new(), &HashSet::new());
        let size = whole.podnetworkings.len() + whole.namespaces.len();
        let mut scopes = Self { all: vec![whole], of: vec![0; checked.len()] };
        if facts.is_empty() {
            return scopes;
        }
        let doubled: HashSet<usize> = facts.iter().flat_map(|twice| twice.definitions.iter().copied()).collect();
        let mut by_folder: HashMap<&Path, usize> = HashMap::new();
        let mut by_choice: HashMap<Vec<Vec<usize>>, usize> = HashMap::new();
        for (position, object) in checked.iter().enumerate() {
            let folder = twice::folder(object);
            let scope = *by_folder.entry(folder).or_insert_with(|| {
                let choice: Vec<Vec<usize>> =
                    facts.iter().map(|twice| twice::nearest(twice, folder, checked)).collect();
                *by_choice
                    .entry(choice)
                    .or_insert_with_key(|choice| scopes.add(choice, &facts, &doubled, checked, context, size))
            });
            if let Some(own) = scopes.of.get_mut(position) {
                *own = scope;
            }
        }
        scopes
    }

    /// Adds the scope of a choice, and its alternatives.
    fn add(
        &mut self,
        choice: &[Vec<usize>],
        facts: &[&Twice],
        doubled: &HashSet<usize>,
        checked: &[Object],
        context: &[Object],
        size: usize,
    ) -> usize {
        let variants = choice.iter().map(Vec::len).max().unwrap_or(1).max(1);
        let is_too_much = (self.all.len() + variants).saturating_mul(size) > MOST_ENTRIES;
        let first = self.all.len();
        // The last of the equally near ones is in the first variant.
        for variant in 0..if is_too_much { 1 } else { variants } {
            let chosen = facts.iter().zip(choice).filter_map(|(twice, nearest)| {
                let position = nearest.iter().rev().nth(variant).or_else(|| nearest.first())?;
                Some((twice.identity.clone(), *position))
            });
            self.all.push(Scope::new(checked, context, chosen.collect(), doubled));
        }
        let tied = facts.iter().zip(choice).filter(|(_, nearest)| nearest.len() > 1 || is_too_much);
        let tied = tied.map(|(twice, nearest)| (twice.identity.clone(), nearest.clone())).collect();
        let alternatives = (first + 1..self.all.len()).collect();
        if let Some(scope) = self.all.get_mut(first) {
            (scope.tied, scope.alternatives) = (tied, alternatives);
        }
        first
    }
}

impl Scope {
    fn new(checked: &[Object], context: &[Object], chosen: HashMap<Identity, usize>, doubled: &HashSet<usize>) -> Self {
        let kept: HashSet<usize> = chosen.values().copied().collect();
        let is_there = |position: usize| !doubled.contains(&position) || kept.contains(&position);
        let mut scope = Self { chosen, ..Self::default() };
        scope.order_podnetworkings(checked, context, is_there);
        scope.find_namespaces(checked, context, is_there);
        scope
    }

    fn order_podnetworkings(&mut self, checked: &[Object], context: &[Object], is_there: impl Fn(usize) -> bool) {
        let own: HashSet<&str> = checked
            .iter()
            .filter(|object| object.is_podnetworking())
            .map(|object| object.identity.name.as_str())
            .collect();
        let mut last: HashMap<&str, usize> = HashMap::new();
        for (index, object) in context.iter().enumerate() {
            if object.is_podnetworking() && !own.contains(object.identity.name.as_str()) {
                add(&mut self.podnetworkings, &mut last, Source::Context(index), &object.identity.name);
            }
        }
        for (index, object) in checked.iter().enumerate() {
            // An object with `generateName` has no name yet, so no other object can be compared with it.
            if object.is_podnetworking() && !object.identity.name.is_empty() && is_there(index) {
                add(&mut self.podnetworkings, &mut last, Source::Checked(index), &object.identity.name);
            }
        }
    }

    fn find_namespaces(&mut self, checked: &[Object], context: &[Object], is_there: impl Fn(usize) -> bool) {
        let context_sources = context.iter().enumerate().map(|(index, object)| (Source::Context(index), object));
        let checked_sources = checked.iter().enumerate().filter(|(index, _)| is_there(*index));
        let checked_sources = checked_sources.map(|(index, object)| (Source::Checked(index), object));
        for (source, object) in context_sources.chain(checked_sources) {
            if object.is_namespace() && !object.identity.name.is_empty() {
                self.namespaces.insert(object.identity.name.clone(), source);
            }
        }
        let objects = self.namespaces.values().filter_map(|source| match source {
            Source::Checked(index) => checked.get(*index),
            Source::Context(index) => context.get(*index),
        });
        self.namespace_list = array(objects);
    }

    /// How many PodNetworkings are created before the checked object at a position.
    pub fn before(&self, position: usize) -> usize {
        self.podnetworkings.partition_point(|entry| match entry.source {
            Source::Context(_) => true,
            Source::Checked(index) => index < position,
        })
    }
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
