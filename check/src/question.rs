//! `check` and `explain` for programs: from manifests to the JSON that the npm package and the Extism plug-in return.

use podnetworking_manifests::{Manifests, ReadError, Skipped};
use podnetworking_policy::Settings;
use serde::Serialize;

use crate::answer::Severity;
use crate::explain::{Explanation, Wanted};
use crate::facts::World;
use crate::fault::Fault;
use crate::json::{Shown, shown};
use crate::judge::{self, Core};
use crate::note::Note;
use crate::object::Object;
use crate::report::Found;

/// The namespace for objects without `metadata.namespace`, where the caller names none.
pub const NAMESPACE: &str = "default";

/// Manifests, with what they are checked against.
#[derive(Debug)]
pub struct Question {
    settings: Settings,
    world: World,
    errors: Vec<ReadError>,
    skipped: Vec<Skipped>,
}

/// An answer.
#[derive(Debug)]
pub struct Answered {
    /// The result for the manifests that can be read, as JSON.
    pub json: String,
    /// The manifests that cannot be read. If there is one, the answer as a whole is an error.
    pub faults: Vec<Fault>,
}

#[derive(Serialize)]
struct Checked<'a> {
    decision: &'static str,
    findings: Vec<Shown<'a>>,
    notes: Vec<ShownNote<'a>>,
    summary: Summary,
}

#[derive(Serialize)]
struct ShownNote<'a> {
    file: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    objects: usize,
    denied: usize,
    warned: usize,
    silenced: usize,
}

impl Question {
    /// A question about `manifests`. `context` are the objects in the cluster, and `namespace` is the one of objects that name
    /// none.
    #[must_use]
    pub fn new(settings: Settings, manifests: Manifests, context: Manifests, namespace: &str) -> Self {
        let Manifests { documents, mut errors, skipped } = manifests;
        errors.extend(context.errors);
        let objects =
            |documents: Vec<_>| documents.into_iter().map(|document| Object::new(document, namespace)).collect();
        Self { settings, world: World::new(objects(documents), objects(context.documents)), errors, skipped }
    }

    /// Checks the manifests.
    ///
    /// # Errors
    /// A problem with the manifests as a whole.
    pub fn check(self) -> Result<Answered, Fault> {
        let Self { settings, world, errors, skipped } = self;
        let answers = judge::all(&world, &Core::new(&settings, &world), || ()).map_err(undecided)?;
        let found = Found::new(&world, &settings, answers);
        let count = |severity| found.findings.iter().filter(|located| located.finding.severity == severity).count();
        let denied = count(Severity::Deny);
        let notes = found.notes.iter().map(ShownNote::note).chain(skipped.iter().map(ShownNote::skipped));
        let checked = Checked {
            decision: if denied > 0 { "deny" } else { "allow" },
            findings: found.findings.iter().map(shown).collect(),
            notes: notes.collect(),
            summary: Summary {
                objects: world.checked.len(),
                denied,
                warned: count(Severity::Warn),
                silenced: found.silenced,
            },
        };
        answered(&checked, errors.iter().chain(&found.errors))
    }

    /// Explains which PodNetworking selects each pod, and lists the overlaps.
    ///
    /// # Errors
    /// A problem with the manifests as a whole.
    pub fn explain(self) -> Result<Answered, Fault> {
        let Self { settings, world, errors, .. } = self;
        let explanation =
            Explanation::new(world, settings, Wanted { pods: true, overlaps: true }).map_err(undecided)?;
        answered(&explanation, &errors)
    }
}

impl<'a> ShownNote<'a> {
    fn note(note: &'a Note) -> Self {
        let location = note.position.location;
        Self {
            file: note.position.file(),
            line: Some(location.line),
            column: Some(location.column),
            message: &note.message,
        }
    }

    fn skipped(skipped: &'a Skipped) -> Self {
        Self { file: &skipped.file, line: skipped.line, column: None, message: &skipped.reason }
    }
}

fn answered<'e>(result: &impl Serialize, errors: impl IntoIterator<Item = &'e ReadError>) -> Result<Answered, Fault> {
    let json = serde_json::to_string(result).map_err(undecided)?;
    Ok(Answered { json, faults: errors.into_iter().map(Fault::of_manifest).collect() })
}

fn undecided(error: impl std::fmt::Display) -> Fault {
    Fault::at("manifests", error.to_string())
}
