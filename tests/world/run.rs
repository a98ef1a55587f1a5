//! Runs the model: random stories, each in a world of its own.

use std::cell::RefCell;
use std::time::Instant;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

use crate::actions::Action;
use crate::counts::{Counts, Of};
use crate::invariants::Broken;
use crate::universe::Platform;
use crate::world::{Order, Setup, World};

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

fn setups() -> impl Strategy<Value = Setup> {
    (0..Platform::ALL.len(), 0..Order::ALL.len())
        .prop_map(|(platform, order)| Setup { platform: Platform::ALL[platform], order: Order::ALL[order] })
}

fn steps() -> u32 {
    std::env::var("WORLD_STEPS").map_or(100_000, |steps| steps.parse().expect("WORLD_STEPS is a number"))
}

/// The shortest story that was found, one action a line.
fn told(error: &TestError<(Setup, Vec<Action>)>) -> String {
    let TestError::Fail(reason, (setup, story)) = error else { return error.to_string() };
    let lines: Vec<String> = story.iter().map(|action| format!("    {action:?},")).collect();
    format!("{reason}\n{setup:?}\n{}", lines.join("\n"))
}

#[test]
fn nothing_gets_around_the_policy() {
    let start = Instant::now();
    let counts = RefCell::new(Counts::default());
    let cases = steps() / u32::try_from(ACTIONS).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 20_000, ..Config::default() };
    let strategy = (setups(), vec(Action::any(), 0..=2 * ACTIONS));
    let result = TestRunner::new(config).run(&strategy, |(setup, story)| match play(setup, &story) {
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
}

/// Counts what is broken, without looking for the shortest story: for whoever works on the model.
#[test]
#[ignore = "for whoever works on the model"]
fn survey() {
    use proptest::strategy::ValueTree as _;

    let start = Instant::now();
    let mut runner = TestRunner::new(Config::default());
    let strategy = (setups(), vec(Action::any(), 0..=2 * ACTIONS));
    let mut broken = std::collections::BTreeMap::<String, (u32, String)>::new();
    let mut counts = Counts::default();
    let mut actions = 0;
    for _ in 0..steps() / 40 {
        let (setup, story) = strategy.new_tree(&mut runner).unwrap().current();
        actions += story.len();
        match play(setup, &story) {
            Ok(world) => counts.merge(&world.counts),
            Err((_, found)) => {
                let entry = broken.entry(format!("{:?} {:?}", found.invariant, setup)).or_default();
                entry.0 += 1;
                entry.1 = found.about;
            }
        }
    }
    counts.print();
    for (what, (count, about)) in broken {
        println!("{count:>6} {what}: {about}");
    }
    println!("{actions} actions in {:?}", start.elapsed());
}
