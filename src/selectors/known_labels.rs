//! The labels whose meaning the algebra knows: the name of a namespace, and the zone of a node.

/// The label that every namespace has, with its name.
pub const METADATA_NAME: &str = "kubernetes.io/metadata.name";

/// The label that every node of a zone has, with the zone.
pub const ZONE: &str = "topology.kubernetes.io/zone";

/// The labels that have the zone of a node as their value, sorted. Every node has [`ZONE`]; it may have the others.
pub(super) const ZONE_KEYS: [&str; 3] =
    ["failure-domain.beta.kubernetes.io/zone", "topology.diskplugin.csi.alibabacloud.com/zone", ZONE];

/// Whether the label has the zone of a node as its value.
pub(super) fn is_zone_key(key: &str) -> bool {
    ZONE_KEYS.contains(&key)
}
