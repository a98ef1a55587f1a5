//! A story for each exception: what it takes to get there. And the table for people.

use std::path::Path;

use crate::actions::{Action, Change, Facts, Key, Later, Note, Plan, PodPlan, Wish};
use crate::exceptions::{Exception, LIST};
use crate::invariants::Invariant;
use crate::policy::Kind;
use crate::run::play;
use crate::universe::Platform;
use crate::world::{Order, Setup, Start};

/// At the start, `n0` selects `app=web` and has a vSwitch in zone 0 alone.
fn web() -> PodPlan {
    PodPlan { app: Some("web"), ..PodPlan::default() }
}

fn schedule(zone: usize) -> Action {
    Action::Schedule { pod: 0, zone, is_virtual: false }
}

/// The story that reaches an exception, and the invariant that it breaks.
fn story(exception: Exception) -> (Invariant, Vec<Action>) {
    let facts = Facts::Fresh;
    let elsewhere = Plan { vswitches: 2, ..Plan::default() };
    let create = |name: usize, facts: Facts| Action::CreatePodNetworking {
        name,
        plan: Plan::default(),
        applied: false,
        finalizer: false,
        facts,
    };
    match exception {
        Exception::HostNetwork => {
            let pod = PodPlan { host_network: true, ..web() };
            (Invariant::Network, vec![Action::CreatePod(pod), schedule(0)])
        }
        Exception::Exempt => {
            let pod = PodPlan { namespace: 2, key: Key::Record, ..web() };
            (Invariant::Network, vec![Action::CreatePod(pod), schedule(0)])
        }
        Exception::OptedOut => {
            let out = Action::OptOut { namespace: 0, out: true, facts };
            (Invariant::Network, vec![out, Action::CreatePod(web()), schedule(0)])
        }
        Exception::NodeName => {
            let pod = PodPlan { node: Some(1), ..web() };
            (Invariant::Zone, vec![Action::CreatePod(pod)])
        }
        Exception::DaemonSet => {
            let workload = Action::CreateWorkload {
                kind: Kind::DaemonSet,
                namespace: 0,
                name: 0,
                app: Some("web"),
                tier: None,
                wish: Wish::None,
                key: Key::None,
                facts,
            };
            let run = Action::RunController { workload: 0, pod: 0, zone: 1, terway_is_away: false, facts };
            (Invariant::Zone, vec![workload, run, schedule(1)])
        }
        Exception::Binding => {
            let bind = Action::BindPod { pod: 0, zone: 1, note: None };
            (Invariant::Zone, vec![Action::CreatePod(web()), bind])
        }
        Exception::Status => {
            let write = Action::WriteStatus { pod: 0, note: Note::Record };
            (Invariant::Network, vec![Action::CreatePod(web()), write, schedule(0)])
        }
        Exception::EciLabel => {
            let pod = PodPlan { eci: true, ..web() };
            (Invariant::Zone, vec![Action::CreatePod(pod), schedule(1)])
        }
        Exception::EciAnnotations => {
            let pod = PodPlan { key: Key::EciVSwitch, ..web() };
            let on_virtual_node = Action::Schedule { pod: 0, zone: 0, is_virtual: true };
            (Invariant::Network, vec![Action::CreatePod(pod), on_virtual_node])
        }
        Exception::ZonesChanged => {
            let pod = PodPlan { gated: true, ..web() };
            let update = Action::UpdatePodNetworking { name: 0, plan: elsewhere, facts };
            let ungate = Action::UpdatePod { pod: 0, change: Change::Ungate, facts };
            (Invariant::Zone, vec![Action::CreatePod(pod), update, ungate, schedule(0)])
        }
        Exception::TerwayAway => {
            let pod = PodPlan { terway_is_away: true, ..web() };
            let update = Action::UpdatePodNetworking { name: 0, plan: elsewhere, facts };
            (Invariant::Network, vec![Action::CreatePod(pod), update, schedule(0)])
        }
        Exception::LateLabel => {
            let later = Later::AddsLabel(Some("web"));
            let pod = PodPlan { wish: Wish::Selector(0), later, ..PodPlan::default() };
            (Invariant::Network, vec![Action::CreatePod(pod), schedule(0)])
        }
        Exception::Race => {
            let delete = Action::DeletePodNetworking { name: 0 };
            (Invariant::Overlap, vec![delete, create(0, Facts::Fresh), create(3, Facts::Stale)])
        }
    }
}

#[test]
fn each_exception_has_a_story_that_reaches_it() {
    for row in LIST {
        let setup = Setup { platform: Platform::Ack, order: Order::PolicyTerwayLater, start: Start::Plain };
        let (invariant, story) = story(row.exception);
        let world = play(setup, &story).unwrap_or_else(|(_, broken)| panic!("{:?}: {broken:?}", row.exception));
        assert!(
            world.reached.contains(&(invariant, row.exception)),
            "the story of {:?} reaches {:?}\n{story:?}",
            row.exception,
            world.reached
        );
        // It is the exception that carries the story: with one action less, nothing is broken.
        for left_out in 0..story.len() {
            let mut shorter = story.clone();
            shorter.remove(left_out);
            let world = play(setup, &shorter).unwrap_or_else(|(_, broken)| panic!("{:?}: {broken:?}", row.exception));
            assert!(!world.reached.contains(&(invariant, row.exception)), "{:?} needs no {left_out}", row.exception);
        }
    }
}

#[test]
fn the_threat_model_has_the_same_list() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/threat-model.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let head = "\n## What can still happen\n";
    let (before, section) = page.split_once(head).expect("a section \"What can still happen\"");
    let (section, after) = section.split_once("\n## ").unwrap();
    let (intro, _) = section.split_once("\n|").unwrap_or((section, ""));
    let mut expected = format!("{}\n\n| what | why | what to do |\n|---|---|---|\n", intro.trim_end());
    for row in LIST {
        expected.push_str(&format!("| {} | {} | {} |\n", row.what, row.why, row.what_to_do));
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, format!("{before}{head}{expected}\n## {after}")).unwrap();
        return;
    }
    let help = "run UPDATE_DOCS=1 cargo test --test world";
    assert_eq!(section.trim(), expected.trim(), "docs/threat-model.md and tests/world/exceptions.rs differ: {help}");
}
