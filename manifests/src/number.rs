//! Numbers as YAML 1.1 and Go write them, turned into JSON's.

use std::borrow::Cow;

/// A number and its text in JSON's grammar.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Number<'a> {
    /// An integer in decimal.
    Integer(Cow<'a, str>),
    /// What Go holds as a floating-point number, which integers beyond 64 bits are too; its digits are kept.
    Float(Cow<'a, str>),
}

/// Resolves a plain scalar that begins with a digit, a sign or a dot; `None` is a string.
pub(crate) fn resolve(text: &str) -> Option<Number<'_>> {
    if is_short_decimal(text) {
        return Some(Number::Integer(Cow::Borrowed(text)));
    }
    if text.starts_with('.') && !has_digits_around_underscores(text) {
        return None;
    }
    let text: Cow<'_, str> = if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) };
    integer(&text).or_else(|| float(&text)).map(|number| match (number, text) {
        (Kept::Integer(digits), _) => Number::Integer(Cow::Owned(digits)),
        (Kept::Float(None), text) => Number::Float(text),
        (Kept::Float(Some(digits)), _) => Number::Float(Cow::Owned(digits)),
    })
}

enum Kept {
    Integer(String),
    Float(Option<String>),
}

fn is_short_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').filter(|&digits| digits != "0").unwrap_or(text);
    digits.len() <= 18
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'))
        && !digits.is_empty()
}

/// What Go's parser of floating-point numbers asks of underscores, which are otherwise anywhere.
fn has_digits_around_underscores(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut underscores = bytes.iter().enumerate().filter(|&(_, &byte)| byte == b'_');
    underscores.all(|(at, _)| at > 0 && is_digit(at - 1) && is_digit(at + 1))
}

fn split_sign(text: &str) -> (Option<char>, &str) {
    match text.chars().next() {
        Some(sign @ ('+' | '-')) => (Some(sign), text.get(1..).unwrap_or_default()),
        _ => (None, text),
    }
}

fn integer(text: &str) -> Option<Kept> {
    let (sign, magnitude) = match text.strip_prefix("0b") {
        // go-yaml looks for the sign again behind the prefix.
        Some(signed) if signed.starts_with(['+', '-']) => {
            let value = i64::from_str_radix(signed, 2).ok()?;
            return Some(Kept::Integer(value.to_string()));
        }
        _ => split_sign(text),
    };
    let (radix, digits) = radix(magnitude);
    if digits.is_empty() || !digits.chars().all(|digit| digit.is_digit(radix)) {
        return None;
    }
    match (u64::from_str_radix(digits, radix), sign) {
        (Ok(value), None) => Some(Kept::Integer(value.to_string())),
        (Ok(value), Some('+')) if i64::try_from(value).is_ok() => Some(Kept::Integer(value.to_string())),
        (Ok(value), Some('-')) if value <= i64::MIN.unsigned_abs() => {
            Some(Kept::Integer(if value == 0 { "0".to_owned() } else { format!("-{value}") }))
        }
        _ => None,
    }
}

fn radix(magnitude: &str) -> (u32, &str) {
    let bytes = magnitude.as_bytes();
    match (bytes.first(), bytes.get(1)) {
        (Some(b'0'), Some(b'x' | b'X')) => (16, magnitude.get(2..).unwrap_or_default()),
        (Some(b'0'), Some(b'o' | b'O')) => (8, magnitude.get(2..).unwrap_or_default()),
        (Some(b'0'), Some(b'b' | b'B')) => (2, magnitude.get(2..).unwrap_or_default()),
        (Some(b'0'), Some(_)) => (8, magnitude.get(1..).unwrap_or_default()),
        _ => (10, magnitude),
    }
}

/// `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`, within the range of 64 bits.
fn float(text: &str) -> Option<Kept> {
    let (sign, rest) = split_sign(text);
    let (mantissa, exponent) = match rest.find(['e', 'E']) {
        Some(at) => rest.split_at_checked(at)?,
        None => (rest, ""),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits = |digits: &str| digits.bytes().all(|byte| byte.is_ascii_digit());
    let valid = all_digits(whole)
        && fraction.is_none_or(all_digits)
        && !(whole.is_empty() && fraction.is_none_or(str::is_empty))
        && (exponent.is_empty() || {
            let power = exponent.get(1..).map(|power| split_sign(power).1).unwrap_or_default();
            !power.is_empty() && all_digits(power)
        });
    if !valid || !text.parse::<f64>().is_ok_and(f64::is_finite) {
        return None;
    }
    let significant = whole.trim_start_matches('0');
    let whole_kept = if significant.is_empty() { "0" } else { significant };
    if sign != Some('+') && whole_kept == whole && fraction.is_none_or(|fraction| !fraction.is_empty()) {
        return Some(Kept::Float(None));
    }
    let mut digits = String::new();
    digits.extend(sign.filter(|&sign| sign == '-'));
    digits.push_str(whole_kept);
    if let Some(fraction) = fraction.filter(|fraction| !fraction.is_empty()) {
        digits.push('.');
        digits.push_str(fraction);
    }
    digits.push_str(exponent);
    Some(Kept::Float(Some(digits)))
}

/// A floating-point number as a key: Go's `strconv.FormatFloat(value, 'g', -1, 32)`.
#[expect(clippy::cast_possible_truncation, reason = "the conversion that Go makes")]
pub(crate) fn float_key(text: &str) -> String {
    let value = text.parse::<f64>().unwrap_or_default() as f32;
    if value.is_infinite() {
        return if value > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or_default();
    if !(-4..6).contains(&power) {
        let sign = if power < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", power.unsigned_abs());
    }
    value.to_string()
}
