//! A made-up workspace that keeps every rule, for the tests that break one.

use std::collections::BTreeMap;

use crate::program::Sources;

const CLEAN: &str = r##"
//- src/lib.rs
//! Comments do not count: [`crate::rules::RULES`].
pub mod answer {}
pub mod collections;
pub mod decide;
pub mod facts;
pub mod judgement;
pub mod json;
pub mod mutations;
pub mod objects;
pub mod rules;
pub mod selectors;
pub mod settings;
pub mod well_known;
pub use decide::pod::{decide, Decision as Outcome};
pub use settings::platform::*;
//- src/decide/mod.rs
pub mod pod;
//- src/decide/pod.rs
use crate::{judgement::{judge::Judge, subject::pod::Pod}, rules, settings::platform::Platform};
pub struct Decision;
pub fn decide(pod: &Pod, platform: Platform) -> Decision {
    let mut judge = Judge::new();
    rules::RULES.iter().for_each(|rule| rule(pod, &mut judge));
    if platform.is_serverless() { Decision } else { Decision }
}
//- src/rules/mod.rs
use crate::judgement::rule::Rule;
macro_rules! catalogue {
    ($($module:ident),*) => {
        $(pub mod $module;)*
        pub static RULES: &[Rule] = &[$($module::check),*];
    };
}
catalogue! { overlap, zones }
pub mod support;
//- src/rules/overlap.rs
use super::support::words;
use crate::judgement::{judge::Judge, subject::pod::Pod};
pub fn check(pod: &Pod, judge: &mut Judge) { judge.report(format!("{} crate::rules::zones", words::overlap(pod))) }
//- src/rules/zones.rs
pub fn check(_: &crate::judgement::subject::pod::Pod, _: &mut crate::judgement::judge::Judge) {}
#[cfg(test)]
mod tests {
    use crate::rules::overlap::*;
    const KIND: &str = "PodNetworking";
}
//- src/rules/support/mod.rs
pub mod words;
//- src/rules/support/words.rs
use crate::judgement::subject::pod::Pod;
pub fn overlap(_: &Pod) -> &'static str { "PodNetworking `a` overlaps" }
//- src/judgement/mod.rs
pub mod judge;
pub mod rule;
pub mod subject;
//- src/judgement/judge.rs
pub struct Judge;
impl Judge {
    pub fn new() -> Self { Self }
    pub fn report(&mut self, _: String) {}
}
//- src/judgement/rule.rs
pub type Rule = fn(&super::subject::pod::Pod, &mut super::judge::Judge);
//- src/judgement/subject/mod.rs
pub mod pod;
//- src/judgement/subject/pod.rs
use crate::objects::crd::FIELDS as NAMES;
pub struct Pod(pub u32);
//- src/mutations/mod.rs
pub mod annotations;
//- src/mutations/annotations.rs
pub const KEY: &str = crate::well_known::POD_ENI;
//- src/facts/mod.rs
pub mod cache;
pub mod search;
//- src/facts/cache.rs
use crate::objects::partial;
pub fn find() -> partial::PartialObject { super::search::index::find() }
//- src/facts/search/mod.rs
pub mod index;
//- src/facts/search/index.rs
pub fn find() -> crate::objects::partial::PartialObject { crate::objects::partial::PartialObject }
//- src/objects/mod.rs
pub mod crd;
pub mod partial;
//- src/objects/partial.rs
pub struct PartialObject;
//- src/objects/crd.rs
pub const FIELDS: [&str; 2] = ["vSwitchOptions", "type"];
//- src/settings/mod.rs
pub mod platform;
//- src/settings/platform.rs
pub enum Platform { Ack, Serverless }
impl Platform {
    pub fn is_serverless(&self) -> bool { matches!(self, Self::Serverless) }
}
//- src/json/mod.rs
pub mod value;
//- src/json/value.rs
use podnetworking_walk::Walker;
pub struct Json(Walker);
//- src/selectors/mod.rs
pub mod labels;
//- src/selectors/labels.rs
use crate::collections::Map;
pub const ZONE: &str = "topology.kubernetes.io/zone";
//- src/collections/mod.rs
pub struct Map;
//- src/well_known.rs
pub const KIND: &str = "PodNetworking";
pub const POD_ENI: &str = "k8s.aliyun.com/pod-eni";
//- walk/src/lib.rs
mod walker;
pub use walker::Walker;
//- walk/src/walker.rs
pub struct Walker;
//- cli/src/main.rs
mod run;
fn main() { run::run() }
//- cli/src/run.rs
use podnetworking_policy::{Outcome, Platform, rules::RULES};
pub fn run() { println!("{}", podnetworking_policy::decide(RULES, "type")) }
"##;

/// The workspace with files that are added, or text that is added to the end of files.
pub fn with(additions: &[(&str, &str)]) -> Sources {
    let files = CLEAN.split("//- ").skip(1).map(|file| file.split_once('\n').unwrap());
    let mut sources = Sources {
        files: files.map(|(path, text)| (path.to_owned(), text.to_owned())).collect::<BTreeMap<_, _>>(),
        crates: [
            ("podnetworking_policy", "src/lib.rs"),
            ("podnetworking_walk", "walk/src/lib.rs"),
            ("", "cli/src/main.rs"),
        ]
        .map(|(name, file)| (name.to_owned(), file.to_owned()))
        .into(),
    };
    for (path, text) in additions {
        sources.files.entry((*path).to_owned()).or_default().push_str(text);
    }
    sources
}
