//! IDs of Alibaba Cloud resources. IDs have different lengths, so only the prefix and the characters are checked.

/// What the ID of a vSwitch begins with.
pub const VSWITCH: &str = "vsw-";
/// What the ID of a security group begins with.
pub const SECURITY_GROUP: &str = "sg-";
/// What the ID of a VPC begins with.
pub const VPC: &str = "vpc-";

/// Whether `id` is the prefix and `[a-z0-9]([a-z0-9-]*[a-z0-9])?`.
#[must_use]
pub fn is_id(id: &str, prefix: &str) -> bool {
    let Some(rest) = id.strip_prefix(prefix) else {
        return false;
    };
    let bytes = rest.as_bytes();
    let is_end = |byte: Option<&u8>| byte.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    is_end(bytes.first())
        && is_end(bytes.last())
        && bytes.iter().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_form_is_prefix_and_alphabet() {
        for good in ["sg-bp1", "sg-primary-xxxx", "sg-a", "sg-2zee386juyk226k1cb5h"] {
            assert!(is_id(good, "sg-"), "{good}");
        }
        for bad in ["", "sg-", "sg--a", "sg-a-", "sg-A", "sg_a", "<sg-id>", "vsw-a", "sg-a\n", " sg-a"] {
            assert!(!is_id(bad, "sg-"), "{bad}");
        }
    }
}
