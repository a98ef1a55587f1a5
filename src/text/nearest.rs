//! Suggests the known name that a misspelt one means.

/// The known name that is nearest to `name`, if they differ by case, or by one or two letters. Two exchanged neighbours
/// count as one. If several are equally near, the first one. For example, `matchlabels` is near `matchLabels`.
#[must_use]
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .filter_map(|candidate| {
            let distance = if name.eq_ignore_ascii_case(candidate) { 0 } else { distance(name, candidate)? };
            // In a short name, two letters are too much.
            let allowed = if candidate.chars().count() <= 4 { 1 } else { 2 };
            (distance <= allowed).then_some((distance, *candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The longest name that is compared. Known names are much shorter.
const LONGEST: usize = 64;
/// The greatest distance that counts as near.
const MAX_DISTANCE: usize = 2;

/// How many letters must be changed, added, removed, or exchanged with their neighbour. Case counts. `None` if that
/// is more than [`MAX_DISTANCE`]. The search stops early then, since there may be thousands of names.
fn distance(a: &str, b: &str) -> Option<usize> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    if a.chars().count().abs_diff(b.chars().count()) > MAX_DISTANCE {
        return None;
    }
    // A letter that the other name lacks is a step.
    let (in_a, in_b) = (letters(a), letters(b));
    if (in_a & !in_b).count_ones().max((in_b & !in_a).count_ones()) as usize > MAX_DISTANCE {
        return None;
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    // Only columns near the diagonal can hold a small distance.
    let far = MAX_DISTANCE + 1;
    let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(far);
    let mut before_last: Vec<usize> = vec![far; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![far; b.len() + 1];
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, to) in b.iter().enumerate().take(i + MAX_DISTANCE + 1).skip(i.saturating_sub(MAX_DISTANCE)) {
            let mut best = (at(&last, j) + usize::from(from != to)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let exchanged = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if exchanged {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            if let Some(place) = row.get_mut(j + 1) {
                *place = best;
            }
        }
        before_last = std::mem::replace(&mut last, row);
        if last.iter().chain(&before_last).all(|distance| *distance > MAX_DISTANCE) {
            return None;
        }
    }
    last.last().copied().filter(|distance| *distance <= MAX_DISTANCE)
}

/// The letters as a set of bits. Some letters share a bit.
fn letters(name: &str) -> u64 {
    name.chars().fold(0, |set, letter| set | 1 << (letter as u32 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn similar_by_case_and_few_letters() {
        let known = ["podSelector", "namespaceSelector", "type"];
        assert_eq!(nearest("namesapceSelector", &known), Some("namespaceSelector"));
        assert_eq!(nearest("NamespaceSelectors", &known), Some("namespaceSelector"));
        assert_eq!(nearest("PODSELECTOR", &known), Some("podSelector"));
        assert_eq!(nearest("tpe", &known), Some("type"));
        assert_eq!(nearest("kind", &known), None);
        assert_eq!(nearest("matchLabels", &known), None);
    }

    #[test]
    fn very_long_names_are_near_to_none() {
        let [shorter, longest, longer] = [LONGEST - 1, LONGEST, LONGEST + 1].map(|count| "a".repeat(count));
        assert_eq!(nearest(&longest, &[&shorter]), Some(shorter.as_str()));
        assert_eq!(nearest(&shorter, &[&longest]), Some(longest.as_str()));
        assert_eq!(nearest(&longer, &[&longest]), None);
        assert_eq!(nearest(&longest, &[&longer]), None);
    }

    /// Every cell of the table, without a limit.
    fn plainly(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i + j
                } else {
                    let replaced = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                    let mut best = replaced.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        best = best.min(table[i - 2][j - 2] + 1);
                    }
                    best
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest::proptest! {
        #[test]
        fn a_small_distance_is_that_of_the_whole_table(a in "[abc]{0,7}", b in "[abc]{0,7}") {
            let expected = Some(plainly(&a, &b)).filter(|distance| *distance <= MAX_DISTANCE);
            proptest::prop_assert_eq!(distance(&a, &b), expected);
        }
    }
}
