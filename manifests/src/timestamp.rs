//! Dates and times, which only a tag `!!timestamp` asks about: the ones that go-yaml takes.

/// Whether a text is a timestamp: a date, or a date and a time with or without a zone.
pub(crate) fn is_timestamp(text: &str) -> bool {
    let mut rest = text;
    let Some((year, month, day)) = date(&mut rest) else { return false };
    let days = match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    if !(1..=12).contains(&month) || !(1..=days).contains(&day) {
        return false;
    }
    if rest.is_empty() {
        return true;
    }
    if let Some(after) = rest.strip_prefix(['T', 't']) {
        rest = after;
        return time(&mut rest) && zone(rest);
    }
    let after = rest.trim_start_matches(' ');
    let is_apart = after.len() < rest.len();
    rest = after;
    is_apart && time(&mut rest) && rest.is_empty()
}

fn date(rest: &mut &str) -> Option<(u32, u32, u32)> {
    let year = digits(rest, 4..=4)?;
    take(rest, "-")?;
    let month = digits(rest, 1..=2)?;
    take(rest, "-")?;
    Some((year, month, digits(rest, 1..=2)?))
}

/// Passes over a time with or without parts of a second.
fn time(rest: &mut &str) -> bool {
    let parts = (|| {
        let hour = digits(rest, 1..=2)?;
        take(rest, ":")?;
        let minute = digits(rest, 1..=2)?;
        take(rest, ":")?;
        Some((hour, minute, digits(rest, 1..=2)?))
    })();
    if let Some(after) = rest.strip_prefix(['.', ',']) {
        let parts_of_second = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
        if parts_of_second.len() < after.len() {
            *rest = parts_of_second;
        }
    }
    parts.is_some_and(|(hour, minute, second)| hour < 24 && minute < 60 && second < 60)
}

/// `Z`, or hours and minutes: `+08:00`.
fn zone(rest: &str) -> bool {
    let Some(mut offset) = rest.strip_prefix(['+', '-']) else { return rest == "Z" };
    let parts = (|| {
        let hours = digits(&mut offset, 2..=2)?;
        take(&mut offset, ":")?;
        Some((hours, digits(&mut offset, 2..=2)?))
    })();
    offset.is_empty() && parts.is_some_and(|(hours, minutes)| hours <= 24 && minutes <= 60)
}

/// Takes as many digits as there are, up to the most.
fn digits(rest: &mut &str, count: std::ops::RangeInclusive<usize>) -> Option<u32> {
    let length = rest.bytes().take(*count.end()).take_while(u8::is_ascii_digit).count();
    let (number, after) = rest.split_at_checked(length).filter(|_| count.contains(&length))?;
    *rest = after;
    number.parse().ok()
}

fn take(rest: &mut &str, separator: &str) -> Option<()> {
    *rest = rest.strip_prefix(separator)?;
    Some(())
}
