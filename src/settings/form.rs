//! What texts in the settings must look like. A text that the cluster never has would silently switch something off.

use crate::selectors::syntax::{is_namespace_name, is_value};
use crate::text::resource_id::{SECURITY_GROUP, VPC, VSWITCH, is_id};

/// The longest kind, in bytes.
const MAX_KIND_BYTES: usize = 63;

/// A form of text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Form {
    VSwitch,
    SecurityGroup,
    Vpc,
    Zone,
    Namespace,
    Kind,
}

impl Form {
    /// Whether the text has this form.
    pub(crate) fn fits(self, text: &str) -> bool {
        match self {
            Self::VSwitch => is_id(text, VSWITCH),
            Self::SecurityGroup => is_id(text, SECURITY_GROUP),
            Self::Vpc => is_id(text, VPC),
            Self::Zone => !text.is_empty() && is_value(text),
            Self::Namespace => is_namespace_name(text),
            Self::Kind => is_kind(text),
        }
    }

    /// How to write a text of this form.
    pub(crate) const fn help(self) -> &'static str {
        match self {
            Self::VSwitch => "use `vsw-` followed by lower-case letters, digits and `-`",
            Self::SecurityGroup => "use `sg-` followed by lower-case letters, digits and `-`",
            Self::Vpc => "use `vpc-` followed by lower-case letters, digits and `-`",
            Self::Zone => "use the ID of a zone, for example `cn-hangzhou-h`",
            Self::Namespace => "use the name of one namespace; patterns are not supported",
            Self::Kind => "use a kind without its group, for example `CloneSet`",
        }
    }

    /// The form as a regular expression, for the JSON Schema.
    #[cfg(feature = "catalogue")]
    pub(crate) const fn pattern(self) -> &'static str {
        match self {
            Self::VSwitch => "^vsw-[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            Self::SecurityGroup => "^sg-[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            Self::Vpc => "^vpc-[a-z0-9]([a-z0-9-]*[a-z0-9])?$",
            Self::Zone => "^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$",
            Self::Namespace => "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$",
            Self::Kind => "^[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        }
    }
}

/// Whether `text` is the kind of an object, as Kubernetes validates it for a CustomResourceDefinition: a DNS label that
/// begins with a letter, in any case.
fn is_kind(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() <= MAX_KIND_BYTES
        && bytes.first().is_some_and(u8::is_ascii_alphabetic)
        && bytes.last().is_some_and(u8::is_ascii_alphanumeric)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms() {
        let good = [
            (Form::VSwitch, "vsw-bp1"),
            (Form::SecurityGroup, "sg-a"),
            (Form::Vpc, "vpc-1"),
            (Form::Zone, "cn-hangzhou-h"),
            (Form::Namespace, "kube-system"),
            (Form::Kind, "CloneSet"),
        ];
        for (form, text) in good {
            assert!(form.fits(text), "{text}");
        }
        let bad = [
            (Form::VSwitch, "vsw-bp1 "),
            (Form::SecurityGroup, "vsw-a"),
            (Form::Vpc, "vpc_1"),
            (Form::Zone, ""),
            (Form::Zone, "h zone"),
            (Form::Namespace, "kube-*"),
            (Form::Namespace, "Shop"),
            (Form::Kind, "CloneSet.apps.kruise.io"),
            (Form::Kind, "apps/v1"),
            (Form::Kind, "*"),
            (Form::Kind, ""),
        ];
        for (form, text) in bad {
            assert!(!form.fits(text), "{text}");
        }
    }
}
