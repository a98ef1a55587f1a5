//! The form of a string: what decisions depend on besides its equality with others.

use std::net::IpAddr;

use podnetworking_policy::selectors::syntax::{is_key, is_namespace_name, is_value};
use podnetworking_policy::text::duration;
use podnetworking_policy::text::resource_id::{SECURITY_GROUP, VPC, VSWITCH, is_id};

/// The longest label value and name, in bytes.
const LONGEST_NAME: usize = 63;
/// The longest name of a network interface that a request may have, in bytes.
const LONGEST_INTERFACE: usize = 5;

/// What a string can be used as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a form of its own")]
pub struct Form {
    is_key: bool,
    is_value: bool,
    is_namespace: bool,
    is_kind: bool,
    is_list: bool,
    is_vswitch: bool,
    is_security_group: bool,
    is_vpc: bool,
    is_cidr: bool,
    is_too_long: bool,
    is_interface: bool,
}

impl Form {
    /// The form of a string.
    pub fn of(text: &str) -> Self {
        Self {
            is_key: is_key(text),
            is_value: is_value(text),
            is_namespace: is_namespace_name(text),
            is_kind: is_kind(text),
            is_list: text.ends_with("List"),
            is_vswitch: is_id(text, VSWITCH),
            is_security_group: is_id(text, SECURITY_GROUP),
            is_vpc: is_id(text, VPC),
            is_cidr: is_cidr(text),
            is_too_long: text.len() > LONGEST_NAME && text.bytes().all(is_of_name),
            // An ID has its prefix, so its replacement is longer.
            is_interface: text.len() <= LONGEST_INTERFACE
                && ![VSWITCH, SECURITY_GROUP, VPC].iter().any(|prefix| is_id(text, prefix)),
        }
    }

    /// Strings of several forms, made of a number. One of them has this form, if any can.
    pub fn candidates(self, length: usize, number: usize) -> Vec<String> {
        let word = if self.is_interface { "q" } else { "masked" };
        let (high, low) = (number / 256 % 256, number % 256);
        let prefix = [(self.is_vswitch, VSWITCH), (self.is_security_group, SECURITY_GROUP), (self.is_vpc, VPC)];
        let prefix = prefix.iter().find(|(has, _)| *has).map_or("", |(_, prefix)| prefix);
        let long = format!("masked{number}-");
        vec![
            // IDs are words, so they come first.
            format!("{prefix}{word}{number}"),
            // Not the name of a namespace.
            format!("{}{number}", word.to_uppercase()),
            // No kind.
            format!("0{word}{number}"),
            format!("{word}.{number}"),
            format!("Masked{number}List"),
            format!("10.{high}.{low}.0/24"),
            format!("fd00::{number:x}/128"),
            // A key, and no value.
            format!("{word}.x/{number}"),
            // Too long: as long as it was.
            format!("{long}{}", "x".repeat(length.saturating_sub(long.len()))),
            // Nothing.
            format!("{word}:{number}"),
        ]
    }
}

/// Whether the text is a version of an API.
pub fn is_version(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let Some(version) = text.strip_prefix('v') else { return false };
    let (major, minor) = ["alpha", "beta"].iter().find_map(|word| version.split_once(word)).unwrap_or((version, "1"));
    digits(major) && digits(minor)
}

/// Whether the text is a duration, as release settings have it.
pub fn is_duration(text: &str) -> bool {
    duration::parse(text).is_some()
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)
}

/// Whether the text is a kind, without its group.
fn is_kind(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= LONGEST_NAME
        && bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

fn is_cidr(text: &str) -> bool {
    let Some((address, bits)) = text.split_once('/') else { return false };
    let most = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    bits.parse::<u8>().is_ok_and(|bits| bits <= most)
}
