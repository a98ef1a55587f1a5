//! What a rule finds: which object and field, what is wrong with the value in it, and what to do.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::json::writer::Writer;
use crate::rules::Rule;
use crate::selectors::witness::WitnessLabels;
use crate::settings::values::Severity;
use crate::text::quote::{plain, quote};

/// An object that a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectRef {
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, empty for cluster-scoped objects.
    pub namespace: String,
    /// Its name; of an object with `generateName` that and `*`.
    pub name: String,
}

/// Another object that a finding is about, with its field.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The field.
    pub path: String,
}

impl Related {
    /// A PodNetworking and one of its fields.
    #[must_use]
    pub fn podnetworking(name: &str, path: impl Into<String>) -> Self {
        Self {
            api_version: crate::objects::podnetworking::API_VERSION.to_owned(),
            kind: crate::objects::podnetworking::KIND.to_owned(),
            name: name.to_owned(),
            path: path.into(),
        }
    }
}

/// A pod that two PodNetworkings select: the fewest labels, and of these the bytewise least.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The labels of the pod.
    pub pod_labels: WitnessLabels,
    /// The namespace of the pod.
    pub namespace: String,
    /// The labels of the namespace.
    pub namespace_labels: WitnessLabels,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// What it does to the request.
    pub severity: Severity,
    /// The object.
    pub object: ObjectRef,
    /// The field at fault, as Kubernetes writes paths.
    pub path: String,
    /// What is wrong with the value in it.
    pub message: String,
    /// What to do, concretely.
    pub help: String,
    /// A pod that shows it.
    pub witness: Option<Witness>,
    /// The other objects it is about.
    pub related: Vec<Related>,
    /// The manifest, where there is one.
    pub file: Option<String>,
    /// The line in it, from 1.
    pub line: Option<u64>,
    /// The column in the line, in characters from 1.
    pub column: Option<u64>,
    /// The offending value: with rule and related objects it tells whether an old object had the same finding.
    pub value: String,
    /// Where it stands for others that are not told one by one: the [`digest`] of each.
    pub folded: Vec<u64>,
}

/// How many findings of a rule, and how many faults of an object, are told one by one; the others are counted in one more.
pub const TOLD: usize = 1000;

/// What makes a finding the same as another, in short: for those that are only counted.
#[must_use]
pub fn digest<'r>(rule: &str, value: &str, related: impl IntoIterator<Item = &'r str>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (rule, value).hash(&mut hasher);
    for name in related {
        name.hash(&mut hasher);
    }
    hasher.finish()
}

/// What is said of `count` findings that are only counted, the first of them at `path`: the message and what to do.
#[must_use]
pub fn counted(count: usize, path: &str) -> (String, String) {
    let noun = if count == 1 { "finding" } else { "findings" };
    (
        format!("there are {count} more {noun} of this kind, the first at {}", quote(path)),
        "repair them like the others".to_owned(),
    )
}

impl Finding {
    /// A finding of `rule` at `path`; severity and object are the judge's to fill in.
    #[must_use]
    pub fn new(
        rule: &Rule,
        path: impl Into<String>,
        value: impl Into<String>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self {
            rule: rule.id,
            severity: Severity::Off,
            object: ObjectRef::default(),
            path: path.into(),
            message: message.into(),
            help: help.into(),
            witness: None,
            related: Vec::new(),
            file: None,
            line: None,
            column: None,
            value: value.into(),
            folded: Vec::new(),
        }
    }

    /// With other objects it is about, which are kept in order of their names.
    #[must_use]
    pub fn with_related(mut self, mut related: Vec<Related>) -> Self {
        crate::collections::sort::by(&mut related, |a, b| (&a.name, &a.path).cmp(&(&b.name, &b.path)));
        self.related = related;
        self
    }

    /// With a pod that shows it.
    #[must_use]
    pub fn with_witness(mut self, witness: Witness) -> Self {
        self.witness = Some(witness);
        self
    }

    /// One that is not told, but counted with others.
    #[must_use]
    pub fn only_counted(mut self) -> Self {
        self.folded = vec![self.digest()];
        self
    }

