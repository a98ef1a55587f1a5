//! What a rule finds: which object and field, what is wrong with the value in it, and what to do.

use crate::answer::fix::Fix;
use crate::json::writer::Writer;
use crate::selectors::witness::WitnessLabels;
use crate::settings::severity::Severity;
use crate::text::overflow::identity_hash;
use crate::text::problem::Problem;
use crate::text::quote::{plain, quote};
use crate::well_known::{API_VERSION, KIND};

/// An object that a finding is about.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ObjectRef {
    /// Its apiVersion.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, empty for cluster-scoped objects.
    pub namespace: String,
    /// Its name; with `generateName`, that and `*`.
    pub name: String,
}

impl ObjectRef {
    /// Its name, after its namespace if it has one.
    #[must_use]
    pub fn title(&self) -> String {
        let separator = if self.namespace.is_empty() { "" } else { "/" };
        [self.namespace.as_str(), separator, &self.name].concat()
    }
}

/// Where the documentation is: the newest release of it.
pub const DOCS: &str = "https://podnetworking-policy.github.io/podnetworking-policy";

/// The address of the documentation of a rule, or of the settings.
#[must_use]
pub fn page(rule: &str) -> String {
    match rule {
        SETTINGS_INVALID => [DOCS, "/settings"].concat(),
        rule => [DOCS, "/rules/", rule].concat(),
    }
}

/// The id under which errors of the settings are reported. It is not a rule: it cannot be switched off.
pub const SETTINGS_INVALID: &str = "settings-invalid";

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
        Self { api_version: API_VERSION.to_owned(), kind: KIND.to_owned(), name: name.to_owned(), path: path.into() }
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
#[derive(Clone, Debug, Default)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    /// What it does to the request.
    pub severity: Severity,
    /// The object.
    pub object: ObjectRef,
    /// Which field is at fault, what is wrong with it, and what to do.
    pub problem: Problem,
    /// A pod that shows it.
    pub witness: Option<Witness>,
    /// The other objects it is about.
    pub related: Vec<Related>,
    /// The edit that removes it.
    pub fix: Option<Fix>,
    /// Where this finding counts others that are not listed: the [`identity_hash`] of each.
    pub unlisted: Vec<u64>,
}

impl From<Problem> for Finding {
    #[inline(never)]
    fn from(problem: Problem) -> Self {
        Self { problem, ..Self::default() }
    }
}

impl Finding {
    /// With other objects it is about, which are kept in order of their names.
    #[must_use]
    #[inline(never)]
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

    /// What makes two findings on an object the same: rule, offending value and related objects.
    #[must_use]
    pub fn identity(&self) -> (&'static str, &str, Vec<&str>) {
        (self.rule, &self.problem.value, self.related.iter().map(|related| related.name.as_str()).collect())
    }

    /// With the edit that removes it.
    #[must_use]
    pub fn with_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix;
        self
    }

    /// A hash of [`Finding::identity`] without the rule.
    #[must_use]
    pub fn identity_hash(&self) -> u64 {
        identity_hash(&self.problem.value, self.related.iter().map(|related| related.name.as_str()))
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
            writer.member("path", &self.problem.path);
            writer.member("message", &self.problem.message);
            writer.member("help", &self.problem.help);
            writer.member("url", &page(self.rule));
            if let Some(fix) = &self.fix {
                fix.write(writer.key("fix"));
            }
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
        });
    }

    /// The line of an answer, `[rule-id] object, field: what is wrong; help`.
    #[must_use]
    pub fn line(&self) -> String {
        [&self.place(), &self.problem.message, "; ", &self.problem.help].concat()
    }

    /// The line within `most` bytes. The message is cut first. A help that is still too long ends after a whole value.
    #[must_use]
    pub fn line_within(&self, most: usize) -> String {
        let line = self.line();
        if line.len() <= most {
            return line;
        }
        let place = self.place();
        let help = cut_help(&self.problem.help, most.saturating_sub(place.len() + "...; ".len()));
        let message = cut(&self.problem.message, most.saturating_sub(place.len() + "; ".len() + help.len()));
        cut(&[&place, &message, "; ", &help].concat(), most)
    }

    /// What a line begins with: `[rule-id] object, field: `.
    fn place(&self) -> String {
        let Self { rule, object, problem: Problem { path, message, .. }, .. } = self;
        // A finding without an object is about the payload, and its message says where.
        if object.kind.is_empty() {
            return format!("[{rule}] ");
        }
        let mut place = plain(&object.kind);
        if !object.name.is_empty() {
            place = format!("{place} {}", quote(&object.title()));
        }
        let path = quote(path).to_string();
        if !self.problem.path.is_empty() && !contains(message.as_bytes(), path.as_bytes()) {
            place = format!("{place}, {path}");
        }
        format!("[{rule}] {place}: ")
    }
}

