//! The smallest JSON Patch from one text of an object to another.
//!
//! A mutation inserts into the text, so the rest of it is the same, byte for byte. Only the members whose texts differ are
//! read.

use std::borrow::Cow;

use json_patch::{PatchOperation, jsonptr::Token};
use serde::de::{Deserializer as _, MapAccess, Visitor};
use serde_json::Value;
use serde_json::value::RawValue;

/// The operations that make `after` of `before`.
///
/// # Errors
/// If one of the two is not JSON.
pub fn between(before: &str, after: &str) -> Result<Vec<PatchOperation>, serde_json::Error> {
    let mut operations = Vec::new();
    compare("", before, after, &mut operations)?;
    Ok(operations)
}

fn compare(
    path: &str,
    before: &str,
    after: &str,
    operations: &mut Vec<PatchOperation>,
) -> Result<(), serde_json::Error> {
    if before == after {
        return Ok(());
    }
    if before.starts_with('{') && after.starts_with('{') {
        let (old, new) = (members(before)?, members(after)?);
        let same_keys = old.len() == new.len() && old.iter().zip(&new).all(|((a, _), (b, _))| a == b);
        if same_keys {
            for ((key, old), (_, new)) in old.iter().zip(&new) {
                let path = format!("{path}/{}", Token::new(key.as_ref()).encoded());
                compare(&path, old.get(), new.get(), operations)?;
            }
            return Ok(());
        }
    }
    let (old, new): (Value, Value) = (serde_json::from_str(before)?, serde_json::from_str(after)?);
    operations.extend(json_patch::diff(&old, &new).0.into_iter().map(|operation| below(path, operation)));
    Ok(())
}

/// The operation, with its path below another one.
fn below(prefix: &str, mut operation: PatchOperation) -> PatchOperation {
    let path = match &mut operation {
        PatchOperation::Add(one) => &mut one.path,
        PatchOperation::Remove(one) => &mut one.path,
        PatchOperation::Replace(one) => &mut one.path,
        PatchOperation::Move(one) => &mut one.path,
        PatchOperation::Copy(one) => &mut one.path,
        PatchOperation::Test(one) => &mut one.path,
    };
    if let Ok(whole) = json_patch::jsonptr::PointerBuf::parse(format!("{prefix}{path}")) {
        *path = whole;
    }
    operation
}

/// The members of an object, in their order.
fn members(text: &str) -> Result<Vec<(Cow<'_, str>, &RawValue)>, serde_json::Error> {
    struct Members;

    impl<'de> Visitor<'de> for Members {
        type Value = Vec<(Cow<'de, str>, &'de RawValue)>;

        fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut members = Vec::new();
            while let Some(Key(key)) = map.next_key()? {
                members.push((key, map.next_value()?));
            }
            Ok(members)
        }
    }

    serde_json::Deserializer::from_str(text).deserialize_map(Members)
}

/// A key, borrowed where nothing in it is escaped.
struct Key<'de>(Cow<'de, str>);

impl<'de> serde::Deserialize<'de> for Key<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;

        impl<'de> Visitor<'de> for Text {
            type Value = Key<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a key")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Key<'de>, E> {
                Ok(Key(Cow::Owned(text.to_owned())))
            }
        }

        deserializer.deserialize_str(Text)
    }
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
    fn null_becomes_an_object() {
        check(
            r#"{"a":{"b":null}}"#,
            r#"{"a":{"b":{"c":"d"}}}"#,
            r#"[{"op":"replace","path":"/a/b","value":{"c":"d"}}]"#,
        );
    }
}
