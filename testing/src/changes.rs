//! The difference between an object and its mutated form, path by path.

use crate::exact::Exact;

/// The fields that are new or changed, with their values; `None` if a field was removed.
pub(crate) fn between(before: &Exact, after: &Exact) -> Option<Vec<(String, Exact)>> {
    let mut changes = Vec::new();
    walk(before, after, String::new(), &mut changes).then_some(changes)
}

fn walk(before: &Exact, after: &Exact, path: String, changes: &mut Vec<(String, Exact)>) -> bool {
    match (before, after) {
        (Exact::Object(old), Exact::Object(new)) => {
            old.keys().all(|key| new.contains_key(key))
                && new.iter().all(|(key, value)| {
                    let path = join(&path, key);
                    match old.get(key) {
                        Some(old) => walk(old, value, path, changes),
                        None => {
                            changes.push((path, value.clone()));
                            true
                        }
                    }
                })
        }
        (Exact::List(old), Exact::List(new)) if old.len() == new.len() => (old.iter().zip(new).enumerate())
            .all(|(index, (old, new))| walk(old, new, format!("{path}[{index}]"), changes)),
        _ => {
            if before != after {
                changes.push((path, after.clone()));
            }
            true
        }
    }
}

fn join(path: &str, key: &str) -> String {
    if key.contains(['.', '/']) {
        return format!("{path}[{key}]");
    }
    if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") }
}

/// The object with these fields set. Missing objects on the path are created.
pub(crate) fn apply<'c>(object: &Exact, changes: impl Iterator<Item = (&'c str, &'c Exact)>) -> Exact {
    let mut object = object.clone();
    for (path, value) in changes {
        set(&mut object, path, &keys(path), value);
    }
    object
}

fn set(place: &mut Exact, path: &str, keys: &[String], value: &Exact) {
    let Some((key, rest)) = keys.split_first() else {
        *place = value.clone();
        return;
    };
    if let Exact::List(elements) = place {
        let index: usize = key.parse().unwrap_or_else(|_| panic!("`{path}`: `{key}` is not an index"));
        return set(&mut elements[index], path, rest, value);
    }
    if *place == Exact::Null {
        *place = Exact::Object(Default::default());
    }
    let Exact::Object(members) = place else { panic!("`{path}`: `{key}` is not in an object") };
    set(members.entry(key.clone()).or_insert(Exact::Null), path, rest, value);
}

/// The keys of a path in the form of Kubernetes: `a.b[0].c[d.e/f]`.
fn keys(path: &str) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let (key, after) = match rest.strip_prefix('[') {
            Some(inside) => inside.split_once(']').unwrap_or_else(|| panic!("`{path}` has no `]`")),
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        keys.push(key.to_owned());
        rest = after;
    }
    keys
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applying_the_difference_gives_the_mutated_object() {
        let before = Exact::parse(r#"{"a":{"x.y/z":1},"l":[{"m":[1]}],"n":null}"#).unwrap();
        let after = Exact::parse(r#"{"a":{"x.y/z":2,"q":3},"l":[{"m":[1,2]}],"n":{"o":{}}}"#).unwrap();
        let changes = between(&before, &after).unwrap();
        let paths: Vec<&str> = changes.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["a.q", "a[x.y/z]", "l[0].m", "n"]);
        assert_eq!(apply(&before, changes.iter().map(|(path, value)| (path.as_str(), value))), after);
        assert_eq!(between(&after, &before), None);
    }
}
