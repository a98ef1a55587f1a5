//! Reads labels.

use std::borrow::Cow;

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::labels::Labels;

/// Reads a map of strings. An absent map is empty, and null is the empty string, as in Go. Keys and values are not
/// validated: Kubernetes validates labels elsewhere, and matching never does.
pub fn read_labels<'a>(json: Option<Json<'a>>, path: &Path<'_>, faults: &mut Faults) -> Labels<'a> {
    let Some(json) = json else {
        return Labels::default();
    };
    let mut labels = Vec::new();
    for (key, value) in json.members(path, faults) {
        let value = match value.present() {
            Some(value) => value.string(&path.key(&key), faults),
            None => Some(Cow::Borrowed("")),
        };
        labels.extend(value.map(|value| (key, value)));
    }
    Labels::new(labels)
}
