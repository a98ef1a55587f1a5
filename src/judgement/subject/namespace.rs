//! A Namespace in a request, as its rules see it.

use std::cell::OnceCell;

use crate::facts::cache::Facts;
use crate::facts::cluster::MissingFact;
use crate::json::fault::Faults;
use crate::json::value::Json;
use crate::objects::namespace::Namespace;
use crate::selection::in_namespace::{Meetings, NamespaceChange};
use crate::selectors::labels::Labels;
use crate::settings::values::Settings;

/// What the rules about Namespaces check.
#[derive(Debug)]
pub struct NamespaceSubject<'a> {
    /// The namespace.
    pub namespace: Namespace<'a>,
    /// Its labels before the update.
    pub old_labels: Option<Labels<'a>>,
    settings: &'a Settings,
    facts: &'a Facts<'a>,
    meetings: OnceCell<Result<Meetings, MissingFact>>,
}

impl<'a> NamespaceSubject<'a> {
    /// Reads a namespace, and what is wrong with it.
    #[must_use]
    pub fn read(
        object: Json<'a>,
        old: Option<Json<'a>>,
        settings: &'a Settings,
        facts: &'a Facts<'a>,
    ) -> (Self, Faults) {
        let mut faults = Faults::default();
        let namespace = Namespace::requested(object, &mut faults);
        let old_labels = old.map(|old| Namespace::requested(old, &mut Faults::default()).labels);
        (Self { namespace, old_labels, settings, facts, meetings: OnceCell::new() }, faults)
    }

    /// The pairs of PodNetworkings that would both select pods of the namespace.
    ///
    /// # Errors
    /// [`MissingFact`], where the host cannot provide the PodNetworkings.
    pub fn meetings(&self) -> Result<&Meetings, MissingFact> {
        let change = NamespaceChange { namespace: &self.namespace, old_labels: self.old_labels.as_ref() };
        self.meetings.get_or_init(|| change.meetings(self.settings, self.facts)).as_ref().map_err(Clone::clone)
    }
}
