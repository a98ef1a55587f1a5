//! Circles among files.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What each file imports.
pub type Graph<'g> = BTreeMap<&'g str, BTreeSet<&'g str>>;

/// The shortest way from a file back to itself.
fn round<'g>(graph: &Graph<'g>, start: &'g str) -> Option<Vec<&'g str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(file) = next.pop_front() {
        for &to in graph.get(file).into_iter().flatten() {
            if to == start {
                let back = std::iter::successors(Some(file), |file| before.get(file).copied());
                let mut circle: Vec<&str> = back.collect();
                circle.reverse();
                return Some(circle);
            }
            if !before.contains_key(to) {
                before.insert(to, file);
                next.push_back(to);
            }
        }
    }
    None
}

/// The shortest circle of each file that is in one, from its first file on.
pub fn circles<'g>(graph: &Graph<'g>) -> BTreeSet<Vec<&'g str>> {
    let rounds = graph.keys().filter_map(|file| round(graph, file));
    let from_first = |mut circle: Vec<&'g str>| {
        let first = (0..circle.len()).min_by_key(|&index| circle[index]);
        circle.rotate_left(first.unwrap_or_default());
        circle
    };
    rounds.map(from_first).collect()
}
