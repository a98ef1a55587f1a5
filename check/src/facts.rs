//! The manifests as the cluster of each decision.
//!
//! The objects are decided as if they were created one after another in a cluster that holds the context. A PodNetworking
//! is compared with the earlier ones, so that a pair is reported once, at the later manifest. Pods are created after all
//! PodNetworkings, wherever they are in the files. Of what is defined twice, each object gets the definition that is
//! nearest to it.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::HashMap;

use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::facts::search::index::{Index, View};

use crate::object::{Identity, Object};
use crate::scope::{Entry, Scope, Scopes, Source, array};
use crate::twice::{self, Twice};

/// All objects: the ones to check, and the ones that are in the cluster.
#[derive(Debug, Default)]
pub struct World {
    /// The objects to check.
    pub checked: Vec<Object>,
    /// The objects that are in the cluster.
    pub context: Vec<Object>,
    /// The checked objects that are defined twice.
    twice: Vec<Twice>,
    /// The position in `context` of an object.
    stored: HashMap<Identity, usize>,
    /// What the cluster holds for each object.
    scopes: Scopes,
    /// The position in `checked` of an object. Computed on first use.
    by_identity: OnceCell<HashMap<Identity, usize>>,
}

/// The PodNetworkings of a world, indexed, which makes many decisions fast.
#[derive(Debug)]
pub struct Indexes<'w>(Vec<Option<Index<'w>>>);

impl World {
    /// A world with the objects to check and the objects in the cluster.
    pub fn new(checked: Vec<Object>, context: Vec<Object>) -> Self {
        let twice = twice::find(&checked);
        let scopes = Scopes::new(&checked, &context, &twice);
        let stored = context.iter().enumerate().map(|(index, object)| (object.identity.clone(), index)).collect();
        Self { checked, context, twice, stored, scopes, by_identity: OnceCell::new() }
    }

    fn at(&self, source: Source) -> Option<&Object> {
        match source {
            Source::Checked(index) => self.checked.get(index),
            Source::Context(index) => self.context.get(index),
        }
    }

    /// The checked objects that are defined twice.
    pub fn twice(&self) -> &[Twice] {
        &self.twice
    }

    /// The object in the cluster that the checked object at `index` replaces.
    pub fn old(&self, index: usize) -> Option<&Object> {
        let object = self.checked.get(index).filter(|object| !object.identity.name.is_empty())?;
        self.context.get(*self.stored.get(&object.identity)?)
    }

    /// The PodNetworkings once all objects are created; of those that are defined twice, the last.
    pub fn podnetworkings(&self) -> impl Iterator<Item = &Object> {
        self.scopes.all.first().into_iter().flat_map(|scope| self.until(scope, usize::MAX))
    }

    /// All definitions of PodNetworkings, also those of one that is defined twice.
    pub fn definitions(&self) -> Vec<&Object> {
        let last = self.podnetworkings().map(|object| &object.identity);
        let single: std::collections::HashSet<&Identity> =
            last.filter(|identity| !self.twice.iter().any(|twice| twice.identity == **identity)).collect();
        let several = self.twice.iter().flat_map(|twice| &twice.definitions).filter_map(|at| self.checked.get(*at));
        let several = several.filter(|object| object.is_podnetworking());
        self.podnetworkings().filter(|object| single.contains(&object.identity)).chain(several).collect()
    }

    fn until<'w>(&'w self, scope: &'w Scope, limit: usize) -> impl Iterator<Item = &'w Object> {
        let entries = scope.podnetworkings.iter().take(limit);
        entries
            .filter(move |entry| entry.replaced_by.is_none_or(|by| by >= limit))
            .filter_map(|entry| self.at(entry.source))
    }