    /// What makes it the same as another finding on an object: rule, offending value and related objects.
    #[must_use]
    pub fn sameness(&self) -> (&'static str, &str, Vec<&str>) {
        (self.rule, &self.value, self.related.iter().map(|related| related.name.as_str()).collect())
    }

    /// That in short.
    #[must_use]
    pub fn digest(&self) -> u64 {
        digest(self.rule, &self.value, self.related.iter().map(|related| related.name.as_str()))
    }

    /// The finding as JSON.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.object(|writer| {
            writer.member("rule", self.rule);
            writer.member("severity", self.severity.name());
            writer.key("object").object(|writer| {
                writer.member("apiVersion", &self.object.api_version);
                writer.member("kind", &self.object.kind);
                writer.member("namespace", &self.object.namespace);
                writer.member("name", &self.object.name);
            });
            writer.member("path", &self.path);
            writer.member("message", &self.message);
            writer.member("help", &self.help);
            if let Some(witness) = &self.witness {
                writer.key("witness").object(|writer| {
                    write_labels(writer.key("podLabels"), &witness.pod_labels);
                    writer.member("namespace", &witness.namespace);
                    write_labels(writer.key("namespaceLabels"), &witness.namespace_labels);
                });
            }
            if !self.related.is_empty() {
                writer.key("related").open_list();
                for related in &self.related {
                    writer.object(|writer| {
                        writer.member("apiVersion", &related.api_version);
                        writer.member("kind", &related.kind);
                        writer.member("name", &related.name);
                        writer.member("path", &related.path);
                    });
                }
                writer.close_list();
            }
            if let Some(file) = &self.file {
                writer.member("file", file);
            }
            for (key, number) in [("line", self.line), ("column", self.column)] {
                if let Some(number) = number {
                    writer.key(key).raw(&number.to_string());
                }
            }
        });
    }

    /// The line of an answer, `[rule-id] what is wrong; help`: what is wrong begins with the object and the field.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { rule, object, path, message, help, .. } = self;
        // Without an object it is about the payload, and says where.
        if object.kind.is_empty() {
            return format!("[{rule}] {message}; {help}");
        }
        let mut place = plain(&object.kind);
        if !object.name.is_empty() {
            place = format!("{place} {}", quote(&object.name));
        }
        let path = quote(path).to_string();
        if !self.path.is_empty() && !contains(message.as_bytes(), path.as_bytes()) {
            place = format!("{place}, {path}");
        }
        format!("[{rule}] {place}: {message}; {help}")
    }
}

fn write_labels(writer: &mut Writer, labels: &WitnessLabels) {
    writer.object(|writer| {
        for (key, value) in labels {
            writer.member(key, value);
        }
    });
}

/// Whether the one stands in the other. The standard library's search is made for long texts, and is as long itself.
fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len().max(1)).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_the_object_and_with_the_field_that_it_does_not_name() {
        let line = |kind: &str, name: &str, path: &str, message: &str| {
            let mut finding = Finding::new(&crate::rules::overlap::RULE, path, "", message, "change it");
            finding.object = ObjectRef { kind: kind.to_owned(), name: name.to_owned(), ..ObjectRef::default() };
            finding.line()
        };
        for (kind, name, path, message, expected) in [
            ("Pod", "p", "spec", "it is wrong", "[overlap] Pod `p`, `spec`: it is wrong; change it"),
            ("Pod", "p", "spec", "`spec` is wrong", "[overlap] Pod `p`: `spec` is wrong; change it"),
            ("Pod", "p", "spec", "`specs` are wrong", "[overlap] Pod `p`, `spec`: `specs` are wrong; change it"),
            ("Pod", "p", "", "it is wrong", "[overlap] Pod `p`: it is wrong; change it"),
            ("Pod", "", "spec", "it is wrong", "[overlap] Pod, `spec`: it is wrong; change it"),
            ("Pod", "", "", "it is wrong", "[overlap] Pod: it is wrong; change it"),
            ("", "", "request", "it is wrong", "[overlap] it is wrong; change it"),
        ] {
            assert_eq!(line(kind, name, path, message), expected);
        }
    }
}
