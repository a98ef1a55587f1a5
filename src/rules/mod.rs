//! The catalogue of rules. Each rule has one line here, and a file named by its ID.

use crate::judgement::check::Check;
use crate::judgement::rule::Rule;

/// Declares the modules of the rules and the catalogue, in the order in which findings are reported.
macro_rules! catalogue {
    ($($module:ident),* $(,)?) => {
        $(pub mod $module;)*
        /// All rules with their checks, in the order of their findings.
        pub static CATALOGUE: &[(&Rule, Check)] = &[$((&$module::RULE, $module::CHECK)),*];
    };
}

catalogue! {
    malformed_object,
    unknown_field,
    facts_unavailable,
    selector_invalid,
    selector_missing,
    selector_matches_all,
    selector_unsatisfiable,
    overlap,
    latent_overlap,
    allocation_type,
    fixed_unsupported,
    release_settings,
    security_groups,
    security_group_ignored,
    vswitches,
    vpc_mismatch,
    security_group_types,
    vswitch_zone,
    vswitch_capacity,
    eni_options,
    ambiguous_pod,
    zone_conflict,
    zone_unconstrained,
    podnetworking_not_ready,
    annotation_mismatch,
    selection_override,
    network_request,
    host_network,
    fixed_name,
    pinned_annotation,
    template_labels,
    namespace_unknown,
    ambiguous_namespace,
    namespace_override,
}

pub mod defined_twice;
pub mod support;

/// All rules, in the order of their findings.
pub fn all() -> impl ExactSizeIterator<Item = &'static Rule> {
    CATALOGUE.iter().map(|(rule, _)| *rule)
}

/// All rules, and after them the one that only hosts that read manifests check.
pub fn of_every_host() -> impl Iterator<Item = &'static Rule> {
    all().chain(std::iter::once(&defined_twice::RULE))
}

/// The rule with this ID.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}

/// The place of a rule in the catalogue. An unknown ID comes first.
#[must_use]
pub fn place(id: &str) -> Option<usize> {
    all().position(|rule| rule.id == id)
}