    /// The object of this identity that the decision on the checked object at `position` used. If several manifests
    /// define it, that is the nearest one.
    pub fn find(&self, identity: &Identity, position: usize) -> Option<Found<'_>> {
        if let Some(object) = self.position(identity, position).and_then(|index| self.checked.get(index)) {
            return Some(Found { object, is_checked: true });
        }
        let object = self.context.get(*self.stored.get(identity)?)?;
        Some(Found { object, is_checked: false })
    }

    /// The position of the checked object that [`World::find`] finds.
    pub fn position(&self, identity: &Identity, position: usize) -> Option<usize> {
        let by_identity = self.by_identity.get_or_init(|| {
            let all = self.checked.iter().enumerate();
            all.map(|(index, object)| (object.identity.clone(), index)).collect()
        });
        let scope = self.scopes.of.get(position).and_then(|scope| self.scopes.all.get(*scope));
        let chosen = scope.and_then(|scope| scope.chosen.get(identity));
        chosen.or(by_identity.get(identity)).copied()
    }

    /// Indexes of the PodNetworkings.
    pub fn indexes(&self) -> Indexes<'_> {
        let index = |scope: &Scope| {
            let all = scope.podnetworkings.iter().filter_map(|entry| self.at(entry.source));
            let texts: Vec<&str> = all.map(|object| object.document.json()).collect();
            // Without an index the decisions read the list, and report what is wrong with it.
            Index::new(texts).ok()
        };
        Indexes(self.scopes.all.iter().map(index).collect())
    }

    /// The facts for the decision on the checked object at `position`.
    pub fn facts<'w>(&'w self, indexes: Option<&'w Indexes<'w>>, position: usize) -> ManifestFacts<'w> {
        let number = self.scopes.of.get(position).copied().unwrap_or_default();
        self.facts_of(number, indexes, position)
    }

    fn facts_of<'w>(&'w self, number: usize, indexes: Option<&'w Indexes<'w>>, position: usize) -> ManifestFacts<'w> {
        let is_podnetworking = self.checked.get(position).is_some_and(Object::is_podnetworking);
        let scope = self.scopes.all.get(number);
        let limit = scope.filter(|_| is_podnetworking).map_or(usize::MAX, |scope| scope.before(position));
        let index = indexes.and_then(|indexes| indexes.0.get(number)?.as_ref());
        ManifestFacts { world: self, scope, index, limit, asked: None }
    }

    /// The facts for the checked object at `position`, once all objects are created.
    pub fn all_facts<'w>(&'w self, indexes: Option<&'w Indexes<'w>>, position: usize) -> ManifestFacts<'w> {
        ManifestFacts { limit: usize::MAX, ..self.facts(indexes, position) }
    }

    /// The objects of which several definitions are equally near to the checked object at `position`, and the facts
    /// with each of them.
    pub fn ties<'w>(&'w self, indexes: &'w Indexes<'w>, position: usize) -> Option<Ties<'w>> {
        let number = *self.scopes.of.get(position)?;
        let scope = self.scopes.all.get(number).filter(|scope| !scope.tied.is_empty())?;
        let numbers = std::iter::once(number).chain(scope.alternatives.iter().copied());
        let facts = numbers.map(|number| self.facts_of(number, Some(indexes), position)).collect();
        Some(Ties { tied: &scope.tied, facts })
    }
}

/// What [`World::ties`] finds.
#[derive(Debug)]
pub struct Ties<'w> {
    /// The objects, and the positions of their equally near definitions.
    pub tied: &'w HashMap<Identity, Vec<usize>>,
    /// The facts, once with each definition.
    pub facts: Vec<ManifestFacts<'w>>,
}

/// An object that [`World::find`] found.
#[derive(Clone, Copy, Debug)]
pub struct Found<'w> {
    /// The object.
    pub object: &'w Object,
    /// Whether it is one of the objects to check.
    pub is_checked: bool,
}

/// The facts for one decision.
#[derive(Clone, Copy, Debug)]
pub struct ManifestFacts<'w> {
    world: &'w World,
    scope: Option<&'w Scope>,
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
        let podnetworkings = array(positions.iter().filter_map(|position| self.entry(*position)));
        let named = asked.namespaces.borrow();
        let namespaces = if asked.all_namespaces.get() {
            Cow::Borrowed(self.namespace_list())
        } else {
            Cow::Owned(array(named.iter().filter_map(|name| self.namespace_object(name))))
        };
        format!("{{\"live\":false,\"podNetworkings\":{podnetworkings},\"namespaces\":{namespaces}}}")
    }

    fn entry(&self, position: usize) -> Option<&'w Object> {
        let Entry { source, .. } = self.scope?.podnetworkings.get(position)?;
        self.world.at(*source)
    }

    fn namespace_object(&self, name: &str) -> Option<&'w Object> {
        self.world.at(*self.scope?.namespaces.get(name)?)
    }

    fn namespace_list(&self) -> &'w str {
        self.scope.map_or("[]", |scope| &scope.namespace_list)
    }

    fn list(&self) -> String {
        array(self.scope.into_iter().flat_map(|scope| self.world.until(scope, self.limit)))
    }

    /// The PodNetworkings and Namespaces that a decision looked at.
    pub fn looked_at(&self, asked: &Asked) -> Vec<&'w Object> {
        let positions = asked.podnetworkings.borrow();
        let mut found: Vec<&Object> = positions.iter().filter_map(|position| self.entry(*position)).collect();
        if self.index.is_none() {
            found.extend(self.scope.into_iter().flat_map(|scope| self.world.until(scope, self.limit)));
        }
        if asked.all_namespaces.get() {
            found.extend(
                self.scope.into_iter().flat_map(|scope| scope.namespaces.values()).filter_map(|at| self.world.at(*at)),
            );
        } else {
            found.extend(asked.namespaces.borrow().iter().filter_map(|name| self.namespace_object(name)));
        }
        found
    }

    /// The PodNetworkings and namespaces as the inline context of a payload.
    pub fn inline(&self) -> String {
        let podnetworkings = self.list();
        let namespaces = self.namespace_list();
        format!("{{\"live\":false,\"podNetworkings\":{podnetworkings},\"namespaces\":{namespaces}}}")
    }
}

impl Cluster for ManifestFacts<'_> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(Cow::Owned(self.list()))
    }

    fn namespace(&self, name: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        if let Some(asked) = self.asked {
            asked.namespaces.borrow_mut().push(name.to_owned());
        }
        let object = self.namespace_object(name);
        Ok(object.map(|object| Cow::Borrowed(object.document.json())))
    }

    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        if let Some(asked) = self.asked {
            asked.all_namespaces.set(true);
        }
        Ok(Cow::Borrowed(self.namespace_list()))
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
