//! Circles among files or folders.

use std::collections::{BTreeMap, BTreeSet};

/// What each file or folder imports.
pub type Graph<'g> = BTreeMap<&'g str, BTreeSet<&'g str>>;

/// Everything that can be reached along the arrows.
fn reached<'g>(graph: &Graph<'g>, from: &str) -> BTreeSet<&'g str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = graph.get(from).into_iter().flatten().copied().collect();
    while let Some(place) = next.pop() {
        if reached.insert(place) {
            next.extend(graph.get(place).into_iter().flatten());
        }
    }
    reached
}

/// The largest circles: everything in one of them can reach everything else in it.
pub fn circles<'g>(graph: &Graph<'g>) -> BTreeSet<BTreeSet<&'g str>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> = graph.keys().map(|&place| (place, reached(graph, place))).collect();
    let circle = |place: &str| {
        let others = reach[place].iter().copied();
        others.filter(|other| reach.get(other).is_some_and(|back| back.contains(place))).collect::<BTreeSet<_>>()
    };
    graph.keys().map(|place| circle(place)).filter(|circle| circle.len() > 1).collect()
}
