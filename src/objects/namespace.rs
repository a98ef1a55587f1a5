//! A Namespace, stored or in a request.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::partial::PartialObject;
use crate::objects::read::labels::read_labels;
use crate::selectors::known_labels::METADATA_NAME;
use crate::selectors::labels::Labels;
use crate::settings::platform::Platform;
use crate::well_known::POD_ENI;

/// A namespace with its labels, which always include `kubernetes.io/metadata.name`.
#[derive(Clone, Debug)]
pub struct Namespace<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its labels.
    pub labels: Labels<'a>,
}

impl<'a> Namespace<'a> {
    /// Reads the namespace of a request.
    #[must_use]
    pub fn requested(object: Json<'a>, faults: &mut Faults) -> Self {
        let path = Path::Written("metadata");
        let [metadata] = object.fields(["metadata"], &Path::Root, faults);
        let [name, labels] = metadata.map_or([None; 2], |json| json.fields(["name", "labels"], &path, faults));
        let name = name.and_then(|json| json.string(&path.field("name"), faults)).unwrap_or_default();
        Self::new(name, read_labels(labels, &path.field("labels"), faults))
    }

    /// Reads a stored namespace.
    pub(crate) fn stored(object: &PartialObject<'a>) -> Result<Self, String> {
        object.check_kind("", "Namespace")?;
        Ok(Self::new(object.name()?, object.labels()?))
    }

    /// A namespace of which only the name is known.
    #[must_use]
    pub fn named(name: &'static str) -> Self {
        Self::new(Cow::Borrowed(name), Labels::default())
    }

    fn new(name: Cow<'a, str>, mut labels: Labels<'a>) -> Self {
        labels.set(Cow::Borrowed(METADATA_NAME), name.clone());
        Self { name, labels }
    }

    /// The same, independent of the text it was read from.
    #[must_use]
    pub fn into_owned(self) -> Namespace<'static> {
        let owned = |text: &str| Cow::Owned(text.to_owned());
        let mut labels = Labels::default();
        for (key, value) in self.labels.iter() {
            labels.set(owned(key), owned(value));
        }
        Namespace { name: owned(&self.name), labels }
    }

    /// Whether PodNetworkings are switched off for its pods.
    #[must_use]
    pub fn is_opted_out(&self, platform: Platform) -> bool {
        are_opted_out(&self.labels, platform)
    }
}

/// Whether a namespace with these labels has PodNetworkings switched off for its pods.
#[must_use]
pub fn are_opted_out(labels: &Labels<'_>, platform: Platform) -> bool {
    platform.has_opt_out_label() && labels.get(POD_ENI) == Some("false")
}
