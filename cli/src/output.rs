//! What goes to the terminal: answers on stdout, everything else on stderr, and the exit code.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

/// How a verb ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Nothing was found that counts.
    Clean,
    /// A finding reaches `--fail-on`.
    Found,
    /// Something could not be checked.
    NotChecked,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Clean => 0,
            Exit::Found => 1,
            Exit::NotChecked => 2,
        })
    }
}

/// The style of what is wrong.
pub const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// The style of what may be wrong.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The style of what is good.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// The style of names that stand out.
pub const BOLD: Style = Style::new().bold();
/// The style of what matters less.
pub const DIM: Style = Style::new().dimmed();

/// The text in a style, which a pipe and `NO_COLOR` take out again.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes to stdout, with colours only where they are wanted.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    Ok(stdout.flush()?)
}

/// Writes to stdout as it is.
pub fn print_raw(text: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text)?;
    Ok(stdout.flush()?)
}

/// Says on stderr why something could not be done.
pub fn error(text: &str) {
    say(ERROR, "error", text);
}

/// Says something on stderr that a user should hear.
pub fn warning(text: &str) {
    say(WARNING, "warning", text);
}

fn say(style: Style, word: &str, text: &str) {
    // Where stderr is closed, there is nobody to tell.
    let _ = writeln!(anstream::stderr(), "{style}{word}{style:#}: {text}");
}

/// Whether it is about a reader of stdout that has gone.
pub fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}

/// "1 error", "2 errors".
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
