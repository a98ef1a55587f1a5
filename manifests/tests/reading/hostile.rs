//! Input that means harm: nothing may overflow, hang or eat the memory.

use std::fmt::Write;

use podnetworking_manifests::{ALIAS_ALLOWANCE, MAX_DEPTH, read_str};

use crate::errors;

const HEAD: &str = "apiVersion: v1\nkind: X\n";

/// On the stack that a WASI program has.
fn on_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_is_an_error() {
    on_small_stack(|| {
        for depth in [MAX_DEPTH + 1, 200_000] {
            let json = format!("{{\"a\":{}", "[".repeat(depth));
            let flow = format!("{HEAD}a: {}", "[".repeat(depth));
            let objects = "{\"a\":".repeat(depth);
            for (file, text) in [("a.json", json), ("a.yaml", flow), ("a.json", objects)] {
                let found = read_str(file, &text);
                assert_eq!((found.documents.len(), found.errors.len()), (0, 1));
                assert!(found.errors[0].message.contains("nested deeper than"), "{}", found.errors[0]);
            }
        }
        let block: String = (0..=MAX_DEPTH).fold(HEAD.to_owned(), |mut text, depth| {
            writeln!(text, "{}a:", " ".repeat(depth)).unwrap();
            text
        });
        assert_eq!(read_str("a.yaml", &block).errors.len(), 1);
        let compact = format!("{HEAD}a:\n{}1", "- ".repeat(100_000));
        assert_eq!(read_str("a.yaml", &compact).errors.len(), 1);
    });
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    on_small_stack(|| {
        let yaml = |depth| format!("{HEAD}a: {}1{}", "[".repeat(depth), "]".repeat(depth));
        let json = |depth| {
            format!("{{\"apiVersion\":\"v1\",\"kind\":\"X\",\"a\":{}1{}}}", "[".repeat(depth), "]".repeat(depth))
        };
        let dashes = |depth| format!("{HEAD}a:\n{}1", "- ".repeat(depth));
        let limit = MAX_DEPTH - 1;
        for (depth, text) in [(255, yaml(255)), (limit, json(limit)), (limit, dashes(limit))] {
            let found = read_str("a.yaml", &text);
            assert_eq!(errors(&found), Vec::<String>::new());
            let path = format!("a{}", "[0]".repeat(depth));
            let location = found.documents[0].locate(&path);
            assert_eq!(&text[location.start..location.end], "1");
        }
    });
}

#[test]
fn aliases_cannot_nest_deeper() {
    // kubectl takes aliases where there are enough values beside them.
    let mut text = format!("{HEAD}values: [{}1]\na0: &a0 1\n", "1,".repeat(300_000));
    for level in 1..2000 {
        writeln!(text, "a{level}: &a{level} [*a{}]", level - 1).unwrap();
    }
    let found = read_str("a.yaml", &text);
    assert_eq!(found.errors.len(), 1);
    assert!(found.errors[0].message.starts_with("nested deeper"), "{}", found.errors[0]);
}

#[test]
fn alias_bombs_are_errors() {
    let mut bomb = format!("{HEAD}a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    let mut merges =
        format!("{HEAD}a0: &a0 {{{}}}\n", (0..100).map(|key| format!("k{key}: aaaaaaaaaa, ")).collect::<String>());
    for level in 1..30 {
        writeln!(bomb, "a{level}: &a{level} [{}]", vec![format!("*a{}", level - 1); 9].join(", ")).unwrap();
        writeln!(
            merges,
            "a{level}: &a{level} {{<<: [{}], x: *a{}}}",
            vec![format!("*a{}", level - 1); 9].join(", "),
            level - 1
        )
        .unwrap();
    }
    for text in [bomb, merges] {
        let found = read_str("a.yaml", &format!("{text}---\n{HEAD}"));
        assert_eq!((found.documents.len(), found.errors.len()), (1, 1));
        assert!(found.errors[0].message.starts_with("the aliases make the document too large"), "{}", found.errors[0]);
    }
}

#[test]
fn many_documents_share_one_allowance() {
    let document = format!("{HEAD}a: &a {}\nb: [{}]\n", "x".repeat(10_000), vec!["*a"; 1000].join(","));
    let text = vec![document; 20].join("---\n");
    let found = read_str("a.yaml", &text);
    let total: usize = found.documents.iter().map(|document| document.json().len()).sum();
    assert!(total < (8 << 20) + (ALIAS_ALLOWANCE + 2) * text.len());
    assert!(!found.errors.is_empty());
}

#[test]
fn a_merge_graph_is_searched_once() {
    let mut text = format!("{HEAD}values: [{}1]\na0: &a0 {{x: 1}}\n", "1,".repeat(5_000));
    for level in 1..15 {
        writeln!(text, "a{level}: &a{level} {{<<: [*a{0}, *a{0}]}}", level - 1).unwrap();
    }
    let found = read_str("a.yaml", &text);
    assert_eq!(errors(&found), Vec::<String>::new());
    let location = found.documents[0].locate("a14.x");
    assert_eq!(&text[location.start..location.end], "1");
    assert_eq!(found.documents[0].locate_exact("a14.y"), None);
}

/// Nothing is timed. Where time is not linear, this takes many minutes.
#[test]
fn large_files_are_read() {
    let cases: [fn(usize) -> String; 10] = [
        |n| format!("{HEAD}a: {}\n", "x".repeat(n)),
        |n| format!("{HEAD}a: \"{}\"\n", "é".repeat(n)),
        |n| format!("{HEAD}a: [{}]\n", "1,".repeat(n / 2)),
        |n| (0..n / 8).fold(HEAD.to_owned(), |text, key| text + &format!("k{key}: 1\n")),
        |n| format!("{HEAD}---\n").repeat(n / 26),
        |n| "---\n".repeat(n / 4),
        |n| format!("{{\"apiVersion\":\"v1\",\"kind\":\"XList\",\"items\":[{}{{}}]}}", "{},".repeat(n / 3)),
        |n| "{\"apiVersion\":\"v1\",\"kind\":\"X\"}".repeat(n / 30),
        |n| format!("{HEAD}a: |\n{}", "  line\n".repeat(n / 7)),
        |n| format!("{HEAD}{}", "# comment\n".repeat(n / 10)),
    ];
    for (number, case) in cases.into_iter().enumerate() {
        let text = case(1 << 17);
        let found = read_str("a.yaml", &text);
        // Places are found in linear time, too.
        assert!(found.documents.iter().all(|document| document.locate("kind").line > 0), "case {number}");
        assert_eq!(errors(&found), Vec::<String>::new(), "case {number}");
    }
}
