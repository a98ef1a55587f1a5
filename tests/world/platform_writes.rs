//! The writes of the platform and of its controllers: the scheduler, virtual nodes, Terway, records and finalizers.

use serde_json::Value;

use crate::actions::Facts;
use crate::invariants::{Broken, Invariant, gone};
use crate::policy::{Kind, Request};
use crate::selectors::allows_node;
use crate::terway::{POD_ENI, POD_NETWORKING, annotate, annotation};
use crate::universe::{ACS_VSWITCHES, ECI_GROUP, ECI_VSWITCH, Platform, ZONES};
use crate::world::{Denied, PodKey, World, Written, is_being_deleted};

impl World {
    pub fn schedule(&mut self, index: usize, zone: usize, is_virtual: bool) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let pod = &self.store.pods[&key];
        let object = &pod.object;
        let is_gated = object["spec"]["schedulingGates"].as_array().is_some_and(|gates| !gates.is_empty());
        if is_gated || !object["spec"]["nodeName"].is_null() || is_being_deleted(object) {
            return Ok(false);
        }
        let overrides_affinity = self.is_eci(&key, object)
            || (self.setup.platform == Platform::Acs && annotation(object, ACS_VSWITCHES).is_some());
        // The nearest zone that the pod allows.
        let allowed = (0..ZONES.len())
            .map(|step| (zone + step) % ZONES.len())
            .find(|zone| overrides_affinity || allows_node(object, ZONES[*zone]));
        let Some(zone) = allowed else {
            return match pod.is_plain {
                true => Err(Broken { invariant: Invariant::Plain, about: format!("no node takes {object}") }),
                false => Ok(false),
            };
        };
        let has_own = annotation(object, ECI_VSWITCH).or(annotation(object, ECI_GROUP)).is_some();
        let is_virtual = is_virtual && self.setup.platform == Platform::Ack && has_own;
        self.bind(&key, zone, is_virtual)?;
        Ok(true)
    }

    /// A write of the platform to a pod, which must not be denied.
    pub fn platform_update(&mut self, key: &PodKey, new: Value, user: &str) -> Result<bool, Broken> {
        let old = self.store.pods[key].object.clone();
        if new == old {
            return Ok(false);
        }
        self.premise(Invariant::Platform);
        match self.update_pod(key, new, user, Facts::Fresh) {
            Ok(()) => {
                self.check_stored(key, Some(&old))?;
                Ok(true)
            }
            Err(Denied::Policy(rules)) => {
                let about = format!("{rules:?} denies {user} an update of {key:?}");
                let reasons = self.reasons(key, &self.store.pods[key].clone());
                self.broken(Invariant::Platform, &reasons, about)?;
                Ok(false)
            }
            Err(Denied::Api) => Ok(false),
        }
    }

    /// What Terway's daemon and virtual-kubelet write to a pod that is bound.
    pub fn write_back(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let pod = &self.store.pods[&key].object;
        if pod["spec"]["nodeName"].is_null() {
            return Ok(false);
        }
        let mut new = pod.clone();
        let is_virtual = self.setup.platform == Platform::AckServerless || pod["spec"]["nodeName"] == "virtual";
        if is_virtual {
            for (note, value) in [
                ("k8s.aliyun.com/eci-instance-id", "eci-1"),
                (ECI_VSWITCH, "vsw-h"),
                (ECI_GROUP, "sg-n0"),
                ("k8s.aliyun.com/eci-vpc", "vpc-1"),
            ] {
                annotate(&mut new, note, value);
            }
            return self.platform_update(&key, new, "system:serviceaccount:kube-system:virtual-kubelet");
        }
        annotate(&mut new, "k8s.aliyun.com/pod-ips", "10.0.0.7");
        self.platform_update(&key, new, "system:serviceaccount:kube-system:terway")
    }

    /// ACK Serverless and ACS annotate a pod after its creation with the PodNetworking that selected it.
    pub fn record_selection(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index).filter(|_| self.setup.platform != Platform::Ack) else { return Ok(false) };
        let pod = &self.store.pods[&key];
        let [(name, _)] = &pod.selected[..] else { return Ok(false) };
        // What was changed in the meantime is not the platform's write.
        let is_current = self.selecting(&pod.object) == pod.selected;
        let is_own = annotation(&pod.object, POD_NETWORKING).is_some_and(|named| named != name);
        if !is_current || is_own {
            return Ok(false);
        }
        let mut new = pod.object.clone();
        annotate(&mut new, POD_NETWORKING, name);
        annotate(&mut new, POD_ENI, "true");
        self.platform_update(&key, new, "system:serviceaccount:kube-system:platform")
    }

    /// The controller of StatefulSets writes its labels again, and takes a pod over.
    pub fn relabel(&mut self, index: usize) -> Result<bool, Broken> {
        let Some(key) = self.pick(index) else { return Ok(false) };
        let mut new = self.store.pods[&key].object.clone();
        new["metadata"]["labels"]["statefulset.kubernetes.io/pod-name"] = key.1.as_str().into();
        new["metadata"]["labels"]["apps.kubernetes.io/pod-index"] = "0".into();
        self.platform_update(&key, new, "system:serviceaccount:kube-system:statefulset-controller")
    }

    /// A finalizer is taken away, also while facts are missing.
    pub fn finalize(&mut self, what: usize, index: usize, facts: Facts) -> Result<bool, Broken> {
        let user = "system:serviceaccount:kube-system:controller";
        if what == 0 {
            let held = self.store.pods.iter().filter(|(_, pod)| pod.object["metadata"]["finalizers"].is_array());
            let held: Vec<PodKey> = held.map(|(key, _)| key.clone()).collect();
            let Some(key) = held.get(index % held.len().max(1)) else { return Ok(false) };
            let mut new = self.store.pods[key].object.clone();
            new["metadata"].as_object_mut().unwrap().remove("finalizers");
            self.premise(Invariant::Stuck);
            let written: Written<()> = self.update_pod(key, new, user, facts);
            return gone(written.is_ok(), key);
        }
        let held = self.store.podnetworkings.iter().filter(|(_, one)| one["metadata"]["finalizers"].is_array());
        let held: Vec<String> = held.map(|(name, _)| name.clone()).collect();
        let Some(name) = held.get(index % held.len().max(1)) else { return Ok(false) };
        let old = self.store.podnetworkings[name].clone();
        let mut new = old.clone();
        new["metadata"].as_object_mut().unwrap().remove("finalizers");
        self.premise(Invariant::Stuck);
        let request = Request {
            kind: Kind::PodNetworking,
            operation: "UPDATE",
            user,
            namespace: "",
            name,
            object: &Value::Null,
            old: &old,
        };
        let written = self.ask_both(new, &request, facts);
        let is_written = written.is_ok();
        if let Ok(new) = written {
            self.store.podnetworkings.insert(name.clone(), new);
            self.facts_changed();
        }
        gone(is_written, name)
    }
}
