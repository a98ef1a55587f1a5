//! What was found, and where it stands.

use std::cmp::Ordering;
use std::collections::HashSet;

use podnetworking_policy::rules;

use crate::answer::{Answer, Finding};
use crate::facts::World;
use crate::locate::{self, Place};
use crate::object::Object;
use crate::silence::Silence;

/// A finding with its place.
#[derive(Clone, Debug)]
pub struct Located {
    /// The finding.
    pub finding: Finding,
    /// Where the field at fault stands.
    pub place: Option<Place>,
    /// Where the fields of the related objects stand.
    pub related: Vec<Option<Place>>,
    /// The place of the object among those that were judged.
    pub object: usize,
}

/// Something that a user should hear about a manifest, and no finding of a rule.
#[derive(Clone, Debug)]
pub struct Note {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

/// All that was found.
#[derive(Debug, Default)]
pub struct Found {
    /// The findings, in order.
    pub findings: Vec<Located>,
    /// What else to say.
    pub notes: Vec<Note>,
    /// How many findings an annotation silences.
    pub silenced: usize,
}

impl Found {
    /// What the answers about the checked objects tell.
    #[must_use]
    pub fn new(world: &World, answers: Vec<Answer>) -> Self {
        let mut found = Self::default();
        found.findings = found.locate(world, answers);
        found.findings.sort_by(by_place);
        found
    }

    /// Gives each finding its place, and leaves out what is silenced and what was said before.
    fn locate(&mut self, world: &World, answers: Vec<Answer>) -> Vec<Located> {
        let mut findings: Vec<Located> = Vec::new();
        let mut mentioned = HashSet::new();
        for (index, (object, answer)) in world.checked.iter().zip(answers).enumerate() {
            let silence = Silence::of(object);
            self.notes.extend(silence.notes.iter().cloned());
            for finding in answer.findings {
                let Some(about) = about(world, object, &finding) else { continue };
                // A stored object that is broken is mentioned with every object that it does not meet.
                let is_own = std::ptr::eq(about, object);
                let what = || (about.identity.clone(), finding.rule.clone(), finding.path.clone());
                if !is_own && !mentioned.insert(what()) {
                    continue;
                }
                if if is_own { silence.covers(&finding.rule) } else { Silence::of(about).covers(&finding.rule) } {
                    self.silenced += 1;
                    continue;
                }
                findings.push(place(world, about, finding, index));
            }
        }
        drop_repeated_pairs(findings)
    }
}

/// The object that a finding on `judged` is about: that one, or a stored PodNetworking that it mentions. Nothing for one
/// that is itself checked: it has the finding already.
fn about<'w>(world: &'w World, judged: &'w Object, finding: &Finding) -> Option<&'w Object> {
    let mentions = judged.is_podnetworking()
        && finding.object.kind == judged.identity.kind
        && finding.object.name != judged.identity.name;
    let other = if mentions { world.find(&locate::identity(&finding.object)) } else { None };
    match other {
        Some(found) if found.is_checked => None,
        Some(found) => Some(found.object),
        None => Some(judged),
    }
}

fn place(world: &World, object: &Object, finding: Finding, index: usize) -> Located {
    let related = finding
        .related
        .iter()
        .map(|related| {
            let reference = crate::answer::ObjectRef {
                api_version: related.api_version.clone(),
                kind: related.kind.clone(),
                namespace: String::new(),
                name: related.name.clone(),
            };
            let found = world.find(&locate::identity(&reference))?;
            Some(locate::field(&found.object.document, "", &related.path))
        })
        .collect();
    let place = Some(locate::field(&object.document, &finding.rule, &finding.path));
    Located { finding, place, related, object: index }
}

/// A pair of PodNetworkings is reported once. Where it was as an overlap, every namespace in which it is one need not say
/// it again.
fn drop_repeated_pairs(mut findings: Vec<Located>) -> Vec<Located> {
    let pair = |a: &str, b: &str| if a <= b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) };
    let overlaps: HashSet<(String, String)> = findings
        .iter()
        .map(|located| &located.finding)
        .filter(|finding| finding.rule == "overlap")
        .flat_map(|finding| finding.related.iter().map(|related| pair(&finding.object.name, &related.name)))
        .collect();
    if overlaps.is_empty() {
        return findings;
    }
    findings.retain(|located| match located.finding.related.as_slice() {
        [a, b] if located.finding.rule == "ambiguous-namespace" => !overlaps.contains(&pair(&a.name, &b.name)),
        _ => true,
    });
    findings
}

/// File, line, catalogue, path, related name.
fn by_place(a: &Located, b: &Located) -> Ordering {
    let key = |located: &Located| {
        let place = located.place.as_ref();
        let file = place.map(|place| place.file().to_owned()).unwrap_or_default();
        (file, place.map(|place| place.location.line), rules::place(&located.finding.rule))
    };
    let names = |located: &Located| {
        let related = located.finding.related.iter().map(|related| related.name.clone());
        (located.finding.path.clone(), related.collect::<Vec<_>>())
    };
    key(a).cmp(&key(b)).then_with(|| names(a).cmp(&names(b)))
}
