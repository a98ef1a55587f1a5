//! The findings of a check, each with its position.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use podnetworking_manifests::ReadError;
use podnetworking_policy::Settings;
use podnetworking_policy::rules::defined_twice;

use crate::answer::{Answer, Finding, Related, Severity};
use crate::catalogue;
use crate::facts::World;
use crate::fix;
use crate::hint;
use crate::locate::{self, Position};
use crate::note::Note;
use crate::object::{Identity, Object};
use crate::object_ref::ObjectRef;
use crate::silence::Silence;
use crate::twice;

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

/// The rules about two PodNetworkings.
const OF_PAIRS: [&str; 2] = ["overlap", "latent-overlap"];

/// The result of a check.
#[derive(Debug, Default)]
pub struct Found {
    /// The findings, ordered by file, line and rule.
    pub findings: Vec<Located>,
    /// Messages that are not findings.
    pub notes: Vec<Note>,
    /// Objects that could not be decided.
    pub errors: Vec<ReadError>,
    /// How many findings are silenced by an annotation.
    pub silenced: usize,
}

impl Found {
    /// Collects the findings of the answers, one for each checked object.
    #[must_use]
    pub fn new(world: &World, settings: &Settings, answers: Vec<Answer>) -> Self {
        let mut reporter = Reporter::new(world, settings);
        let mut findings: Vec<Located> = Vec::new();
        for (position, answer) in answers.into_iter().enumerate() {
            findings.extend(reporter.object(position, answer));
        }
        let mut findings = drop_repeated_pairs(findings);
        findings.sort_by(by_place);
        let Reporter { notes, errors, silenced, .. } = reporter;
        Self { findings, notes, errors, silenced }
    }
}

/// Collects the findings of one object after another.
#[derive(Debug)]
pub struct Reporter<'w> {
    world: &'w World,
    /// For each later definition of an object: the first one.
    first: HashMap<usize, usize>,
    /// The severity of a later definition; none if its rule is off.
    twice: Option<Severity>,
    mentioned: HashSet<(Identity, String, String)>,
    /// The rules that annotations of PodNetworkings silence, by position, until one of them is needed elsewhere.
    silences: HashMap<usize, Silence>,
    /// Messages that are not findings.
    pub notes: Vec<Note>,
    /// Objects that could not be decided.
    pub errors: Vec<ReadError>,
    /// How many findings are silenced by an annotation.
    pub silenced: usize,
}

impl<'w> Reporter<'w> {
    /// Nothing is reported yet.
    #[must_use]
    pub fn new(world: &'w World, settings: &Settings) -> Self {
        let rule = &defined_twice::RULE;
        let severity = settings.rules.get(rule.id).copied().unwrap_or(rule.severities.on(settings.platform));
        let pairs = world.twice().iter().filter_map(|twice| twice.definitions.split_first());
        let first = pairs.flat_map(|(first, later)| later.iter().map(|position| (*position, *first))).collect();
        let silences = world.checked.iter().enumerate().filter(|(_, object)| object.is_podnetworking());
        let silences = silences.map(|(position, object)| (position, Silence::of(object)));
        let silences = silences.filter(|(_, silence)| OF_PAIRS.iter().any(|rule| silence.covers(rule))).collect();
        let twice = Severity::of(severity);
        Self {
            world,
            first,
            twice,
            mentioned: HashSet::new(),
            silences,
            notes: Vec::new(),
            errors: Vec::new(),
            silenced: 0,
        }
    }

    /// The findings of the checked object at a position, each with its place. Those that are silenced, or that another
    /// object has reported, are left out.
    pub fn object(&mut self, position: usize, answer: Answer) -> Vec<Located> {
        let world = self.world;
        let Some(object) = world.checked.get(position) else { return Vec::new() };
        let silence = Silence::of(object);
        self.notes.extend(silence.notes.iter().cloned());
        self.notes.extend(hint::notes(object));
        if let Some(reason) = answer.undecided {
            self.errors.push(undecided(object, reason));
        }
        let mut findings: Vec<Located> = Vec::new();
        for finding in answer.findings {
            let Some(about) = about(world, position, object, &finding) else { continue };
            // A malformed stored object is reported with every object that is decided, so only the first report counts.
            let is_own = std::ptr::eq(about, object);
            let what = || (about.identity.clone(), finding.rule.clone(), finding.path.clone());
            if !is_own && !self.mentioned.insert(what()) {
                continue;
            }
            if if is_own { silence.covers(&finding.rule) } else { Silence::of(about).covers(&finding.rule) } {
                self.silenced += 1;
                continue;
            }
            self.misplaced(position, &finding);
            findings.push(located(world, about, finding, position));
        }
        if let Some(finding) = self.defined_twice(position, object) {
            if silence.covers(&finding.finding.rule) {
                self.silenced += 1;
            } else {
                findings.push(finding);
            }
        }
        findings
    }

    /// A pair is reported at the later of the two: an annotation on the earlier one has no effect on it.
    fn misplaced(&mut self, position: usize, finding: &Finding) {
        if self.silences.is_empty() || !OF_PAIRS.contains(&finding.rule.as_str()) {
            return;
        }
        for related in &finding.related {
            let identity = Identity::of_podnetworking(&related.name);
            let Some(at) = self.world.position(&identity, position) else { continue };
            let Some(object) = self.world.checked.get(at) else { continue };
            if self.silences.get(&at).is_some_and(|silence| silence.covers(&finding.rule)) {
                self.silences.remove(&at);
                self.notes.push(Silence::misplaced(object, &finding.rule, &finding.object.name));
            }
        }
    }

