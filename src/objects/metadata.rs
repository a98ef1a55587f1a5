//! The part of an object's metadata that identifies it, read once.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};

/// The metadata by which an object is known.
#[derive(Clone, Debug, Default)]
pub struct Metadata<'a> {
    /// `metadata.name`, unless it is empty.
    pub name: Option<Cow<'a, str>>,
    /// `metadata.generateName`, unless it is empty.
    pub generate_name: Option<Cow<'a, str>>,
    /// `metadata.namespace`, unless it is empty.
    pub namespace: Option<Cow<'a, str>>,
    /// Whether there is a `metadata.deletionTimestamp`.
    pub has_deletion_timestamp: bool,
}

impl<'a> Metadata<'a> {
    /// Reads the metadata. What cannot be read is absent; the rules that need it report why.
    #[must_use]
    pub fn read(object: Json<'a>) -> Self {
        // A duplicate `metadata` is reported elsewhere; either one names the object.
        let Some(metadata) = object.member("metadata").filter(|metadata| metadata.kind() == Kind::Object) else {
            return Self::default();
        };
        let keys = ["name", "generateName", "namespace", "deletionTimestamp"];
        let [name, generate_name, namespace, deletion_timestamp] =
            metadata.fields(keys, &Path::Written("metadata"), &mut Faults::default());
        let text = |json: Option<Json<'a>>| json.and_then(Json::as_str).filter(|text| !text.is_empty());
        Self {
            name: text(name),
            generate_name: text(generate_name),
            namespace: text(namespace),
            has_deletion_timestamp: deletion_timestamp.is_some(),
        }
    }

    /// The name for answers. An object with `generateName` has no name yet: then it is that and `*`.
    #[must_use]
    pub fn shown_name(&self) -> String {
        match (&self.name, &self.generate_name) {
            (Some(name), _) => name.to_string(),
            (None, Some(prefix)) => format!("{prefix}*"),
            (None, None) => String::new(),
        }
    }
}
