//! The findings of a check, each with its position.

use std::cmp::Ordering;
use std::collections::HashSet;

use podnetworking_policy::rules;

use crate::answer::{Answer, Finding, ObjectRef};
use crate::facts::World;
use crate::locate::{self, Position};
use crate::note::Note;
use crate::object::Object;
use crate::silence::Silence;

/// A finding with its position.
#[derive(Clone, Debug)]
pub struct Located {
    /// The finding.
    pub finding: Finding,
    /// The position of the field.
    pub position: Option<Position>,
    /// The positions of the fields of the related objects, in their order.
    pub related: Vec<Option<Position>>,
    /// The index of the object in [`World::checked`].
    pub object: usize,
}

/// The result of a check.
#[derive(Debug, Default)]
pub struct Found {
    /// The findings, ordered by file, line and rule.
    pub findings: Vec<Located>,
    /// Messages that are not findings.
    pub notes: Vec<Note>,
    /// How many findings are silenced by an annotation.
    pub silenced: usize,
}

impl Found {
    /// Collects the findings of the answers, one for each checked object.
    #[must_use]
    pub fn new(world: &World, answers: Vec<Answer>) -> Self {
        let mut found = Self::default();
        found.findings = found.locate(world, answers);
        found.findings.sort_by(by_place);
        found
    }

    /// Adds the position to each finding, and leaves out silenced and repeated ones.
    fn locate(&mut self, world: &World, answers: Vec<Answer>) -> Vec<Located> {
        let mut findings: Vec<Located> = Vec::new();
        let mut mentioned = HashSet::new();
        for (index, (object, answer)) in world.checked.iter().zip(answers).enumerate() {
            let silence = Silence::of(object);
            self.notes.extend(silence.notes.iter().cloned());
            for finding in answer.findings {
                let Some(about) = about(world, object, &finding) else { continue };
                // A malformed stored object is reported with every object that is decided, so only the first report counts.
                let is_own = std::ptr::eq(about, object);
                let what = || (about.identity.clone(), finding.rule.clone(), finding.path.clone());
                if !is_own && !mentioned.insert(what()) {
                    continue;
                }
                if if is_own { silence.covers(&finding.rule) } else { Silence::of(about).covers(&finding.rule) } {
                    self.silenced += 1;
                    continue;
                }
                findings.push(located(world, about, finding, index));
            }
        }
        drop_repeated_pairs(findings)
    }
}

/// The object that a finding on `judged` is about: `judged` itself, or a stored PodNetworking that it names. None if that
/// PodNetworking is checked too, because it has the finding already.
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

fn located(world: &World, object: &Object, finding: Finding, index: usize) -> Located {
    let related = finding
        .related
        .iter()
        .map(|related| {
            let reference = ObjectRef {
                api_version: related.api_version.clone(),
                kind: related.kind.clone(),
                namespace: String::new(),
                name: related.name.clone(),
            };
            let found = world.find(&locate::identity(&reference))?;
            Some(locate::field(&found.object.document, "", &related.path))
        })
        .collect();
    let position = Some(locate::field(&object.document, &finding.rule, &finding.path));
    Located { finding, position, related, object: index }
}

/// Reports a pair of PodNetworkings once: if `overlap` reports it, `ambiguous-namespace` need not report it again for
/// each namespace.
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

/// Orders findings by file, line, rule, path and the names of related objects.
fn by_place(a: &Located, b: &Located) -> Ordering {
    let key = |located: &Located| {
        let position = located.position.as_ref();
        let file = position.map(|position| position.file().to_owned()).unwrap_or_default();
        (file, position.map(|position| position.location.line), rules::place(&located.finding.rule))
    };
    let names = |located: &Located| {
        let related = located.finding.related.iter().map(|related| related.name.clone());
        (located.finding.path.clone(), related.collect::<Vec<_>>())
    };
    key(a).cmp(&key(b)).then_with(|| names(a).cmp(&names(b)))
}
