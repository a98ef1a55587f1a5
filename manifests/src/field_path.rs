//! Field paths as Kubernetes writes them: `spec.containers[0].env`, `metadata.labels[example.com/name]`.

/// One step of a path.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// After a dot.
    Field(&'a str),
    /// In brackets: an index, or a key that may contain anything.
    Bracket(&'a str),
}

impl<'a> Step<'a> {
    pub fn text(&self) -> &'a str {
        match self {
            Self::Field(text) | Self::Bracket(text) => text,
        }
    }
}

/// The steps of a path. What is no path yields steps that nothing matches.
pub(crate) fn steps(path: &str) -> impl Iterator<Item = Step<'_>> {
    let mut rest = path;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if let Some(inside) = rest.strip_prefix('[') {
            let end = closing_bracket(inside);
            let (key, after) = inside.split_at_checked(end).unwrap_or((inside, ""));
            rest = after.strip_prefix(']').unwrap_or(after);
            return Some(Step::Bracket(key));
        }
        let field = rest.strip_prefix('.').unwrap_or(rest);
        let (field, after) =
            field.split_at_checked(field.find(['.', '[']).unwrap_or(field.len())).unwrap_or((field, ""));
        rest = after;
        Some(Step::Field(field))
    })
}

/// The names and indices of a path.
pub fn path_steps(path: &str) -> Vec<String> {
    steps(path).map(|step| step.text().to_owned()).collect()
}

/// The first `]` after which a path can go on, because a key may contain one.
fn closing_bracket(inside: &str) -> usize {
    let ends = |at: usize| inside.get(at + 1..).is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']));
    inside.match_indices(']').map(|(at, _)| at).find(|&at| ends(at)).unwrap_or(inside.len())
}

#[cfg(test)]
mod tests {
    use super::Step::{Bracket, Field};
    use super::*;

    #[test]
    fn reads_paths() {
        let cases: &[(&str, &[Step<'_>])] = &[
            ("", &[]),
            ("spec", &[Field("spec")]),
            ("spec.a[0].b[12]", &[Field("spec"), Field("a"), Bracket("0"), Field("b"), Bracket("12")]),
            (
                "metadata.annotations[k8s.aliyun.com/pod-networking]",
                &[Field("metadata"), Field("annotations"), Bracket("k8s.aliyun.com/pod-networking")],
            ),
            ("a[x][y].z", &[Field("a"), Bracket("x"), Bracket("y"), Field("z")]),
            ("a[x]y].z", &[Field("a"), Bracket("x]y"), Field("z")]),
            ("[0]", &[Bracket("0")]),
            ("a[", &[Field("a"), Bracket("")]),
            ("a..b", &[Field("a"), Field(""), Field("b")]),
        ];
        for (path, expected) in cases {
            assert_eq!(&steps(path).collect::<Vec<_>>(), expected, "{path}");
        }
    }
}
