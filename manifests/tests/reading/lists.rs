//! Several objects in one file.

use podnetworking_manifests::{Document, read_str};

use crate::{errors, skipped};

fn jsons(documents: &[Document]) -> Vec<&str> {
    documents.iter().map(Document::json).collect()
}

#[test]
fn takes_lists_apart() {
    let text = "apiVersion: v1\nitems:\n- apiVersion: v1\n  kind: A\n  m: 1\n- kind: List\n  apiVersion: v1\n  items:\n  - {apiVersion: v1, kind: B}\n- apiVersion: v1\n  kind: C\nkind: List\n---\napiVersion: v1\nkind: D\n";
    let found = read_str("a.yaml", text);
    assert_eq!(errors(&found), Vec::<String>::new());
    let expected = [
        r#"{"apiVersion":"v1","kind":"A","m":1}"#,
        r#"{"apiVersion":"v1","kind":"B"}"#,
        r#"{"apiVersion":"v1","kind":"C"}"#,
        r#"{"apiVersion":"v1","kind":"D"}"#,
    ];
    assert_eq!(jsons(&found.documents), expected);
    let places: Vec<_> =
        found.documents.iter().map(|document| (document.index(), document.line(), document.is_list_item())).collect();
    assert_eq!(places, [(0, 3, true), (1, 9, true), (2, 10, true), (3, 14, false)]);
    assert_eq!((found.documents[0].locate("m").line, found.documents[0].locate("m").column), (5, 6));
    assert_eq!((found.documents[1].locate("kind").line, found.documents[1].locate("kind").column), (9, 28));
    assert_eq!(found.documents[2].locate("missing").line, 10);
}

#[test]
fn items_have_their_kind_from_their_list() {
    let text = r#"{"kind":"PodNetworkingList","apiVersion":"network.alibabacloud.com/v1beta1","items":[{"metadata":{"name":"a"}},{},{"kind":"Other"}]}"#;
    let found = read_str("a.json", text);
    let head = r#"{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"PodNetworking""#;
    let expected = [
        format!("{head},\"metadata\":{{\"name\":\"a\"}}}}"),
        format!("{head}}}"),
        r#"{"apiVersion":"network.alibabacloud.com/v1beta1","kind":"Other"}"#.to_owned(),
    ];
    assert_eq!(jsons(&found.documents), expected);
    assert_eq!(found.documents[0].kind(), "PodNetworking");
    assert_eq!(found.documents[0].api_version(), "network.alibabacloud.com/v1beta1");
    let location = found.documents[0].locate("metadata.name");
    assert_eq!(&text[location.start..location.end], "\"a\"");
}

#[test]
fn items_of_a_plain_list_need_a_kind() {
    let found = read_str("a.yaml", "apiVersion: v1\nkind: List\nitems:\n- a: 1\n- 2\n- {apiVersion: v1, kind: X}\n");
    assert_eq!(jsons(&found.documents), [r#"{"apiVersion":"v1","kind":"X"}"#]);
    let reason = "an item of the list is not a Kubernetes object; give it `apiVersion` and `kind`";
    assert_eq!(errors(&found), [format!("a.yaml:4:3: {reason}"), format!("a.yaml:5:3: {reason}")]);
    let found = read_str("a.yaml", "apiVersion: v1\nkind: XList\nitems: [{kind: 5}, null]\n");
    assert_eq!(errors(&found), [format!("a.yaml:3:10: {reason}"), format!("a.yaml:3:20: {reason}")]);
}

#[test]
fn an_object_may_be_called_a_list() {
    for text in ["apiVersion: v1\nkind: AllowList\nspec: 1\n", "apiVersion: v1\nkind: AllowList\nitems: x\n"] {
        assert_eq!(read_str("a.yaml", text).documents.len(), 1, "{text}");
    }
    assert_eq!(read_str("a.yaml", "apiVersion: v1\nkind: AllowList\nitems: []\n").documents.len(), 0);
}

#[test]
fn reads_streams() {
    let cases = [
        ("a.json", "{\"apiVersion\":\"v1\",\"kind\":\"A\"}\n{\"apiVersion\":\"v1\",\"kind\":\"B\"} ", 2),
        (
            "a.yaml",
            "---\n{\"apiVersion\": \"v1\", kind: A} # a comment\n--- # comment\napiVersion: v1\nkind: B\n---\n---\n",
            2,
        ),
        ("a.yaml", "# c\n---\n\u{FEFF}apiVersion: v1\nkind: !a A\n...\n# the end\n", 1),
    ];
    for (file, text, count) in cases {
        let found = read_str(file, text);
        assert_eq!((found.documents.len(), errors(&found), skipped(&found)), (count, vec![], vec![]), "{text}");
    }
}

#[test]
fn what_follows_a_document_is_not_read() {
    let reason = "kubectl does not read what follows the end of a document; put a line `---` before it";
    for (text, line) in [
        ("apiVersion: v1\nkind: A\n...\n# c\napiVersion: v1\nkind: B\n", 5),
        ("---\n{apiVersion: v1, kind: A}\nkind: [\n", 3),
        ("apiVersion: v1\nkind: A\n%YAML 1.1\n", 3),
    ] {
        let found = read_str("a.yaml", text);
        assert_eq!(
            (jsons(&found.documents), errors(&found)),
            (vec![r#"{"apiVersion":"v1","kind":"A"}"#], vec![]),
            "{text}"
        );
        assert_eq!(skipped(&found), [format!("a.yaml:{line}: {reason}")], "{text}");
    }
}

#[test]
fn passes_over_what_is_no_object() {
    let no_object = "not a Kubernetes object: `apiVersion` and `kind` are missing";
    let cases = [
        ("", "a.yaml: it contains no object".to_owned()),
        ("# only\n---\n", "a.yaml: it contains no object".to_owned()),
        ("apiVersion: v2\nname: chart\n", "a.yaml:1: not a Kubernetes object: `kind` is missing".to_owned()),
        ("kind: X\n", "a.yaml:1: not a Kubernetes object: `apiVersion` is missing".to_owned()),
        ("- 1\n", format!("a.yaml: {no_object}")),
        ("text", format!("a.yaml: {no_object}")),
        ("apiVersion: 1\nkind: X\n", "a.yaml:1: not a Kubernetes object: `apiVersion` is missing".to_owned()),
        ("apiVersion: v1\nkind: ''\n", "a.yaml:1: not a Kubernetes object: `kind` is missing".to_owned()),
        // What is wrong with it is not ours to say.
        ("a: 1\na: .inf\n", format!("a.yaml: {no_object}")),
        ("apiVersion: v1\nkind: X\n---\n# c\na: 1\n", format!("a.yaml:5: {no_object}")),
    ];
    for (text, expected) in cases {
        let found = read_str("a.yaml", text);
        assert_eq!((skipped(&found), errors(&found)), (vec![expected], vec![]), "{text}");
    }
}
