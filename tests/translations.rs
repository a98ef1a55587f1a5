//! The Chinese pages have the headings, commands and tables of the English ones, and a title for every rule.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "support/pages.rs"]
mod support;

use std::fs;

use podnetworking_policy::rules;

use support::{blocks, prose, read, root};

/// The English page and its translation.
fn pairs() -> Vec<(String, String)> {
    let mut pairs = vec![("README.md".to_owned(), "README-zh_CN.md".to_owned())];
    for entry in fs::read_dir(root().join("docs/zh-CN")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // It has one line for each rule, and links to the English page.
        if name != "rules.md" {
            pairs.push((format!("docs/{name}"), format!("docs/zh-CN/{name}")));
        }
    }
    assert_eq!(pairs.len(), 4, "{pairs:?}");
    pairs
}

fn page(path: &str) -> String {
    read(&root().join(path))
}

/// The levels of the headings.
fn headings(text: &str) -> Vec<usize> {
    let is_mark = |c: &char| *c == '#';
    let levels = prose(text).lines().map(|line| line.chars().take_while(is_mark).count()).collect::<Vec<_>>();
    levels.into_iter().filter(|level| *level > 0).collect()
}

/// The blocks of code without their comments. Outputs are compared with the command by other tests.
fn code(text: &str) -> Vec<String> {
    let without_comment = |line: &str| {
        let line = line.split_once(" # ").map_or(line, |(code, _)| code);
        if line.trim_start().starts_with('#') { String::new() } else { line.trim_end().to_owned() }
    };
    blocks(text)
        .iter()
        .map(|(language, block)| {
            let lines = block.lines().map(without_comment).filter(|line| !line.is_empty());
            format!("{language}\n{}", lines.collect::<Vec<_>>().join("\n"))
        })
        .collect()
}

/// How many rows and items there are, and which reasons stand above the blocks.
fn structure(text: &str) -> (usize, usize, Vec<&str>) {
    let rows = text.lines().filter(|line| line.starts_with('|')).count();
    let is_item = |line: &&str| {
        let line = line.trim_start();
        line.starts_with("- ") || line.split_once(". ").is_some_and(|(number, _)| number.parse::<u8>().is_ok())
    };
    let items = prose(text).lines().filter(is_item).count();
    let comments = text.lines().map(str::trim).filter(|line| line.starts_with("<!--"));
    (rows, items, comments.collect())
}

#[test]
fn a_translation_has_the_headings_and_commands_of_the_page() {
    for (english, chinese) in pairs() {
        let (original, translation) = (page(&english), page(&chinese));
        assert_eq!(headings(&translation), headings(&original), "{chinese}: headings");
        let (made, wanted) = (code(&translation), code(&original));
        for (made, wanted) in made.iter().zip(&wanted) {
            assert_eq!(made, wanted, "{chinese}: a block is not the one of {english}");
        }
        assert_eq!(made.len(), wanted.len(), "{chinese}: blocks");
        let (made, wanted) = (structure(&translation), structure(&original));
        assert_eq!((made.0, &made.2), (wanted.0, &wanted.2), "{chinese}: rows of tables, and remarks above blocks");
        // The README of each language has its own list of further pages.
        assert!(english == "README.md" || made.1 == wanted.1, "{chinese}: {} items, not {}", made.1, wanted.1);
    }
}

#[test]
fn a_translation_links_to_the_translations() {
    for (english, chinese) in pairs() {
        let text = page(&chinese);
        for (other, _) in pairs().iter().filter(|(other, _)| other.starts_with("docs/")) {
            let name = other.strip_prefix("docs/").unwrap();
            let link = if english == "README.md" { format!("({other}") } else { format!("(../{name}") };
            assert!(!text.contains(&link), "{chinese} links to {other}, which has a translation");
        }
    }
}

#[test]
fn every_rule_has_a_chinese_title() {
    let text = page("docs/zh-CN/rules.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| [`"));
    let titles: Vec<(&str, &str)> = rows
        .map(|row| {
            let (id, rest) = row.split_once('`').expect("an id");
            assert!(rest.starts_with(&format!("](../rules.md#{id}) |")), "{row}");
            (id, rest.trim_end_matches([' ', '|']).rsplit(" | ").next().unwrap_or_default())
        })
        .collect();
    let ids: Vec<&str> = rules::of_every_host().map(|rule| rule.id).collect();
    assert_eq!(titles.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids, "in the order of the catalogue");
    for (id, title) in titles {
        let has_chinese = title.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        assert!(has_chinese, "{id}: {title}");
    }
}
