//! The PodNetworking CRD in one table: its fields, and which of them are read of stored objects.
//!
//! To add a field, add its path to [`FIELDS`]. If stored objects are read for it, add a [`Slot`] and a row of [`STORED`]
//! too. Tests then lead to the rest: where the field is picked, and the masks of the hosts.

use podnetworking_walk::{Shape, selector_end};

use crate::json::value::Kind;
use crate::objects::slot::Slot;
use crate::selectors::syntax::{is_key, is_value};

/// `spec.allocationType`.
pub const ALLOCATION_TYPE: &str = "allocationType";
/// `spec.allocationType.releaseStrategy`.
pub const RELEASE_STRATEGY: &str = "releaseStrategy";
/// `spec.allocationType.releaseAfter`.
pub const RELEASE_AFTER: &str = "releaseAfter";
/// `spec.securityGroupIDs`.
pub const SECURITY_GROUP_IDS: &str = "securityGroupIDs";
/// `spec.vSwitchOptions`.
pub const VSWITCH_OPTIONS: &str = "vSwitchOptions";
/// `spec.eniOptions`.
pub const ENI_OPTIONS: &str = "eniOptions";
/// `spec.eniOptions.eniType`.
pub const ENI_TYPE: &str = "eniType";
/// `spec.vSwitchSelectOptions`.
pub const VSWITCH_SELECT_OPTIONS: &str = "vSwitchSelectOptions";
/// `spec.vSwitchSelectOptions.vSwitchSelectionPolicy`.
pub const VSWITCH_SELECTION_POLICY: &str = "vSwitchSelectionPolicy";

/// The path of the selectors.
pub const SELECTOR_PATH: &str = Slot::Selector.path();
/// The path of the namespace selector.
pub const NAMESPACE_SELECTOR_PATH: &str = Slot::NamespaceSelector.path();
/// The path of the allocation type.
pub const TYPE_PATH: &str = "spec.allocationType.type";
/// The path of the security groups.
pub const SECURITY_GROUPS_PATH: &str = Slot::SecurityGroupIds.path();
/// The path of the vSwitches.
pub const VSWITCHES_PATH: &str = Slot::VSwitchOptions.path();
/// The path of the status.
pub const STATUS_PATH: &str = Slot::StatusStatus.path();

/// The fields of `spec`, by path. `unknown-field` reports others.
pub const FIELDS: [&str; 13] = [
    "spec.allocationType",
    "spec.eniOptions",
    "spec.securityGroupIDs",
    "spec.selector",
    "spec.vSwitchOptions",
    "spec.vSwitchSelectOptions",
    "spec.selector.podSelector",
    "spec.selector.namespaceSelector",
    "spec.allocationType.type",
    "spec.allocationType.releaseStrategy",
    "spec.allocationType.releaseAfter",
    "spec.eniOptions.eniType",
    "spec.vSwitchSelectOptions.vSwitchSelectionPolicy",
];

/// The objects whose fields are known.
pub(crate) const PARENTS: [&str; 5] =
    ["spec", "spec.selector", "spec.allocationType", "spec.eniOptions", "spec.vSwitchSelectOptions"];

/// Common wrong names, and the intended field.
pub(crate) const MEANT: [(&str, &str, &str); 16] = [
    ("spec", "vSwitchIDs", "spec.vSwitchOptions"),
    ("spec", "vSwitchIds", "spec.vSwitchOptions"),
    ("spec", "vSwitches", "spec.vSwitchOptions"),
    ("spec", "vswitches", "spec.vSwitchOptions"),
    ("spec", "vSwitch", "spec.vSwitchOptions"),
    ("spec", "securityGroups", "spec.securityGroupIDs"),
    ("spec", "securityGroup", "spec.securityGroupIDs"),
    ("spec", "podSelector", "spec.selector.podSelector"),
    ("spec", "namespaceSelector", "spec.selector.namespaceSelector"),
    ("spec", "ipType", "spec.allocationType.type"),
    ("spec", "releaseStrategy", "spec.allocationType.releaseStrategy"),
    ("spec", "releaseAfter", "spec.allocationType.releaseAfter"),
    ("spec", "eniType", "spec.eniOptions.eniType"),
    ("spec", "vSwitchSelectionPolicy", "spec.vSwitchSelectOptions.vSwitchSelectionPolicy"),
    ("spec.selector", "matchLabels", "spec.selector.podSelector.matchLabels"),
    ("spec.selector", "matchExpressions", "spec.selector.podSelector.matchExpressions"),
];

/// A field that is read of stored objects.
#[derive(Debug)]
pub(crate) struct StoredField {
    /// Where its value is picked.
    pub(crate) slot: Slot,
    /// What a value without a fault looks like.
    pub(crate) shape: Shape,
    /// The part of it that is read, as a host's field mask.
    pub(crate) mask: &'static str,
}

/// A selector that Kubernetes would accept.
pub(crate) const SELECTOR: Shape = Shape::Custom(|text, at| selector_end(text, at, is_key, is_value));

