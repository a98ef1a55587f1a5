//! Pairs of PodNetworkings that overlap although both are stored: two replicas allowed them at the same instant.
//!
//! Each replica sees every PodNetworking that is stored or changed, and has it decided once more. What is found is told once:
//! a log line, a metric, and an Event on both objects. The name of the Event follows from the pair, so that two replicas
//! write it once.

use std::collections::BTreeSet;
use std::sync::Arc;

use k8s_openapi::api::core::v1::{Event, EventSource, ObjectReference};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, Time};
use k8s_openapi::jiff::Timestamp;
use kube::api::PostParams;
use kube::{Api, Client};
use podnetworking_policy::answer::finding::Finding;
use podnetworking_policy::decide_request;
use podnetworking_policy::facts::search::live::LiveIndex;
use podnetworking_policy::json::value::Json;
use podnetworking_policy::rules::{ambiguous_namespace, overlap};
use podnetworking_policy::settings::severity::Severity;
use podnetworking_policy::well_known;
use tokio::sync::mpsc::UnboundedReceiver;

use crate::facts::cluster::{SnapshotCluster, Unusable};
use crate::facts::snapshot::Snapshot;
use crate::facts::watch::Changed;
use crate::webhook::Webhook;

/// Events of objects without a namespace are in this one.
const NAMESPACE: &str = "default";
/// Who reports.
const REPORTER: &str = "podnetworking-policy";

/// Two PodNetworkings, by name.
type Pair = (String, String);

/// Looks at each PodNetworking that is new or changed, for ever.
pub async fn follow(webhook: Arc<Webhook>, client: Client, mut changed: UnboundedReceiver<Changed>) {
    let mut told: BTreeSet<Pair> = BTreeSet::new();
    let mut changes = webhook.store.changes();
    while let Some(first) = changed.recv().await {
        while !webhook.store.is_complete() {
            if changes.changed().await.is_err() {
                return;
            }
        }
        // Each once, however often it was changed meanwhile.
        let mut all = BTreeSet::from([first]);
        while let Ok(next) = changed.try_recv() {
            all.insert(next);
        }
        for one in all {
            match one {
                Changed::PodNetworking(name) => look(&webhook, &client, &mut told, name).await,
                Changed::Namespace(name) => {
                    for name in in_namespace(&webhook, name).await {
                        look(&webhook, &client, &mut told, name).await;
                    }
                }
            }
        }
    }
}

/// Looks at one PodNetworking, and tells of the pairs that were not told before.
async fn look(webhook: &Arc<Webhook>, client: &Client, told: &mut BTreeSet<Pair>, name: String) {
    let snapshot = webhook.store.snapshot();
    let (this, asked) = (Arc::clone(webhook), (Arc::clone(&snapshot), name.clone()));
    let found = tokio::task::spawn_blocking(move || overlapping(&this, &asked.0, &asked.1)).await;
    let found: BTreeSet<Pair> = found.unwrap_or_default().into_iter().collect();
    told.retain(|pair| (pair.0 != name && pair.1 != name) || found.contains(pair));
    for pair in found {
        if told.insert(pair.clone()) {
            tell(webhook, client, &snapshot, &pair).await;
        }
    }
}

/// The PodNetworkings that overlap in a namespace, as the core finds them: those of which the labels of the namespace make an
/// overlap real.
async fn in_namespace(webhook: &Arc<Webhook>, name: String) -> BTreeSet<String> {
    let this = Arc::clone(webhook);
    let found = tokio::task::spawn_blocking(move || {
        let snapshot = this.store.snapshot();
        let Some(text) = snapshot.namespaces().and_then(|known| known.get(&name)) else { return BTreeSet::new() };
        let kind = r#"{"group":"","version":"v1","kind":"Namespace"}"#;
        let findings = audit(&this, &snapshot, kind, text);
        let related =
            findings.iter().filter(|one| one.rule == ambiguous_namespace::RULE.id).flat_map(|one| &one.related);
        related.filter(|one| one.kind == well_known::KIND).map(|one| one.name.clone()).collect()
    });
    found.await.unwrap_or_default()
}

