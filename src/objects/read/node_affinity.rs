//! Reading what a pod asks of its node.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::Json;
use crate::selectors::labels::Labels;
use crate::selectors::node_affinity::NodeAffinity;
use crate::selectors::node_requirement::NodeRequirement;
use crate::selectors::node_term::Term;
use crate::selectors::written_requirement::RawRequirement;

impl<'a> Term<'a> {
    fn read(json: Json<'a>, path: &Path<'_>, faults: &mut Faults) -> Self {
        let [expressions, fields] = json.fields(["matchExpressions", "matchFields"], path, faults);
        let mut term = Self::default();
        let path_of = path.field("matchExpressions");
        let expressions = expressions.map(|list| list.list(&path_of, faults)).unwrap_or_default();
        for (index, requirement) in expressions.iter().enumerate() {
            let raw = RawRequirement::read(*requirement, &path_of.index(index), faults);
            match raw.and_then(NodeRequirement::expression) {
                Some(requirement) => term.expressions.push(requirement),
                None => term.invalid = true,
            }
        }
        let path_of = path.field("matchFields");
        let fields = fields.map(|list| list.list(&path_of, faults)).unwrap_or_default();
        for (index, requirement) in fields.iter().enumerate() {
            let raw = RawRequirement::read(*requirement, &path_of.index(index), faults);
            match raw.and_then(NodeRequirement::field) {
                Some(requirement) => term.fields.push(requirement),
                None => term.invalid = true,
            }
        }
        term.empty = expressions.is_empty() && fields.is_empty();
        term
    }
}

impl<'a> NodeAffinity<'a> {
    /// Reads `nodeSelector` and `requiredDuringSchedulingIgnoredDuringExecution`, each absent or not null.
    pub fn read(
        node_selector: Option<Json<'a>>,
        node_selector_path: &Path<'_>,
        required: Option<Json<'a>>,
        required_path: &Path<'_>,
        faults: &mut Faults,
    ) -> Self {
        let node_selector = Labels::read(node_selector, node_selector_path, faults);
        let mut affinity = Self { node_selector, terms: None };
        if let Some(required) = required {
            let [terms] = required.fields(["nodeSelectorTerms"], required_path, faults);
            let path = required_path.field("nodeSelectorTerms");
            let terms = terms.map(|terms| terms.list(&path, faults)).unwrap_or_default();
            affinity.terms = Some(
                terms
                    .into_iter()
                    .enumerate()
                    .map(|(index, term)| match term.present() {
                        Some(term) => Term::read(term, &path.index(index), faults),
                        None => Term { empty: true, ..Term::default() },
                    })
                    .collect(),
            );
        }
        affinity
    }
}
