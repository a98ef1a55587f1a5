//! The small universe of the model: its names, and what can be chosen of each.

use serde_json::{Value, json};

use crate::actions::Forgery;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    Ack,
    Acs,
    AckServerless,
}

impl Platform {
    pub const ALL: [Self; 3] = [Self::Ack, Self::Acs, Self::AckServerless];

    pub fn name(self) -> &'static str {
        match self {
            Self::Ack => "ack",
            Self::Acs => "acs",
            Self::AckServerless => "ack-serverless",
        }
    }

    /// Whether a `Fixed` PodNetworking selects pods with a fixed name alone.
    pub fn keeps_addresses(self) -> bool {
        self != Self::AckServerless
    }
}

pub const ZONES: [&str; 3] = ["cn-hangzhou-h", "cn-hangzhou-i", "cn-hangzhou-k"];
/// `kube-system` is exempt. `new` is not there at the start.
pub const NAMESPACES: [&str; 4] = ["shop", "bank", "kube-system", "new"];
pub const PODS: [&str; 3] = ["p-0", "p-1", "p-2"];
pub const PODNETWORKINGS: [&str; 4] = ["n0", "n1", "n2", "n3"];
pub const WORKLOADS: [&str; 2] = ["w", "v"];
pub const APPS: [Option<&str>; 3] = [Some("web"), Some("db"), None];
pub const TIERS: [Option<&str>; 3] = [None, Some("front"), Some("back")];
pub const TEAMS: [Option<&str>; 3] = [None, Some("red"), Some("blue")];

pub const ECI: &str = "alibabacloud.com/eci";
pub const ECI_VSWITCH: &str = "k8s.aliyun.com/eci-vswitch";
pub const ECI_GROUP: &str = "k8s.aliyun.com/eci-security-group";
pub const ACS_VSWITCHES: &str = "network.alibabacloud.com/vswitch-ids";
pub const ACS_GROUPS: &str = "network.alibabacloud.com/security-group-ids";
pub const GATE: &str = "example.com/wait";
pub const FINALIZER: &str = "example.com/keep";

/// The zone that a vSwitch is in. `vsw-lost` does not exist.
pub fn zone_of(vswitch: &str) -> Option<&'static str> {
    match vswitch {
        "vsw-h" | "vsw-far" => Some(ZONES[0]),
        "vsw-i" => Some(ZONES[1]),
        "vsw-k" | "vsw-default" => Some(ZONES[2]),
        _ => None,
    }
}

pub const POD_SELECTORS: usize = 10;

/// A podSelector; null is none.
pub fn pod_selector(index: usize) -> Value {
    let expression = |key: &str, operator: &str, values: Value| json!({"matchExpressions": [{"key": key, "operator": operator, "values": values}]});
    match index {
        0 => json!({"matchLabels": {"app": "web"}}),
        1 => json!({"matchLabels": {"app": "db"}}),
        2 => Value::Null,
        3 => json!({"matchLabels": {"tier": "front"}}),
        4 => expression("app", "NotIn", json!(["web", "db"])),
        5 => json!({"matchLabels": {"app": "web"}, "matchExpressions": [{"key": "tier", "operator": "Exists"}]}),
        6 => expression("app", "In", json!(["web", "db"])),
        7 => expression("tier", "DoesNotExist", json!([])),
        8 => json!({}),
        _ => expression("app", "Is", json!(["web"])),
    }
}

pub const NAMESPACE_SELECTORS: usize = 6;

pub fn namespace_selector(index: usize) -> Value {
    match index {
        0 => Value::Null,
        1 => json!({"matchLabels": {"team": "red"}}),
        2 => json!({"matchLabels": {"team": "blue"}}),
        3 => json!({"matchExpressions": [{"key": "team", "operator": "DoesNotExist"}]}),
        4 => json!({"matchLabels": {"kubernetes.io/metadata.name": "shop"}}),
        _ => json!({}),
    }
}

pub const VSWITCHES: usize = 10;

pub fn vswitches(index: usize) -> Value {
    match index {
        0 => json!(["vsw-h"]),
        1 => json!(["vsw-i"]),
        2 => json!(["vsw-k"]),
        3 => json!(["vsw-h", "vsw-i"]),
        4 => json!(["vsw-i", "vsw-k", "vsw-i"]),
        5 => json!([]),
        6 => json!(["vsw-lost"]),
        7 => json!(["vsw-h", "vsw-far"]),
        8 => json!(["switch"]),
        // Of a wrong type: the schema is checked behind the mutating webhooks.
        _ => json!("vsw-h"),
    }
}

pub const GROUPS: usize = 7;

/// The security groups of a PodNetworking: its own, so that networks differ.
pub fn groups(index: usize, name: &str) -> Value {
    match index {
        0 => json!([format!("sg-{name}")]),
        1 => json!([format!("sg-{name}"), "sg-basic"]),
        2 => json!(["sg-2"]),
        3 => json!([]),
        4 => json!(["sg-basic", "sg-enterprise"]),
        5 => (0..11).map(|number| json!(format!("sg-{number}"))).collect(),
        _ => json!(["group"]),
    }
}

pub const ALLOCATIONS: usize = 5;

pub fn allocation(index: usize) -> Value {
    match index {
        0 => Value::Null,
        1 => json!({"type": "Elastic"}),
        2 => json!({"type": "Fixed"}),
        3 => json!({"type": "Fixed", "releaseStrategy": "Never", "releaseAfter": "1h"}),
        _ => json!({"type": "Static"}),
    }
}

/// What an attacker writes as the record of a PodNetworking that is there at the start.
pub fn forged_record(podnetworking: usize, how: Forgery) -> String {
    let vswitch = ["vsw-h", "vsw-i", "vsw-k", "vsw-h"][podnetworking];
    let (right, groups) = (format!(r#"["{vswitch}"]"#), format!(r#"["sg-n{podnetworking}"]"#));
    let (evil, evil_groups) = (r#"["vsw-evil"]"#, r#"["sg-evil"]"#);
    let network = |vswitches: &str, groups: &str, more: &str| {
        format!(r#"{{"interface":"eth0","vSwitchOptions":{vswitches},"securityGroupIDs":{groups}{more}}}"#)
    };
    let networks = match how {
        Forgery::All => network(evil, evil_groups, ""),
        Forgery::GroupsAlone => network(&right, evil_groups, ""),
        Forgery::VSwitchesAlone => network(evil, &groups, ""),
        Forgery::Second => {
            let second = network(evil, evil_groups, "").replace("eth0", "eth1");
            format!("{},{second}", network(&right, &groups, ""))
        }
        Forgery::Folded => network(&right, &groups, &format!(r#","VSwitchOptions":{evil}"#)),
        Forgery::Repeated => network(&right, &groups, &format!(r#","securityGroupIDs":{evil_groups}"#)),
    };
    format!(r#"{{"podNetworks":[{networks}]}}"#)
}
