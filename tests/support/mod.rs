//! What tests of several files share.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

/// The paths at which two JSON texts differ; numbers and strings differ where their spelling does.
pub fn changes(old: &str, new: &str) -> Vec<String> {
    let mut paths = Vec::new();
    compare(old.trim(), new.trim(), "", &mut paths);
    paths
}

fn members(text: &str) -> BTreeMap<String, &RawValue> {
    serde_json::from_str(text).unwrap()
}

fn compare(old: &str, new: &str, path: &str, paths: &mut Vec<String>) {
    if old == new {
        return;
    }
    match (old.as_bytes()[0], new.as_bytes()[0]) {
        (b'{', b'{') => {
            let (old, new) = (members(old), members(new));
            for (key, value) in &old {
                match new.get(key) {
                    Some(other) => compare(value.get(), other.get(), &format!("{path}.{key}"), paths),
                    None => paths.push(format!("{path}.{key} is gone")),
                }
            }
            paths.extend(new.keys().filter(|key| !old.contains_key(*key)).map(|key| format!("{path}.{key}")));
        }
        (b'[', b'[') => {
            let (old, new): (Vec<&RawValue>, Vec<&RawValue>) =
                (serde_json::from_str(old).unwrap(), serde_json::from_str(new).unwrap());
            for (index, value) in old.iter().enumerate() {
                match new.get(index) {
                    Some(other) => compare(value.get(), other.get(), &format!("{path}[{index}]"), paths),
                    None => paths.push(format!("{path}[{index}] is gone")),
                }
            }
            paths.extend((old.len()..new.len()).map(|index| format!("{path}[{index}]")));
        }
        _ => paths.push(path.to_owned()),
    }
}
