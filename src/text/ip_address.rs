//! IP addresses, as they are written. The standard library's parser would be a hundredth of the module. A property test
//! compares the two.

/// How many bits the address has, if the text is one: 32 or 128.
pub(crate) fn bits(text: &str) -> Option<u8> {
    if is_v4(text) {
        return Some(32);
    }
    let gap = text.as_bytes().windows(2).position(|pair| pair == b"::");
    let is_v6 = match gap.and_then(|gap| text.get(..gap).zip(text.get(gap + 2..))) {
        None => groups(text, true) == Some(8),
        // `::` replaces at least one group.
        Some((head, tail)) => {
            let count = |part: &str, is_last| if part.is_empty() { Some(0) } else { groups(part, is_last) };
            count(head, false).zip(count(tail, true)).is_some_and(|(head, tail)| head + tail < 8)
        }
    };
    is_v6.then_some(128)
}

fn is_v4(text: &str) -> bool {
    let is_octet = |part: &str| {
        let is_plain = part.len() == 1 || (!part.starts_with('0') && !part.starts_with('+'));
        is_plain && part.parse::<i64>().is_ok_and(|octet| (0..=255).contains(&octet))
    };
    // More digits than an octet has are not read.
    text.len() <= 15 && text.split('.').count() == 4 && text.split('.').all(is_octet)
}

/// How many groups of 16 bits the text has; at the end of an address the last two may be an IPv4 address.
fn groups(text: &str, is_last: bool) -> Option<usize> {
    let mut count = 0;
    let mut parts = text.split(':').peekable();
    while let Some(part) = parts.next() {
        let is_group = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        count += match is_group {
            true => 1,
            false if is_last && parts.peek().is_none() && is_v4(part) => 2,
            false => return None,
        };
    }
    Some(count)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use proptest::prelude::*;

    use super::*;

    fn known(text: &str) -> Option<u8> {
        text.parse::<IpAddr>().ok().map(|address| if address.is_ipv4() { 32 } else { 128 })
    }

    #[test]
    fn addresses() {
        let many = "1:2:3:4:5:6:7:8 1:2:3:4:5:6:7:: 1:2:3:4:5:6:7:8:: :: ::1 1:: ::: 1::2::3 ::1.2.3.4 1.2.3.4:: 1:2:3:4:5:6:1.2.3.4
            1:2:3:4:5:6:7:1.2.3.4 1::5:6:7:8:1.2.3.4 ::ffff:1.2.3.4 12345:: :1 1: fe80::1%eth0 10.0.0.0 10.0.0 1.2.3.4.5 256.0.0.1 01.2.3.4
            0.0.0.0 00.0.0.0 +1.2.3.4 1..2.3 1.2.3.4:5 g:: A:b::C";
        for text in many.split_whitespace().chain(["", " ::"]) {
            assert_eq!(bits(text), known(text), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn as_the_standard_library_does(
            text in "(([0-9a-f]{1,4}|1\\.2\\.3\\.4|::|:|0|[01]?[0-9]{1,2}\\.){1,10})|([0-9]{1,3}\\.){3}[0-9]{1,3}",
        ) {
            prop_assert_eq!(bits(&text), known(&text));
        }

        #[test]
        fn also_of_whole_addresses(address in any::<[u16; 8]>(), zeros in any::<u8>(), v4 in any::<u32>()) {
            let mut address = address;
            for (place, group) in address.iter_mut().enumerate() {
                if zeros >> place & 1 == 1 {
                    *group = 0;
                }
            }
            for text in [std::net::Ipv6Addr::from(address).to_string(), std::net::Ipv4Addr::from(v4).to_string()] {
                prop_assert_eq!(bits(&text), known(&text));
                prop_assert!(bits(&text).is_some());
            }
        }
    }
}
