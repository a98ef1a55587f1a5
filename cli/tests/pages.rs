//! The outputs of `podnetworking` that the pages show are what it prints. `UPDATE_DOCS=1` writes them: `make docs`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "../../tests/support/pages.rs"]
mod support;

use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::{env, fs};

use support::{pages, root};

/// With `UPDATE_DOCS` a page is written by one test at a time.
static WRITES: Mutex<()> = Mutex::new(());

const FENCE: &str = "```console\n";

/// What a command prints on stdout.
fn output(root: &Path, command: &str) -> String {
    let ran = Command::new(env!("CARGO_BIN_EXE_podnetworking"))
        .current_dir(root)
        .args(command.split_whitespace())
        .env_remove("PODNETWORKING_SETTINGS")
        .output()
        .unwrap();
    String::from_utf8(ran.stdout).unwrap()
}

/// Whether it is the output of the command above it: not empty, and not another command.
fn is_output(text: &str) -> bool {
    !text.trim().is_empty() && !text.lines().any(|line| line.starts_with("$ "))
}

#[test]
fn outputs_are_what_the_command_prints() {
    let _writes = WRITES.lock();
    let root = root();
    let mut found = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let mut parts = text.split(FENCE);
        let mut written = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            written.push_str(FENCE);
            // A block that is one command and its output.
            let (block, rest) = part.split_once("```").expect("the end of the block");
            let (first, printed) = block.split_once('\n').unwrap_or((block, ""));
            let Some(command) = first.strip_prefix("$ podnetworking ").filter(|_| is_output(printed)) else {
                written.push_str(part);
                continue;
            };
            found += 1;
            written.push_str(&format!("{first}\n{}```{rest}", output(&root, command)));
        }
        if text != written && env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &written).unwrap();
        } else {
            assert!(text == written, "the outputs of {} are stale: run `make docs`", page.display());
        }
    }
    assert_eq!(found, 5, "blocks with an output");
}

/// A graph is what the command above it prints.
#[test]
fn graphs_are_what_the_command_prints() {
    const GRAPH: &str = "```mermaid\n";
    let _writes = WRITES.lock();
    let root = root();
    let mut found = 0;
    for page in pages() {
        let text = fs::read_to_string(&page).unwrap();
        let Some((before, rest)) = text.split_once(GRAPH) else { continue };
        let (_, after) = rest.split_once("```").expect("the end of the graph");
        let command = before.lines().rev().find_map(|line| line.strip_prefix("$ podnetworking ")).expect("a command");
        let written = format!("{before}{GRAPH}{}```{after}", output(&root, command));
        found += 1;
        if text != written && env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &written).unwrap();
        } else {
            assert!(text == written, "the graph of {} is stale: run `make docs`", page.display());
        }
    }
    assert_eq!(found, 1, "graphs");
}
