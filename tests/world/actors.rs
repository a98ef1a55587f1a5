//! Who does each action. What the actors do is in files of their own.

use serde_json::Value;

use crate::actions::{Action, Change, Facts};
use crate::counts::Of;
use crate::edits::set;
use crate::invariants::Checked;
use crate::selectors::allows_node;
use crate::terway::POD_ENI;
use crate::universe::{ECI, NAMESPACES, PODNETWORKINGS, WORKLOADS, ZONES};
use crate::world::{self, PodKey, World};

impl World {
    /// Does one action. What an invariant does not allow comes back.
    pub fn step(&mut self, action: &Action) -> Checked {
        self.counts.add(Of::Action, action.name());
        let done = match action {
            Action::CreatePod(plan) => self.create_planned(plan)?,
            Action::UpdatePod { pod, change, facts } => self.update(*pod, change, *facts)?,
            Action::DeletePod { pod } => self.delete_pod(*pod)?,
            Action::CreateWorkload { kind, namespace, name, app, tier, wish, key, facts } => {
                let labels = (*app, *tier);
                self.create_workload(*kind, NAMESPACES[*namespace], WORKLOADS[*name], labels, *wish, *key, *facts)
            }
            Action::DeleteWorkload { workload } => self.delete_workload(*workload)?,
            Action::WriteStatus { pod, note } => self.write_status(*pod, *note),
            Action::BindPod { pod, zone, note } => self.write_binding(*pod, *zone, *note)?,
            Action::CreateNamespace { team, facts } => {
                self.write_namespace("new", world::namespace("new", *team), *facts)?
            }
            Action::LabelNamespace { namespace, team, facts } => {
                let label = |one: &mut Value| set(&mut one["metadata"]["labels"], "team", *team);
                self.change_namespace(NAMESPACES[*namespace], *facts, label)?
            }
            Action::OptOut { namespace, out, facts } => {
                let label = |one: &mut Value| set(&mut one["metadata"]["labels"], POD_ENI, out.then_some("false"));
                self.change_namespace(NAMESPACES[*namespace], *facts, label)?
            }
            Action::EciNamespace { namespace, on } => {
                let label = |one: &mut Value| set(&mut one["metadata"]["labels"], ECI, on.then_some("true"));
                self.change_namespace(NAMESPACES[*namespace], Facts::Fresh, label)?
            }
            Action::CreatePodNetworking { name, plan, applied, finalizer, facts } => {
                self.create_podnetworking(PODNETWORKINGS[*name], plan, *applied, *finalizer, *facts)?
            }
            Action::UpdatePodNetworking { name, plan, facts } => {
                self.update_podnetworking(PODNETWORKINGS[*name], Some(plan), *facts)?
            }
            Action::TouchPodNetworking { name, facts } => {
                self.update_podnetworking(PODNETWORKINGS[*name], None, *facts)?
            }
            Action::DeletePodNetworking { name } => self.delete_podnetworking(PODNETWORKINGS[*name])?,
            Action::Reconcile { name } => self.reconcile(PODNETWORKINGS[*name]),
            Action::RunController { workload, pod, zone, terway_is_away, facts } => {
                self.run_controller(*workload, *pod, *zone, *terway_is_away, *facts)?
            }
            Action::Schedule { pod, zone, is_virtual } => self.schedule(*pod, *zone, *is_virtual)?,
            Action::WriteBack { pod } => self.write_back(*pod)?,
            Action::RecordSelection { pod } => self.record_selection(*pod)?,
            Action::Relabel { pod } => self.relabel(*pod)?,
            Action::Finalize { what, index, facts } => self.finalize(*what, *index, *facts)?,
            Action::ReleaseAddress { pod } => {
                let key = self.store.addresses.keys().nth(*pod % self.store.addresses.len().max(1)).cloned();
                key.is_some_and(|key| self.store.addresses.remove(&key).is_some())
            }
        };
        self.collect_garbage();
        if done {
            self.counts.add(Of::Done, action.name());
        }
        Ok(())
    }

    /// The end of a story: what has a gate loses it, and each pod that can be bound is bound, where the scheduler has a choice in
    /// a zone outside of those of its PodNetworking.
    pub fn settle(&mut self) -> Checked {
        for key in self.store.pods.keys().cloned().collect::<Vec<_>>() {
            let Some(index) = self.store.pods.keys().position(|other| *other == key) else { continue };
            self.update(index, &Change::Ungate, Facts::Fresh)?;
            let pod = &self.store.pods[&key];
            let is_outside = |zone: &str| pod.zones.as_ref().is_some_and(|zones| !zones.contains(zone));
            let wrong = ZONES.iter().position(|zone| is_outside(zone) && allows_node(&pod.object, zone));
            self.schedule(index, wrong.unwrap_or_default(), index.is_multiple_of(2))?;
        }
        Ok(())
    }

    pub fn pick(&self, index: usize) -> Option<PodKey> {
        self.store.pods.keys().nth(index % self.store.pods.len().max(1)).cloned()
    }
}
