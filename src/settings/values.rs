//! The settings of the policy: read whole, with all faults at once, each by its path.

use std::borrow::Cow;
use std::fmt;

use crate::answer::finding::{TOLD, counted};
use crate::collections::text_map::{TextMap, TextSet};
use crate::json::fault::{Fault, Faults};
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::mutations::MUTATIONS;
use crate::rules::{RULES, Rule};
use crate::text::nearest::nearest;
use crate::text::quote::quote;

/// The platform that runs the pods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// ACK Serverless: ECI pods on virtual nodes.
    #[default]
    AckServerless,
    /// ACK with Terway.
    Ack,
    /// ACS.
    Acs,
}

impl Platform {
    /// The platforms with the names that the settings give them.
    pub const ALL: [(&'static str, Self); 3] =
        [("ack-serverless", Self::AckServerless), ("ack", Self::Ack), ("acs", Self::Acs)];

    /// The name in the settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AckServerless => "ack-serverless",
            Self::Ack => "ack",
            Self::Acs => "acs",
        }
    }
}

/// What a finding does to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The rule does not report.
    Off,
    /// The request is accepted with a warning.
    Warn,
    /// The request is refused.
    Deny,
}

impl Severity {
    /// The severities with the names that the settings give them.
    pub const ALL: [(&'static str, Self); 3] = [("deny", Self::Deny), ("warn", Self::Warn), ("off", Self::Off)];

    /// The name in the settings and in findings.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Warn => "warn",
            Self::Deny => "deny",
        }
    }
}

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

/// The ids that fill empty lists of a PodNetworking.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// For `spec.securityGroupIDs`.
    pub security_groups: Vec<String>,
    /// For `spec.vSwitchOptions`.
    pub vswitches: Vec<String>,
}

/// The settings, all of them optional.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The platform that runs the pods.
    pub platform: Platform,
    /// Overridden severities, by rule id.
    pub rules: TextMap<'static, Severity>,
    /// Mutations switched on or off, by mutation id; on where absent.
    pub mutations: TextMap<'static, bool>,
    /// Namespaces whose pod-like objects are accepted untouched.
    pub exempt_namespaces: Vec<String>,
    /// Kinds of owners, besides `StatefulSet`, whose pods keep their names.
    pub fixed_name_kinds: Vec<String>,
    /// What fills empty lists.
    pub defaults: Defaults,
    /// The user whose grants the guest asks for before it lists.
    pub preflight_user: Option<String>,
    /// What the cluster does not know.
    pub inventory: Inventory,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            platform: Platform::default(),
            rules: TextMap::default(),
            mutations: TextMap::default(),
            exempt_namespaces: vec!["kube-system".to_owned()],
            fixed_name_kinds: Vec::new(),
            defaults: Defaults::default(),
            preflight_user: None,
            inventory: Inventory::default(),
        }
    }
}

/// One thing wrong with the settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SettingsFault {
    /// The setting, `rules.overlap`; empty for the settings as a whole.
    pub path: String,
    /// What is wrong, with the value.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl fmt::Display for SettingsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.message, self.help)
    }
}

/// The keys of the settings.
pub const KEYS: [&str; 8] =
    ["platform", "rules", "mutations", "exemptNamespaces", "fixedNameKinds", "defaults", "preflight", "inventory"];

