//! The two policies, each of them the real core: the mutating one, and the validating one behind it. Both have the
//! settings of `deploy/overlays/protect`.

use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_policy::{decide_payload, rules};
use serde_json::{Value, json};

use crate::universe::{Platform, ZONES, zone_of};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    Mutating,
    Validating,
}

/// A request of the API server.
pub struct Request<'a> {
    pub kind: Kind,
    pub operation: &'static str,
    pub user: &'a str,
    pub namespace: &'a str,
    pub name: &'a str,
    pub object: &'a Value,
    pub old: &'a Value,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Pod,
    Namespace,
    PodNetworking,
    Deployment,
    StatefulSet,
    DaemonSet,
    Job,
}

impl Kind {
    pub fn group_version(self) -> (&'static str, &'static str) {
        match self {
            Self::Pod | Self::Namespace => ("", "v1"),
            Self::PodNetworking => ("network.alibabacloud.com", "v1beta1"),
            Self::Deployment | Self::StatefulSet | Self::DaemonSet => ("apps", "v1"),
            Self::Job => ("batch", "v1"),
        }
    }

    pub fn api_version(self) -> String {
        let (group, version) = self.group_version();
        if group.is_empty() { version.to_owned() } else { format!("{group}/{version}") }
    }
}

/// What a policy answers: the object to go on with, or the rules that deny.
pub type Answer = Result<Option<Value>, Vec<&'static str>>;

pub fn settings(platform: Platform, role: Role) -> String {
    let mut settings = json!({"platform": platform.name(), "exemptNamespaces": ["kube-system"]});
    let mut vswitches = json!({"vsw-far": {"vpc": "vpc-2"}});
    for zone in ZONES {
        let id = format!("vsw-{}", &zone[zone.len() - 1..]);
        vswitches[&id]["vpc"] = "vpc-1".into();
        // Elsewhere a controller writes the zones into the status.
        if platform == Platform::AckServerless {
            vswitches[&id]["zone"] = zone_of(&id).unwrap().into();
        }
    }
    let groups = json!({"sg-basic": {"type": "basic"}, "sg-enterprise": {"type": "enterprise"}});
    settings["inventory"] = json!({"vSwitches": vswitches, "securityGroups": groups});
    if role == Role::Validating {
        settings["mutations"] = MUTATIONS.iter().map(|one| (one.id.to_owned(), Value::Bool(false))).collect();
        if rules::find("zone-unconstrained").is_some() {
            settings["rules"] = json!({"zone-unconstrained": "deny"});
        }
    }
    settings.to_string()
}

pub fn ask(settings: &str, request: &Request<'_>, context: &str) -> Answer {
    let (group, version) = request.kind.group_version();
    let Request { kind, operation, user, namespace, name, object, old } = request;
    let payload = format!(
        r#"{{"settings":{settings},"request":{{"uid":"u","kind":{{"group":"{group}","version":"{version}","kind":"{kind:?}"}},"operation":"{operation}","namespace":"{namespace}","name":"{name}","userInfo":{{"username":"{user}"}},"object":{object},"oldObject":{old}}},"context":{context}}}"#
    );
    let decision = decide_payload(payload.as_bytes(), |_| NoHost);
    if decision.is_allowed() {
        return Ok(decision.mutated_object.as_deref().map(|text| serde_json::from_str(text).unwrap()));
    }
    let answer: Value = serde_json::from_str(&decision.to_json()).unwrap();
    let findings = answer["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == "deny");
    Err(findings.map(|finding| rules::find(finding["rule"].as_str().unwrap()).unwrap().id).collect())
}
