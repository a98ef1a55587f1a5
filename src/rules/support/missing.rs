//! Reports that a fact is missing.

use crate::facts::cluster::{MissingFact, Resource};
use crate::judgement::judge::Judge;
use crate::rules::facts_unavailable::RULE;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::plain;

/// Reports a missing fact, once for each resource, and never more than `most`.
pub fn report(missing: &MissingFact, most: Severity, judge: &mut Judge<'_>) {
    let resource = missing.resource;
    if !judge.is_first_miss(resource) {
        return;
    }
    let problem = Problem {
        value: resource.noun().to_owned(),
        // The reason is in the words of the host, so it is kept short and on one line.
        message: format!("{} could not be read: {}", resource.noun(), plain(&missing.reason)),
        help: match resource {
            Resource::PodNetworkings => {
                format!("check that the PodNetworking CRD is installed and that the host may {}", resource.grant())
            }
            Resource::Namespace | Resource::Namespaces => format!("check that the host may {}", resource.grant()),
        },
        ..Problem::default()
    };
    judge.report_at_most(&RULE, most, problem);
}
