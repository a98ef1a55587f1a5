//! The platform: the controllers of PodNetworkings and workloads, the scheduler, and the network that a pod gets.

use serde_json::{Value, json};

use crate::counts::Of;
use crate::exceptions::Exception;
use crate::invariants::{Checked, is_bound_by_daemon_set, normal};
use crate::policy::Kind;
use crate::selectors::{ZONE, node_of};
use crate::terway::{
    self, IGNORE_BY_TERWAY, Interface, POD_NETWORKING, POD_NETWORKS, POD_NETWORKS_REQUEST, annotation, is_ready,
};
use crate::universe::{ACS_GROUPS, ACS_VSWITCHES, ECI, ECI_GROUP, ECI_VSWITCH, Platform, ZONES, zone_of};
use crate::world::{Network, Pod, PodKey, Selected, World};

impl World {
    /// The controller of PodNetworkings writes the status, a subresource: no policy is asked.
    pub fn reconcile(&mut self, name: &str) -> bool {
        let Some(one) = self.store.podnetworkings.get_mut(name) else { return false };
        let vswitches = terway::strings(&one["spec"]["vSwitchOptions"]);
        let found: Option<Vec<Value>> =
            vswitches.iter().map(|id| Some(json!({"id": id, "zone": zone_of(id)?}))).collect();
        let status = match found {
            Some(found) => json!({"status": "Ready", "vSwitches": found}),
            None => json!({"status": "Fail", "message": "a vSwitch was not found"}),
        };
        let is_new = one["status"] != status;
        one["status"] = status;
        if is_new {
            self.facts_changed();
        }
        is_new
    }

    fn interfaces_of(&self, named: &[(String, String)]) -> Option<Vec<Interface>> {
        named.iter().map(|(interface, name)| self.interface(name, interface)).collect()
    }

    fn interface(&self, name: &str, interface: &str) -> Option<Interface> {
        let interface = Interface::of(self.store.podnetworkings.get(name)?, interface);
        Some(if self.setup.platform == Platform::Ack { interface.filled() } else { interface })
    }

    fn network_of_name(&self, name: &str) -> Network {
        self.interface(name, "eth0").map_or(Network::Broken, |interface| normal(vec![interface]))
    }

    /// What ACS chooses when a pod is created. That ACK Serverless chooses at this time too is an assumption: its
    /// document mentions only that the pod is annotated after it was created.
    pub fn choose(&self, pod: &Value, selected: &[Selected]) -> Network {
        match self.setup.platform {
            Platform::Ack => Network::Default,
            Platform::Acs => {
                let asked = annotation(pod, POD_NETWORKS_REQUEST).map(terway::read_request);
                match asked {
                    Some(Err(_)) => Network::Broken,
                    Some(Ok(asked)) if !asked.is_empty() => self.interfaces_of(&asked).map_or(Network::Broken, normal),
                    _ => selected
                        .iter()
                        .find(|(name, _)| is_ready(&self.store.podnetworkings[name]))
                        .map_or(Network::Default, |(name, _)| self.network_of_name(name)),
                }
            }
            Platform::AckServerless => {
                selected.first().map_or(Network::Default, |(name, _)| self.network_of_name(name))
            }
        }
    }

    /// The network that a pod has to get: the one of the PodNetworking that selects it. A pod that none selects has to
    /// get what it had got if it were bound at once.
    pub fn expect(&self, key: &PodKey, pod: &Pod) -> Network {
        match &pod.selected[..] {
            [] => {
                // A name that the author wrote gives no right to that network.
                let mut pod = pod.clone();
                if let Some(annotations) = pod.object["metadata"]["annotations"].as_object_mut() {
                    annotations.remove(POD_NETWORKING);
                }
                self.network(key, &pod)
            }
            [(name, _), ..] => self.network_of_name(name),
        }
    }

    /// The network that a pod gets when it is bound now.
    pub fn network(&self, key: &PodKey, pod: &Pod) -> Network {
        let object = &pod.object;
        if object["spec"]["hostNetwork"] == true {
            return Network::Host;
        }
        let own = |vswitches: &str, groups: &str| {
            let list = |key: &str| annotation(object, key).map(|text| text.split(',').map(str::to_owned).collect());
            let (vswitches, groups) = (list(vswitches), list(groups));
            (vswitches.is_some() || groups.is_some()).then(|| {
                normal(vec![Interface {
                    name: "eth0".into(),
                    vswitches: vswitches.unwrap_or_default(),
                    groups: groups.unwrap_or_default(),
                }])
            })
        };
        let is_ignored = object["metadata"]["labels"][IGNORE_BY_TERWAY] == "true";
        match self.setup.platform {
            Platform::Ack => {
                if self.is_eci(key, object) || pod.object["spec"]["nodeName"] == "virtual" {
                    return own(ECI_VSWITCH, ECI_GROUP).unwrap_or(Network::Profile);
                }
                if is_ignored {
                    return Network::Unmanaged;
                }
                if let Some(text) = annotation(object, POD_NETWORKS) {
                    return match terway::read_record(text) {
                        Ok(interfaces) if !interfaces.is_empty() => normal(interfaces),
                        Ok(_) => Network::Default,
                        Err(_) => Network::Broken,
                    };
                }
                if let Some(text) = annotation(object, POD_NETWORKS_REQUEST) {
                    match terway::read_request(text) {
                        Ok(asked) if asked.is_empty() => {}
                        Ok(asked) => return self.interfaces_of(&asked).map_or(Network::Broken, normal),
                        Err(_) => return Network::Broken,
                    }
                }
                annotation(object, POD_NETWORKING).map_or(Network::Default, |name| self.network_of_name(name))
            }
            Platform::Acs => match own(ACS_VSWITCHES, ACS_GROUPS) {
                Some(own) => own,
                None if is_ignored => Network::Unmanaged,
                None => pod.chosen.clone(),
            },
            Platform::AckServerless => own(ECI_VSWITCH, ECI_GROUP).unwrap_or_else(|| pod.chosen.clone()),
        }
    }

