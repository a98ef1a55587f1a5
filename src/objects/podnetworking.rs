//! A PodNetworking: the fields that a decision reads, each read when it is needed.

use std::borrow::Cow;
use std::sync::Arc;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::crd::STORED;
use crate::objects::partial::{PartialObject, read_object};
use crate::objects::read::selector::read_selector;
use crate::objects::slot::Slot;
use crate::selectors::selector_pair::{SelectorPair, Side};
use crate::well_known::{GROUP, KIND};

/// The path of the pod selector.
pub const POD_SELECTOR: Path<'static> = Path::Written(selector_path(Side::Pod));
/// The path of the namespace selector.
pub const NAMESPACE_SELECTOR: Path<'static> = Path::Written(selector_path(Side::Namespace));

/// The path of one of the two selectors.
#[must_use]
pub const fn selector_path(side: Side) -> &'static str {
    match side {
        Side::Pod => Slot::PodSelector.path(),
        Side::Namespace => Slot::NamespaceSelector.path(),
    }
}

/// A PodNetworking, stored or in a request.
#[derive(Clone, Debug)]
pub struct PodNetworking<'a> {
    pub(super) name: Cow<'a, str>,
    pub(super) object: PartialObject<'a>,
    /// What [`Self::selectors`] and [`Self::check`] found, if they were called before and found no fault.
    pub(super) prepared: Option<Arc<Prepared<'a>>>,
}

#[derive(Debug)]
pub(super) struct Prepared<'a> {
    pub(super) selectors: SelectorPair<'a>,
    /// The other fields have no fault either.
    pub(super) is_sound: bool,
}

impl<'a> PodNetworking<'a> {
    /// Checks that a stored object is a PodNetworking with a name.
    pub(crate) fn check_stored(object: &PartialObject<'a>) -> Result<(), String> {
        object.check_kind(GROUP, KIND)?;
        object.name().map(drop)
    }

    /// A stored PodNetworking.
    pub(crate) fn stored(object: PartialObject<'a>) -> Result<Self, String> {
        Self::check_stored(&object)?;
        let name = object.name()?;
        Ok(Self { name, object, prepared: None })
    }

    /// The PodNetworking of a request. With `generateName` the name is not known yet, and empty.
    ///
    /// # Errors
    /// What the JSON parser says.
    pub fn requested(object: Json<'a>) -> Result<Self, String> {
        let object = read_object(object.text())?;
        let name = object.get(Slot::Name).and_then(Json::as_str).unwrap_or_default();
        Ok(Self { name, object, prepared: None })
    }

    /// The same PodNetworking, with its selectors read for many decisions. One with a fault is read each time, so that the
    /// fault is reported.
    pub(crate) fn with_selectors_read(mut self) -> Self {
        if let Some(selectors) = self.selectors(&mut Faults::default()) {
            let is_sound = self.check(&mut Faults::default()).is_some();
            self.prepared = Some(Arc::new(Prepared { selectors, is_sound }));
        }
        self
    }

    /// Its selectors, unless a field of it is malformed: then it selects nothing.
    #[must_use]
    pub fn well_formed_selectors(&self) -> Option<SelectorPair<'a>> {
        self.check(&mut Faults::default())
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is being deleted. The platform goes on to match it until it is gone.
    #[must_use]
    pub fn is_deleting(&self) -> bool {
        self.object.is_deleting()
    }

    /// Whether it has a namespace selector, as it is written.
    pub(crate) fn has_namespace_selector(&self) -> bool {
        let [_, namespace] = self.object.written_selectors();
        namespace.is_some()
    }

