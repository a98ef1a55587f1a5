//! What cannot be read, and templates.

use podnetworking_manifests::read_str;

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
            "a.yaml:1:5: a key with `: ` cannot be here; check the indentation, or put a value that contains `: ` in quotes",
        ),
        ("a.yaml", "# é\na:\n\tb: 1", "a.yaml:3:1: a tab cannot be here; indent with spaces"),
        (
            "a.yaml",
            "a: *x",
            "a.yaml:1:4: the anchor `&x` is not defined; define it before the alias, in the same document",
        ),
        (
            "a.yaml",
            "a: [b\n# c\nd: 1",
            "a.yaml:3:1: `,` or `]` is expected here, not `d`; check the brackets and quotes of the list",
        ),
        (
            "a.yaml",
            "a: {b: 1",
            "a.yaml:1:9: `,` or `}` is expected here, not the end of the document; check the braces and quotes of the mapping",
        ),
        (
            "a.yaml",
            "a: [,]",
            "a.yaml:1:5: a value is expected here, not `,`; put a value that begins with it in quotes",
        ),
        ("a.yaml", "a: 1\nb", "a.yaml:2:1: a key with `:` is expected here; check the indentation of this line"),
        ("a.yaml", "a:\n  b: 1\n c: 2", "a.yaml:3:2: a key is expected here, not `c`; check the indentation"),
        (
            "a.yaml",
            "- a\nb: 1",
            "a.yaml:2:1: another item `- ` or the end of the list is expected here, not `b`; check the indentation",
        ),
        ("a.yaml", "a: - b", "a.yaml:1:4: an item of a list cannot begin here; put `- ` on a line of its own"),
        ("a.yaml", "a: ? b", "a.yaml:1:4: `? ` cannot be here; put the value in quotes"),
        ("a.yaml", "a: @b", "a.yaml:1:4: `@` cannot begin a value; put the value in quotes"),
        ("a.yaml", "a: 'b\nc: d", "a.yaml:1:4: the quote that begins here is not closed"),
        ("a.yaml", "a: \"é\\q\"", "a.yaml:1:6: `\\` before `q` is not an escape; double the `\\`"),
        ("a.yaml", "a: \"\\x4g\"", "a.yaml:1:5: the escape needs 2 hexadecimal digits"),
        ("a.yaml", "a: \"\\ud83d\"", "a.yaml:1:5: the escape is not a Unicode character; write the character itself"),
        ("a.yaml", "a: |0\n  b", "a.yaml:1:5: the indentation of the text cannot be 0"),
        ("a.yaml", "a: | b", "a.yaml:1:6: the text after `|` or `>` begins on the next line; move it there"),
        ("a.yaml", "a: |\n\tb", "a.yaml:2:1: a tab is in the indentation of the text; indent with spaces"),
        (
            "a.yaml",
            "a:\n  b\n\tc",
            "a.yaml:3:1: a tab is in the indentation of a value that goes on; indent with spaces",
        ),
        (
            "a.yaml",
            "a: &.",
            "a.yaml:1:5: a name of letters, digits, `-` and `_` is expected after `&`; put a text that begins with `&` in quotes",
        ),
        (
            "a.yaml",
            "a: !x,{ b",
            "a.yaml:1:7: white space is expected after the tag; put a text that begins with `!` in quotes",
        ),
        ("a.yaml", "a: !x!y b", "a.yaml:1:4: the prefix `!x!` of the tag is not defined"),
        ("a.yaml", "%x: 1", "a.yaml:1:1: a line cannot begin with `%`; put the value in quotes"),
        ("a.yaml", "%YAML 1.1\n---\n", "a.yaml:1:1: kubectl does not read directives; remove this line"),
        ("a.yaml", "a: b\u{7}", "a.yaml:1:5: the control character U+0007 is not allowed; remove it"),
        (
            "a.yaml",
            "--- {a: 1}",
            "a.yaml:1:5: kubectl does not read what is in one line with `---`; put it on the next line",
        ),
        (
            "a.yaml",
            "apiVersion: a/b/c\nkind: X",
            "a.yaml:1:13: the `apiVersion` `a/b/c` is not a group and a version; remove all but one `/`",
        ),
        (
            "a.yaml",
            "{a: 1}",
            "a.yaml:1:2: not valid JSON: found `a`, expected a key in double quotes; kubectl reads a file that begins with `{` as JSON to its end",
        ),
        (
            "a.json",
            "{}\n---\n{}",
            "a.json:2:1: not valid JSON: found `-`, expected a value; kubectl reads a file that begins with `{` as JSON to its end",
        ),
        (
            "a.json",
            "{\"apiVersion\":\"v1\",\"kind\":\"X\",\"a\":1e400}",
            "a.json:1:35: the number `1e400` is too large; put it in quotes if it is a string",
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
        assert_eq!(found.skipped[0].what, podnetworking_manifests::What::Template);
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
