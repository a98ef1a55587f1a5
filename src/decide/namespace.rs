//! Decides a request about a Namespace.

use crate::answer::decision::Decision;
use crate::decide::ratchet::ratchet;
use crate::decide::rules;
use crate::json::value::Json;
use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
use crate::judgement::subject::namespace::NamespaceSubject;
use crate::request::Request;
use crate::rules::support::faults;

pub(crate) fn decide<'a>(object: Json<'a>, request: &Request<'a>, new_judge: &dyn Fn() -> Judge<'a>) -> Decision {
    let mut judge = new_judge();
    apply_rules(object, request.object_before_update(), &mut judge);
    let mut findings = judge.into_findings();
    ratchet(&mut findings, request, false, &|old| {
        let mut judge = new_judge();
        apply_rules(old, None, &mut judge);
        judge.into_findings()
    });
    Decision { findings, ..Decision::default() }
}

fn apply_rules<'a>(object: Json<'a>, old: Option<Json<'a>>, judge: &mut Judge<'a>) {
    let (subject, faults) = NamespaceSubject::read(object, old, judge.settings, judge.facts);
    let is_readable = faults.is_empty();
    faults::report(faults, judge);
    if is_readable {
        rules::apply(judge, &|check, judge| {
            if let Check::Namespace(check) = check {
                check(&subject, judge);
            }
        });
    }
}
