//! The facts of one decision, each asked of the host when it is first needed, and once.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::fmt;

use crate::collections::sort;
use crate::facts::cluster::{Cluster, MissingFact, Resource, Unavailable};
use crate::facts::search::index::{Query, View};
use crate::objects::namespace::Namespace;
use crate::objects::partial::{Item, read_item, read_list};
use crate::objects::podnetworking::PodNetworking;
use crate::text::quote::quote;

/// The facts of one decision: each asked of the host when first needed.
pub struct Facts<'a> {
    cluster: &'a dyn Cluster,
    pod_networkings: OnceCell<Result<Cow<'a, str>, Unavailable>>,
    namespaces: OnceCell<Result<Cow<'a, str>, Unavailable>>,
    namespace: OnceCell<Result<Option<Cow<'a, str>>, Unavailable>>,
    /// PodNetworkings were looked for in an index.
    used_index: Cell<bool>,
    /// A walk over all but the one that is judged has found no fault.
    sound: Cell<bool>,
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Facts")
    }
}

impl<'a> Facts<'a> {
    /// Nothing is asked yet.
    #[must_use]
    pub fn new(cluster: &'a dyn Cluster) -> Self {
        Self {
            cluster,
            pod_networkings: OnceCell::new(),
            namespaces: OnceCell::new(),
            namespace: OnceCell::new(),
            used_index: Cell::new(false),
            sound: Cell::new(false),
        }
    }

    /// Whether the PodNetworkings come from a running cluster.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.cluster.is_live()
    }

    /// Whether the PodNetworkings were asked for already.
    #[must_use]
    pub fn knows_pod_networkings(&self) -> bool {
        self.used_index.get() || self.pod_networkings.get().is_some_and(Result::is_ok)
    }

    /// The index of the host, if it has one.
    pub(crate) fn index(&self) -> Option<View<'_>> {
        self.cluster.index()
    }

    /// Remembers that no PodNetworking but the one that is judged has a fault.
    pub(crate) fn set_sound(&self) {
        // With an index, not all of them are walked over.
        self.sound.set(!self.used_index.get());
    }

    /// Whether that is known.
    pub(crate) fn are_sound(&self) -> bool {
        self.sound.get()
    }

    /// Walks over all PodNetworkings that are not being deleted, in the host's order.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot tell or its answer is no list of PodNetworkings.
    pub fn each_pod_networking<'s>(&'s self, visit: &mut dyn FnMut(PodNetworking<'s>)) -> Result<(), MissingFact> {
        self.find_pod_networkings(Query::All, &mut |_| false, visit)
    }

    /// Walks over the PodNetworkings that the query looks for, and others, in the host's order: all of them where the
    /// host has no index, but for those that `passes_over` tells at a glance not to matter.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot tell or its answer is no list of PodNetworkings.
    pub(crate) fn find_pod_networkings<'s>(
        &'s self,
        query: Query<'_>,
        passes_over: &mut dyn FnMut(&Item<'s>) -> bool,
        visit: &mut dyn FnMut(PodNetworking<'s>),
    ) -> Result<(), MissingFact> {
        if let Some(index) = self.cluster.index() {
            self.used_index.set(true);
            index.each(query, &mut |stored| {
                if !passes_over(stored.item()) {
                    visit(stored.clone());
                }
            });
            return Ok(());
        }
        let missing = |reason| MissingFact { resource: Resource::PodNetworkings, reason };
        let text = self
            .pod_networkings
            .get_or_init(|| self.cluster.pod_networkings())
            .as_ref()
            .map_err(|unavailable| missing(unavailable.0.clone()))?;
        read_list(text, "PodNetworking", &mut |item| {
            PodNetworking::check_stored(item)?;
            if !item.is_deleting() && !passes_over(item) {
                visit(PodNetworking::stored(item.clone())?);
            }
            Ok(())
        })
        .map_err(missing)
    }

    /// The namespace of the request. A decision asks for one namespace only, so the first answer is kept.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot tell or its answer is not this namespace.
    pub fn namespace(&self, name: &str) -> Result<Option<Namespace<'_>>, MissingFact> {
        let missing = |reason| MissingFact { resource: Resource::Namespace, reason };
        let answer = self
            .namespace
            .get_or_init(|| self.cluster.namespace(name))
            .as_ref()
            .map_err(|unavailable| missing(unavailable.0.clone()))?;
        let Some(text) = answer else { return Ok(None) };
        let namespace = read_item(text).and_then(|item| Namespace::stored(&item)).map_err(missing)?;
        if namespace.name != name {
            return Err(missing(format!(
                "the answer for namespace {} is the namespace {}",
                quote(name),
                quote(&namespace.name)
            )));
        }
        Ok(Some(namespace))
    }

    /// All namespaces, by name.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot tell or its answer is no list of namespaces.
    pub fn namespaces(&self) -> Result<Vec<Namespace<'_>>, MissingFact> {
        self.namespaces_but(&mut |_, _| false)
    }

    /// All namespaces, by name, but for some of those that `passes_over` tells by their names not to matter, which must be
    /// sound.
    pub(crate) fn namespaces_but<'s>(
        &'s self,
        passes_over: &mut dyn FnMut(&Item<'s>, &'s str) -> bool,
    ) -> Result<Vec<Namespace<'s>>, MissingFact> {
        let missing = |reason| MissingFact { resource: Resource::Namespaces, reason };
        let text = self
            .namespaces
            .get_or_init(|| self.cluster.namespaces())
            .as_ref()
            .map_err(|unavailable| missing(unavailable.0.clone()))?;
        let mut namespaces = Vec::new();
        read_list(text, "Namespace", &mut |item| {
            item.check_kind("", "Namespace")?;
            let is_passed_over = match item.name()? {
                Cow::Borrowed(name) => item.is_sound() && passes_over(item, name),
                Cow::Owned(_) => false,
            };
            if !is_passed_over {
                namespaces.push(Namespace::stored(item)?);
            }
            Ok(())
        })
        .map_err(missing)?;
        sort::by(&mut namespaces, |a, b| a.name.cmp(&b.name));
        Ok(namespaces)
    }
}
