//! The page about the command line: what `podnetworking` itself prints.

use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, bail};

/// What `podnetworking ARGUMENTS --help` prints.
fn help(podnetworking: &Path, command: &str) -> anyhow::Result<String> {
    let ran = Command::new(podnetworking)
        .args((!command.is_empty()).then_some(command))
        .arg("--help")
        .env("COLUMNS", "110")
        .output()
        .with_context(|| format!("cannot run {}", podnetworking.display()))?;
    if !ran.status.success() {
        bail!("`podnetworking {command} --help` failed: {}", String::from_utf8_lossy(&ran.stderr));
    }
    Ok(String::from_utf8(ran.stdout)?)
}

/// The commands that the help lists.
fn commands(help: &str) -> Vec<&str> {
    let list = help.split("Commands:\n").nth(1).unwrap_or_default();
    let list = list.lines().take_while(|line| !line.is_empty());
    // A description that goes on in the next line has more space before it.
    let commands = list.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    commands.filter_map(|line| line.split(' ').next()).filter(|command| *command != "help").collect()
}

/// The page.
///
/// # Errors
/// If the program does not run.
pub fn page(podnetworking: &Path) -> anyhow::Result<String> {
    let overview = help(podnetworking, "")?;
    let commands = commands(&overview);
    if commands.is_empty() {
        bail!("`podnetworking --help` lists no command");
    }
    let mut text = format!("# Command line\n\nThis is what `podnetworking --help` prints.\n\n```text\n{overview}```\n");
    for command in commands {
        let _ = write!(text, "\n## podnetworking {command}\n\n```text\n{}```\n", help(podnetworking, command)?);
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_commands_are_listed() {
        let help = "About\n\nCommands:\n  check    Check\n           more\n  explain  Explain\n  help     Help\n\nOptions:\n  -h\n";
        assert_eq!(super::commands(help), ["check", "explain"]);
    }
}