    /// Its selectors; nothing if there are faults.
    pub fn selectors(&self, faults: &mut Faults) -> Option<SelectorPair<'a>> {
        if let Some(prepared) = &self.prepared {
            return Some(prepared.selectors.clone());
        }
        let before = faults.len();
        self.object.report(faults);
        let Some(selector) = self.object.get(Slot::Selector) else {
            return (faults.len() == before).then(SelectorPair::default);
        };
        let path = Path::Written(Slot::Selector.path());
        let [pod, namespace] = selector.fields(["podSelector", "namespaceSelector"], &path, faults);
        let pod = pod.map(|json| read_selector(json, &POD_SELECTOR, faults));
        let namespace = namespace.map(|json| read_selector(json, &NAMESPACE_SELECTOR, faults));
        (faults.len() == before).then(|| SelectorPair { pod: pod.flatten(), namespace: namespace.flatten() })
    }

    /// Its fields as they are written.
    pub(crate) fn object(&self) -> &PartialObject<'a> {
        &self.object
    }

    /// `spec.allocationType.type`, if set.
    pub fn allocation_type(&self, faults: &mut Faults) -> Option<Cow<'a, str>> {
        let path = Path::Written(Slot::AllocationType.path());
        let [kind] = self.object.get(Slot::AllocationType)?.fields(["type"], &path, faults);
        kind?.string(&path.field("type"), faults)
    }

    /// Whether its pods get fixed addresses.
    #[must_use]
    pub fn is_fixed(&self) -> bool {
        self.allocation_type(&mut Faults::default()).as_deref() == Some("Fixed")
    }

    /// `spec.securityGroupIDs`.
    pub fn security_groups(&self, faults: &mut Faults) -> Vec<Cow<'a, str>> {
        self.strings(Slot::SecurityGroupIds, faults)
    }

    /// `spec.vSwitchOptions`.
    pub fn vswitches(&self, faults: &mut Faults) -> Vec<Cow<'a, str>> {
        self.strings(Slot::VSwitchOptions, faults)
    }

    fn strings(&self, slot: Slot, faults: &mut Faults) -> Vec<Cow<'a, str>> {
        let path = Path::Written(slot.path());
        let list = self.object.get(slot).map(|json| json.list(&path, faults)).unwrap_or_default();
        list.into_iter().enumerate().filter_map(|(index, json)| json.string(&path.index(index), faults)).collect()
    }

    /// `spec.eniOptions.eniType`, if set.
    pub fn eni_type(&self, faults: &mut Faults) -> Option<Cow<'a, str>> {
        let path = Path::Written(Slot::EniOptions.path());
        let [kind] = self.object.get(Slot::EniOptions)?.fields(["eniType"], &path, faults);
        kind?.string(&path.field("eniType"), faults)
    }

    /// Whether it has a status. A manifest that was never applied has none.
    #[must_use]
    pub fn has_status(&self) -> bool {
        self.object.get(Slot::StatusStatus).is_some() || self.object.get(Slot::StatusVSwitches).is_some()
    }

    /// `status.status`, if set.
    pub fn status(&self, faults: &mut Faults) -> Option<Cow<'a, str>> {
        self.object.get(Slot::StatusStatus)?.string(&Path::Written(Slot::StatusStatus.path()), faults)
    }

    /// The vSwitches of `status.vSwitches` with their zones. Those without a zone are left out.
    pub fn status_zones(&self, faults: &mut Faults) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
        let path = Path::Written(Slot::StatusVSwitches.path());
        let list = self.object.get(Slot::StatusVSwitches).map(|json| json.list(&path, faults)).unwrap_or_default();
        let mut zones = Vec::with_capacity(list.len());
        for (index, entry) in list.into_iter().enumerate() {
            let path = path.index(index);
            let [id, zone] = entry.fields(["id", "zone"], &path, faults);
            let id = id.and_then(|json| json.string(&path.field("id"), faults));
            let zone = zone.and_then(|json| json.string(&path.field("zone"), faults));
            if let (Some(id), Some(zone)) = (id, zone)
                && !zone.is_empty()
            {
                zones.push((id, zone));
            }
        }
        zones
    }

    /// Its selectors, if no field that a decision reads has a fault. With any fault it selects nothing.
    pub fn check(&self, faults: &mut Faults) -> Option<SelectorPair<'a>> {
        if let Some(prepared) = self.prepared.as_ref().filter(|prepared| prepared.is_sound) {
            return Some(prepared.selectors.clone());
        }
        let selectors = self.selectors(faults);
        let are_sound = self.check_others(faults);
        selectors.filter(|_| are_sound)
    }

    /// Whether no field that a decision reads has a fault, the selectors aside.
    pub(crate) fn check_others(&self, faults: &mut Faults) -> bool {
        if self.prepared.as_ref().is_some_and(|prepared| prepared.is_sound) {
            return true;
        }
        let mut others = STORED.iter().filter(|field| field.slot != Slot::Selector);
        if others.all(|field| self.object.get(field.slot).is_none_or(|json| field.shape.surely_fits(json.text()))) {
            return true;
        }
        let before = faults.len();
        self.allocation_type(faults);
        self.security_groups(faults);
        self.vswitches(faults);
        self.eni_type(faults);
        self.status(faults);
        self.status_zones(faults);
        faults.len() == before
    }
}
