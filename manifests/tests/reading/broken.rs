//! What cannot be read, and templates.

use podnetworking_manifests::{read_bytes, read_str};

use crate::{errors, skipped};

const GOOD: &str = "apiVersion: v1\nkind: X\n";

#[test]
fn a_broken_document_leaves_the_others() {
    for broken in [
        "a: b: c",
        "a: [1",
        "\"a",
        "a:\n\t- b",
        "a: *none",
        "a: 1\n b: 2",
        "{a: 1",
        "key: 'x",
        "- a\nb: 1",
        "@a",
        "a: \"\\q\"",
        "\0",
    ] {
        let text = format!("{GOOD}---\n{broken}\n---\n{GOOD}");
        let found = read_str("a.yaml", &text);
        assert_eq!((found.documents.len(), found.errors.len()), (2, 1), "{broken:?}: {:?}", errors(&found));
        let line = found.errors[0].line().unwrap();
        assert!((4..=6).contains(&line), "{}", found.errors[0]);
        assert_eq!(found.documents[1].line(), 5 + broken.lines().count());
    }
}

#[test]
fn says_where_and_what() {
    let cases = [
        (
            "a.yaml",
            "a: é: c",
            "a.yaml:1:5: not valid YAML: mapping values are not allowed in this context; check the indentation, or quote a value that contains `: `",
        ),
        (
            "a.yaml",
            "# é\na:\n\tb: 1",
            "a.yaml:3:2: not valid YAML: tabs disallowed within this context (block indentation); indent with spaces",
        ),
        (
            "a.yaml",
            "a: *x",
            "a.yaml:1:4: not valid YAML: while parsing node, found unknown anchor; define the anchor before the alias, in the same document",
        ),
        ("a.json", "{\"a\": [1,\n2 3]}", "a.json:2:3: not valid JSON: found `3`, expected `,` or `]`"),
        ("a.json", "{\"a\": 01}", "a.json:1:8: not valid JSON: found `1`, expected `,` or `}`"),
        ("a.json", "{\"a\": \"\n\"}", "a.json:1:8: not valid JSON: found `\\n`, expected the end of the string"),
        (
            "a.json",
            "{\"a\": \"\\x\"}",
            "a.json:1:9: not valid JSON: found `x`, expected an escape, one of `\"\\/bfnrtu`",
        ),
        ("a.json", "{\"a\": \"\\u12g4\"}", "a.json:1:10: not valid JSON: found `1`, expected four hexadecimal digits"),
        ("a.json", "{a: 1}", "a.json:1:2: not valid JSON: found `a`, expected a key in double quotes"),
        ("a.json", "{\"a\" 1}", "a.json:1:6: not valid JSON: found `1`, expected `:`"),
        ("a.json", "{\"a\": 1,}", "a.json:1:9: not valid JSON: found `}`, expected a key in double quotes"),
        ("a.json", "{\"a\": -}", "a.json:1:8: not valid JSON: found `}`, expected a digit"),
        ("a.json", "{\"a\": tru}", "a.json:1:7: not valid JSON: found `t`, expected a value"),
        ("a.json", "{\"a\": ", "a.json:1:7: not valid JSON: the text ends, expected a value"),
    ];
    for (file, text, expected) in cases {
        assert_eq!(errors(&read_str(file, text)), [expected], "{text}");
    }
}

#[test]
fn says_which_byte_is_no_text() {
    let found = read_bytes("a.yaml", b"a: \xC3\xA9\nb: \xFF");
    assert_eq!(errors(&found), ["a.yaml:2:4: the byte `0xFF` is not UTF-8; save the file as UTF-8"]);
}

#[test]
fn reports_every_fault_of_an_object() {
    let found = read_str("a.yaml", &format!("{GOOD}a: .inf\nb: {{c: 1, c: 2}}\n"));
    assert_eq!(found.errors.iter().filter_map(|error| error.column()).collect::<Vec<_>>(), [4, 11]);
}

#[test]
fn finds_duplicates_among_many_keys() {
    let keys: String = (0..100).map(|key| format!("k{key}: 1\n")).collect();
    let found = read_str("a.yaml", &format!("{GOOD}{keys}k7: 1\nk7: 1\n"));
    let reason = "the key `k7` is set twice; remove one of the two (the first is on line 10)";
    assert_eq!(errors(&found), [format!("a.yaml:103:1: {reason}"), format!("a.yaml:104:1: {reason}")]);
}

#[test]
fn recognises_helm_templates() {
    let reason = "a template that is not rendered; check what `helm template` prints instead";
    let cases = [
        ("{{- if .Values.x }}\napiVersion: v1\nkind: X\n{{- end }}\n", 1),
        ("apiVersion: v1\nkind: X\nname: {{ .Release.Name }}\n", 3),
        ("apiVersion: v1\nkind: X\nname: {{ include \"x\" . }}\n---\napiVersion: v1\nkind: X\nname: \"{{ .x }}\"\n", 3),
        ("apiVersion: v1\nkind: X\nlabels:\n  {{- toYaml .x | nindent 2 }}\n", 4),
        ("apiVersion: v1\nkind: X\nlist:\n- {{ .x }}\n", 4),
    ];
    for (text, line) in cases {
        let found = read_str("a.yaml", text);
        assert_eq!((found.documents.len(), errors(&found)), (0, vec![]), "{text}");
        assert_eq!(skipped(&found), [format!("a.yaml:{line}: {reason}")], "{text}");
        assert!(found.skipped[0].template);
    }
    let mixed = read_str("a.yaml", "{{- if .x }}\na: 1\n{{- end }}\n---\napiVersion: v1\nkind: X\n");
    assert_eq!((mixed.documents.len(), mixed.errors.len(), mixed.skipped.len()), (1, 0, 1));
}

#[test]
fn a_rendered_manifest_may_hold_braces() {
    let text = "apiVersion: v1\nkind: X\nalert: \"{{ $labels.pod }}\"\nrules: |\n  text: {{ $value }}\n";
    let found = read_str("a.yaml", text);
    assert_eq!((found.documents.len(), found.skipped.len()), (1, 0));
    let found = read_str("a.yaml", &format!("{GOOD}---\na: b: c\n---\n{GOOD}alert: \"{{{{ $x }}}}\"\n"));
    assert_eq!((found.documents.len(), found.errors.len(), found.skipped.len()), (2, 1, 0));
}
