//! A stand-in for the API server: lists, watches and a few writes, over plain HTTP on loopback.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::sync::{broadcast, mpsc};

/// The path of PodNetworkings.
pub const PODNETWORKINGS: &str = "/apis/network.alibabacloud.com/v1beta1/podnetworkings";
/// The path of namespaces.
pub const NAMESPACES: &str = "/api/v1/namespaces";

/// What happens to one resource.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Weather {
    /// All is well.
    #[default]
    Fine,
    /// Each request gets this status.
    Refused(u16),
    /// Watches say nothing, and do not end. New requests wait too.
    Silent,
}

#[derive(Default)]
struct State {
    version: u64,
    /// By path of the object.
    objects: BTreeMap<String, Value>,
    weather: BTreeMap<String, Weather>,
    /// All requests: method and path with query.
    requests: Vec<String>,
}

/// The API server.
#[derive(Clone)]
pub struct Api {
    pub address: SocketAddr,
    state: Arc<Mutex<State>>,
    events: broadcast::Sender<(String, Said)>,
}

/// What a watch says.
#[derive(Clone, Debug)]
enum Said {
    Event(Value),
    End,
}

impl Api {
    /// Starts one.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
            events: broadcast::channel(100_000).0,
        };
        let serving = api.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let api = serving.clone();
                tokio::spawn(async move {
                    let service = service_fn(move |request| {
                        let api = api.clone();
                        async move { Ok::<_, Infallible>(api.answer(request).await) }
                    });
                    let _ = hyper::server::conn::http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await;
                });
            }
        });
        api
    }

    /// A kubeconfig for it.
    pub fn kubeconfig(&self) -> Value {
        json!({
            "apiVersion": "v1", "kind": "Config", "current-context": "it",
            "clusters": [{"name": "it", "cluster": {"server": format!("http://{}", self.address)}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
            "users": [{"name": "it", "user": {}}],
        })
    }

    /// Stores an object at a path of its resource, and has the watches show it.
    pub fn put(&self, resource: &str, object: Value) -> Value {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        self.store(&format!("{resource}/{name}"), object)
    }

    fn store(&self, path: &str, mut object: Value) -> Value {
        let mut state = self.state.lock().unwrap();
        state.version += 1;
        let old = state.objects.get(path);
        let kind = if old.is_some() { "MODIFIED" } else { "ADDED" };
        let uid = old.map_or_else(|| json!(format!("uid-{}", state.version)), |old| old["metadata"]["uid"].clone());
        let metadata = object["metadata"].as_object_mut().unwrap();
        metadata.entry("uid").or_insert(uid);
        metadata.insert("resourceVersion".to_owned(), json!(state.version.to_string()));
        state.objects.insert(path.to_owned(), object.clone());
        let resource = path.rsplit_once('/').unwrap().0.to_owned();
        let _ = self.events.send((resource, Said::Event(json!({"type": kind, "object": object}))));
        object
    }

    /// Stores an object, and no watch shows it.
    pub fn put_unseen(&self, resource: &str, object: Value) {
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        let mut object = object;
        object["metadata"]["resourceVersion"] = json!("0");
        self.state.lock().unwrap().objects.insert(format!("{resource}/{name}"), object);
    }

    /// Deletes an object.
    pub fn delete(&self, resource: &str, name: &str) {
        let mut state = self.state.lock().unwrap();
        state.version += 1;
        let mut object = state.objects.remove(&format!("{resource}/{name}")).unwrap();
        object["metadata"]["resourceVersion"] = json!(state.version.to_string());
        let _ = self.events.send((resource.to_owned(), Said::Event(json!({"type": "DELETED", "object": object}))));
    }

    /// Deletes an object, and no watch shows it.
    pub fn lose(&self, resource: &str, name: &str) {
        let mut state = self.state.lock().unwrap();
        state.version += 1;
        state.objects.remove(&format!("{resource}/{name}")).unwrap();
    }

    /// The object, if it is stored.
    pub fn get(&self, path: &str) -> Option<Value> {
        self.state.lock().unwrap().objects.get(path).cloned()
    }

    /// The stored objects whose path begins with this.
    pub fn below(&self, path: &str) -> Vec<Value> {
        let state = self.state.lock().unwrap();
        state.objects.iter().filter(|(at, _)| at.starts_with(path)).map(|(_, object)| object.clone()).collect()
    }

    /// Changes the weather of a resource.
    pub fn weather(&self, resource: &str, weather: Weather) {
        self.state.lock().unwrap().weather.insert(resource.to_owned(), weather);
    }

    /// Ends all watches of a resource.
    pub fn cut(&self, resource: &str) {
        let _ = self.events.send((resource.to_owned(), Said::End));
    }

    /// Says on all watches of a resource that their version is gone, and ends them.
    pub fn gone(&self, resource: &str) {
        let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": 410, "reason": "Expired", "message": "too old resource version"});
        let _ = self.events.send((resource.to_owned(), Said::Event(json!({"type": "ERROR", "object": status}))));
        self.cut(resource);
    }

    /// How many requests began with this text: the method, a space, and the path.
    pub fn count(&self, start: &str) -> usize {
        self.state.lock().unwrap().requests.iter().filter(|one| one.starts_with(start)).count()
    }

    async fn answer(&self, request: Request<Incoming>) -> Response<BoxBody<Bytes, Infallible>> {
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let query = head.uri.query().unwrap_or_default().to_owned();
        let weather = {
            let mut state = self.state.lock().unwrap();
            state.requests.push(format!("{} {}", head.method, head.uri));
            let of = |path: &str| state.weather.get(path).copied();
            of(&path).or_else(|| of(path.rsplit_once('/')?.0)).unwrap_or_default()
        };
        match weather {
            Weather::Fine => {}
            Weather::Refused(code) => return status(code, "the weather is bad"),
            Weather::Silent => std::future::pending().await,
        }
        let is_list = path == PODNETWORKINGS || path == NAMESPACES;
        if head.method == Method::GET && is_list && query.contains("watch=true") {
            return self.watch(&path, &query);
        }
        if head.method == Method::GET && is_list {
            return self.list(&path);
        }
        let body = body.collect().await.unwrap().to_bytes();
        let sent: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
        match head.method {
            Method::GET => match self.get(&path) {
                Some(object) => ok(&object),
                None => status(404, "not found"),
            },
            Method::POST => {
                let path = format!("{path}/{}", sent["metadata"]["name"].as_str().unwrap());
                if self.get(&path).is_some() {
                    return status(409, "already exists");
                }
                ok(&self.store(&path, sent))
            }
            Method::PUT | Method::PATCH => {
                let Some(mut stored) = self.get(&path) else { return status(404, "not found") };
                let version = &sent["metadata"]["resourceVersion"];
                if !version.is_null() && *version != stored["metadata"]["resourceVersion"] {
                    return status(409, "the object has been modified");
                }
                if head.method == Method::PATCH {
                    merge_by_name(&mut stored, &sent);
                } else {
                    stored = sent;
                }
                ok(&self.store(&path, stored))
            }
            _ => status(405, "not here"),
        }
    }

    fn list(&self, path: &str) -> Response<BoxBody<Bytes, Infallible>> {
        let state = self.state.lock().unwrap();
        let items: Vec<&Value> = state
            .objects
            .iter()
            .filter(|(at, _)| at.rsplit_once('/').is_some_and(|(resource, _)| resource == path))
            .map(|(_, object)| object)
            .collect();
        let (version, kind) = match path {
            PODNETWORKINGS => ("network.alibabacloud.com/v1beta1", "PodNetworkingList"),
            _ => ("meta.k8s.io/v1", "PartialObjectMetadataList"),
        };
        ok(&json!({
            "apiVersion": version, "kind": kind,
            "metadata": {"resourceVersion": state.version.to_string()}, "items": items,
        }))
    }

    fn watch(&self, path: &str, query: &str) -> Response<BoxBody<Bytes, Infallible>> {
        let path = path.to_owned();
        let seconds = query.split('&').find_map(|pair| pair.strip_prefix("timeoutSeconds="));
        let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(30);
        let after: u64 = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("resourceVersion="))
            .and_then(|text| text.parse().ok())
            .unwrap_or_default();
        // Under one lock: nothing is missed, and nothing comes twice.
        let (mut events, missed) = {
            let state = self.state.lock().unwrap();
            let events = self.events.subscribe();
            let missed: Vec<Value> = state
                .objects
                .iter()
                .filter(|(at, object)| {
                    let version = object["metadata"]["resourceVersion"].as_str().unwrap().parse::<u64>().unwrap();
                    at.rsplit_once('/').is_some_and(|(resource, _)| resource == path) && version > after
                })
                .map(|(_, object)| json!({"type": "MODIFIED", "object": object}))
                .collect();
            (events, missed)
        };
        let api = self.clone();
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            for event in missed {
                let _ = sender.send(line(&event));
            }
            let end = tokio::time::sleep(Duration::from_secs(seconds));
            tokio::pin!(end);
            loop {
                let said = tokio::select! {
                    said = events.recv() => said,
                    () = &mut end => return,
                };
                let weather = api.state.lock().unwrap().weather.get(&path).copied().unwrap_or_default();
                if weather == Weather::Silent {
                    // The other side hears nothing any more, not even the end.
                    std::future::pending::<()>().await;
                }
                match said {
                    Ok((resource, said)) if resource == path => match said {
                        Said::Event(event) => {
                            if sender.send(line(&event)).is_err() {
                                return;
                            }
                        }
                        Said::End => return,
                    },
                    Ok(_) => {}
                    Err(_) => return,
                }
            }
        });
        let stream = futures::stream::unfold(receiver, |mut receiver| async move {
            receiver.recv().await.map(|line| (Ok(Frame::data(line)), receiver))
        });
        Response::new(BodyExt::boxed(StreamBody::new(stream.boxed().into_sync())))
    }
}

