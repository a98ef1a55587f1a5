//! Output: answers on stdout, messages on stderr, and the exit status.

use std::io::{self, Write};
use std::process::ExitCode;

use anstyle::{AnsiColor, Style};

/// How a command ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// No finding reaches `--fail-on`.
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

/// The style of errors.
pub const ERROR: Style = AnsiColor::BrightRed.on_default().bold();
/// The style of warnings.
pub const WARNING: Style = AnsiColor::Yellow.on_default().bold();
/// The style of notes.
pub const NOTE: Style = AnsiColor::BrightBlue.on_default().bold();
/// The style of good results.
pub const GOOD: Style = AnsiColor::Green.on_default().bold();
/// The style of names and headings.
pub const BOLD: Style = Style::new().bold();
/// The style of less important text.
pub const DIM: Style = Style::new().dimmed();

/// The text in a style. In a pipe or with `NO_COLOR` the style is removed when the text is printed.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes text to stdout, with colours if they are wanted.
pub fn print(text: &str) -> anyhow::Result<()> {
    let mut stdout = anstream::stdout().lock();
    let written = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
    Ok(or_read_enough(written)?)
}

/// Writes bytes to stdout unchanged.
pub fn print_raw(text: &[u8]) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    let written = stdout.write_all(text).and_then(|()| stdout.flush());
    Ok(or_read_enough(written)?)
}

/// Prints an error on stderr.
pub fn error(text: &str) {
    message(ERROR, "error", text);
}

/// Prints a warning on stderr.
pub fn warning(text: &str) {
    message(WARNING, "warning", text);
}

/// Writes text to stderr, with colours if they are wanted.
pub fn print_error(text: &str) {
    // If stderr is closed, the text cannot be shown.
    let _ = anstream::stderr().write_all(text.as_bytes());
}

/// Prints a note on stderr.
pub fn note(text: &str) {
    message(NOTE, "note", text);
}

fn message(style: Style, word: &str, text: &str) {
    // If stderr is closed, the message cannot be shown.
    let _ = writeln!(anstream::stderr(), "{style}{word}{style:#}: {text}");
}

/// A reader that has seen enough, for example `head`, is not an error: the exit status is that of the command.
pub fn or_read_enough(written: io::Result<()>) -> io::Result<()> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// A number with its noun, for example `1 error` or `2 errors`.
pub fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