    pub fn is_eci(&self, key: &PodKey, pod: &Value) -> bool {
        let has_label = |object: &Value| object["metadata"]["labels"][ECI] == "true";
        has_label(pod) || self.store.namespaces.get(&key.0).is_some_and(has_label)
    }

    /// Binds a pod to the node of a zone: the node's zone becomes a label of the pod, and Terway keeps the zone of an
    /// address that is fixed.
    pub fn bind(&mut self, key: &PodKey, zone: usize, is_virtual: bool) -> Checked {
        let zone = ZONES[zone];
        let network = self.network(key, &self.store.pods[key].clone());
        let is_fixed = self.setup.platform == Platform::Ack
            && matches!(network, Network::Of(_))
            && terway::has_fixed_name(&self.store.pods[key].object)
            && annotation(&self.store.pods[key].object, POD_NETWORKING)
                .and_then(|name| self.store.podnetworkings.get(name))
                .is_some_and(terway::is_fixed);
        if is_fixed {
            self.store.addresses.insert(key.clone(), zone);
        }
        let pod = self.store.pods.get_mut(key).unwrap();
        pod.object["spec"]["nodeName"] = if is_virtual { "virtual".into() } else { node_of(zone).into() };
        let checked = self.check_bound(key, zone);
        let pod = self.store.pods.get_mut(key).unwrap();
        pod.object["metadata"]["labels"][ZONE] = zone.into();
        self.counts.add(Of::Done, "bound");
        checked
    }

    /// The pod that the controller of a workload makes.
    pub fn pod_of(&self, key: &PodKey, name: &str, zone: usize) -> Value {
        let (kind, workload) = &self.store.workloads[key];
        let mut pod = json!({
            "apiVersion": "v1", "kind": "Pod",
            "metadata": workload["spec"]["template"]["metadata"], "spec": workload["spec"]["template"]["spec"],
        });
        pod["metadata"]["name"] = name.into();
        pod["metadata"]["namespace"] = key.0.as_str().into();
        let labels = &mut pod["metadata"]["labels"];
        let (owner, owner_name) = match kind {
            Kind::Deployment => {
                labels["pod-template-hash"] = "5d59d67564".into();
                ("ReplicaSet", format!("{}-5d59d67564", key.1))
            }
            Kind::StatefulSet => {
                labels["statefulset.kubernetes.io/pod-name"] = name.into();
                labels["apps.kubernetes.io/pod-index"] = name[name.len() - 1..].into();
                labels["controller-revision-hash"] = format!("{}-6c8f7d", key.1).into();
                ("StatefulSet", key.1.clone())
            }
            Kind::DaemonSet => {
                labels["controller-revision-hash"] = "6c8f7d".into();
                labels["pod-template-generation"] = "1".into();
                ("DaemonSet", key.1.clone())
            }
            _ => {
                for label in ["job-name", "batch.kubernetes.io/job-name"] {
                    labels[label] = key.1.as_str().into();
                }
                for label in ["controller-uid", "batch.kubernetes.io/controller-uid"] {
                    labels[label] = "9f3c".into();
                }
                pod["metadata"]["finalizers"] = json!(["batch.kubernetes.io/job-tracking"]);
                ("Job", key.1.clone())
            }
        };
        let api_version = if *kind == Kind::Job { "batch/v1" } else { "apps/v1" };
        pod["metadata"]["ownerReferences"] =
            json!([{"apiVersion": api_version, "kind": owner, "name": owner_name, "uid": "u", "controller": true}]);
        if *kind == Kind::DaemonSet {
            // The controller replaces the terms of the template.
            pod["spec"]["affinity"]["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"] =
                json!({"nodeSelectorTerms": [{"matchFields": [on_node(zone)]}]});
        }
        pod
    }
}

pub fn on_node(zone: usize) -> Value {
    json!({"key": "metadata.name", "operator": "In", "values": [node_of(ZONES[zone])]})
}

/// Whether the exception applies to a pod from its creation on.
pub fn history(world: &World, pod: &Value, is_behind: bool) -> std::collections::BTreeSet<Exception> {
    let namespace = pod["metadata"]["namespace"].as_str().unwrap();
    let labels = &world.store.namespaces[namespace]["metadata"]["labels"];
    let is_ack = world.setup.platform == Platform::Ack;
    let has = |key: &str| annotation(pod, key).is_some();
    [
        (Exception::Exempt, namespace == "kube-system"),
        (Exception::OptedOut, is_ack && labels[terway::POD_ENI] == "false"),
        (Exception::NodeName, !pod["spec"]["nodeName"].is_null()),
        (Exception::DaemonSet, is_bound_by_daemon_set(pod)),
        (Exception::EciLabel, labels[ECI] == "true" || pod["metadata"]["labels"][ECI] == "true"),
        (Exception::EciAnnotations, is_ack && (has(ECI_VSWITCH) || has(ECI_GROUP))),
        (Exception::Race, is_behind),
    ]
    .into_iter()
    .filter(|(_, applies)| *applies)
    .map(|(exception, _)| exception)
    .collect()
}
