//! The golden cases of `tests/cases`, through the core. `UPDATE_CASES=1` writes what is decided into the cases that
//! expected something else: read the difference before you commit it.

#![allow(clippy::print_stderr, reason = "a test tells what it did")]

use libtest_mimic::{Arguments, Trial};
use podnetworking_policy::context::NoHost;
use podnetworking_policy::decide_payload;
use podnetworking_testing::{Case, cases};

fn run(case: &Case, update: bool) -> Result<(), String> {
    let decision = decide_payload(case.payload().as_bytes(), |_| NoHost);
    let checked = case
        .check(&decision.to_json())
        .and_then(|()| case.check_validation_response(&decision.to_validation_response()));
    if checked.is_err() && update {
        case.update(&decision.to_json());
        return Ok(());
    }
    checked
}

fn main() {
    let update = std::env::var_os("UPDATE_CASES").is_some();
    let trial = |case: Case| Trial::test(case.name.clone(), move || run(&case, update).map_err(Into::into));
    libtest_mimic::run(&Arguments::from_args(), cases().into_iter().map(trial).collect()).exit();
}
