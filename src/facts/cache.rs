//! The facts of one decision: each is asked of the host when it is first needed, and once.

use std::borrow::Cow;
use std::cell::{Cell, OnceCell};
use std::fmt;

use crate::collections::sort;
use crate::facts::cluster::{Cluster, MissingFact, Resource, Unavailable};
use crate::facts::search::everywhere::Everywhere;
use crate::facts::search::index::View;
use crate::facts::search::namespaces::Wanted;
use crate::facts::search::pairs::{self, Method};
use crate::facts::search::query::{Filter, Search};
use crate::objects::list::read_list;
use crate::objects::namespace::Namespace;
use crate::objects::partial::read_object;
use crate::objects::podnetworking::PodNetworking;
use crate::selectors::labels::Labels;
use crate::selectors::selector_pair::SelectorPair;
use crate::text::quote::quote;
use crate::well_known::KIND;

/// The facts of one decision.
pub struct Facts<'a> {
    cluster: &'a dyn Cluster,
    pod_networkings: OnceCell<Result<Cow<'a, str>, Unavailable>>,
    namespaces: OnceCell<Result<Cow<'a, str>, Unavailable>>,
    namespace: OnceCell<Result<Option<Namespace<'static>>, MissingFact>>,
    /// PodNetworkings were looked for in the host's index.
    used_index: Cell<bool>,
    /// No stored PodNetworking is malformed: a walk over all of them found that.
    are_well_formed: Cell<bool>,
    /// Every search visits all objects.
    is_exhaustive: bool,
}

impl fmt::Debug for Facts<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Facts")
    }
}

impl<'a> Facts<'a> {
    /// The facts that a host can provide. Nothing is asked yet.
    #[must_use]
    pub fn new(cluster: &'a dyn Cluster) -> Self {
        Self {
            cluster,
            pod_networkings: OnceCell::new(),
            namespaces: OnceCell::new(),
            namespace: OnceCell::new(),
            used_index: Cell::new(false),
            are_well_formed: Cell::new(false),
            is_exhaustive: false,
        }
    }

    /// The same, but no search leaves anything out: what optimised searches are compared with.
    #[doc(hidden)]
    #[must_use]
    pub fn exhaustive(cluster: &'a dyn Cluster) -> Self {
        Self { is_exhaustive: true, ..Self::new(cluster) }
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

    /// Visits the PodNetworkings that a search looks for, and perhaps others, in the host's order. One that is being deleted
    /// counts until it is gone: the platform goes on to match it.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide them or its answer is not a list of PodNetworkings.
    pub fn pod_networkings<'s>(
        &'s self,
        search: Search<'_>,
        visit: &mut dyn FnMut(PodNetworking<'s>),
    ) -> Result<(), MissingFact> {
        if matches!(search, Search::Broken) && self.are_well_formed.get() {
            return Ok(());
        }
        let mut filter = Filter::new(if self.is_exhaustive { Search::All } else { search });
        if let Some(index) = self.index() {
            self.used_index.set(true);
            let namespace = || match search {
                Search::ForPod { namespace, .. } => self.namespace(namespace?).ok()?.map(|known| &known.labels),
                _ => None,
            };
            index.each(search, &namespace, &mut |stored| {
                if !filter.rules_out(stored.object(), self.known_namespace()) {
                    visit(stored.clone());
                }
            });
            return Ok(());
        }
        let missing = |reason| MissingFact { resource: Resource::PodNetworkings, name: String::new(), reason };
        let text = self
            .pod_networkings
            .get_or_init(|| self.cluster.pod_networkings())
            .as_ref()
            .map_err(|unavailable| missing(unavailable.0.clone()))?;
        read_list(text, KIND, &mut |object| {
            PodNetworking::check_stored(object)?;
            if !filter.rules_out(object, self.known_namespace()) {
                visit(PodNetworking::stored(object.clone())?);
            }
            Ok(())
        })
        .map_err(missing)?;
        if filter.are_well_formed {
            self.are_well_formed.set(true);
        }
        Ok(())
    }

    /// Visits at least the PodNetworkings with a namespace selector that can match these labels of a namespace. Those
    /// without a namespace selector are returned: they matter only to the others.
    ///
    /// # Errors
    /// [`MissingFact`], as for [`Facts::pod_networkings`].
    pub fn pod_networkings_in_namespace<'s>(
        &'s self,
        labels: &Labels<'_>,
        visit: &mut dyn FnMut(PodNetworking<'s>),
    ) -> Result<Everywhere<'s>, MissingFact> {
        let mut everywhere = Everywhere { podnetworkings: Vec::new(), is_exhaustive: self.is_exhaustive };
        self.pod_networkings(Search::InNamespace(labels), &mut |podnetworking| {
            if podnetworking.has_namespace_selector() {
                visit(podnetworking);
            } else {
                everywhere.podnetworkings.push(podnetworking);
            }
        })?;
        Ok(everywhere)
    }