impl Settings {
    /// Reads settings; absent ones (no text, `null`) are the defaults.
    ///
    /// # Errors
    /// All faults: unknown keys, unknown rule ids, wrong types.
    pub fn parse(text: Option<&str>) -> Result<Self, Vec<SettingsFault>> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        match Json::parse(text) {
            Ok(json) => Self::read(json),
            Err(error) => Err(vec![SettingsFault {
                path: String::new(),
                message: format!("the settings are not valid JSON: {error}"),
                help: "write them as a JSON object".to_owned(),
            }]),
        }
    }

    /// Reads settings from JSON.
    ///
    /// # Errors
    /// All faults: unknown keys, unknown rule ids, wrong types.
    pub fn read(json: Json<'_>) -> Result<Self, Vec<SettingsFault>> {
        let mut settings = Self::default();
        let Some(json) = json.present() else {
            return Ok(settings);
        };
        if json.kind() != Kind::Object {
            return Err(vec![SettingsFault {
                path: String::new(),
                message: format!("the settings must be an object, found {}", json.kind().noun()),
                help: "write them as an object".to_owned(),
            }]);
        }
        let mut reader = Reader::default();
        for (key, value) in reader.object(json, &Path::Root, &KEYS) {
            let path = Path::Root.field(key);
            match key {
                "platform" => settings.platform = reader.word(value, &path, &Platform::ALL).unwrap_or_default(),
                "rules" => {
                    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
                    for (id, value) in reader.object(value, &path, &ids) {
                        // YAML reads an `off` without quotation marks as `false`.
                        let severity = match value.text() {
                            "false" => Some(Severity::Off),
                            _ => reader.word(value, &path.field(id), &Severity::ALL),
                        };
                        if let Some(severity) = severity {
                            settings.rules.insert(id.to_owned(), severity);
                        }
                    }
                }
                "mutations" => {
                    let ids: Vec<&str> = MUTATIONS.iter().map(|mutation| mutation.id).collect();
                    for (id, value) in reader.object(value, &path, &ids) {
                        if let Some(on) = value.boolean(&path.field(id), &mut reader.faults) {
                            settings.mutations.insert(id.to_owned(), on);
                        }
                    }
                }
                "exemptNamespaces" => settings.exempt_namespaces = reader.strings(value, &path),
                "fixedNameKinds" => settings.fixed_name_kinds = reader.strings(value, &path),
                "defaults" => {
                    for (key, value) in reader.object(value, &path, &["securityGroupIDs", "vSwitchOptions"]) {
                        let ids = reader.strings(value, &path.field(key));
                        match key {
                            "securityGroupIDs" => settings.defaults.security_groups = ids,
                            _ => settings.defaults.vswitches = ids,
                        }
                    }
                }
                "preflight" => {
                    for (key, value) in reader.object(value, &path, &["user"]) {
                        settings.preflight_user = reader.text(value, &path.field(key));
                    }
                }
                _ => settings.inventory = reader.inventory(value, &path),
            }
        }
        reader.finish(settings)
    }

    /// The severity of a rule on this platform with these settings.
    #[must_use]
    pub fn severity(&self, rule: &Rule) -> Severity {
        self.rules.get(rule.id).copied().unwrap_or_else(|| rule.severity(self.platform))
    }

    /// Whether a mutation is on.
    #[must_use]
    pub fn mutates(&self, id: &str) -> bool {
        self.mutations.get(id).copied().unwrap_or(true)
    }

    /// Whether pod-like objects of the namespace are accepted untouched.
    #[must_use]
    pub fn exempts(&self, namespace: &str) -> bool {
        self.exempt_namespaces.iter().any(|exempt| exempt == namespace)
    }

    /// Whether pods with an owner of one of these kinds keep their names.
    #[must_use]
    pub fn keeps_names_of(&self, owner_kinds: &[Cow<'_, str>]) -> bool {
        let kinds: TextSet<'_> = owner_kinds.iter().map(AsRef::<str>::as_ref).collect();
        kinds.contains("StatefulSet") || self.fixed_name_kinds.iter().any(|kind| kinds.contains(kind))
    }
}

/// Reads settings and keeps the faults.
#[derive(Default)]
struct Reader {
    faults: Faults,
    settings_faults: Vec<SettingsFault>,
}

impl Reader {
    fn fault(&mut self, path: &Path<'_>, message: String, help: String) {
        self.settings_faults.push(SettingsFault { path: path.to_string(), message, help });
    }

