//! An edit of a field, as JSON and as text. Comments and layout of the text stay.

use podnetworking_check::edit::{Edit as Change, Op};
use podnetworking_manifests::{Document, Location, path_steps, read_str};
use podnetworking_policy::json::value::{Json, Kind};
use serde_json::Value;

use crate::edit::{self, Edit};
use crate::yaml::{elements, members, scalar};

/// The text of a file with one of its objects changed. None if the text does not read back as exactly that.
pub fn changed(file: &str, text: &str, index: usize, change: &Change) -> Option<String> {
    let before = read_str(file, text).documents;
    let document = before.get(index)?;
    let new = edit::apply(text, 0, text.len(), &edits(document, change)?);
    let after = read_str(file, &new);
    let expected = object(document, change)?;
    let is_right = |(at, (old, new)): (usize, (&Document, &Document))| {
        if at == index { is_equal(&expected, new.json()) } else { old.json() == new.json() }
    };
    let is_whole = after.errors.is_empty() && after.documents.len() == before.len();
    (is_whole && before.iter().zip(&after.documents).enumerate().all(is_right)).then_some(new)
}

fn is_equal(one: &str, other: &str) -> bool {
    let value = |text: &str| serde_json::from_str::<Value>(text).ok();
    value(one).is_some_and(|one| value(other) == Some(one))
}

/// The object with a change, as JSON.
fn object(document: &Document, change: &Change) -> Option<String> {
    let steps = path_steps(&change.path);
    rewritten(Json::parse(document.json()).ok()?, &steps, change)
}

/// A value of which the field at the end of the path is changed. Everything else keeps its text.
fn rewritten(json: Json<'_>, steps: &[String], change: &Change) -> Option<String> {
    let (step, rest) = steps.split_first()?;
    let is_last = rest.is_empty();
    let quoted = |key: &str| Value::from(key).to_string();
    let value = change.value.as_ref().map(Value::to_string);
    if json.kind() == Kind::List {
        let index: usize = step.parse().ok()?;
        let mut out = Vec::new();
        for (at, element) in elements(json).into_iter().enumerate() {
            match change.op {
                _ if at != index => out.push(element.text().to_owned()),
                _ if !is_last => out.push(rewritten(element, rest, change)?),
                Op::Remove => {}
                Op::Replace => out.push(value.clone()?),
                Op::Add | Op::Rename => return None,
            }
        }
        return Some(format!("[{}]", out.join(",")));
    }
    let is_missing = matches!(json.kind(), Kind::Null);
    if !is_missing && json.kind() != Kind::Object {
        return None;
    }
    let mut out = Vec::new();
    let mut is_found = false;
    for (key, old) in members(json) {
        if key != step.as_str() {
            out.push(format!("{}:{}", quoted(&key), old.text()));
            continue;
        }
        is_found = true;
        let new = match change.op {
            _ if !is_last => rewritten(old, rest, change)?,
            Op::Remove => continue,
            Op::Rename => {
                out.push(format!("{value}:{}", old.text(), value = value.clone()?));
                continue;
            }
            Op::Replace => value.clone()?,
            Op::Add => {
                let mut list: Vec<String> = elements(old).iter().map(|element| element.text().to_owned()).collect();
                list.push(value.clone()?);
                format!("[{}]", list.join(","))
            }
        };
        out.push(format!("{}:{new}", quoted(&key)));
    }
    if !is_found {
        if change.op != Op::Add {
            return None;
        }
        let new = if is_last { format!("[{}]", value?) } else { rewritten(Json::parse("{}").ok()?, rest, change)? };
        out.push(format!("{}:{new}", quoted(step)));
    }
    Some(format!("{{{}}}", out.join(",")))
}

/// The edits of the text.
pub fn edits(document: &Document, change: &Change) -> Option<Vec<Edit>> {
    let path = change.path.as_str();
    let replace = |place: Location, text: String| Some(vec![Edit { start: place.start, end: place.end, text }]);
    match change.op {
        Op::Add => edit::edits(document, Json::parse(&object(document, change)?).ok()?),
        Op::Replace => replace(document.locate_exact(path)?, change.value.as_ref()?.to_string()),
        Op::Rename => {
            document.locate_exact(path)?;
            let place = document.locate_key(path);
            let name = change.value.as_ref()?.as_str()?;
            let is_quoted = document.is_json() || rest(document, place.start).starts_with('"');
            replace(place, if is_quoted { Value::from(name).to_string() } else { scalar(name) })
        }
        Op::Remove => removed(document, path).map(|edit| vec![edit]),
    }
}