fn write_labels(writer: &mut Writer, labels: &WitnessLabels) {
    writer.object(|writer| {
        for (key, value) in labels {
            writer.member(key, value);
        }
    });
}

/// The text within `most` bytes, cut between characters and marked with `...`.
pub fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let end = (0..=most.saturating_sub(3)).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    format!("{}...", text.get(..end).unwrap_or_default())
}

/// The help within `most` bytes. A list of values in it ends after a whole one, and the others are counted.
fn cut_help(help: &str, most: usize) -> String {
    if help.len() <= most {
        return help.to_owned();
    }
    let whole = ": `podnetworking check` prints it whole";
    let room = most.saturating_sub(whole.len() + " and 1000000 more".len());
    let (mut end, mut more) = (None, 0);
    for (at, _) in help.as_bytes().windows(2).enumerate().filter(|(_, pair)| *pair == b", ") {
        if at <= room {
            (end, more) = (Some(at), 0);
        }
        more += 1;
    }
    match end.and_then(|end| help.get(..end)) {
        Some(shown) => format!("{shown} and {more} more{whole}"),
        None => cut(help, most),
    }
}

/// Whether `text` contains `part`. The standard library's search is made for long texts, and is large.
fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len().max(1)).any(|window| window == part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_begins_with_the_object_and_with_the_field_that_it_does_not_name() {
        let line = |kind: &str, name: &str, path: &str, message: &str| {
            let problem = Problem {
                path: path.to_owned(),
                message: message.to_owned(),
                help: "change it".to_owned(),
                ..Problem::default()
            };
            let mut finding = Finding { rule: "overlap", ..problem.into() };
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

    fn finding(message: &str, help: &str) -> Finding {
        let problem = Problem { message: message.to_owned(), help: help.to_owned(), ..Problem::default() };
        let (kind, namespace, name) = ("Pod".to_owned(), "shop".to_owned(), "web".to_owned());
        let object = ObjectRef { kind, namespace, name, ..ObjectRef::default() };
        Finding { rule: "overlap", object, ..problem.into() }
    }

    #[test]
    fn the_object_has_its_namespace() {
        assert_eq!(finding("it is wrong", "change it").line(), "[overlap] Pod `shop/web`: it is wrong; change it");
    }

    #[test]
    fn a_line_keeps_its_help() {
        let long = "é".repeat(900);
        let line = finding(&long, "change it").line_within(1024);
        assert!(line.len() <= 1024 && line.ends_with("é...; change it"), "{line}");
        // An even shorter line has no message left.
        assert_eq!(finding(&long, "change it").line_within(41), "[overlap] Pod `shop/web`: ...; change it");
    }

    #[test]
    fn a_long_help_ends_after_a_whole_value() {
        let values: Vec<String> = (0..400).map(|index| format!("value-{index}")).collect();
        let help = format!("add the requirement `a NotIn [{}]` to it", values.join(", "));
        let line = finding("it is wrong", &help).line_within(1024);
        assert!(line.len() <= 1024 && line.len() > 1000, "{}", line.len());
        let (shown, more) = line.split_once(" and ").unwrap();
        let last: usize = shown.rsplit_once("value-").unwrap().1.parse().unwrap();
        assert_eq!(more, format!("{} more: `podnetworking check` prints it whole", 399 - last));
        // Without a list, the help is cut between characters.
        let line = finding("it is wrong", &"é".repeat(900)).line_within(1024);
        assert!(line.len() <= 1024 && line.ends_with("é..."), "{line}");
    }

    #[test]
    fn a_text_is_cut_within_its_bytes_and_between_characters() {
        assert_eq!(cut("abc", 3), "abc");
        assert_eq!(cut("abcdef", 5), "ab...");
        assert_eq!(cut("ééé", 5), "é...");
    }
}
