//! Reading labels.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::labels::Labels;

impl<'a> Labels<'a> {
    /// Reads a map of strings; null is the empty string, as in Go. Kubernetes validates labels elsewhere; matching
    /// never does.
    pub fn read(json: Option<Json<'a>>, path: &Path<'_>, faults: &mut Faults) -> Self {
        let Some(json) = json else {
            return Self::default();
        };
        let mut labels = Vec::new();
        for (key, value) in json.members(path, faults) {
            let value = match value.present() {
                Some(value) => value.string(&path.key(&key), faults),
                None => Some(Cow::Borrowed("")),
            };
            labels.extend(value.map(|value| (key, value)));
        }
        crate::collections::sort::by(&mut labels, |a: &(Cow<'_, str>, Cow<'_, str>), b| a.cmp(b));
        Self(labels)
    }
}