fn rest(document: &Document, offset: usize) -> &str {
    document.source().text().get(offset..).unwrap_or_default()
}

/// Removes a field or an element, with its line where it has one.
fn removed(document: &Document, path: &str) -> Option<Edit> {
    let text = document.source().text();
    let (parent, _) = path.rsplit_once(if path.ends_with(']') { '[' } else { '.' })?;
    let container = document.locate_exact(parent)?;
    let value = document.locate_exact(path)?;
    let start = document.locate_key(path).start.min(value.start);
    if rest(document, container.start).starts_with(['{', '[']) {
        let after = text.get(value.end..container.end)?;
        if let Some(more) = after.trim_start().strip_prefix(',') {
            return Some(Edit { start, end: container.end - more.trim_start().len(), text: String::new() });
        }
        let before = text.get(container.start..start)?.trim_end();
        let start = before.strip_suffix(',').map_or(start, |before| container.start + before.len());
        return Some(Edit { start, end: value.end, text: String::new() });
    }
    let line = text.get(..start)?.rfind('\n').map_or(0, |at| at + 1);
    let end = text.get(value.end..)?.find('\n').map_or(text.len(), |at| value.end + at + 1);
    let is_only = text.get(container.start..container.end)?.trim() == text.get(start..value.end)?.trim();
    if is_only && !path.ends_with(']') {
        let key = document.locate_key(parent);
        return Some(Edit { start: key.end + 1, end: value.end, text: " {}".to_owned() });
    }
    let before = text.get(line..start)?;
    let is_own = if path.ends_with(']') { before.trim() == "-" } else { before.trim().is_empty() };
    is_own.then(|| Edit { start: line, end, text: String::new() })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use serde_json::json;

    use super::*;

    const HEAD: &str = "apiVersion: v1\nkind: X\n";

    fn change(path: &str, op: Op, value: Value) -> Change {
        Change { path: path.to_owned(), op, value: Some(value).filter(|value| !value.is_null()), object: None }
    }

    #[test]
    fn fields_change_and_comments_stay() {
        for (body, change, expected) in [
            ("a: 1 # one\nb: 2\n", change("a", Op::Replace, json!("1")), "a: \"1\" # one\nb: 2\n"),
            ("a: {y: no} # x\n", change("a.true", Op::Replace, json!("no")), "a: {y: \"no\"} # x\n"),
            ("a: {y: \"no\"}\n", change("a.true", Op::Rename, json!("y")), "a: {\"y\": \"no\"}\n"),
            ("s:\n  aa: # x\n  - 1e3\n", change("s.aa", Op::Rename, json!("bb")), "s:\n  bb: # x\n  - 1e3\n"),
            ("s:\n  # x\n  a: 1\n  b: 2 # y\n", change("s.b", Op::Remove, json!(null)), "s:\n  # x\n  a: 1\n"),
            ("s: {a: 1, b: 2, c: 3}\n", change("s.b", Op::Remove, json!(null)), "s: {a: 1, c: 3}\n"),
            ("s: {a: 1, b: 2}\n", change("s.b", Op::Remove, json!(null)), "s: {a: 1}\n"),
            ("s:\n  a: 1\nb: 2\n", change("s.a", Op::Remove, json!(null)), "s: {}\nb: 2\n"),
            ("s: [a, b, a]\n", change("s[2]", Op::Remove, json!(null)), "s: [a, b]\n"),
            ("s:\n- a # x\n- b\n- a\n", change("s[2]", Op::Remove, json!(null)), "s:\n- a # x\n- b\n"),
            (
                "s:\n  m: {a: b} # x\n",
                change("s.e", Op::Add, json!({"key": "k"})),
                "s:\n  m: {a: b} # x\n  e:\n  - key: k\n",
            ),
            ("s: {e: [1]}\n", change("s.e", Op::Add, json!({"key": "k"})), "s: {e: [1, {key: k}]}\n"),
        ] {
            let new = changed("a.yaml", &format!("{HEAD}{body}"), 0, &change);
            assert_eq!(new.as_deref(), Some(format!("{HEAD}{expected}").as_str()), "{body}");
        }
    }

    #[test]
    fn what_would_change_more_is_left() {
        let shared = format!("{HEAD}a: &x {{k: 1}}\nb: *x\n");
        assert_eq!(changed("a.yaml", &shared, 0, &change("b.k", Op::Replace, json!("1"))), None);
        assert_eq!(changed("a.yaml", HEAD, 0, &change("a.b", Op::Remove, json!(null))), None);
        assert_eq!(changed("a.yaml", HEAD, 1, &change("kind", Op::Remove, json!(null))), None);
    }
}
