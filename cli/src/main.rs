//! `podnetworking`: the decision of the policy in CI and on a laptop.
//!
//! A command reads manifests ([`input`]), has their objects decided and prints the findings ([`report`], [`format`]). The
//! command decides nothing itself: the core does, or in `run` the wasm module.

mod args;
mod baseline;
mod check;
mod collect;
#[cfg(not(target_family = "wasm"))]
mod documentation;
mod edit;
mod explain;
mod explain_json;
mod fingerprint;
mod fix;
mod format;
mod graph;
mod input;
mod inventory;
mod mutate;
mod notice;
mod output;
mod progress;
mod report;
mod request;
mod rewrite;
mod rules;
#[cfg(feature = "run")]
mod run;
#[cfg(feature = "run")]
mod session;
mod settings;
mod validate;
mod yaml;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Cli, Command};
use crate::output::Exit;

/// The allocator of a server. That of musl, with which the image is built, lets threads wait for each other.
#[cfg(feature = "serve")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return args::report_error(&error),
    };
    cli.color.write_global();
    let done = match cli.command {
        Command::Check(args) => check::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Mutate(args) => mutate::run(&args),
        #[cfg(feature = "run")]
        Command::Run(args) => run::run(&args),
        Command::Request(args) => request::run(&args),
        #[cfg(feature = "run")]
        Command::Session(args) => session::run(&args),
        #[cfg(feature = "serve")]
        Command::Serve(options) => podnetworking_webhook::run(&options).map(|()| Exit::Clean),
        Command::Rules(args) => rules::run(&args),
        Command::Validate => validate::validate(),
        Command::Decide => validate::decide(),
        Command::ValidateSettings => validate::validate_settings(),
        #[cfg(not(target_family = "wasm"))]
        Command::Completions(args) => documentation::completions(&args),
        #[cfg(not(target_family = "wasm"))]
        Command::Man => documentation::man(),
    };
    done.unwrap_or_else(|error| {
        output::error(&format!("{error:#}"));
        Exit::NotChecked
    })
    .into()
}