    /// The members that are known and not null; the others are faults.
    fn object<'k, 'a>(&mut self, json: Json<'a>, path: &Path<'_>, known: &[&'k str]) -> Vec<(&'k str, Json<'a>)> {
        let mut members = Vec::new();
        let Some(json) = json.present() else {
            return members;
        };
        for (key, value) in json.members(path, &mut self.faults) {
            match known.iter().find(|name| **name == key) {
                Some(name) => members.extend(value.present().map(|value| (*name, value))),
                None => {
                    let full = path.field(&key).to_string();
                    // Of very many most are only counted.
                    let are_many = self.settings_faults.len() >= TOLD;
                    let help = match (!are_many).then(|| nearest(&key, known)).flatten() {
                        Some(near) => format!("did you mean {}?", quote(near)),
                        None if are_many => "remove it".to_owned(),
                        None => format!("use one of {}", crate::text::quote::join_quoted(known)),
                    };
                    let message = format!("{} is not a setting", quote(&full));
                    self.fault(&path.field(&key), message, help);
                }
            }
        }
        members
    }

    fn word<T: Copy>(&mut self, json: Json<'_>, path: &Path<'_>, words: &[(&str, T)]) -> Option<T> {
        let text = json.string(path, &mut self.faults)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let names: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        let message = format!("{} cannot be {}", quote(&path.to_string()), quote(&text));
        self.fault(path, message, format!("use one of {}", crate::text::quote::join_quoted(&names)));
        None
    }

    /// A text that is not empty.
    fn text(&mut self, json: Json<'_>, path: &Path<'_>) -> Option<String> {
        let text = json.string(path, &mut self.faults)?;
        if text.is_empty() {
            let message = format!("{} is empty", quote(&path.to_string()));
            self.fault(path, message, "set it, or leave it out".to_owned());
            return None;
        }
        Some(text.into_owned())
    }

    fn strings(&mut self, json: Json<'_>, path: &Path<'_>) -> Vec<String> {
        let list = json.list(path, &mut self.faults);
        list.into_iter().enumerate().filter_map(|(index, json)| self.text(json, &path.index(index))).collect()
    }

    fn inventory(&mut self, json: Json<'_>, path: &Path<'_>) -> Inventory {
        let mut inventory = Inventory::default();
        for (key, value) in self.object(json, path, &["vSwitches", "securityGroups"]) {
            let path = path.field(key);
            for (id, value) in value.members(&path, &mut self.faults) {
                let path = path.field(&id);
                if key == "vSwitches" {
                    inventory.vswitches.insert(id.to_string(), self.vswitch(value, &path));
                } else {
                    inventory.security_groups.insert(id.to_string(), self.security_group(value, &path));
                }
            }
        }
        inventory
    }

    fn vswitch(&mut self, json: Json<'_>, path: &Path<'_>) -> VSwitch {
        let mut vswitch = VSwitch::default();
        for (key, value) in self.object(json, path, &["zone", "vpc", "availableIPs"]) {
            let path = path.field(key);
            match key {
                "zone" => vswitch.zone = self.text(value, &path),
                "vpc" => vswitch.vpc = self.text(value, &path),
                _ => match (value.kind(), value.text().parse::<u64>()) {
                    (Kind::Number, Ok(count)) => vswitch.available_ips = Some(count),
                    _ => {
                        let path_text = path.to_string();
                        let message = format!("{} cannot be {}", quote(&path_text), quote(value.text()));
                        self.fault(&path, message, "use a whole number, 0 or more".to_owned());
                    }
                },
            }
        }
        vswitch
    }

    fn security_group(&mut self, json: Json<'_>, path: &Path<'_>) -> SecurityGroup {
        let mut group = SecurityGroup::default();
        for (key, value) in self.object(json, path, &["vpc", "type"]) {
            let path = path.field(key);
            match key {
                "vpc" => group.vpc = self.text(value, &path),
                _ => group.kind = self.word(value, &path, &SecurityGroupType::ALL),
            }
        }
        group
    }

    /// The settings, or all faults sorted by path.
    fn finish(self, settings: Settings) -> Result<Settings, Vec<SettingsFault>> {
        let all = self.settings_faults.len() + self.faults.len();
        if all == 0 {
            return Ok(settings);
        }
        // Those that are only counted come last.
        let (told, folded): (Vec<_>, Vec<_>) =
            self.faults.into_vec().into_iter().partition(|fault| fault.folded.is_empty());
        let of = |fault: Fault| SettingsFault { path: fault.path, message: fault.message, help: fault.help };
        let mut faults = self.settings_faults;
        faults.extend(told.into_iter().map(of));
        crate::collections::sort::by(&mut faults, |a, b| a.path.cmp(&b.path));
        faults.extend(folded.into_iter().map(of));
        if let Some(first) = faults.get(TOLD) {
            let (message, help) = counted(all - TOLD, &first.path);
            faults.truncate(TOLD);
            faults.push(SettingsFault { path: String::new(), message, help });
        }
        Err(faults)
    }
}
