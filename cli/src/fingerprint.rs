//! The fingerprint of a finding: two findings of different runs are the same if rule, objects and path are. Lines and
//! wording do not count.

use podnetworking_check::answer::Finding;

/// The fingerprint of a finding, as readable text.
pub fn of(finding: &Finding) -> String {
    let object = &finding.object;
    let group = object.api_version.split_once('/').map_or("", |(group, _)| group);
    let mut text = format!(
        "{}:{group}/{}/{}/{}:{}",
        finding.rule,
        object.kind,
        object.namespace,
        object.name,
        stable(&finding.path)
    );
    for related in &finding.related {
        text.push_str(&format!(":{}/{}", related.kind, related.name));
    }
    text
}

/// The path without the indices of lists, which change if an element is added before.
fn stable(path: &str) -> String {
    let mut stable = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        stable.push_str(before);
        match after.split_once(']') {
            Some((index, after)) if index.bytes().all(|byte| byte.is_ascii_digit()) => {
                stable.push_str("[]");
                rest = after;
            }
            _ => {
                stable.push('[');
                rest = after;
            }
        }
    }
    stable.push_str(rest);
    stable
}

#[cfg(test)]
mod tests {
    use super::stable;

    #[test]
    fn indices_of_lists_do_not_count() {
        assert_eq!(stable("spec.a[0].b[12].c"), "spec.a[].b[].c");
        assert_eq!(stable("metadata.labels[a/b]"), "metadata.labels[a/b]");
        assert_eq!(stable("a["), "a[");
    }
}
