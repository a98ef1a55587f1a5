//! `completions` and `man`.

use clap::CommandFactory;

use crate::args::{Cli, CompletionsArgs};
use crate::output::{self, Exit};

/// Prints the completion script for a shell.
///
/// # Errors
/// If stdout cannot be written.
pub fn completions(args: &CompletionsArgs) -> anyhow::Result<Exit> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "podnetworking", &mut text);
    output::print_raw(&text)?;
    Ok(Exit::Clean)
}

/// Prints the man page, with all commands.
///
/// # Errors
/// If stdout cannot be written.
pub fn man() -> anyhow::Result<Exit> {
    let mut command = Cli::command();
    command.build();
    let mut text = Vec::new();
    let man = clap_mangen::Man::new(command.clone());
    man.render_title(&mut text)?;
    man.render_name_section(&mut text)?;
    man.render_synopsis_section(&mut text)?;
    man.render_description_section(&mut text)?;
    man.render_options_section(&mut text)?;
    for subcommand in command.get_subcommands().filter(|subcommand| subcommand.get_name() != "help") {
        text.extend(format!(".SH \"{}\"\n", subcommand.get_name().to_uppercase()).as_bytes());
        let mut section = Vec::new();
        let man = clap_mangen::Man::new(subcommand.clone());
        man.render_synopsis_section(&mut section)?;
        man.render_description_section(&mut section)?;
        man.render_options_section(&mut section)?;
        // The sections of a command become subsections of the page.
        text.extend(String::from_utf8_lossy(&section).replace(".SH ", ".SS ").as_bytes());
    }
    man.render_extra_section(&mut text)?;
    output::print_raw(&text)?;
    Ok(Exit::Clean)
}
