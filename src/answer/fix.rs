//! The edit that removes a finding, made where the remedy is proved: nothing reads the text of a help.

use crate::json::writer::Writer;
use crate::selectors::requirement::{MAX_VALUES_IN_FULL, Requirement};
use crate::well_known::{API_VERSION, EXPRESSION_FIELDS, KIND};

/// One edit that removes a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// Whether the edit only writes what was meant. Otherwise it chooses one of several ways.
    pub is_safe: bool,
    /// The path of the field, as Kubernetes writes paths.
    pub path: String,
    /// What is done with the field.
    pub change: Change,
}

/// What an edit does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Removes the field.
    Remove,
    /// Gives the field another name, within its parent.
    Rename(String),
    /// Adds a requirement to a list of match expressions, which may be missing.
    Add {
        /// The requirement.
        requirement: Requirement<'static>,
        /// The name of the PodNetworking whose list it is, if it is not the object of the finding.
        other: Option<String>,
    },
}

impl Fix {
    /// The fix as JSON.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.object(|writer| {
            writer.key("safe").raw(if self.is_safe { "true" } else { "false" });
            writer.key("edits").open_list();
            writer.object(|writer| {
                writer.member("path", &self.path);
                let op = match &self.change {
                    Change::Remove => "remove",
                    Change::Rename(name) => {
                        writer.member("value", name);
                        "rename"
                    }
                    Change::Add { requirement, other } => {
                        writer.key("value").object(|writer| {
                            let [key, operator, values] = EXPRESSION_FIELDS;
                            writer.member(key, requirement.key());
                            writer.member(operator, requirement.operator().name());
                            if requirement.operator().takes_values() {
                                writer.key(values).strings(requirement.values());
                            }
                        });
                        if let Some(other) = other {
                            writer.key("object").object(|writer| {
                                writer.member("apiVersion", API_VERSION);
                                writer.member("kind", KIND);
                                writer.member("namespace", "");
                                writer.member("name", other);
                            });
                        }
                        "add"
                    }
                };
                writer.member("op", op);
            });
            writer.close_list();
        });
    }

    /// The edit that adds a requirement to the expressions at a path, if the message has it in full.
    #[must_use]
    pub(crate) fn adding(requirement: &Requirement<'static>, path: String, other: Option<String>) -> Option<Self> {
        let is_in_full = requirement.values().len() <= MAX_VALUES_IN_FULL;
        is_in_full.then(|| Self {
            is_safe: false,
            path,
            change: Change::Add { requirement: requirement.clone(), other },
        })
    }
}
