//! Values in messages: in backticks, on one line, of limited length.

use std::fmt::{self, Write};

/// How many characters of one value a message shows.
const MAX_VALUE_CHARS: usize = 200;

/// A value as a message shows it. Nothing in it can end the line, close the backticks or hide text.
#[derive(Clone, Copy, Debug)]
pub struct Quoted<'a>(&'a str);

/// Quotes `value` for a message.
#[must_use]
pub fn quote(value: &str) -> Quoted<'_> {
    Quoted(value)
}

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        write_plain(f, &self.0.replace('`', "'"))?;
        f.write_char('`')
    }
}

/// Foreign text in a message: on one line, not endless, without backticks.
#[must_use]
pub fn plain(value: &str) -> String {
    struct Plain<'a>(&'a str);
    impl fmt::Display for Plain<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_plain(f, self.0)
        }
    }
    Plain(value).to_string()
}

/// Writes `value` on one line, without the characters that could forge or hide text.
fn write_plain(f: &mut fmt::Formatter<'_>, value: &str) -> fmt::Result {
    for (count, character) in value.chars().enumerate() {
        if count == MAX_VALUE_CHARS {
            return f.write_str("...");
        }
        match character {
            c if is_unprintable(c) => write!(f, "{}", c.escape_unicode())?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}

/// Control characters, line and paragraph separators, and characters that change the direction of text or have no width.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// How many names of a list a message shows.
pub const MAX_NAMES: usize = 5;

/// The values sorted, each once, quoted, and cut after five: "`a`, `b` and 12 more".
#[must_use]
pub fn list<S: AsRef<str>>(values: &[S]) -> String {
    let mut sorted: Vec<&str> = values.iter().map(AsRef::as_ref).collect();
    crate::collections::sort::texts(&mut sorted);
    sorted.dedup();
    join_first(&mut sorted.iter().map(|value| quote(value).to_string()))
}

/// The texts in their order, cut after five: "a, b and 12 more".
#[must_use]
pub fn join_first(texts: &mut dyn Iterator<Item = String>) -> String {
    let mut shown = Vec::new();
    let mut more = 0;
    for text in texts {
        if shown.len() < MAX_NAMES {
            shown.push(text);
        } else {
            more += 1;
        }
    }
    join(&shown, more)
}

/// All values quoted, in their order.
#[must_use]
pub fn join_quoted(values: &[&str]) -> String {
    let shown: Vec<String> = values.iter().map(|value| quote(value).to_string()).collect();
    join(&shown, 0)
}

/// "a", "a and b", "a, b and c", "a, b and 12 more".
#[must_use]
pub fn join(shown: &[String], more: usize) -> String {
    let mut text = String::new();
    let last = shown.len().saturating_sub(1);
    for (index, value) in shown.iter().enumerate() {
        if index > 0 {
            text.push_str(if index == last && more == 0 { " and " } else { ", " });
        }
        text.push_str(value);
    }
    if more > 0 {
        let _ = write!(text, " and {more} more");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_forge_a_line() {
        assert_eq!(quote("a\n[overlap] b`").to_string(), "`a\\u{a}[overlap] b'`");
        assert_eq!(quote("a\u{202e}b\u{2028}").to_string(), "`a\\u{202e}b\\u{2028}`");
    }

    #[test]
    fn a_long_value_is_cut() {
        let text = quote(&"x".repeat(1000)).to_string();
        assert_eq!(text.len(), 200 + 5);
        assert!(text.ends_with("x...`"));
    }

    #[test]
    fn a_list_is_sorted_and_cut_after_five() {
        assert_eq!(list(&["b", "a", "b"]), "`a` and `b`");
        assert_eq!(list(&["g", "f", "e", "d", "c", "b", "a"]), "`a`, `b`, `c`, `d`, `e` and 2 more");
        assert_eq!(list::<&str>(&[]), "");
    }
}
