//! Where fields stand.

use podnetworking_manifests::{Document, Location, read_bytes, read_str};

const MANIFEST: &str = "\
# a comment
---
apiVersion: network.alibabacloud.com/v1beta1
kind: PodNetworking
metadata:
  name: é   # one character
  annotations:
    k8s.aliyun.com/pod-networking: \"a b\"
    empty:
spec: &spec
  selector:
    podSelector: !!map
      matchExpressions:
      - key: app
        operator: In
        values: [web, 'db', ]  # flow
      -
        {key: x}
  text: |
    one
    two

  folded: >-
    three
  plain: four
    five
  vSwitchOptions:
  - vsw-1
  -  vsw-2

copy: *spec
merged:
  <<: *spec
  plain: six
lists:
  <<: [{a: 1}, {a: 2, b: 3}]
";

fn document() -> Document {
    let found = read_str("a.yaml", MANIFEST);
    assert_eq!(crate::errors(&found), Vec::<String>::new());
    found.documents.into_iter().next().unwrap()
}

fn text(location: Location) -> &'static str {
    &MANIFEST[location.start..location.end]
}

#[test]
fn locates_values() {
    let document = document();
    assert_eq!(document.line(), 3);
    let cases = [
        ("kind", (4, 7), "PodNetworking"),
        ("metadata.name", (6, 9), "é"),
        ("metadata.annotations[k8s.aliyun.com/pod-networking]", (8, 36), "\"a b\""),
        ("metadata.annotations.empty", (9, 5), "empty"),
        ("metadata.annotations", (8, 5), "k8s.aliyun.com/pod-networking: \"a b\"\n    empty"),
        ("spec.selector.podSelector.matchExpressions[0].key", (14, 14), "app"),
        ("spec.selector.podSelector.matchExpressions[0].values", (16, 17), "[web, 'db', ]"),
        ("spec.selector.podSelector.matchExpressions[0].values[1]", (16, 23), "'db'"),
        ("spec.selector.podSelector.matchExpressions[1]", (18, 9), "{key: x}"),
        ("spec.text", (20, 5), "one\n    two"),
        ("spec.folded", (24, 5), "three"),
        ("spec.plain", (25, 10), "four\n    five"),
        ("spec.vSwitchOptions", (28, 3), "- vsw-1\n  -  vsw-2"),
        ("spec.vSwitchOptions[1]", (29, 6), "vsw-2"),
        ("copy", (31, 7), "*spec"),
        ("copy.plain", (25, 10), "four\n    five"),
        ("merged.plain", (34, 10), "six"),
        ("merged.vSwitchOptions[0]", (28, 5), "vsw-1"),
        ("lists.a", (36, 12), "1"),
        ("lists.b", (36, 26), "3"),
    ];
    for (path, (line, column), expected) in cases {
        let location = document.locate(path);
        assert_eq!((location.line, location.column, text(location)), (line, column, expected), "{path}");
        assert_eq!(document.locate_exact(path), Some(location), "{path}");
    }
    let end = document.locate("spec.plain");
    assert_eq!((end.end_line, end.end_column), (26, 9));
    let start = document.locate("spec.selector.podSelector");
    assert_eq!((start.line, start.column), (13, 7));
    let whole = document.locate("");
    assert_eq!((whole.line, whole.column, whole.end_line), (3, 1, 36));
}

#[test]
fn locates_keys_and_ancestors() {
    let document = document();
    let keys = [
        ("metadata.name", "name"),
        ("metadata.annotations[k8s.aliyun.com/pod-networking]", "k8s.aliyun.com/pod-networking"),
        ("spec.vSwitchOptions[1]", "vsw-2"),
        ("spec.selector.podSelector.matchExpressions[1].key", "key"),
        ("spec.missing", "spec"),
    ];
    for (path, expected) in keys {
        assert_eq!(text(document.locate_key(path)), expected, "{path}");
    }
    let missing = [
        ("spec.missing.deeper[3]", "spec"),
        ("spec.vSwitchOptions[7]", "vSwitchOptions"),
        ("spec.selector.podSelector.matchExpressions[1].operator", "key"),
        ("metadata.name.x", "name"),
        ("nothing", "apiVersion"),
        ("[", "apiVersion"),
    ];
    for (path, expected) in missing {
        assert_eq!(text(document.locate(path)), expected, "{path}");
        assert_eq!(document.locate_exact(path), None, "{path}");
    }
}

#[test]
fn line_breaks_and_byte_order_marks_change_nothing() {
    let expected = document();
    let crlf = MANIFEST.replace('\n', "\r\n");
    let found = read_bytes("a.yaml", format!("\u{FEFF}{crlf}").as_bytes());
    let document = found.documents.first().unwrap();
    assert_eq!(document.json(), expected.json());
    for path in ["metadata.name", "spec.plain", "spec.text", "spec.vSwitchOptions[1]", "copy"] {
        let (location, wanted) = (document.locate(path), expected.locate(path));
        let lines = |location: Location| (location.line, location.column, location.end_line, location.end_column);
        assert_eq!(lines(location), lines(wanted), "{path}");
        assert_eq!(document.source().text()[location.start..location.end].replace('\r', ""), text(wanted), "{path}");
    }
    let utf16: Vec<u8> = format!("\u{FEFF}{MANIFEST}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_bytes("a.yaml", &utf16).documents.first().map(Document::json), Some(expected.json()));
}

#[test]
fn locates_in_json() {
    let text = "{\n\t\"apiVersion\": \"v1\", \"kind\":\t\"X\",\n\t\"é\\u00e9\\/\": [1, {\"a\\\"b\": \"\\ud83d\\ude00\"} ],\n\t\"big\": 123456789012345678901234567890.10e+5\n}\n";
    let found = read_str("a.json", text);
    let document = found.documents.first().unwrap();
    assert!(document.is_json());
    let expected = "{\"apiVersion\":\"v1\",\"kind\":\"X\",\"éé/\":[1,{\"a\\\"b\":\"\u{1F600}\"}],\"big\":123456789012345678901234567890.10e+5}";
    assert_eq!(document.json(), expected);
    let cases = [
        ("kind", (2, 30), "\"X\""),
        ("éé/[0]", (3, 16), "1"),
        ("éé/[1]", (3, 19), "{\"a\\\"b\": \"\\ud83d\\ude00\"}"),
        ("éé/[1][a\"b]", (3, 28), "\"\\ud83d\\ude00\""),
        ("big", (4, 9), "123456789012345678901234567890.10e+5"),
    ];
    for (path, (line, column), expected) in cases {
        let location = document.locate(path);
        assert_eq!(
            (location.line, location.column, &text[location.start..location.end]),
            (line, column, expected),
            "{path}"
        );
    }
    assert_eq!(document.locate("").end_line, 5);
}
