//! What kubectl makes of a document, and whether we make the same of it.

use podnetworking_manifests::{What, read_str};
use serde_json::Value;

/// What kubectl makes of a document.
pub enum Answer {
    Object(Value),
    Error(String),
}

/// How our reading of a document differs from kubectl's; none where it does not.
pub fn difference(text: &str, answer: &Answer) -> Option<String> {
    let found = read_str("a.yaml", text);
    let errors: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
    let ours = match found.documents.as_slice() {
        [document] if errors.is_empty() => Ok(document.json()),
        documents => Err(format!("{} objects, {errors:?}", documents.len())),
    };
    match (answer, ours) {
        // What looks like a template that is not rendered is passed over with a word.
        (Answer::Error(_), Err(_))
            if !errors.is_empty() || found.skipped.iter().any(|skipped| skipped.what == What::Template) =>
        {
            None
        }
        // kubectl takes the later one, and so we say that there are two.
        (Answer::Object(_), Err(_)) if errors.iter().any(|error| error.contains("set twice")) => None,
        (Answer::Object(wanted), Ok(json)) => {
            let mut value: Value = serde_json::from_str(json).unwrap();
            let mut wanted = wanted.clone();
            as_floats(&mut value);
            as_floats(&mut wanted);
            (value != wanted).then(|| format!("{text:?}\nkubectl reads {wanted}\nwe read      {value}"))
        }
        (Answer::Object(wanted), Err(error)) => Some(format!("{text:?}\nkubectl reads {wanted}\nwe say {error}")),
        (Answer::Error(reason), Ok(json)) => Some(format!("{text:?}\nkubectl says {reason}\nwe read {json}")),
        (Answer::Error(reason), Err(error)) => Some(format!("{text:?}\nkubectl says {reason}\nwe say {error}")),
    }
}

/// Numbers as kubectl has them, for which `1` and `1.0` are one.
fn as_floats(value: &mut Value) {
    match value {
        Value::Number(number) => *value = number.as_f64().map_or(Value::Null, Value::from),
        Value::Array(elements) => elements.iter_mut().for_each(as_floats),
        Value::Object(entries) => entries.values_mut().for_each(as_floats),
        _ => {}
    }
}
