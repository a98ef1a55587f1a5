//! A PodNetworking in a request, as its rules see it.

use std::cell::OnceCell;

use crate::answer::finding::{ObjectRef, TOLD};
use crate::facts::cluster::{Facts, Missing};
use crate::facts::search::index::Query;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::judgement::judge::Judge;
use crate::objects::podnetworking::{PodNetworking, Selectors, Soundness};
use crate::rules::{Check, RULES, malformed_object, selector_invalid};
use crate::selection::overlap::{self, Overlap};
use crate::selection::zones::Zones;
use crate::settings::values::Settings;

/// What the rules about PodNetworkings check.
#[derive(Debug)]
pub struct PodNetworkingSubject<'a> {
    /// The PodNetworking.
    pub podnetworking: PodNetworking<'a>,
    /// The whole object.
    pub object: Json<'a>,
    /// Its `spec`.
    pub spec: Option<Json<'a>>,
    /// Its selectors, if they can be read.
    pub selectors: Option<Selectors<'a>>,
    /// `spec.allocationType.type`.
    pub allocation_type: Option<String>,
    /// `spec.allocationType.releaseStrategy`.
    pub release_strategy: Option<String>,
    /// `spec.allocationType.releaseAfter`.
    pub release_after: Option<String>,
    /// `spec.securityGroupIDs`.
    pub security_groups: Vec<String>,
    /// `spec.vSwitchOptions`.
    pub vswitches: Vec<String>,
    overlaps: OnceCell<Result<Vec<Overlap>, Missing>>,
}

impl<'a> PodNetworkingSubject<'a> {
    /// Reads what the rules need, and reports what cannot be read.
    pub fn read(object: Json<'a>, judge: &mut Judge<'_>) -> Option<Self> {
        let mut faults = Faults::default();
        let Ok(podnetworking) = PodNetworking::requested(object) else {
            faults.malformed(&Path::Root, "an object", object);
            judge.faults(faults);
            return None;
        };
        let root = Path::Root;
        let [spec] = object.fields(["spec"], &root, &mut Faults::default());
        let spec = spec.filter(|spec| spec.kind() == crate::json::value::Kind::Object);
        let selectors = podnetworking.selectors(&mut faults);
        // These two are read again below, together with what stored ones are not read for.
        podnetworking.eni_type(&mut faults);
        podnetworking.status(&mut faults);
        podnetworking.status_zones(&mut faults);
        let path = Path::Written("spec");
        let [allocation, groups, vswitches] = spec.map_or([None; 3], |spec| {
            spec.fields(["allocationType", "securityGroupIDs", "vSwitchOptions"], &path, &mut faults)
        });
        let allocation_path = path.field("allocationType");
        let [kind, strategy, after] = allocation.map_or([None; 3], |json| {
            json.fields(["type", "releaseStrategy", "releaseAfter"], &allocation_path, &mut faults)
        });
        let mut text = |json: Option<Json<'a>>, name: &'static str| {
            json.and_then(|json| json.string(&allocation_path.field(name), &mut faults))
                .map(std::borrow::Cow::into_owned)
        };
        let allocation_type = text(kind, "type");
        let release_strategy = text(strategy, "releaseStrategy");
        let release_after = text(after, "releaseAfter");
        let mut ids = |json: Option<Json<'a>>, name: &'static str| {
            let path = path.field(name);
            let list = json.map(|json| json.list(&path, &mut faults)).unwrap_or_default();
            list.into_iter()
                .enumerate()
                .filter_map(|(index, json)| json.string(&path.index(index), &mut faults))
                .map(std::borrow::Cow::into_owned)
                .collect::<Vec<_>>()
        };
        let security_groups = ids(groups, "securityGroupIDs");
        let vswitches = ids(vswitches, "vSwitchOptions");
        judge.faults(faults);
        Some(Self {
            podnetworking,
            object,
            spec,
            selectors,
            allocation_type,
            release_strategy,
            release_after,
            security_groups,
            vswitches,
            overlaps: OnceCell::new(),
        })
    }

    /// Its overlaps with the stored ones, found once for both rules. With a selector that cannot be read it has none.
    ///
    /// # Errors
    /// [`Missing`], where the host cannot lend what decides.
    pub fn overlaps(&self, settings: &Settings, facts: &Facts<'_>) -> Result<&[Overlap], Missing> {
        let found = self.overlaps.get_or_init(|| match &self.selectors {
            Some(selectors) if !selectors.is_missing() => {
                overlap::find(&self.podnetworking, selectors, settings, facts)
            }
            _ => Ok(Vec::new()),
        });
        found.as_deref().map_err(Clone::clone)
    }

    /// Its zones.
    ///
    /// # Errors
    /// [`Missing`], where the host cannot lend the other PodNetworkings.
    pub fn zones(&self, settings: &Settings, facts: &Facts<'_>) -> Result<Zones, Missing> {
        Zones::of(&self.podnetworking, settings, facts)
    }
}

/// Applies the rules about PodNetworkings to `object`.
pub fn judge(object: Json<'_>, judge: &mut Judge<'_>) {
    let Some(subject) = PodNetworkingSubject::read(object, judge) else {
        return;
    };
    for rule in RULES {
        if let Check::PodNetworking(check) = rule.check
            && judge.is_on(rule)
        {
            check(&subject, judge);
        }
    }
}

/// Mentions stored PodNetworkings that select nothing because a field is broken, where the rules have read them.
pub fn mention_broken(name: &str, judge: &mut Judge<'_>) {
    let mentions = judge.is_on(&malformed_object::RULE) || judge.is_on(&selector_invalid::RULE);
    if !mentions || !judge.facts.knows_pod_networkings() || judge.facts.are_sound() {
        return;
    }
    let mut broken: Vec<(String, Faults)> = Vec::new();
    let mut told = 0;
    let mut soundness = Soundness::default();
    let walked =
        judge.facts.find_pod_networkings(Query::Broken, &mut |stored| soundness.is_sure_of(stored), &mut |stored| {
            let mut faults = Faults::default();
            if stored.name() != name && stored.check(&mut faults).is_none() {
                told += faults.len();
                broken.push((stored.name().to_owned(), faults));
                if told > 2 * TOLD {
                    told = fold_last(&mut broken);
                }
            }
        });
    // A walk that fails was reported by the rule that needed it.
    if walked.is_ok() {
        fold_last(&mut broken);
        for (name, faults) in broken {
            let object = ObjectRef {
                api_version: crate::objects::podnetworking::API_VERSION.to_owned(),
                kind: crate::objects::podnetworking::KIND.to_owned(),
                namespace: String::new(),
                name,
            };
            judge.stored_faults(&object, faults);
        }
    }
}

/// Of many the last by name are only counted: their texts would fill the memory. Returns how many are told.
fn fold_last(broken: &mut Vec<(String, Faults)>) -> usize {
    // Of two with one name the later one counts.
    broken.reverse();
    crate::collections::sort::by(broken, |a, b| a.0.cmp(&b.0));
    broken.dedup_by(|a, b| a.0 == b.0);
    let mut told = 0;
    let mut is_full = false;
    for (_, faults) in broken {
        is_full = is_full || faults.is_folded() || told + faults.len() > TOLD;
        if is_full {
            faults.fold();
        } else {
            told += faults.len();
        }
    }
    told
}
