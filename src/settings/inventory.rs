//! What the cluster does not know about vSwitches and security groups.

use crate::collections::text_map::TextMap;

/// The type of a security group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SecurityGroupType {
    /// A basic security group.
    Basic,
    /// An enterprise (advanced) security group.
    Enterprise,
}

impl SecurityGroupType {
    /// The types with the names that the settings give them.
    pub const ALL: [(&'static str, Self); 2] = [("basic", Self::Basic), ("enterprise", Self::Enterprise)];
}

/// What the inventory knows of a vSwitch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VSwitch {
    /// Its zone.
    pub zone: Option<String>,
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its idle IP addresses.
    pub available_ips: Option<u64>,
}

/// What the inventory knows of a security group.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Its VPC.
    pub vpc: Option<String>,
    /// Its type.
    pub kind: Option<SecurityGroupType>,
}

/// What the cluster does not know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The vSwitches by id.
    pub vswitches: TextMap<'static, VSwitch>,
    /// The security groups by id.
    pub security_groups: TextMap<'static, SecurityGroup>,
}
