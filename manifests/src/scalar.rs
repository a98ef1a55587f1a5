//! What a scalar means: YAML 1.1 as go-yaml resolves it.

use std::borrow::Cow;

use base64::engine::{GeneralPurpose, GeneralPurposeConfig};
use base64::{Engine, alphabet};

use crate::event::{Scalar, Style, TYPE_TAG};
use crate::number::{self, Number};
use crate::timestamp;

/// The meaning of a scalar. Numbers are in JSON's grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Null,
    Bool(bool),
    Integer(Cow<'a, str>),
    Float(Cow<'a, str>),
    /// An infinity or not a number, which JSON has no word for.
    NotFinite(&'static str),
    String(Cow<'a, str>),
}

/// Resolves a scalar, or says what is wrong with it.
pub(crate) fn resolve(scalar: Scalar<'_>) -> Result<Value<'_>, String> {
    let Scalar { text, style, tag, .. } = scalar;
    let Some(tag) = tag else {
        return match style {
            Style::Plain => Ok(plain(text)),
            Style::Quoted => Ok(Value::String(text)),
            Style::JsonNumber => json_number(text),
        };
    };
    match tag.strip_prefix(TYPE_TAG) {
        Some("binary") => binary(&text),
        Some(tag @ ("bool" | "int" | "float" | "null" | "timestamp")) => tagged(tag, text),
        // The types of the program that wrote it mean nothing to Kubernetes.
        _ => Ok(Value::String(text)),
    }
}

/// Whether a key asks for the entries of another mapping.
pub(crate) fn is_merge(scalar: &Scalar<'_>) -> bool {
    scalar.text == "<<"
        && match scalar.tag.as_deref() {
            None => scalar.style == Style::Plain,
            // go-yaml takes the tag `!` for none here.
            Some("!") => true,
            Some(tag) => tag.strip_prefix(TYPE_TAG) == Some("merge"),
        }
}

/// A key as a string, as `sigs.k8s.io/yaml` converts it.
pub(crate) fn key(value: Value<'_>) -> Result<Cow<'_, str>, String> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(value) => Ok(Cow::Borrowed(if value { "true" } else { "false" })),
        Value::Integer(digits) if digits.parse::<i64>().is_ok() => Ok(digits),
        Value::Integer(digits) => Err(format!("the key `{digits}` is not a 64-bit integer; put it in quotes")),
        Value::Float(digits) => Ok(Cow::Owned(number::float_key(&digits))),
        Value::NotFinite(text) => Ok(Cow::Borrowed(text)),
        Value::Null => Err("a key is null; put it in quotes".to_owned()),
    }
}

fn plain(text: Cow<'_, str>) -> Value<'_> {
    let known = match text.as_bytes().first() {
        None => Some(Value::Null),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(&text),
        Some(b'+' | b'-' | b'.' | b'0'..=b'9') => return number(text),
        Some(_) => None,
    };
    known.unwrap_or(Value::String(text))
}

fn word(text: &str) -> Option<Value<'static>> {
    match text {
        "~" | "null" | "Null" | "NULL" => Some(Value::Null),
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Some(Value::Bool(true)),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Some(Value::Bool(false))
        }
        _ => None,
    }
}

fn number(text: Cow<'_, str>) -> Value<'_> {
    match text.as_ref() {
        ".nan" | ".NaN" | ".NAN" => return Value::NotFinite(".nan"),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => return Value::NotFinite(".inf"),
        "-.inf" | "-.Inf" | "-.INF" => return Value::NotFinite("-.inf"),
        _ => {}
    }
    match text {
        Cow::Borrowed(text) => number_of(text).unwrap_or(Value::String(Cow::Borrowed(text))),
        Cow::Owned(text) => match number_of(&text) {
            Some(Value::Integer(digits)) => Value::Integer(Cow::Owned(digits.into_owned())),
            Some(Value::Float(digits)) => Value::Float(Cow::Owned(digits.into_owned())),
            _ => Value::String(Cow::Owned(text)),
        },
    }
}

fn number_of(text: &str) -> Option<Value<'_>> {
    number::resolve(text).map(|number| match number {
        Number::Integer(digits) => Value::Integer(digits),
        Number::Float(digits) => Value::Float(digits),
    })
}

/// A number by JSON's grammar, which is beyond 64 bits for kubectl where it is infinite.
fn json_number(digits: Cow<'_, str>) -> Result<Value<'_>, String> {
    if digits.parse::<f64>().is_ok_and(f64::is_finite) {
        Ok(Value::Integer(digits))
    } else {
        Err(format!("the number `{}` is too large; put it in quotes if it is a string", shorten(&digits)))
    }
}

fn tagged<'a>(tag: &str, text: Cow<'a, str>) -> Result<Value<'a>, String> {
    if tag == "timestamp" && timestamp::is_timestamp(&text) {
        return Ok(Value::String(text));
    }
    let wrong = format!("`{}` is not a `!!{tag}`; remove the tag or correct the value", shorten(&text));
    match (tag, plain(text)) {
        ("bool", value @ Value::Bool(_))
        | ("int", value @ Value::Integer(_))
        | ("float", value @ (Value::Float(_) | Value::NotFinite(_)))
        | ("null", value @ Value::Null) => Ok(value),
        ("float", Value::Integer(digits)) if digits.parse::<i64>().is_ok() => Ok(Value::Float(digits)),
        _ => Err(wrong),
    }
}

fn binary(text: &str) -> Result<Value<'static>, String> {
    // As Go's decoder, which asks for padding but not for zeros in the bits that are left over.
    const CONFIG: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
    const DECODER: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, CONFIG);
    let digits: String = text.chars().filter(|character| !matches!(character, '\r' | '\n')).collect();
    match DECODER.decode(digits) {
        Ok(bytes) => {
            // Go's JSON has one U+FFFD for each byte that is not text.
            let mut text = String::new();
            for chunk in bytes.utf8_chunks() {
                text.push_str(chunk.valid());
                text.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
            }
            Ok(Value::String(Cow::Owned(text)))
        }
        Err(_) => Err(format!("`{}` is not base64, which the tag `!!binary` asks for", shorten(text))),
    }
}

/// Enough of a text to know it by.
pub(crate) fn shorten(text: &str) -> String {
    let mut characters = text.chars();
    let mut start: String = characters.by_ref().take(40).flat_map(char::escape_debug).collect();
    if characters.next().is_some() {
        start.push_str("...");
    }
    start
}
