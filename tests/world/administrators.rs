//! The administrators of namespaces and of PodNetworkings.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::actions::{Facts, Plan};
use crate::edits::spec_of;
use crate::exceptions::Exception;
use crate::invariants::{Broken, Checked, Invariant, gone};
use crate::policy::{Kind, Request, Role};
use crate::world::{self, World, add_finalizer};

impl World {
    pub fn change_namespace(&mut self, name: &str, facts: Facts, change: impl Fn(&mut Value)) -> Result<bool, Broken> {
        let Some(old) = self.store.namespaces.get(name) else { return Ok(false) };
        let mut new = old.clone();
        change(&mut new);
        self.write_namespace(name, new, facts)
    }

    pub fn write_namespace(&mut self, name: &str, new: Value, facts: Facts) -> Result<bool, Broken> {
        let old = self.store.namespaces.get(name).cloned().unwrap_or(Value::Null);
        if new == old {
            return Ok(false);
        }
        let operation = if old.is_null() { "CREATE" } else { "UPDATE" };
        let user = format!("admin of {name}");
        let request =
            Request { kind: Kind::Namespace, operation, user: &user, namespace: name, name, object: &new, old: &old };
        let Ok(object) = self.ask_both(new.clone(), &request, facts) else { return Ok(false) };
        let reasons = self.race(facts);
        let probes = self.probes(name);
        let before = self.store.clone();
        self.store.namespaces.insert(name.to_owned(), object);
        self.facts_changed();
        self.check_overlap(&before, &reasons)?;
        self.premise(Invariant::Stopped);
        let now = self.probes(name);
        if probes != now {
            let about = format!("{name} was changed, and other namespaces have {now:?}, not {probes:?}");
            self.broken(Invariant::Stopped, &BTreeSet::new(), about)?;
        }
        Ok(true)
    }

    pub fn race(&self, facts: Facts) -> BTreeSet<Exception> {
        self.is_behind(facts).then_some(Exception::Race).into_iter().collect()
    }

    /// Whether plain pods of the other namespaces would get in.
    pub fn probes(&mut self, except: &str) -> Vec<(String, bool)> {
        let mut probes = Vec::new();
        for namespace in self.store.namespaces.keys().filter(|name| *name != except).cloned().collect::<Vec<_>>() {
            let object = json!({
                "apiVersion": "v1", "kind": "Pod",
                "metadata": {"name": "probe", "namespace": namespace, "labels": {"app": "web", "tier": "front"}},
                "spec": {"containers": [{"name": "c", "image": "nginx"}]},
            });
            let request = Request {
                kind: Kind::Pod,
                operation: "CREATE",
                user: "somebody else",
                namespace: &namespace,
                name: "probe",
                object: &object,
                old: &Value::Null,
            };
            let counts = self.counts.clone();
            let gets_in = self.ask(Role::Mutating, &request, Facts::Fresh).is_ok();
            self.counts = counts;
            probes.push((namespace, gets_in));
        }
        probes
    }

    /// No possible pod of an existing namespace is selected by two now that was not before.
    pub fn check_overlap(&mut self, before: &world::Store, reasons: &BTreeSet<Exception>) -> Checked {
        self.premise(Invariant::Overlap);
        let old = self.overlaps(before);
        let new = self.overlaps(&self.store);
        let has_no_namespace_selector =
            |name: &String| self.store.podnetworkings[name]["spec"]["selector"]["namespaceSelector"].is_null();
        let found = new.difference(&old).find(|found| {
            // In a namespace that is new, the two overlap no more than elsewhere.
            let is_everywhere = has_no_namespace_selector(&found.pair.0) && has_no_namespace_selector(&found.pair.1);
            !(is_everywhere
                && self.store.podnetworkings.len() == before.podnetworkings.len()
                && self.store.namespaces != before.namespaces)
        });
        match found {
            Some(found) => {
                let about = format!("{found:?}");
                self.broken(Invariant::Overlap, reasons, about)
            }
            None => Ok(()),
        }
    }

    // PodNetworkings.

    pub fn create_podnetworking(
        &mut self,
        name: &str,
        plan: &Plan,
        applied: bool,
        finalizer: bool,
        facts: Facts,
    ) -> Result<bool, Broken> {
        if self.store.podnetworkings.contains_key(name) {
            return Ok(false);
        }
        let mut object = json!({
            "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking",
            "metadata": {"name": name, "generation": self.new_generation()}, "spec": spec_of(plan, name),
        });
        if finalizer || applied {
            add_finalizer(&mut object);
        }
        if applied {
            object["metadata"]["deletionTimestamp"] = "2026-01-01T00:00:00Z".into();
        }
        self.write_podnetworking(name, object, facts)
    }

    pub fn update_podnetworking(&mut self, name: &str, plan: Option<&Plan>, facts: Facts) -> Result<bool, Broken> {
        let Some(old) = self.store.podnetworkings.get(name) else { return Ok(false) };
        let mut object = old.clone();
        match plan {
            Some(plan) => {
                object["spec"] = spec_of(plan, name);
                object["metadata"]["generation"] = self.new_generation().into();
            }
            None => object["metadata"]["labels"]["touched"] = "yes".into(),
        }
        self.write_podnetworking(name, object, facts)
    }

    pub fn write_podnetworking(&mut self, name: &str, object: Value, facts: Facts) -> Result<bool, Broken> {
        let old = self.store.podnetworkings.get(name).cloned().unwrap_or(Value::Null);
        let operation = if old.is_null() { "CREATE" } else { "UPDATE" };
        let request = Request {
            kind: Kind::PodNetworking,
            operation,
            user: "administrator of PodNetworkings",
            namespace: "",
            name,
            object: &Value::Null,
            old: &old,
        };
        let Ok(object) = self.ask_both(object, &request, facts) else { return Ok(false) };
        let reasons = self.race(facts);
        let before = self.store.clone();
        self.store.podnetworkings.insert(name.to_owned(), object);
        self.facts_changed();
        self.check_overlap(&before, &reasons)?;
        Ok(true)
    }

    pub fn delete_podnetworking(&mut self, name: &str) -> Result<bool, Broken> {
        let Some(mut object) = self.store.podnetworkings.get(name).cloned() else { return Ok(false) };
        let is_deleted = self.delete(Kind::PodNetworking, "", name, &mut object);
        self.store.podnetworkings.insert(name.to_owned(), object);
        self.facts_changed();
        gone(is_deleted, name)
    }
}