    fn defined_twice(&self, position: usize, object: &Object) -> Option<Located> {
        let first = self.world.checked.get(*self.first.get(&position)?)?;
        if twice::is_same(first, object) {
            return None;
        }
        let reference = |object: &Object| ObjectRef {
            api_version: object.document.api_version().to_owned(),
            kind: object.identity.kind.clone(),
            namespace: object.identity.namespace.clone().unwrap_or_default(),
            name: object.identity.name.clone(),
        };
        let other = reference(first);
        let path = "metadata.name".to_owned();
        let finding = Finding {
            rule: defined_twice::RULE.id.to_owned(),
            severity: self.twice?,
            object: reference(object),
            path: path.clone(),
            message: format!(
                "also defined in {}:{}, with different content",
                first.document.file(),
                first.document.line()
            ),
            help:
                "check the folder of each cluster on its own, leave one out with `--exclude`, or rename one of the two"
                    .to_owned(),
            witness: None,
            fix: None,
            related: vec![Related {
                api_version: other.api_version,
                kind: other.kind,
                name: other.name,
                path: path.clone(),
            }],
        };
        let place = |object: &Object| Some(locate::field(&object.document, defined_twice::RULE.id, &path));
        Some(Located { finding, position: place(object), related: vec![place(first)], object: position })
    }
}

/// The error about an object that cannot be decided.
#[must_use]
pub fn undecided(object: &Object, message: String) -> ReadError {
    let place = locate::field(&object.document, "", "metadata.name");
    ReadError { file: place.file().to_owned(), location: Some(place.location), message, source: Some(place.source) }
}

/// The object that a finding on `judged` is about: `judged` itself, or a stored PodNetworking that it names. None if that
/// PodNetworking is checked too, because it has the finding already.
fn about<'w>(world: &'w World, position: usize, judged: &'w Object, finding: &Finding) -> Option<&'w Object> {
    let mentions = judged.is_podnetworking()
        && finding.object.kind == judged.identity.kind
        && finding.object.name != judged.identity.name;
    let other = if mentions { world.find(&locate::identity(&finding.object), position) } else { None };
    match other {
        Some(found) if found.is_checked => None,
        Some(found) => Some(found.object),
        None => Some(judged),
    }
}

fn located(world: &World, object: &Object, mut finding: Finding, index: usize) -> Located {
    finding.fix = fix::of(world, index, object, &finding).map(Box::new);
    if let Some(help) = hint::help(&object.document, &finding).or_else(|| pasteable(&finding)) {
        finding.help = help;
    }
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
            let found = world.find(&locate::identity(&reference), index)?;
            Some(locate::field(&found.object.document, "", &related.path))
        })
        .collect();
    let position = Some(locate::field(&object.document, &finding.rule, &finding.path));
    Located { finding, position, related, object: index }
}

/// The help of an overlap, with the requirement as it can be pasted.
fn pasteable(finding: &Finding) -> Option<String> {
    let edit = finding.fix.as_ref()?.edits.first()?;
    let name = edit.object.as_ref().map_or(&finding.object.name, |object| &object.name);
    let yaml = fix::as_yaml(edit)?;
    Some(format!("add `{yaml}` to `{}` of `{name}`", edit.path))
}

/// The two PodNetworkings of an `ambiguous-namespace`.
#[must_use]
pub fn pair_in_namespace(located: &Located) -> Option<(&str, &str)> {
    match located.finding.related.as_slice() {
        [a, b] if located.finding.rule == "ambiguous-namespace" => Some((&a.name, &b.name)),
        _ => None,
    }
}

/// Reports a pair of PodNetworkings once: if `overlap` reports it, `ambiguous-namespace` need not report it again for
/// each namespace.
fn drop_repeated_pairs(mut findings: Vec<Located>) -> Vec<Located> {
    let pair = |a: &str, b: &str| if a <= b { (a.to_owned(), b.to_owned()) } else { (b.to_owned(), a.to_owned()) };
    if !findings.iter().any(|located| pair_in_namespace(located).is_some()) {
        return findings;
    }
    let overlaps: HashSet<(String, String)> = findings
        .iter()
        .map(|located| &located.finding)
        .filter(|finding| finding.rule == "overlap")
        .flat_map(|finding| finding.related.iter().map(|related| pair(&finding.object.name, &related.name)))
        .collect();
    findings.retain(|located| pair_in_namespace(located).is_none_or(|(a, b)| !overlaps.contains(&pair(a, b))));
    findings
}

/// Orders findings by file, line, rule, path and the names of related objects.
#[must_use]
pub fn by_place(a: &Located, b: &Located) -> Ordering {
    let key = |located: &Located| {
        let position = located.position.as_ref();
        let file = position.map(|position| position.file().to_owned()).unwrap_or_default();
        (file, position.map(|position| position.location.line), catalogue::place(&located.finding.rule))
    };
    let names = |located: &Located| {
        let related = located.finding.related.iter().map(|related| related.name.clone());
        (located.finding.path.clone(), related.collect::<Vec<_>>())
    };
    key(a).cmp(&key(b)).then_with(|| names(a).cmp(&names(b)))
}