trait IntoSync: Sized {
    fn into_sync(self) -> SyncStream<Self> {
        SyncStream(Mutex::new(self))
    }
}

impl<S> IntoSync for S {}

/// A stream that nobody shares.
struct SyncStream<S>(Mutex<S>);

impl<S: futures::Stream + Unpin> futures::Stream for SyncStream<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<S::Item>> {
        std::pin::Pin::new(self.0.get_mut().unwrap()).poll_next(context)
    }
}

fn line(event: &Value) -> Bytes {
    Bytes::from(format!("{event}\n"))
}

/// A strategic merge patch, as far as it is used: lists of objects with names are merged by name.
fn merge_by_name(stored: &mut Value, patch: &Value) {
    match (stored, patch) {
        (Value::Object(stored), Value::Object(patch)) => {
            for (key, value) in patch {
                merge_by_name(stored.entry(key).or_insert(Value::Null), value);
            }
        }
        (Value::Array(stored), Value::Array(patch)) => {
            for item in patch {
                match stored.iter_mut().find(|one| one["name"] == item["name"]) {
                    Some(one) => merge_by_name(one, item),
                    None => stored.push(item.clone()),
                }
            }
        }
        (stored, patch) => *stored = patch.clone(),
    }
}

fn ok(object: &Value) -> Response<BoxBody<Bytes, Infallible>> {
    Response::new(Full::new(Bytes::from(object.to_string())).boxed())
}

fn status(code: u16, message: &str) -> Response<BoxBody<Bytes, Infallible>> {
    let status = json!({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "code": code, "message": message, "reason": ""});
    let mut response = ok(&status);
    *response.status_mut() = StatusCode::from_u16(code).unwrap();
    response
}
