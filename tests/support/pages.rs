//! The pages: what they say outside of code, in code, and in blocks of code.
#![allow(dead_code, reason = "each test needs a part of it")]

use std::fs;
use std::path::{Path, PathBuf};

pub fn root() -> PathBuf {
    // The crate of the command line uses this file, too.
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    if folder.join("docs").is_dir() { folder } else { folder.parent().unwrap().to_owned() }
}

pub fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The path within the repository, as messages name it.
pub fn name(page: &Path) -> String {
    page.strip_prefix(root()).unwrap_or(page).display().to_string()
}

/// The pages: those of the root, of docs/ and docs/zh-CN/, and the READMEs of the folders that have one.
pub fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["", "docs", "docs/zh-CN"]
        .iter()
        .flat_map(|folder| fs::read_dir(root().join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .collect();
    let folders = ["conformance", "deploy", "e2e-tests", "examples", "fuzz", "tests/cases"];
    pages.extend(folders.map(|folder| root().join(folder).join("README.md")));
    pages.sort();
    pages
}

/// The text without code. A heading keeps it: backticks do not count in its anchor.
pub fn prose(text: &str) -> String {
    let (mut prose, _) = split(text);
    prose.push('\n');
    prose
}

/// What is between backticks, outside of blocks.
pub fn inline_code(text: &str) -> Vec<String> {
    split(text).1
}

fn split(text: &str) -> (String, Vec<String>) {
    let (mut prose, mut codes) = (String::new(), Vec::new());
    let mut paragraph = String::new();
    let mut inside = false;
    let mut flush = |paragraph: &mut String| {
        // Every second part is between backticks, which may go over the end of a line.
        for (index, part) in paragraph.split('`').enumerate() {
            if index % 2 == 0 {
                prose.push_str(part);
            } else {
                codes.push(part.replace('\n', " "));
            }
        }
        paragraph.clear();
    };
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if inside {
            continue;
        } else if line.starts_with('#') {
            paragraph.push_str(&line.replace('`', ""));
        } else {
            paragraph.push_str(line);
        }
        paragraph.push('\n');
        if line.is_empty() || line.starts_with(['#', '|']) {
            flush(&mut paragraph);
        }
    }
    flush(&mut paragraph);
    (prose, codes)
}

/// The blocks of code: the language and the text.
pub fn blocks(text: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line.trim_start().strip_prefix("```")) {
            (None, Some(language)) => open = Some((language.to_owned(), String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some((_, block)), None) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks
}
