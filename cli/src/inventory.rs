//! Reads the output of `aliyun vpc DescribeVSwitches` and `aliyun ecs DescribeSecurityGroups`, one page or many.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use anyhow::{Context, bail};
use serde_json::{Map, Value, json};

use crate::output;

/// vSwitches and security groups by id, in the form of `inventory` in the settings.
#[derive(Debug, Default)]
pub struct Inventory {
    /// The vSwitches.
    pub vswitches: BTreeMap<String, Value>,
    /// The security groups.
    pub security_groups: BTreeMap<String, Value>,
}

/// How the output of one of the two commands is read.
struct Kind {
    /// The command, for messages.
    command: &'static str,
    /// The field with the id of an entry.
    id: &'static str,
    /// Makes the entry of the settings.
    entry: fn(&Map<String, Value>) -> Map<String, Value>,
}

const VSWITCHES: Kind = Kind { command: "aliyun vpc DescribeVSwitches", id: "VSwitchId", entry: vswitch };
const SECURITY_GROUPS: Kind =
    Kind { command: "aliyun ecs DescribeSecurityGroups", id: "SecurityGroupId", entry: security_group };

/// Reads the files.
///
/// # Errors
/// If a file cannot be read, or is not the output of the command.
pub fn read(vswitches: &[PathBuf], security_groups: &[PathBuf]) -> anyhow::Result<Inventory> {
    Ok(Inventory {
        vswitches: read_files(vswitches, &VSWITCHES)?,
        security_groups: read_files(security_groups, &SECURITY_GROUPS)?,
    })
}

/// Reads all pages, in one file or in several.
fn read_files(paths: &[PathBuf], kind: &Kind) -> anyhow::Result<BTreeMap<String, Value>> {
    let mut all = BTreeMap::new();
    // Pages of one query have the same total.
    let mut queries: BTreeMap<u64, (Vec<String>, BTreeSet<String>)> = BTreeMap::new();
    for path in paths {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {file}"))?;
        let text = text.trim_start_matches('\u{FEFF}');
        let (found, total) =
            parse(text, kind).with_context(|| format!("{file} is not the output of `{}`", kind.command))?;
        if let Some(total) = total {
            let (files, ids) = queries.entry(total).or_default();
            files.push(file);
            ids.extend(found.keys().cloned());
        }
        all.extend(found);
    }
    for (total, (files, ids)) in queries {
        if total > ids.len() as u64 {
            let contain = if files.len() == 1 { "contains" } else { "contain" };
            output::warning(&format!(
                "{} {contain} {} of {total} entries; get all pages with `--pager`, or with `--PageSize 50` and each `--PageNumber`",
                files.join(" and "),
                ids.len()
            ));
        }
    }
    Ok(all)
}

/// The entries, and the total number that the output states.
fn parse(text: &str, kind: &Kind) -> anyhow::Result<(BTreeMap<String, Value>, Option<u64>)> {
    let mut found = BTreeMap::new();
    let mut total = None;
    let mut pages = 0_usize;
    // Pages that were appended to one file are JSON documents one after another.
    for page in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        pages += 1;
        let mut rest = vec![page?];
        while let Some(value) = rest.pop() {
            match value {
                Value::Array(values) => rest.extend(values),
                Value::Object(members) => match members.get(kind.id).and_then(Value::as_str) {
                    Some(id) => {
                        found.insert(id.to_owned(), Value::Object((kind.entry)(&members)));
                    }
                    None => {
                        let count = members.get("TotalCount").and_then(Value::as_u64);
                        total = total.max(count);
                        rest.extend(members.into_iter().map(|(_, value)| value).filter(|value| !value.is_string()));
                    }
                },
                _ => {}
            }
        }
    }
    if pages == 0 {
        bail!("the file is empty");
    }
    if found.is_empty() && total != Some(0) {
        bail!("no entry has a `{}`", kind.id);
    }
    Ok((found, total))
}

fn text(members: &Map<String, Value>, key: &str) -> Option<Value> {
    members.get(key).filter(|value| value.as_str().is_some_and(|text| !text.is_empty())).cloned()
}

fn vswitch(members: &Map<String, Value>) -> Map<String, Value> {
    let addresses = members.get("AvailableIpAddressCount").filter(|value| value.is_u64()).cloned();
    let fields = [("zone", text(members, "ZoneId")), ("vpc", text(members, "VpcId")), ("availableIPs", addresses)];
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

fn security_group(members: &Map<String, Value>) -> Map<String, Value> {
    let kind = match members.get("SecurityGroupType").and_then(Value::as_str) {
        Some("normal") => Some(json!("basic")),
        Some("enterprise") => Some(json!("enterprise")),
        _ => None,
    };
    let fields = [("vpc", text(members, "VpcId")), ("type", kind)];
    fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    const PAGE: &str = r#"{"PageNumber": 1, "PageSize": 1, "RequestId": "r", "TotalCount": 2, "VSwitches": {"VSwitch": [
        {"VSwitchId": "vsw-1", "ZoneId": "cn-hangzhou-h", "VpcId": "vpc-1", "AvailableIpAddressCount": 250,
         "Tags": {"Tag": []}}]}}"#;

    #[test]
    fn pages_may_follow_each_other_or_be_in_a_list() {
        let second = PAGE.replace("vsw-1", "vsw-2");
        for text in [format!("{PAGE}\n{second}"), format!("[{PAGE},{second}]")] {
            let (found, total) = parse(&text, &VSWITCHES).unwrap();
            assert_eq!((found.len(), total), (2, Some(2)));
            let expected = json!({"zone": "cn-hangzhou-h", "vpc": "vpc-1", "availableIPs": 250});
            assert_eq!(found.get("vsw-1"), Some(&expected));
        }
    }

    #[test]
    fn a_security_group_is_basic_or_enterprise() {
        let text = r#"{"SecurityGroups": {"SecurityGroup": [
            {"SecurityGroupId": "sg-1", "VpcId": "vpc-1", "SecurityGroupType": "normal"},
            {"SecurityGroupId": "sg-2", "VpcId": "", "SecurityGroupType": "enterprise"}]}}"#;
        let (found, _) = parse(text, &SECURITY_GROUPS).unwrap();
        assert_eq!(found.get("sg-1"), Some(&json!({"vpc": "vpc-1", "type": "basic"})));
        assert_eq!(found.get("sg-2"), Some(&json!({"type": "enterprise"})));
    }

    #[test]
    fn other_text_is_an_error() {
        assert!(parse("", &VSWITCHES).is_err());
        assert!(parse("VSwitchId  ZoneId", &VSWITCHES).is_err());
        assert!(parse(r#"{"SecurityGroups": {}}"#, &VSWITCHES).is_err());
        assert!(parse(r#"{"TotalCount": 0, "VSwitches": {"VSwitch": []}}"#, &VSWITCHES).unwrap().0.is_empty());
    }
}
