//! What a host provides is read in one walk, field by field: it must agree with a reading through `serde_json::Value`.
#![no_main]

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use libfuzzer_sys::fuzz_target;
use podnetworking_policy::facts::cache::Facts;
use podnetworking_policy::facts::cluster::{Cluster, Unavailable};
use podnetworking_policy::facts::search::namespaces::Wanted;
use podnetworking_policy::facts::search::query::Search;
use podnetworking_policy::json::fault::Faults;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// JSON without keys that are there twice.
#[derive(Debug, PartialEq)]
enum Value {
    Null,
    Other,
    Text(String),
    List(Vec<Value>),
    Object(BTreeMap<String, Value>),
}

impl Value {
    fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Value::Object(members) => members.get(key).filter(|value| **value != Value::Null),
            _ => None,
        }
    }
    fn at(&self, path: &[&str]) -> Option<&Value> {
        path.iter().try_fold(self, |value, key| value.get(key))
    }
    fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct V;
        impl<'de> Visitor<'de> for V {
            type Value = Value;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("JSON")
            }
            fn visit_unit<E>(self) -> Result<Value, E> {
                Ok(Value::Null)
            }
            fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
                Ok(Value::Other)
            }
            fn visit_str<E>(self, text: &str) -> Result<Value, E> {
                Ok(Value::Text(text.to_owned()))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
                let mut list = Vec::new();
                while let Some(value) = seq.next_element()? {
                    list.push(value);
                }
                Ok(Value::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                let mut members = BTreeMap::new();
                while let Some((key, value)) = map.next_entry()? {
                    if members.insert(key, value).is_some() {
                        return Err(A::Error::custom("twice"));
                    }
                }
                Ok(Value::Object(members))
            }
        }
        deserializer.deserialize_any(V)
    }
}

struct Host<'a>(&'a str);

impl Cluster for Host<'_> {
    fn pod_networkings(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(Cow::Borrowed(self.0))
    }
    fn namespace(&self, _: &str) -> Result<Option<Cow<'_, str>>, Unavailable> {
        Ok(Some(Cow::Borrowed(self.0)))
    }
    fn namespaces(&self) -> Result<Cow<'_, str>, Unavailable> {
        Ok(Cow::Borrowed(self.0))
    }
}

fuzz_target!(|text: &str| {
    let host = Host(text);
    let facts = Facts::new(&host);
    let mut found = Vec::new();
    let walked = facts.pod_networkings(Search::All, &mut |podnetworking| {
        let faults = &mut Faults::default();
        found.push((
            podnetworking.name().to_owned(),
            podnetworking.vswitches(faults).into_iter().map(Cow::into_owned).collect::<Vec<String>>(),
            podnetworking.status(faults).map(Cow::into_owned),
            podnetworking.allocation_type(faults).map(Cow::into_owned),
            podnetworking.eni_type(faults).map(Cow::into_owned),
            podnetworking.has_status(),
            podnetworking
                .status_zones(faults)
                .into_iter()
                .map(|(id, zone)| (id.into_owned(), zone.into_owned()))
                .collect::<Vec<_>>(),
        ));
        podnetworking.check(faults);
    });
    let namespaces = facts.namespaces(Wanted::all());
    let Ok(value) = serde_json::from_str::<Value>(text) else { return };
    let items = match &value {
        Value::List(items) => Some(items.as_slice()),
        Value::Object(members) => match members.get("items") {
            Some(Value::List(items)) => Some(items.as_slice()),
            Some(Value::Null) => Some(&[][..]),
            _ => None,
        },
        _ => None,
    };
    if walked.is_ok() {
        let items = items.expect("a list was read");
        let expected: Vec<_> = items
            .iter()
            .filter(|item| item.at(&["metadata", "deletionTimestamp"]).is_none())
            .map(|item| {
                let texts = |list: Option<&Value>| match list {
                    Some(Value::List(list)) => list.iter().filter_map(Value::text).map(str::to_owned).collect(),
                    _ => Vec::new(),
                };
                let zones = |list: Option<&Value>| match list {
                    Some(Value::List(list)) => list
                        .iter()
                        .filter_map(|entry| {
                            Some((entry.get("id")?.text()?.to_owned(), entry.get("zone")?.text()?.to_owned()))
                        })
                        .filter(|(_, zone)| !zone.is_empty())
                        .collect(),
                    _ => Vec::new(),
                };
                let text = |path: &[&str]| item.at(path).and_then(Value::text).map(str::to_owned);
                (
                    text(&["metadata", "name"]).expect("a name"),
                    texts(item.at(&["spec", "vSwitchOptions"])),
                    text(&["status", "status"]),
                    text(&["spec", "allocationType", "type"]),
                    text(&["spec", "eniOptions", "eniType"]),
                    item.at(&["status", "status"]).is_some() || item.at(&["status", "vSwitches"]).is_some(),
                    zones(item.at(&["status", "vSwitches"])),
                )
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }
    if let Ok(namespaces) = namespaces {
        let mut expected: Vec<(&str, BTreeMap<&str, &str>)> = items
            .expect("a list was read")
            .iter()
            .map(|item| {
                let name = item.at(&["metadata", "name"]).and_then(Value::text).expect("a name");
                let mut labels = BTreeMap::new();
                if let Some(Value::Object(members)) = item.at(&["metadata", "labels"]) {
                    labels.extend(members.iter().map(|(key, value)| (key.as_str(), value.text().unwrap_or_default())));
                }
                labels.insert("kubernetes.io/metadata.name", name);
                (name, labels)
            })
            .collect();
        expected.sort_by_key(|(name, _)| *name);
        let found: Vec<(&str, BTreeMap<&str, &str>)> =
            namespaces.iter().map(|namespace| (namespace.name.as_ref(), namespace.labels.iter().collect())).collect();
        assert_eq!(found, expected, "{text}");
    }
});
