//! YAML or JSON.

use crate::event::Events;
use crate::json::JsonEvents;
use crate::yaml::grammar::YamlEvents;

/// The syntax of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    Yaml,
    Json,
}

impl Syntax {
    /// The events of the document that begins at an offset of the text.
    pub fn events(self, text: &str, start: usize) -> Box<dyn Events<'_> + '_> {
        match self {
            Self::Yaml => Box::new(YamlEvents::new(text, start)),
            Self::Json => Box::new(JsonEvents::new(text, start)),
        }
    }
}
