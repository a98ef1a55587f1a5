//! Reads a label selector.

use crate::collections::sort;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::read::requirement::{entry, expression};
use crate::selectors::selector::Selector;

/// The field of a label selector with its expressions.
pub const MATCH_EXPRESSIONS: &str = "matchExpressions";
/// The fields of a label selector (`metav1.LabelSelector`).
pub const SELECTOR_FIELDS: [&str; 2] = ["matchLabels", MATCH_EXPRESSIONS];

/// Reads a `metav1.LabelSelector`: `matchLabels` by key, then `matchExpressions` in their order. All of it is validated;
/// with any fault there is no selector.
pub fn read_selector<'a>(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Option<Selector<'a>> {
    let before = faults.len();
    let mut requirements = Vec::new();
    let [labels, expressions] = json.fields(SELECTOR_FIELDS, path, faults);
    if let Some(labels) = labels {
        let path = path.field("matchLabels");
        let mut labels = labels.members(&path, faults);
        sort::by(&mut labels, |(a, _), (b, _)| a.cmp(b));
        for (key, value) in labels {
            requirements.extend(entry(key, value, &path, faults));
        }
    }
    if let Some(expressions) = expressions {
        let path = path.field(MATCH_EXPRESSIONS);
        for (index, json) in expressions.list(&path, faults).into_iter().enumerate() {
            requirements.extend(expression(json, &path.index(index), faults));
        }
    }
    (faults.len() == before).then(|| Selector::new(requirements))
}
