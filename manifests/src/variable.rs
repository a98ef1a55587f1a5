//! `${VAR}`, which Flux and envsubst replace before an object is applied.

/// Parts of an object in which shells and programs have `${VAR}` of their own.
const NOT_OURS: [&str; 8] = [
    "containers",
    "initContainers",
    "ephemeralContainers",
    "volumes",
    "data",
    "stringData",
    "binaryData",
    "managedFields",
];

/// The first `${VAR}` in the strings of an object.
pub(crate) fn first(json: &str) -> Option<&str> {
    if !json.contains("${") {
        return None;
    }
    // For each open collection: whether its strings count. The value of a key has its own answer.
    let mut open: Vec<bool> = Vec::new();
    let mut counts = true;
    let mut rest = json;
    while let Some(at) = rest.find(['"', '{', '[', '}', ']']) {
        let (before, found) = rest.split_at_checked(at)?;
        // After a comma the next value or key is one of the collection itself.
        if before.contains(',') {
            counts = open.last().copied().unwrap_or(true);
        }
        let text = found.get(1..)?;
        match found.as_bytes().first() {
            Some(b'"') => {
                let length = string_length(text);
                let (string, after) = text.split_at_checked(length)?;
                rest = after.get(1..)?;
                if rest.starts_with(':') {
                    counts = open.last().copied().unwrap_or(true) && !NOT_OURS.contains(&string);
                }
                if counts && let Some(variable) = variable(string) {
                    return Some(variable);
                }
            }
            Some(b'{' | b'[') => {
                open.push(counts);
                rest = text;
            }
            _ => {
                open.pop();
                rest = text;
            }
        }
    }
    None
}

/// How long a string is up to the quote that ends it.
fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let end = text.bytes().position(|byte| {
        let ends = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        ends
    });
    end.unwrap_or(text.len())
}

/// `${NAME}`, also with a default: `${NAME:=value}`.
fn variable(text: &str) -> Option<&str> {
    text.match_indices("${").find_map(|(at, _)| {
        let rest = text.get(at..)?;
        let name = rest.get(2..)?.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next()?;
        let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        let after = rest.get(2 + name.len()..)?;
        let end = rest.find('}')?;
        (is_name && after.starts_with(['}', ':', '-', '='])).then(|| rest.get(..=end)).flatten()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_variables_where_they_decide() {
        for (json, found) in [
            (r#"{"a":{"b":"x ${VAR} y"}}"#, Some("${VAR}")),
            (r#"{"a":["${A:=b}"]}"#, Some("${A:=b}")),
            (r#"{"${K}":1}"#, Some("${K}")),
            (r#"{"spec":{"containers":[{"args":["${A}"]}],"nodeSelector":{"a":"b"}}}"#, None),
            (r#"{"spec":{"containers":[{"args":["\"${A}"]}],"nodeSelector":{"a":"${B}"}}}"#, Some("${B}")),
            (r#"{"data":{"a":"${A}"},"b":1}"#, None),
            (r#"{"data":"${A}","b":"${B}"}"#, Some("${B}")),
            (r#"{"a":"$A $(B) ${} ${1} ${a.b}"}"#, None),
        ] {
            assert_eq!(first(json), found, "{json}");
        }
    }
}
