//! The values that requirements leave for a label of nodes, and which of many values some set of requirements leaves.

use crate::collections::sort;
use crate::collections::text_map::{TextMap, TextSet};
use crate::selectors::node_requirement::{NodeOperator, NodeRequirement};

/// The values with which a label satisfies all requirements on it.
///
/// For example, `Gt 3` and `NotIn [7]` leave all numbers from 4 on, except as `7` is written.
///
/// It is made in time that grows with the number of values, never with values times requirements.
#[derive(Debug)]
pub(super) struct NodeValues<'r> {
    /// These and no others; `None`: endlessly many.
    pub(super) listed: Option<Vec<&'r str>>,
    /// Without a list: none of these, which are sorted.
    excluded: Vec<&'r str>,
    /// Without a list: only numbers from the first to the second.
    bounds: Option<(i64, i64)>,
}

impl<'r> NodeValues<'r> {
    /// Any value.
    pub(super) fn any() -> Self {
        Self { listed: None, excluded: Vec::new(), bounds: None }
    }

    /// The values that satisfy requirements on one label.
    pub(super) fn of(group: &[&'r NodeRequirement<'_>]) -> Self {
        let mut values = Self::any();
        values.restrict(group);
        values.finish()
    }

    /// Takes more requirements in. [`NodeValues::finish`] comes last.
    pub(super) fn restrict(&mut self, group: &[&'r NodeRequirement<'_>]) {
        for requirement in group {
            let values = requirement.values.iter().map(AsRef::as_ref);
            match requirement.operator {
                NodeOperator::In => {
                    self.listed = Some(match self.listed.take() {
                        None => values.collect(),
                        Some(listed) => listed.into_iter().filter(|value| requirement.has(value)).collect(),
                    });
                }
                NodeOperator::NotIn => self.excluded.extend(values),
                NodeOperator::Exists => {}
                NodeOperator::DoesNotExist => self.bound(1, 0),
                NodeOperator::Gt(bound) => match bound.checked_add(1) {
                    Some(least) => self.bound(least, i64::MAX),
                    None => self.bound(1, 0),
                },
                NodeOperator::Lt(bound) => match bound.checked_sub(1) {
                    Some(greatest) => self.bound(i64::MIN, greatest),
                    None => self.bound(1, 0),
                },
            }
        }
    }

    /// Takes only numbers from `low` to `high`; none if `low` is greater.
    fn bound(&mut self, low: i64, high: i64) {
        let (least, greatest) = self.bounds.unwrap_or((i64::MIN, i64::MAX));
        self.bounds = Some((least.max(low), greatest.min(high)));
    }

    /// Removes from the listed values those that are excluded or out of bounds.
    pub(super) fn finish(mut self) -> Self {
        sort::texts(&mut self.excluded);
        self.excluded.dedup();
        if self.bounds.is_some_and(|(low, high)| low > high) {
            self.listed = Some(Vec::new());
        }
        // Without a list, exclusions never leave nothing: they are finitely many, and a number in the bounds can be written
        // in endlessly many ways (`7`, `07`, `007`).
        if let Some(mut listed) = self.listed.take() {
            listed.retain(|value| self.excluded.binary_search(value).is_err() && self.is_in_bounds(value));
            self.listed = Some(listed);
        }
        self
    }

    fn is_in_bounds(&self, value: &str) -> bool {
        self.bounds.is_none_or(|(low, high)| value.parse::<i64>().is_ok_and(|number| (low..=high).contains(&number)))
    }

    /// Whether no value is left.
    pub(super) fn are_none(&self) -> bool {
        self.listed.as_ref().is_some_and(Vec::is_empty)
    }
}

/// Whether a value, or the absence, of a label that can be anything satisfies all requirements.
pub(super) fn can_match(group: &[&NodeRequirement<'_>]) -> bool {
    group.iter().all(|requirement| requirement.matches(None)) || !NodeValues::of(group).are_none()
}

/// The `zones` (sorted, each once) that are in one of the sets. This takes time that grows with the zones and the values
/// in all sets, never with zones times sets.
///
/// A zone is in a set that lists it. It is in an open set, which has no list and no bounds, unless that excludes it: so
/// it is in one of them if fewer sets exclude it than there are. For sets with bounds, the zones that are numbers are
/// sorted, and a sweep over them counts the bounds that each one is in.
pub(super) fn in_any<'z>(zones: &[&'z str], sets: &[NodeValues<'_>]) -> Vec<&'z str> {
    let mut listed = TextSet::default();
    // How many sets are open, and how many of these exclude a value.
    let mut open = 0_usize;
    let mut excluding: TextMap<'_, usize> = TextMap::default();
    // The zones that are numbers, ascending. The step at a number is how many bounds begin there, less those that ended.
    let mut numbers: Vec<(i64, &str)> = zones.iter().filter_map(|zone| Some((zone.parse().ok()?, *zone))).collect();
    sort::by(&mut numbers, Ord::cmp);
    let mut steps = vec![0_i64; numbers.len() + 1];
    // How many sets with bounds exclude a value that is in their bounds.
    let mut out: TextMap<'_, i64> = TextMap::default();
    for set in sets {
        match (&set.listed, set.bounds) {
            (Some(values), _) => {
                for value in values {
                    listed.insert(*value);
                }
            }
            (None, None) => {
                open += 1;
                for value in &set.excluded {
                    excluding.change(value, |count| *count += 1);
                }
            }
            (None, Some((low, high))) => {
                let from = numbers.partition_point(|(number, _)| *number < low);
                let to = numbers.partition_point(|(number, _)| *number <= high);
                for (index, step) in [(from, 1), (to, -1)] {
                    if let Some(place) = steps.get_mut(index) {
                        *place += step;
                    }
                }
                for value in set.excluded.iter().filter(|value| set.is_in_bounds(value)) {
                    out.change(value, |count| *count += 1);
                }
            }
        }
    }
    let mut covering = 0;
    let mut bounded = TextSet::default();
    for ((_, zone), step) in numbers.iter().zip(steps) {
        covering += step;
        if covering > out.get(zone).copied().unwrap_or_default() {
            bounded.insert(*zone);
        }
    }
    zones
        .iter()
        .copied()
        .filter(|zone| {
            listed.contains(zone) || open > excluding.get(zone).copied().unwrap_or_default() || bounded.contains(zone)
        })
        .collect()
}
