//! Reads the settings, and reports all of their problems.

use crate::json::fault::Faults;
use crate::json::path::Path;
use crate::json::value::{Json, Kind};
use crate::settings::form::Form;
use crate::settings::inventory::{Inventory, SecurityGroup, SecurityGroupType, VSwitch};
use crate::settings::platform::Platform;
use crate::settings::severity::Severity;
use crate::settings::values::Settings;
use crate::text::nearest::nearest;
use crate::text::overflow::{MAX_LISTED, overflow};
use crate::text::problem::Problem;
use crate::text::quote::{join_quoted, quote};

/// The keys of the settings.
pub const KEYS: [&str; 8] =
    ["platform", "rules", "mutations", "exemptNamespaces", "fixedNameKinds", "defaults", "preflight", "inventory"];

/// The IDs that settings can contain.
#[derive(Clone, Copy, Debug)]
pub struct KnownIds<'k> {
    /// The IDs of the rules.
    pub rules: &'k [&'static str],
    /// The IDs of the mutations.
    pub mutations: &'k [&'static str],
}

/// Reads settings; `null` is the defaults.
///
/// # Errors
/// All problems, sorted by path: unknown keys, unknown ids, wrong types, texts that the cluster never has.
pub fn read(json: Json<'_>, known: KnownIds<'_>) -> Result<Settings, Vec<Problem>> {
    let mut settings = Settings::default();
    let Some(json) = json.present() else {
        return Ok(settings);
    };
    if json.kind() != Kind::Object {
        return Err(vec![Problem {
            message: format!("the settings must be an object, but are {}", json.kind().noun()),
            help: "write the settings as an object".to_owned(),
            ..Problem::default()
        }]);
    }
    let mut reader = Reader::default();
    for (key, value) in reader.object(json, &Path::Root, &KEYS) {
        let path = Path::Root.field(key);
        match key {
            "platform" => settings.platform = reader.word(value, &path, &Platform::ALL).unwrap_or_default(),
            "rules" => {
                for (id, value) in reader.object(value, &path, known.rules) {
                    // YAML reads `off` without quotation marks as `false`.
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
                for (id, value) in reader.object(value, &path, known.mutations) {
                    if let Some(on) = value.boolean(&path.field(id), &mut reader.faults) {
                        settings.mutations.insert(id.to_owned(), on);
                    }
                }
            }
            "exemptNamespaces" => settings.exempt_namespaces = reader.strings(value, &path, Form::Namespace),
            "fixedNameKinds" => settings.fixed_name_kinds = reader.strings(value, &path, Form::Kind),
            "defaults" => {
                for (key, value) in reader.object(value, &path, &["securityGroupIDs", "vSwitchOptions"]) {
                    let path = path.field(key);
                    match key {
                        "securityGroupIDs" => {
                            settings.defaults.security_groups = reader.strings(value, &path, Form::SecurityGroup);
                        }
                        _ => settings.defaults.vswitches = reader.strings(value, &path, Form::VSwitch),
                    }
                }
            }
            "preflight" => {
                for (key, value) in reader.object(value, &path, &["user"]) {
                    settings.preflight_user = reader.text(value, &path.field(key));
                }
            }
            "inventory" => settings.inventory = reader.inventory(value, &path),
            // `object` passes known keys alone, and a test asks that each of them is read.
            _ => {}
        }
    }
    reader.finish(settings)
}

/// Reads settings and collects their problems.
#[derive(Default)]
struct Reader {
    faults: Faults,
    problems: Vec<Problem>,
}

impl Reader {
    fn problem(&mut self, path: &Path<'_>, message: String, help: String) {
        self.problems.push(Problem { path: path.to_string(), message, help, ..Problem::default() });
    }

    /// The members that are known and not null. Unknown ones are problems.
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
                    // Beyond this number, the problems are only counted, and need no help.
                    let is_listed = self.problems.len() < MAX_LISTED;
                    let noun = match path.to_string().as_str() {
                        "rules" => "rule",
                        "mutations" => "mutation",
                        _ => "setting",
                    };
                    let help = match is_listed.then(|| nearest(&key, known)).flatten() {
                        Some(near) => format!("did you mean {}?", quote(near)),
                        None if !is_listed => "remove this key".to_owned(),
                        None if known.len() > KEYS.len() => {
                            format!("remove this key, or use a {noun} from the documentation")
                        }
                        None => format!("use one of {}", join_quoted(known)),
                    };
                    let message = format!("{} is not a {noun}", quote(&full));
                    self.problem(&path.field(&key), message, help);
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
        self.problem(path, message, format!("use one of {}", join_quoted(&names)));
        None
    }

    /// A string that is not empty.
    fn text(&mut self, json: Json<'_>, path: &Path<'_>) -> Option<String> {
        let text = json.string(path, &mut self.faults)?;
        if text.is_empty() {
            let message = format!("{} is empty", quote(&path.to_string()));
            self.problem(path, message, "set a value, or remove this field".to_owned());
            return None;
        }
        Some(text.into_owned())
    }

    /// A string of a form.
    fn formed(&mut self, json: Json<'_>, path: &Path<'_>, form: Form) -> Option<String> {
        let text = self.text(json, path)?;
        if !form.fits(&text) {
            let message = format!("{} cannot be {}", quote(&path.to_string()), quote(&text));
            self.problem(path, message, form.help().to_owned());
        }
        Some(text)
    }

    fn strings(&mut self, json: Json<'_>, path: &Path<'_>, form: Form) -> Vec<String> {
        let list = json.list(path, &mut self.faults);
        list.into_iter().enumerate().filter_map(|(index, json)| self.formed(json, &path.index(index), form)).collect()
    }

    fn inventory(&mut self, json: Json<'_>, path: &Path<'_>) -> Inventory {
        let mut inventory = Inventory::default();
        for (key, value) in self.object(json, path, &["vSwitches", "securityGroups"]) {
            let list = path.field(key);
            let form = if key == "vSwitches" { Form::VSwitch } else { Form::SecurityGroup };
            for (id, value) in value.members(&list, &mut self.faults) {
                let path = list.field(&id);
                if !form.fits(&id) {
                    let message = format!("{} cannot have the key {}", quote(&list.to_string()), quote(&id));
                    self.problem(&path, message, form.help().to_owned());
                }
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
                "zone" => vswitch.zone = self.formed(value, &path, Form::Zone),
                "vpc" => vswitch.vpc = self.formed(value, &path, Form::Vpc),
                _ => match (value.kind(), value.text().parse::<i64>().map(u64::try_from)) {
                    (Kind::Number, Ok(Ok(count))) => vswitch.available_ips = Some(count),
                    _ => {
                        let path_text = path.to_string();
                        let message = format!("{} cannot be {}", quote(&path_text), quote(value.text()));
                        self.problem(&path, message, "use a non-negative whole number".to_owned());
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
                "vpc" => group.vpc = self.formed(value, &path, Form::Vpc),
                _ => group.kind = self.word(value, &path, &SecurityGroupType::ALL),
            }
        }
        group
    }

    /// The settings, or all problems sorted by path.
    fn finish(self, settings: Settings) -> Result<Settings, Vec<Problem>> {
        let count = self.problems.len() + self.faults.len();
        if count == 0 {
            return Ok(settings);
        }
        let (listed, unlisted): (Vec<_>, Vec<_>) =
            self.faults.into_vec().into_iter().partition(|fault| fault.unlisted.is_empty());
        let mut problems = self.problems;
        problems.extend(listed.into_iter().map(|fault| fault.problem));
        crate::collections::sort::by(&mut problems, |a, b| a.path.cmp(&b.path));
        problems.extend(unlisted.into_iter().map(|fault| fault.problem));
        if let Some(first) = problems.get(MAX_LISTED) {
            let rest = overflow(count - MAX_LISTED, first.path.clone());
            problems.truncate(MAX_LISTED);
            problems.push(Problem { path: String::new(), ..rest });
        }
        Err(problems)
    }
}
