//! The golden cases of `tests/cases`, through the core. `UPDATE_CASES=1` writes what is decided into the cases that
//! expected something else: read the difference before you commit it.

#![allow(clippy::indexing_slicing, reason = "a test may fail loudly")]

use libtest_mimic::{Arguments, Trial};
use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_testing::{Case, cases};
use serde_json::Value;

#[path = "support/exhaustive.rs"]
mod exhaustive;

fn run(case: &Case, update: bool) -> Result<(), String> {
    let decision = decide_payload(case.payload().as_bytes(), |_| NoHost);
    let checked = case
        .check(&decision.to_json())
        .and_then(|()| case.check_validation_response(&decision.to_validation_response()));
    // What is wrong with the decision itself is never written.
    let sound = check_again(case, decision.mutated_object.as_deref())
        .and_then(|()| check_exhaustively(case, &decision.to_json()));
    if checked.is_err() && update {
        case.update(&decision.to_json(), &decision.to_validation_response());
        return sound;
    }
    checked.and(sound)
}

/// With every search widened to all objects, the decision is the same.
fn check_exhaustively(case: &Case, decision: &str) -> Result<(), String> {
    match exhaustive::decide_exhaustively(&case.payload()) {
        Some(all) if all.to_json() != decision => Err(format!("an exhaustive search decides {}", all.to_json())),
        _ => Ok(()),
    }
}

/// What comes out of a mutation passes, and a second pass changes nothing.
fn check_again(case: &Case, mutated: Option<&str>) -> Result<(), String> {
    let Some(mutated) = mutated else { return Ok(()) };
    let mut payload: Value = serde_json::from_str(&case.payload()).map_err(|error| error.to_string())?;
    payload["request"]["object"] = serde_json::from_str(mutated).map_err(|error| error.to_string())?;
    let again = decide_payload(payload.to_string().as_bytes(), |_| NoHost);
    match (again.is_allowed(), &again.mutated_object) {
        (true, None) => Ok(()),
        (false, _) => Err(format!("what was mutated is refused: {}", again.to_json())),
        (true, Some(object)) => Err(format!("a second pass changes it to {object}")),
    }
}

fn main() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let trial = |case: Case| Trial::test(case.name.clone(), move || run(&case, update).map_err(Into::into));
    libtest_mimic::run(&Arguments::from_args(), cases().into_iter().map(trial).collect()).exit();
}
