//! Applies the rules of the catalogue.

use crate::judgement::check::Check;
use crate::judgement::judge::Judge;
use crate::rules::CATALOGUE;

/// Runs every rule that is on. `run` picks the checks that look at the object.
pub(crate) fn apply<'a>(judge: &mut Judge<'a>, run: &dyn Fn(Check, &mut Judge<'a>)) {
    for (rule, check) in CATALOGUE {
        if judge.is_on(rule) {
            run(*check, judge);
        }
    }
}
