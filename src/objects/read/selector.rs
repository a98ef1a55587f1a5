//! Reading a label selector, and what is wrong with it.

use crate::collections::sort;
use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::read::requirement::{self, check_key, check_value};
use crate::selectors::requirement::{Operator, Origin, Requirement};
use crate::selectors::selector::Selector;

impl<'a> Selector<'a> {
    /// Reads a `metav1.LabelSelector`. All of it is validated before anything is matched; with any fault there is no
    /// selector.
    #[must_use]
    pub fn read(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Option<Self> {
        let before = faults.len();
        let mut requirements = Vec::new();
        let [labels, expressions] = json.fields(["matchLabels", "matchExpressions"], path, faults);
        if let Some(labels) = labels {
            match_labels(labels, &path.field("matchLabels"), &mut requirements, faults);
        }
        if let Some(expressions) = expressions {
            let path = path.field("matchExpressions");
            for (index, expression) in expressions.list(&path, faults).into_iter().enumerate() {
                let origin = Origin::MatchExpressions(index);
                requirements.extend(requirement::expression(expression, origin, &path.index(index), faults));
            }
        }
        (faults.len() == before).then_some(Self { requirements })
    }
}

fn match_labels<'a>(json: Json<'a>, path: &Path<'_>, requirements: &mut Vec<Requirement<'a>>, faults: &mut Faults) {
    let mut labels = json.members(path, faults);
    sort::by(&mut labels, |(a, _), (b, _)| a.cmp(b));
    for (key, value) in labels {
        let path = path.key(&key);
        let Some(value) = value.string(&path, faults) else {
            continue;
        };
        check_key(&key, &path, faults);
        check_value(&value, &path, faults);
        requirements.push(Requirement {
            key: key.clone(),
            operator: Operator::In,
            values: vec![value],
            origin: Origin::MatchLabels,
        });
    }
}
