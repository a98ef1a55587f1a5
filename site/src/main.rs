//! The documentation site: `make site`.
//!
//! `write` makes the sources of the books, which mdBook builds. `check` follows every link in what was built. `assemble`
//! lays out the versions.

#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic,
        clippy::unwrap_used,
        reason = "a test may fail loudly"
    )
)]

mod assemble;
mod book;
mod check;
mod command_line;
mod link;
mod rule;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};

const USAGE: &str = "usage: podnetworking-site write REF PODNETWORKING OUT | check HTML | assemble OUT NAME=HTML...";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> anyhow::Result<()> {
    match arguments {
        ["write", reference, podnetworking, out] => {
            let root = std::env::current_dir().context("no current folder")?;
            let commands = command_line::page(Path::new(podnetworking))?;
            book::write(&root, reference, &commands, Path::new(out))
        }
        ["check", html] => {
            let checked = check::links(Path::new(html))?;
            println!("{} links in {} pages lead somewhere", checked.links, checked.pages);
            Ok(())
        }
        ["assemble", out, versions @ ..] if !versions.is_empty() => {
            let versions: Vec<(&str, PathBuf)> = versions
                .iter()
                .map(|version| version.split_once('=').map(|(name, html)| (name, PathBuf::from(html))).context(USAGE))
                .collect::<anyhow::Result<_>>()?;
            assemble::assemble(Path::new(out), &versions)
        }
        _ => bail!(USAGE),
    }
}
