//! Durations, as Go's `time.ParseDuration` reads them.

/// Nanoseconds in each unit.
const UNITS: [(&str, u64); 8] = [
    ("ns", 1),
    ("us", 1_000),
    ("\u{b5}s", 1_000),
    ("\u{3bc}s", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

/// The duration in nanoseconds, or `None` where Go rejects the text.
///
/// A sign, then numbers with optional fractions, each with a unit; `0` alone needs none. The range is that of `i64`.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    // The sum may reach the magnitude of the least i64.
    let limit = 1_u64 << 63;
    let mut sum: u64 = 0;
    while !rest.is_empty() {
        let (whole, after) = split_digits(rest);
        let (fraction, after) = match after.strip_prefix('.') {
            Some(after) => split_digits(after),
            None => ("", after),
        };
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let end = after.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(end)?;
        let scale = UNITS.iter().find(|(name, _)| *name == unit).map(|(_, scale)| *scale)?;
        let mut number: u64 = 0;
        for digit in whole.bytes() {
            number = number.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            if number > limit {
                return None;
            }
        }
        let mut nanoseconds = number.checked_mul(scale).filter(|n| *n <= limit)?;
        nanoseconds = nanoseconds.checked_add(fraction_of(fraction, scale)).filter(|n| *n <= limit)?;
        sum = sum.checked_add(nanoseconds).filter(|n| *n <= limit)?;
        rest = after;
    }
    if negative {
        return 0_i64.checked_sub_unsigned(sum);
    }
    i64::try_from(sum).ok()
}

fn split_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// The fraction of a unit in whole nanoseconds, computed as Go does: as a float, then cut. Digits that do not fit an `i64`
/// are left out.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "as Go does it"
)]
fn fraction_of(digits: &str, scale: u64) -> u64 {
    let mut value: i64 = 0;
    let mut divisor = 1.0_f64;
    for digit in digits.bytes() {
        let Some(next) = value.checked_mul(10).and_then(|v| v.checked_add(i64::from(digit - b'0'))) else {
            break;
        };
        value = next;
        divisor *= 10.0;
    }
    (value as f64 * (scale as f64 / divisor)) as u64
}
