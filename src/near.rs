//! Which known name a misspelt one means.

/// The known name that `name` is near to: it differs by case, or by one or two letters (two exchanged neighbours are
/// one). Of several the nearest, and of these the first.
#[must_use]
pub fn nearest<'k>(name: &str, known: &[&'k str]) -> Option<&'k str> {
    known
        .iter()
        .filter_map(|candidate| {
            // What differs more in length needs no closer look.
            if name.len().abs_diff(candidate.len()) > 2 * MOST {
                return None;
            }
            let distance = if name.eq_ignore_ascii_case(candidate) { 0 } else { distance(name, candidate)? };
            // In a short name two letters are most of it.
            let allowed = if candidate.chars().count() <= 4 { 1 } else { 2 };
            (distance <= allowed).then_some((distance, *candidate))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// How many letters may differ, each of at most four bytes, and of these three more than the letter it stands for.
const MOST: usize = 4;
/// The longest name that is compared; known names are shorter by far.
const LONGEST: usize = 64;

/// How many letters have to be changed, added, removed, or exchanged with their neighbour; case counts.
fn distance(a: &str, b: &str) -> Option<usize> {
    if a.len() > LONGEST || b.len() > LONGEST {
        return None;
    }
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, to) in b.iter().enumerate() {
            let at = |row: &[usize], index: usize| row.get(index).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j) + usize::from(from != to)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let exchanged = i > 0 && j > 0 && a.get(i - 1) == Some(to) && b.get(j - 1) == Some(from);
            if exchanged {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_told_by_case_and_few_letters() {
        let known = ["podSelector", "namespaceSelector", "type"];
        assert_eq!(nearest("namesapceSelector", &known), Some("namespaceSelector"));
        assert_eq!(nearest("NamespaceSelectors", &known), Some("namespaceSelector"));
        assert_eq!(nearest("PODSELECTOR", &known), Some("podSelector"));
        assert_eq!(nearest("tpe", &known), Some("type"));
        assert_eq!(nearest("kind", &known), None);
        assert_eq!(nearest("matchLabels", &known), None);
    }
}
