//! `podnetworking`: the decision of the policy in CI and on a laptop.
//!
//! A verb reads manifests ([`input`]), builds the requests that their objects would be admitted by ([`object`]), lends
//! the decision what stands in the manifests ([`facts`]) and shows what was decided ([`report`], [`format`]). It decides
//! nothing itself: [`judge`] asks the core, [`run`] asks the module.

mod args;
mod baseline;
mod check;
mod documentation;
mod edit;
mod explain;
mod fingerprint;
mod format;
mod graph;
mod input;
mod inventory;
mod judge;
mod mutate;
mod output;
mod progress;
mod report;
mod request;
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
use podnetworking_check::{answer, facts, locate, object};

use crate::args::{Cli, Verb};
use crate::output::Exit;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return args::refuse(&error),
    };
    cli.color.write_global();
    let done = match cli.verb {
        Verb::Check(args) => check::run(&args),
        Verb::Explain(args) => explain::run(&args),
        Verb::Mutate(args) => mutate::run(&args),
        #[cfg(feature = "run")]
        Verb::Run(args) => run::run(&args),
        Verb::Request(args) => request::run(&args),
        #[cfg(feature = "run")]
        Verb::Session(args) => session::run(&args),
        Verb::Rules(args) => rules::run(&args),
        Verb::Validate => validate::validate(),
        Verb::Decide => validate::decide(),
        Verb::ValidateSettings => validate::validate_settings(),
        Verb::Completions(args) => documentation::completions(&args),
        Verb::Man => documentation::man(),
    };
    done.unwrap_or_else(|error| {
        // A reader that has seen enough, `head` say, is no fault.
        if !output::is_broken_pipe(&error) {
            output::error(&format!("{error:#}"));
            return Exit::NotChecked;
        }
        Exit::Clean
    })
    .into()
}
