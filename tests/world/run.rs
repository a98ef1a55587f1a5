//! Runs the model: random stories, each in a world of its own.

use std::cell::RefCell;
use std::time::Instant;

use podnetworking_policy::rules;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use crate::actions::Action;
use crate::counts::{Counts, Of};
use crate::invariants::{Broken, Invariant};
use crate::universe::Platform;
use crate::world::{Order, Setup, Start, World};

/// Actions of a story, on average.
const ACTIONS: usize = 40;

/// Plays a story, and returns the world at its end.
pub fn play(setup: Setup, story: &[Action]) -> Result<World, (usize, Broken)> {
    let mut world = World::new(setup);
    for (index, action) in story.iter().enumerate() {
        world.step(action).map_err(|broken| (index, broken))?;
    }
    Ok(world)
}

/// Plays a story, and binds what is left at its end.
fn play_to_the_end(setup: Setup, story: &[Action]) -> Result<World, (usize, Broken)> {
    let mut world = play(setup, story)?;
    world.settle().map_err(|broken| (story.len(), broken))?;
    Ok(world)
}

fn setups() -> impl Strategy<Value = Setup> {
    (0..Platform::ALL.len(), 0..Order::ALL.len(), 0..4_usize).prop_map(|(platform, order, start)| Setup {
        platform: Platform::ALL[platform],
        order: Order::ALL[order],
        start: [Start::Plain, Start::Plain, Start::Overlap, Start::Fixed][start],
    })
}

fn steps() -> u32 {
    std::env::var("WORLD_STEPS").map_or(100_000, |steps| steps.parse().expect("WORLD_STEPS is a number"))
}

/// A story that breaks the same invariant, without the actions that it does not need. proptest shrinks one action after the
/// other, and cannot leave one out when another finds its pod by number.
fn shortest(setup: Setup, mut story: Vec<Action>, invariant: Invariant) -> Vec<Action> {
    let breaks =
        |story: &[Action]| play_to_the_end(setup, story).is_err_and(|(_, broken)| broken.invariant == invariant);
    'again: loop {
        for index in (0..story.len()).rev() {
            let mut without = story.clone();
            without.remove(index);
            if breaks(&without) {
                story = without;
                continue 'again;
            }
            for other in 0..without.len() {
                for number in 0..6 {
                    let mut renumbered = without.clone();
                    let Some(found) = renumbered[other].index() else { break };
                    *found = number;
                    if breaks(&renumbered) {
                        story = renumbered;
                        continue 'again;
                    }
                }
            }
        }
        // The least numbers that do it.
        for other in 0..story.len() {
            for number in 0..6 {
                let mut renumbered = story.clone();
                let Some(found) = renumbered[other].index() else { break };
                *found = number;
                if breaks(&renumbered) {
                    story = renumbered;
                    break;
                }
            }
        }
        return story;
    }
}

/// The shortest story that was found, one action a line.
fn told(error: &TestError<(Setup, Vec<Action>)>) -> String {
    let TestError::Fail(_, (setup, story)) = error else { return error.to_string() };
    let Err((_, broken)) = play_to_the_end(*setup, story) else { return error.to_string() };
    let story = shortest(*setup, story.clone(), broken.invariant);
    let Err((_, broken)) = play_to_the_end(*setup, &story) else { return error.to_string() };
    let lines: Vec<String> = story.iter().map(|action| format!("    {action:?},")).collect();
    format!("{:?} is broken: {}\n{setup:?}\n{}", broken.invariant, broken.about, lines.join("\n"))
}

/// What has to occur: each action, each rule that denies, each premise.
fn check_counts(counts: &Counts) {
    // Runs of another length need as many more.
    let least = |in_a_hundred_thousand: u64| in_a_hundred_thousand * u64::from(steps()) / 100_000;
    let mut missing = Vec::new();
    let mut check = |of: Of, what: &'static str, least: u64| {
        let count = counts.get(of, what);
        if count < least {
            missing.push(format!("{of:?} {what}: {count}, at least {least} expected"));
        }
    };
    for name in Action::NAMES {
        check(Of::Action, name, least(200));
        // These must not be done.
        if name != "update that is not allowed" {
            check(Of::Done, name, least(20));
        }
    }
    for rule in denying_rules() {
        check(Of::Denial, rule, least(20));
    }
    for invariant in Invariant::ALL {
        check(Of::Premise, invariant.name(), least(500));
    }
    assert!(missing.is_empty(), "the model does not reach enough:\n{}", missing.join("\n"));
}

/// The rules that deny on some platform, as the policies of `deploy/overlays/protect` have them.
fn denying_rules() -> Vec<&'static str> {
    // The API server drops unknown fields before admission, so that this rule is for manifests.
    let elsewhere = ["unknown-field"];
    let denies = |rule: &&podnetworking_policy::judgement::rule::Rule| {
        let severities = Platform::ALL.map(|platform| {
            let platform = podnetworking_policy::settings::platform::Platform::ALL
                .into_iter()
                .find(|(name, _)| *name == platform.name())
                .unwrap();
            rule.severities.on(platform.1)
        });
        rule.id == "zone-unconstrained"
            || severities.contains(&podnetworking_policy::settings::severity::Severity::Deny)
    };
    rules::all().filter(denies).map(|rule| rule.id).filter(|id| !elsewhere.contains(id)).collect()
}

#[test]
fn nothing_gets_around_the_policy() {
    let start = Instant::now();
    let counts = RefCell::new(Counts::default());
    let cases = steps() / u32::try_from(ACTIONS).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let strategy = (setups(), vec(Action::any(), 0..=2 * ACTIONS));
    let result = TestRunner::new(config).run(&strategy, |(setup, story)| match play_to_the_end(setup, &story) {
        Ok(world) => {
            counts.borrow_mut().merge(&world.counts);
            Ok(())
        }
        Err((index, broken)) => {
            Err(TestCaseError::fail(format!("{:?} is broken by action {index}: {}", broken.invariant, broken.about)))
        }
    });
    let counts = counts.into_inner();
    counts.print();
    let actions: u64 = counts.0.iter().filter(|((of, _), _)| *of == Of::Action).map(|(_, count)| count).sum();
    println!("{actions} actions in {:?}", start.elapsed());
    if let Err(error) = result {
        panic!("{}", told(&error));
    }
    check_counts(&counts);
}