    /// Visits the pairs of places in `all`, which is sorted by name, whose pod selectors match a common pod.
    pub fn pairs_that_meet(&self, all: &[(&str, &SelectorPair<'_>)], visit: &mut dyn FnMut(usize, usize)) {
        let method = match self.index() {
            _ if self.is_exhaustive => Method::Pairwise,
            Some(index) => Method::Index(index),
            None => Method::Matrix,
        };
        pairs::that_meet(all, method, visit);
    }

    /// The index of the host, if it has one.
    fn index(&self) -> Option<View<'_>> {
        self.cluster.index().filter(|_| !self.is_exhaustive)
    }

    /// The namespace of the request. A decision asks for one namespace only, so the first answer is kept.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide it or its answer is another object.
    pub fn namespace(&self, name: &str) -> Result<Option<&Namespace<'static>>, MissingFact> {
        let found = self.namespace.get_or_init(|| self.read_namespace(name));
        found.as_ref().map(Option::as_ref).map_err(Clone::clone)
    }

    /// The labels of that namespace, if it was asked for already.
    fn known_namespace(&self) -> Option<&Labels<'static>> {
        Some(&self.namespace.get()?.as_ref().ok()?.as_ref()?.labels)
    }

    fn read_namespace(&self, name: &str) -> Result<Option<Namespace<'static>>, MissingFact> {
        let missing = |reason| MissingFact { resource: Resource::Namespace, name: name.to_owned(), reason };
        let answer = self.cluster.namespace(name).map_err(|unavailable| missing(unavailable.0))?;
        let Some(text) = answer else { return Ok(None) };
        let namespace = read_object(&text).and_then(|object| Namespace::stored(&object)).map_err(missing)?;
        if namespace.name != name {
            return Err(missing(format!(
                "the data for namespace {} is namespace {}",
                quote(name),
                quote(&namespace.name)
            )));
        }
        Ok(Some(namespace.into_owned()))
    }

    /// The wanted namespaces, and perhaps others, by name.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide them or its answer is not a list of namespaces.
    pub fn namespaces<'s>(&'s self, mut wanted: Wanted<'_, 's>) -> Result<Vec<Namespace<'s>>, MissingFact> {
        let missing = |reason| MissingFact { resource: Resource::Namespaces, name: String::new(), reason };
        let text = self
            .namespaces
            .get_or_init(|| self.cluster.namespaces())
            .as_ref()
            .map_err(|unavailable| missing(unavailable.0.clone()))?;
        let mut namespaces = Vec::new();
        read_list(text, "Namespace", &mut |object| {
            object.check_kind("", "Namespace")?;
            // A malformed namespace is read, so that it is reported.
            let is_ruled_out = match object.name()? {
                Cow::Borrowed(name) if !self.is_exhaustive => object.is_well_formed() && wanted.rules_out(object, name),
                _ => false,
            };
            if !is_ruled_out {
                namespaces.push(Namespace::stored(object)?);
            }
            Ok(())
        })
        .map_err(missing)?;
        sort::by(&mut namespaces, |a, b| a.name.cmp(&b.name));
        Ok(namespaces)
    }
}
