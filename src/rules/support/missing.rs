//! Reports that cluster data is missing.

use crate::facts::cluster::{MissingFact, Resource};
use crate::judgement::judge::Judge;
use crate::rules::facts_unavailable::RULE;
use crate::settings::severity::Severity;
use crate::text::problem::Problem;
use crate::text::quote::{plain, quote};

/// Reports missing data, once for each resource. The severity is at most `most`.
pub fn report(missing: &MissingFact, most: Severity, judge: &mut Judge<'_>) {
    let resource = missing.resource;
    if !judge.is_first_miss(resource) {
        return;
    }
    let name = if missing.name.is_empty() { String::new() } else { format!(" {}", quote(&missing.name)) };
    let problem = Problem {
        value: resource.noun().to_owned(),
        // The reason comes from outside of the core, so it is kept short and on one line.
        message: format!("the policy cannot read {}{name}: {}", resource.noun(), plain(&missing.reason)),
        help: format!(
            "check that {}the policy has {}",
            match resource {
                Resource::PodNetworkings => "the PodNetworking CRD is installed, and that ",
                Resource::Namespace | Resource::Namespaces => "",
            },
            resource.permission()
        ),
        ..Problem::default()
    };
    judge.report_at_most(&RULE, most, problem);
}
