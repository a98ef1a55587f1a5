//! Reads what a pod asks of its node.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::objects::read::labels::read_labels;
use crate::objects::read::requirement::written_requirement;
use crate::selectors::node_affinity::NodeAffinity;
use crate::selectors::node_term::NodeTerm;
use crate::selectors::written_requirement::WrittenRequirement;

/// Reads `nodeSelector` and `requiredDuringSchedulingIgnoredDuringExecution`, each absent or not null. With any fault
/// there is no affinity. A requirement that Kubernetes would not accept is not a fault: it makes its term invalid.
pub fn read_node_affinity<'a>(
    node_selector: Option<Json<'a>>,
    node_selector_path: &Path<'_>,
    required: Option<Json<'a>>,
    required_path: &Path<'_>,
    faults: &mut Faults,
) -> Option<NodeAffinity<'a>> {
    let before = faults.len();
    let node_selector = read_labels(node_selector, node_selector_path, faults);
    let terms = required.map(|required| {
        let [terms] = required.fields(["nodeSelectorTerms"], required_path, faults);
        let path = required_path.field("nodeSelectorTerms");
        let terms = terms.map(|terms| terms.list(&path, faults)).unwrap_or_default();
        let terms = terms.into_iter().enumerate().map(|(index, json)| match json.present() {
            Some(json) => term(json, &path.index(index), faults),
            None => NodeTerm::new(Vec::new(), Vec::new()),
        });
        terms.collect()
    });
    (faults.len() == before).then(|| NodeAffinity::new(node_selector, terms))
}

fn term<'a>(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> NodeTerm<'a> {
    let [expressions, fields] = json.fields(["matchExpressions", "matchFields"], path, faults);
    let expressions = requirements(expressions, &path.field("matchExpressions"), faults);
    let fields = requirements(fields, &path.field("matchFields"), faults);
    NodeTerm::new(expressions, fields)
}

fn requirements<'a>(list: Option<Json<'a>>, path: &Path<'_>, faults: &mut Faults) -> Vec<WrittenRequirement<'a>> {
    let list = list.map(|list| list.list(path, faults)).unwrap_or_default();
    let mut requirements = Vec::with_capacity(list.len());
    for (index, json) in list.into_iter().enumerate() {
        requirements.extend(written_requirement(json, &path.index(index), faults));
    }
    requirements
}