/// The fields that are read of stored objects.
pub(crate) const STORED: [StoredField; 7] = [
    StoredField {
        slot: Slot::AllocationType,
        shape: Shape::Object(&[("type", Shape::Text)]),
        mask: "spec.allocationType.type",
    },
    StoredField {
        slot: Slot::EniOptions,
        shape: Shape::Object(&[("eniType", Shape::Text)]),
        mask: "spec.eniOptions.eniType",
    },
    StoredField {
        slot: Slot::Selector,
        shape: Shape::Object(&[("podSelector", SELECTOR), ("namespaceSelector", SELECTOR)]),
        mask: "spec.selector",
    },
    StoredField { slot: Slot::SecurityGroupIds, shape: Shape::List(&Shape::Text), mask: "spec.securityGroupIDs" },
    StoredField { slot: Slot::VSwitchOptions, shape: Shape::List(&Shape::Text), mask: "spec.vSwitchOptions" },
    StoredField { slot: Slot::StatusStatus, shape: Shape::Text, mask: "status.status" },
    StoredField {
        slot: Slot::StatusVSwitches,
        shape: Shape::List(&Shape::Object(&[("id", Shape::Text), ("zone", Shape::Text)])),
        mask: "status.vSwitches",
    },
];

/// The field masks with which a host lists PodNetworkings: what is read of stored ones. No mask is a part of another,
/// since a host would then lose one of the two.
pub fn field_masks() -> impl Iterator<Item = &'static str> {
    STORED.iter().map(|field| field.mask)
}

/// The names of the fields directly below `parent`.
pub(crate) fn fields_of(parent: &str) -> Vec<&'static str> {
    FIELDS
        .iter()
        .filter_map(|path| path.rsplit_once('.'))
        .filter(|(own, _)| *own == parent)
        .map(|(_, name)| name)
        .collect()
}

/// The kind of value that a field of a PodNetworking or of its selectors has, by its name.
pub(crate) fn kind_of(field: &str) -> Kind {
    match field {
        "matchExpressions" | "values" | SECURITY_GROUP_IDS | VSWITCH_OPTIONS => Kind::List,
        "key" | "operator" | "type" | RELEASE_STRATEGY | RELEASE_AFTER | ENI_TYPE | VSWITCH_SELECTION_POLICY => {
            Kind::String
        }
        _ => Kind::Object,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::partial::read_object;

    #[test]
    fn every_stored_field_is_picked_at_its_path() {
        for field in STORED {
            let path = field.slot.path();
            let object =
                path.split('.').rev().fold("\"value\"".to_owned(), |inner, key| format!("{{\"{key}\":{inner}}}"));
            let picked = read_object(&object).unwrap();
            assert_eq!(picked.get(field.slot).map(|json| json.text()), Some("\"value\""), "{path}");
            assert!(field.mask.starts_with(path), "the mask {} is not at {path}", field.mask);
        }
    }

    #[test]
    fn every_stored_field_of_the_spec_is_a_field_of_the_crd() {
        for mask in field_masks().filter(|mask| mask.starts_with("spec.")) {
            assert!(FIELDS.contains(&mask), "{mask}");
        }
    }

    #[test]
    fn the_parents_are_those_of_the_fields() {
        let mut parents: Vec<_> =
            FIELDS.iter().filter_map(|path| path.rsplit_once('.')).map(|(parent, _)| parent).collect();
        parents.sort_unstable();
        parents.dedup();
        let mut known = PARENTS.to_vec();
        known.sort_unstable();
        assert_eq!(known, parents);
        for (parent, wrong, meant) in MEANT {
            assert!(PARENTS.contains(&parent) && !fields_of(parent).contains(&wrong), "{parent}.{wrong}");
            assert!(FIELDS.iter().any(|field| meant == *field || meant.starts_with(&format!("{field}."))), "{meant}");
        }
    }

    #[test]
    fn a_field_has_the_kind_that_its_stored_shape_has() {
        for field in STORED {
            let kind = match field.shape {
                Shape::Text => Kind::String,
                Shape::List(_) => Kind::List,
                _ => Kind::Object,
            };
            let path = field.slot.path();
            if let Some(name) = path.strip_prefix("spec.") {
                assert_eq!(kind_of(name), kind, "{path}");
            }
        }
        // A field with fields below it is an object; another one of the table is not.
        for path in FIELDS.iter().filter(|path| path.split('.').count() > 2 || !PARENTS.contains(path)) {
            let name = path.rsplit_once('.').unwrap().1;
            let is_object = PARENTS.contains(path) || name.ends_with("Selector");
            assert_eq!(kind_of(name) == Kind::Object, is_object, "{path}");
        }
    }

    #[test]
    fn no_mask_is_a_part_of_another() {
        let masks: Vec<_> = field_masks().collect();
        for mask in &masks {
            let nested = masks.iter().find(|other| other.strip_prefix(mask).is_some_and(|rest| rest.starts_with('.')));
            assert_eq!(nested, None, "{mask}");
        }
    }
}