/// What the core finds in an object that is stored: a request without a user is an audit.
fn audit(webhook: &Webhook, snapshot: &Snapshot, kind: &str, text: &str) -> Vec<Finding> {
    let request = format!(r#"{{"kind":{kind},"operation":"CREATE","object":{text}}}"#);
    let unusable = Unusable::default();
    let cluster = SnapshotCluster::new(snapshot, &unusable);
    let settings = webhook.settings.load();
    decide_request(Json::trusted(&request), &settings.validate.settings, &cluster).findings
}

/// The pairs of a PodNetworking and one that it overlaps with, as the core finds them in what is stored.
fn overlapping(webhook: &Webhook, snapshot: &Snapshot, name: &str) -> Vec<Pair> {
    let Some(text) = snapshot.podnetworkings().and_then(|index| index.get(name)) else { return Vec::new() };
    let [group, version, kind] = [well_known::GROUP, well_known::VERSION, well_known::KIND];
    let kind = format!(r#"{{"group":"{group}","version":"{version}","kind":"{kind}"}}"#);
    let findings = audit(webhook, snapshot, &kind, text);
    let overlaps = findings.iter().filter(|one| one.rule == overlap::RULE.id && one.severity == Severity::Deny);
    let others = overlaps.flat_map(|finding| &finding.related).map(|related| related.name.as_str());
    others
        .filter(|other| *other != name)
        .map(
            |other| {
                if name < other { (name.to_owned(), other.to_owned()) } else { (other.to_owned(), name.to_owned()) }
            },
        )
        .collect()
}

async fn tell(webhook: &Webhook, client: &Client, snapshot: &Snapshot, pair: &Pair) {
    webhook.metrics.overlapping_pairs.inc();
    tracing::error!(
        one = pair.0,
        other = pair.1,
        "two stored PodNetworkings overlap: pods that both select are denied until one of them is changed"
    );
    let events: Api<Event> = Api::namespaced(client.clone(), NAMESPACE);
    for (own, other) in [(&pair.0, &pair.1), (&pair.1, &pair.0)] {
        let Some(index) = snapshot.podnetworkings() else { return };
        let event = event(index, own, other, pair);
        match events.create(&PostParams::default(), &event).await {
            Ok(_) => {}
            // The other replica has written it.
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            Err(error) => tracing::warn!(%error, podnetworking = own, "the Event about an overlap is not written"),
        }
    }
}

fn event(index: &LiveIndex, own: &str, other: &str, pair: &Pair) -> Event {
    let text = index.get(own).unwrap_or("{}");
    let metadata = |key: &str| Json::trusted(text).at(["metadata", key]).and_then(Json::as_str).map(String::from);
    let now = Time(Timestamp::now());
    Event {
        metadata: ObjectMeta {
            name: Some(event_name(own, pair)),
            namespace: Some(NAMESPACE.to_owned()),
            ..ObjectMeta::default()
        },
        involved_object: ObjectReference {
            api_version: Some(well_known::API_VERSION.to_owned()),
            kind: Some(well_known::KIND.to_owned()),
            name: Some(own.to_owned()),
            uid: metadata("uid"),
            resource_version: metadata("resourceVersion"),
            ..ObjectReference::default()
        },
        reason: Some("Overlap".to_owned()),
        message: Some(format!(
            "overlaps with PodNetworking `{other}`, which was stored at the same time: pods that both select are denied; \
             change the selector of one of them, or delete it"
        )),
        type_: Some("Warning".to_owned()),
        source: Some(EventSource { component: Some(REPORTER.to_owned()), host: None }),
        first_timestamp: Some(now.clone()),
        last_timestamp: Some(now),
        count: Some(1),
        ..Event::default()
    }
}

/// The most of an object's name in that of its Event.
const NAME_MAX: usize = 200;

fn event_name(own: &str, pair: &Pair) -> String {
    let start = own.get(..own.floor_char_boundary(NAME_MAX)).unwrap_or(own).trim_end_matches(['.', '-']);
    // FNV-1a: the same in every build.
    let bytes = pair.0.bytes().chain([0]).chain(pair.1.bytes());
    let hash = bytes
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{start}.{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_an_event_follows_from_the_pair() {
        let pair = ("a".to_owned(), "b".to_owned());
        assert_eq!(event_name("a", &pair), event_name("a", &pair));
        assert_ne!(event_name("a", &pair), event_name("b", &pair));
        assert_ne!(event_name("a", &pair), event_name("a", &("a".to_owned(), "c".to_owned())));
        let long = "x".repeat(253);
        assert!(event_name(&long, &(long.clone(), "b".to_owned())).len() <= 253);
    }
}
