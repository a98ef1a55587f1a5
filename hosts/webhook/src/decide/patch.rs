//! The smallest JSON Patch from one text of an object to another.
//!
//! A mutation inserts into the text, so the rest of it is the same, byte for byte. Only the members whose texts differ are
//! read.

use std::borrow::Cow;
use std::collections::HashMap;

use json_patch::{AddOperation, PatchOperation, RemoveOperation, jsonptr::PointerBuf};
use podnetworking_policy::json::value::{Json, Kind};
use serde_json::Value;

/// The operations that make `after` of `before`, both JSON.
///
/// # Errors
/// If one of the two cannot be read.
pub fn between(before: &str, after: &str) -> Result<Vec<PatchOperation>, serde_json::Error> {
    let mut operations = Vec::new();
    compare(&PointerBuf::root(), Json::trusted(before), Json::trusted(after), &mut operations)?;
    Ok(operations)
}

fn compare(
    path: &PointerBuf,
    before: Json<'_>,
    after: Json<'_>,
    operations: &mut Vec<PatchOperation>,
) -> Result<(), serde_json::Error> {
    if before.text() == after.text() {
        return Ok(());
    }
    let (Some(old), Some(new)) = (members(before), members(after)) else {
        // Lists, and what is not worth a closer look.
        let (old, new): (Value, Value) = (serde_json::from_str(before.text())?, serde_json::from_str(after.text())?);
        operations.extend(json_patch::diff(&old, &new).0.into_iter().map(|operation| below(path, operation)));
        return Ok(());
    };
    let at = |key: &str| path.with_trailing_token(key);
    let known: HashMap<&str, Json<'_>> = old.iter().map(|(key, value)| (key.as_ref(), *value)).collect();
    let kept: HashMap<&str, Json<'_>> = new.iter().map(|(key, value)| (key.as_ref(), *value)).collect();
    for (key, _) in &old {
        if !kept.contains_key(key.as_ref()) {
            operations.push(PatchOperation::Remove(RemoveOperation { path: at(key) }));
        }
    }
    for (key, value) in &new {
        match known.get(key.as_ref()) {
            Some(old) if old.text() == value.text() => {}
            Some(old) => compare(&at(key), *old, *value, operations)?,
            None => {
                let value = serde_json::from_str(value.text())?;
                operations.push(PatchOperation::Add(AddOperation { path: at(key), value }));
            }
        }
    }
    Ok(())
}

/// The operation, with its path below another one.
fn below(prefix: &PointerBuf, mut operation: PatchOperation) -> PatchOperation {
    let path = match &mut operation {
        PatchOperation::Add(one) => &mut one.path,
        PatchOperation::Remove(one) => &mut one.path,
        PatchOperation::Replace(one) => &mut one.path,
        PatchOperation::Move(one) => &mut one.path,
        PatchOperation::Copy(one) => &mut one.path,
        PatchOperation::Test(one) => &mut one.path,
    };
    *path = prefix.concat(path.as_ptr());
    operation
}

/// The members of an object, in their order; nothing for what is not an object, or has a key twice.
fn members(json: Json<'_>) -> Option<Vec<(Cow<'_, str>, Json<'_>)>> {
    if json.kind() != Kind::Object {
        return None;
    }
    let mut members = Vec::new();
    json.each_member(&mut |key, value| members.push((key, value))).ok()?;
    let mut keys: Vec<&str> = members.iter().map(|(key, _)| key.as_ref()).collect();
    keys.sort_unstable();
    keys.windows(2).all(|pair| pair.first() != pair.last()).then_some(members)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, expected: &str) {
        let operations = between(before, after).unwrap();
        assert_eq!(serde_json::to_string(&operations).unwrap(), expected);
        let mut object: Value = serde_json::from_str(before).unwrap();
        json_patch::patch(&mut object, &operations).unwrap();
        assert_eq!(object, serde_json::from_str::<Value>(after).unwrap());
    }

    #[test]
    fn only_what_differs_is_in_the_patch() {
        check(
            r#"{"metadata":{"name":"a"},"spec":{"n":12345678901234567890123,"a/b~c":{"x":1}}}"#,
            r#"{"metadata":{"name":"a","annotations":{"k":"v"}},"spec":{"n":12345678901234567890123,"a/b~c":{"x":1,"y":"z"}}}"#,
            r#"[{"op":"add","path":"/metadata/annotations","value":{"k":"v"}},{"op":"add","path":"/spec/a~1b~0c/y","value":"z"}]"#,
        );
    }

    #[test]
    fn what_is_appended_to_a_list_is_added() {
        check(
            r#"{"terms":[{"e":[{"key":"a"}]},{}]}"#,
            r#"{"terms":[{"e":[{"key":"a"},{"key":"zone"}]},{}]}"#,
            r#"[{"op":"add","path":"/terms/0/e/1","value":{"key":"zone"}}]"#,
        );
        check(r#"{"ids":["a","b","a"]}"#, r#"{"ids":["a","b"]}"#, r#"[{"op":"remove","path":"/ids/2"}]"#);
    }

    #[test]
    fn what_is_gone_is_removed() {
        check(
            r#"{"a":{"b":1,"c":2},"d":3}"#,
            r#"{"a":{"c":2}}"#,
            r#"[{"op":"remove","path":"/d"},{"op":"remove","path":"/a/b"}]"#,
        );
    }

    #[test]
    fn a_key_that_is_there_twice_counts_as_its_last_value() {
        check(r#"{"a":{"b":1,"b":2}}"#, r#"{"a":{"b":2,"c":3}}"#, r#"[{"op":"add","path":"/a/c","value":3}]"#);
    }

    #[test]
    fn null_becomes_an_object() {
        check(
            r#"{"a":{"b":null}}"#,
            r#"{"a":{"b":{"c":"d"}}}"#,
            r#"[{"op":"replace","path":"/a/b","value":{"c":"d"}}]"#,
        );
    }
}
