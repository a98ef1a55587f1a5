//! Objects that several manifests define with different content, as where one repository holds two clusters.

use std::collections::HashMap;
use std::path::{Component, Path};

use serde_json::Value;

use crate::object::{Identity, Object};

/// Several definitions of one object.
#[derive(Clone, Debug)]
pub struct Twice {
    /// The object.
    pub identity: Identity,
    /// Whether decisions on other objects depend on it: it is a PodNetworking or a Namespace.
    pub is_fact: bool,
    /// The positions of the definitions, in order.
    pub definitions: Vec<usize>,
}

/// The definitions of objects that differ, in the order of the first ones.
#[must_use]
pub fn find(checked: &[Object]) -> Vec<Twice> {
    let mut by_identity: HashMap<&Identity, Vec<usize>> = HashMap::new();
    for (position, object) in checked.iter().enumerate() {
        if !object.identity.name.is_empty() {
            by_identity.entry(&object.identity).or_default().push(position);
        }
    }
    let mut found: Vec<Twice> = by_identity
        .into_iter()
        .filter(|(_, definitions)| {
            let first = definitions.first().and_then(|first| checked.get(*first));
            let others = definitions.iter().skip(1).filter_map(|position| checked.get(*position));
            first.is_some_and(|first| others.into_iter().any(|other| !is_same(first, other)))
        })
        .map(|(identity, definitions)| Twice {
            identity: identity.clone(),
            is_fact: definitions
                .first()
                .and_then(|first| checked.get(*first))
                .is_some_and(|object| object.is_podnetworking() || object.is_namespace()),
            definitions,
        })
        .collect();
    found.sort_by(|a, b| a.definitions.cmp(&b.definitions));
    found
}

/// Whether two manifests define the same; the order of keys does not count.
#[must_use]
pub fn is_same(one: &Object, other: &Object) -> bool {
    let (one, other) = (one.document.json(), other.document.json());
    if one == other {
        return true;
    }
    let value = |text: &str| serde_json::from_str::<Value>(text).ok();
    value(one).is_some_and(|one| value(other).is_some_and(|other| one == other))
}

/// The definitions that are nearest to a folder: those whose own folders have the longest part in common with it. Of
/// equal ones the last is kept.
#[must_use]
pub fn nearest(twice: &Twice, folder: &Path, checked: &[Object]) -> Vec<usize> {
    let mut longest = 0;
    let mut nearest: Vec<usize> = Vec::new();
    for position in &twice.definitions {
        let Some(object) = checked.get(*position) else { continue };
        let common = common(folder, self::folder(object));
        if common > longest || nearest.is_empty() {
            longest = common;
            nearest.clear();
        }
        if common == longest {
            nearest.retain(|earlier| checked.get(*earlier).is_none_or(|earlier| !is_same(earlier, object)));
            nearest.push(*position);
        }
    }
    nearest
}

/// The folder of an object's file.
#[must_use]
pub fn folder(object: &Object) -> &Path {
    Path::new(object.document.file()).parent().unwrap_or(Path::new(""))
}

fn common(one: &Path, other: &Path) -> usize {
    let parts = |path| Path::components(path).filter(|part| *part != Component::CurDir);
    parts(one).zip(parts(other)).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use podnetworking_manifests::read_str;

    use super::*;

    fn objects(files: &[(&str, &str)]) -> Vec<Object> {
        let read = |(file, spec): &(&str, &str)| {
            let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: a}}\nspec: {spec}\n");
            read_str(file, &text).documents.into_iter().map(|document| Object::new(document, "default"))
        };
        files.iter().flat_map(read).collect()
    }

    #[test]
    fn definitions_with_the_same_content_are_one() {
        assert!(find(&objects(&[("a/x.yaml", "{a: 1, b: 2}"), ("b/x.yaml", "{b: 2, a: 1}")])).is_empty());
        let found = find(&objects(&[("a/x.yaml", "1"), ("b/x.yaml", "1"), ("c/x.yaml", "2")]));
        assert_eq!(found[0].definitions, [0, 1, 2]);
        assert!(found[0].is_fact);
    }

    #[test]
    fn the_nearest_definition_has_the_longest_folder_in_common() {
        let objects = objects(&[("a/x.yaml", "1"), ("a/b/x.yaml", "2"), ("c/x.yaml", "3"), ("c/y.yaml", "3")]);
        let twice = &find(&objects)[0];
        for (folder, expected) in
            [("a", &[0, 1][..]), ("a/b/c", &[1]), ("a/d", &[0, 1]), ("c", &[3]), ("d", &[0, 1, 3]), ("", &[0, 1, 3])]
        {
            assert_eq!(nearest(twice, Path::new(folder), &objects), expected, "{folder}");
        }
    }
}
