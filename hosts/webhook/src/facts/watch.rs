//! Watches PodNetworkings and namespaces, and keeps the store up to date.

use std::sync::Arc;
use std::time::Duration;

use futures::{Stream, StreamExt};
use k8s_openapi::api::core::v1::Namespace;
use kube::api::{ApiResource, DynamicObject, GroupVersionKind, PartialObjectMeta};
use kube::runtime::watcher as watch;
use kube::runtime::watcher::{self, Event};
use kube::{Api, Client, ResourceExt};
use podnetworking_policy::facts::search::live::LiveIndex;
use podnetworking_policy::well_known;

use crate::facts::namespaces::Namespaces;
use crate::facts::object;
use crate::facts::snapshot::Resource;
use crate::facts::store::Store;
use crate::metrics::Metrics;
use crate::reservations::{Reservations, Seen};

/// An object that is new or changed, by name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Changed {
    /// A PodNetworking.
    PodNetworking(String),
    /// A namespace with other labels.
    Namespace(String),
}

/// What a watch changes.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The facts.
    pub store: Arc<Store>,
    /// What was just allowed.
    pub reservations: Arc<Reservations>,
    /// The metrics.
    pub metrics: Arc<Metrics>,
    /// After so many seconds the API server ends a watch, and the next one begins where it ended. So it says something at
    /// least that often; a watch that says nothing for longer is dead, and another one begins.
    pub seconds: u32,
    /// Gets the names of objects that are new or changed.
    pub changed: tokio::sync::mpsc::UnboundedSender<Changed>,
}

/// The resource of PodNetworkings.
#[must_use]
pub fn podnetworking_resource() -> ApiResource {
    let kind = GroupVersionKind::gvk(well_known::GROUP, well_known::VERSION, well_known::KIND);
    ApiResource::from_gvk_with_plural(&kind, "podnetworkings")
}

impl Watched {
    fn config(&self) -> watch::Config {
        watch::Config::default().timeout(self.seconds)
    }
}

/// How long a watch pauses after a failure: twice as long each time, up to some seconds.
#[derive(Clone, Copy, Debug)]
struct Pauses(Duration);

impl Pauses {
    const FIRST: Self = Self(Duration::from_millis(200));
    const LONGEST: Duration = Duration::from_secs(5);

    fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = (pause * 2).min(Self::LONGEST);
        pause
    }
}

/// Keeps the PodNetworkings up to date, for ever.
pub async fn podnetworkings(client: Client, watched: Watched) {
    let api: Api<DynamicObject> = Api::all_with(client, &podnetworking_resource());
    let events = watch(api, watched.config());
    let store = Arc::clone(&watched.store);
    let mut list = LiveIndex::default();
    let seen = |object: &DynamicObject| Seen {
        resource: Resource::PodNetworkings,
        name: object.name_any(),
        uid: object.uid().unwrap_or_default(),
        version: object.resource_version().unwrap_or_default(),
    };
    each(events, Resource::PodNetworkings, &watched, |event| {
        match event {
            Event::Init => list = LiveIndex::default(),
            Event::InitApply(one) => {
                let (_, text) = object::podnetworking(one)?;
                list.insert(text)?;
            }
            Event::InitDone => {
                let list = std::mem::take(&mut list);
                let before = store.snapshot();
                let known = before.podnetworkings();
                for (name, text) in list.iter() {
                    if known.and_then(|known| known.get(name)) != Some(text) {
                        let _ = watched.changed.send(Changed::PodNetworking(name.to_owned()));
                    }
                }
                store.update(|facts| facts.set_podnetworkings(list));
            }
            Event::Apply(one) => {
                let seen = seen(&one);
                let (name, text) = object::podnetworking(one)?;
                store.update(|facts| facts.change_podnetworkings(|index| index.insert(text)))?;
                watched.reservations.see(seen);
                let _ = watched.changed.send(Changed::PodNetworking(name));
            }
            Event::Delete(one) => {
                let name = one.name_any();
                store.update(|facts| facts.change_podnetworkings(|index| index.remove(&name)));
            }
        }
        Ok(())
    })
    .await;
}

