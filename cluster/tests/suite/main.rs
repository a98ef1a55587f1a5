//! The suite on a real control plane: README.md has the scenarios. `KUBERNETES` names the version.
//!
//! One line per scenario and host; without the programs of a control plane, and without Go to build them, one line says that
//! nothing was tested.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

/// Says what was measured, after the lines of the scenarios.
macro_rules! note {
    ($($text:tt)*) => {
        $crate::bench::NOTES.lock().expect("a lock").push(format!($($text)*))
    };
}

mod bench;
mod chart;
mod denials;
mod document;
mod faults;
mod golden;
mod load;
mod manifests;
mod modes;
mod page;
mod races;
mod requests;
mod terway;

use std::env;

use libtest_mimic::{Arguments, Trial};
use podnetworking_cluster::programs::Programs;
use podnetworking_cluster::server::Host;

use crate::bench::{On, Scenario, trial};

/// A scenario on the control plane that scenarios share.
macro_rules! shared {
    ($module:ident :: $name:ident) => {
        Scenario {
            name: concat!(stringify!($module), "::", stringify!($name)),
            on: On::Shared(|world| Box::pin($module::$name(world))),
        }
    };
}

/// A scenario on a control plane of its own.
macro_rules! alone {
    ($module:ident :: $name:ident) => {
        Scenario {
            name: concat!(stringify!($module), "::", stringify!($name)),
            on: On::Alone(|host| Box::pin($module::$name(host))),
        }
    };
}

/// All scenarios, in this order.
const SCENARIOS: &[Scenario] = &[
    shared!(document::the_first_manifest),
    shared!(document::the_second_manifest),
    shared!(document::ten_replicas_over_two_zones),
    shared!(document::no_node_in_the_zone),
    shared!(denials::overlap),
    shared!(denials::ambiguity),
    shared!(denials::zone_conflict),
    shared!(denials::bad_selector),
    shared!(denials::a_workload_whose_pods_would_be_denied),
    shared!(denials::the_event_of_a_controller),
    shared!(requests::server_side_apply),
    shared!(requests::patches_of_all_four_kinds),
    shared!(requests::dry_run_and_diff),
    shared!(requests::rollout_and_scale),
    shared!(requests::debug_and_resize),
    shared!(requests::drain),
    shared!(requests::generate_name),
    shared!(requests::finalizers_and_deletion),
    shared!(requests::namespaces),
    shared!(requests::crd_pruning_and_defaulting),
    shared!(requests::an_object_over_a_megabyte),
    shared!(requests::update_conflicts),
    shared!(requests::gated_pods),
    shared!(requests::workloads),
    shared!(races::a_thousand_pairs_at_the_same_instant),
    alone!(golden::cases_on_the_api_server),
    alone!(races::what_gets_through_two_replicas),
    alone!(faults::down_slow_restarted),
    alone!(faults::certificate_rotated),
    alone!(faults::grants_taken_away),
    alone!(faults::api_server_restarted),
    alone!(faults::watch_cut_and_half_open),
    alone!(modes::monitor_to_protect_and_back),
    alone!(modes::upgrade_from_the_baseline),
    alone!(chart::installed_and_removed),
    alone!(page::the_section_that_needs_no_cluster),
    alone!(terway::beside_terways_webhook),
    Scenario { name: "manifests::strict_validation", on: On::Once(|| Box::pin(manifests::strict_validation())) },
    alone!(load::two_hundred_requests_a_second),
];

fn main() {
    let mut arguments = Arguments::from_args();
    // Scenarios share control planes, and two cores.
    arguments.test_threads = Some(1);
    let version = env::var("KUBERNETES").unwrap_or_else(|_| "1.36.3".to_owned());
    let programs = match Programs::find(&version) {
        Ok(Some(programs)) => programs,
        Ok(None) => {
            println!(
                "nothing was tested on a control plane: go is not in the PATH, and KUBEBUILDER_ASSETS has not all programs"
            );
            return;
        }
        Err(error) => {
            eprintln!("the programs of Kubernetes {version} cannot be built: {error:#}");
            std::process::exit(1);
        }
    };
    bench::prepare(programs);
    let trials: Vec<Trial> = trials();
    let conclusion = libtest_mimic::run(&arguments, trials);
    bench::end();
    for note in bench::NOTES.lock().expect("a lock").iter() {
        println!("{note}");
    }
    // Once more, as the last line.
    let word = if conclusion.has_failed() { "FAILED" } else { "ok" };
    println!(
        "test result: {word}. {} passed; {} failed; {} ignored",
        conclusion.num_passed, conclusion.num_failed, conclusion.num_ignored
    );
    conclusion.exit();
}

/// A scenario for each host, and those without a host once.
fn trials() -> Vec<Trial> {
    let mut trials = Vec::new();
    for (number, host) in Host::all().into_iter().enumerate() {
        let of_host = SCENARIOS.iter().filter(|one| number == 0 || !matches!(one.on, On::Once(_)));
        trials.extend(of_host.map(|one| trial(host, one)));
    }
    trials
}
