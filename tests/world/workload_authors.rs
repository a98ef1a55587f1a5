//! The authors of workloads, and the controllers that make pods of them.

use serde_json::{Value, json};

use crate::actions::{Facts, Key, Later, Wish};
use crate::edits::{set_labels, write_key, write_wish};
use crate::invariants::{Broken, gone};
use crate::pod_authors::Sent;
use crate::policy::{Kind, Request, Role};
use crate::terway::IGNORE_BY_TERWAY;
use crate::universe::PODS;
use crate::world::World;

impl World {
    #[allow(clippy::too_many_arguments, reason = "the fields of one action")]
    pub fn create_workload(
        &mut self,
        kind: Kind,
        namespace: &str,
        name: &str,
        labels: (Option<&str>, Option<&str>),
        wish: Wish,
        key: Key,
        facts: Facts,
    ) -> bool {
        let at = (namespace.to_owned(), name.to_owned());
        if !self.store.namespaces.contains_key(namespace) || self.store.workloads.contains_key(&at) {
            return false;
        }
        let mut template =
            json!({"metadata": {"labels": {"w": name}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
        set_labels(&mut template["metadata"], labels.0, labels.1);
        write_key(&mut template, key);
        write_wish(&mut template["spec"], wish);
        let mut object = json!({
            "apiVersion": kind.api_version(), "kind": format!("{kind:?}"),
            "metadata": {"name": name, "namespace": namespace}, "spec": {"template": template},
        });
        if kind != Kind::Job {
            object["spec"]["selector"] = json!({"matchLabels": {"w": name}});
        }
        let user = format!("author of {namespace}");
        let request =
            Request { kind, operation: "CREATE", user: &user, namespace, name, object: &object, old: &Value::Null };
        let is_stored = self.ask(Role::Validating, &request, facts).is_ok();
        if is_stored {
            self.store.workloads.insert(at, (kind, object));
        }
        is_stored
    }

    pub fn delete_workload(&mut self, index: usize) -> Result<bool, Broken> {
        let key = self.store.workloads.keys().nth(index % self.store.workloads.len().max(1)).cloned();
        let Some(key) = key else { return Ok(false) };
        let (kind, mut object) = self.store.workloads[&key].clone();
        let is_deleted = self.delete(kind, &key.0, &key.1, &mut object);
        self.store.workloads.insert(key.clone(), (kind, object));
        gone(is_deleted, &key)
    }

    pub fn run_controller(
        &mut self,
        index: usize,
        pod: usize,
        zone: usize,
        terway_is_away: bool,
        facts: Facts,
    ) -> Result<bool, Broken> {
        let key = self.store.workloads.keys().nth(index % self.store.workloads.len().max(1)).cloned();
        let Some(key) = key else { return Ok(false) };
        let (kind, workload) = &self.store.workloads[&key];
        let template = &workload["spec"]["template"];
        let is_plain = *kind != Kind::DaemonSet
            && template["metadata"]["annotations"].is_null()
            && template["metadata"]["labels"][IGNORE_BY_TERWAY].is_null()
            && template["spec"]["affinity"].is_null()
            && template["spec"]["nodeSelector"].is_null();
        let user = "system:serviceaccount:kube-system:controller".to_owned();
        let pod = self.pod_of(&key, PODS[pod], zone);
        self.create_pod(Sent { pod, user, facts, terway_is_away, later: Later::Nothing, is_plain })
    }
}