/// Keeps the namespaces up to date, for ever.
pub async fn namespaces(client: Client, watched: Watched) {
    let api: Api<PartialObjectMeta<Namespace>> = Api::all(client);
    let events = watch(api, watched.config());
    let store = Arc::clone(&watched.store);
    let mut list = Namespaces::default();
    each(events, Resource::Namespaces, &watched, |event| {
        match event {
            Event::Init => list = Namespaces::default(),
            Event::InitApply(one) => {
                let (name, text) = object::namespace(one.metadata)?;
                list.insert(&name, text);
            }
            Event::InitDone => {
                let list = std::mem::take(&mut list);
                store.update(|facts| facts.set_namespaces(list));
            }
            Event::Apply(one) => {
                let seen = Seen {
                    resource: Resource::Namespaces,
                    name: one.name_any(),
                    uid: one.uid().unwrap_or_default(),
                    version: one.resource_version().unwrap_or_default(),
                };
                let (name, text) = object::namespace(one.metadata)?;
                store.update(|facts| facts.change_namespaces(|all| all.insert(&name, text)));
                watched.reservations.see(seen);
                let _ = watched.changed.send(Changed::Namespace(name));
            }
            Event::Delete(one) => {
                let name = one.name_any();
                store.update(|facts| facts.change_namespaces(|all| all.remove(&name)));
            }
        }
        Ok(())
    })
    .await;
}

/// Handles the events of a watch. A failure is logged once, and noted until the watch works again.
async fn each<K>(
    events: impl Stream<Item = Result<Event<K>, watcher::Error>>,
    resource: Resource,
    watched: &Watched,
    mut handle: impl FnMut(Event<K>) -> Result<(), String>,
) {
    let heard = watched.store.heard.of(resource);
    let mut events = std::pin::pin!(events);
    let mut pauses = Pauses::FIRST;
    while let Some(event) = events.next().await {
        if matches!(&event, Err(watcher::Error::WatchError(status)) if status.code == 410) {
            // The version is too old: all are listed again.
            tracing::info!(resource = resource.plural(), "the watch is too old, the facts are listed again");
            continue;
        }
        // A list begins: nothing was heard yet.
        let is_heard = !matches!(event, Ok(Event::Init));
        let handled = event.map_err(|error| describe(resource, &error)).and_then(&mut handle);
        match handled {
            Ok(()) if !is_heard => {}
            Ok(()) => {
                pauses = Pauses::FIRST;
                heard.touch();
                if heard.recover() {
                    tracing::info!(resource = resource.plural(), "the watch works again");
                }
            }
            Err(reason) => {
                watched.metrics.watch_failed(resource);
                if heard.fail(&reason) {
                    tracing::error!(resource = resource.plural(), reason, "the watch fails");
                }
                tokio::time::sleep(pauses.next()).await;
            }
        }
    }
}

/// Why a watch fails, with the grant that is missing where one is.
fn describe(resource: Resource, error: &watcher::Error) -> String {
    let status = match error {
        watcher::Error::InitialListFailed(kube::Error::Api(status))
        | watcher::Error::WatchStartFailed(kube::Error::Api(status))
        | watcher::Error::WatchFailed(kube::Error::Api(status)) => Some(status.as_ref()),
        watcher::Error::WatchError(status) => Some(status.as_ref()),
        _ => None,
    };
    let name = resource.full_name();
    match status {
        Some(status) if status.code == 401 || status.code == 403 => {
            format!("no permission to list and watch `{name}`: it needs `get`, `list` and `watch` ({})", status.message)
        }
        Some(status) if status.code == 404 && resource == Resource::PodNetworkings => {
            format!("the API server has no `{name}`: install the CRD of PodNetworkings")
        }
        Some(status) => format!("the API server denies to list or watch `{name}`: {}", status.message),
        None => {
            let mut text = error.to_string();
            let mut source = std::error::Error::source(error);
            while let Some(error) = source {
                let cause = error.to_string();
                if !text.contains(&cause) {
                    text = format!("{text}: {cause}");
                }
                source = error.source();
            }
            format!("`{name}` cannot be listed or watched: {text}")
        }
    }
}
