//! Requests to an API server as they are on the wire: any kind as JSON, with the warnings and the message that a person sees.

use anyhow::{Context as _, Result, anyhow, bail, ensure};
use http::{Method, Request};
use kube::Client;
use kube::client::Body;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

/// A client of an API server, as one user.
#[derive(Clone)]
pub struct Api {
    client: Client,
    user: Option<String>,
}

/// What the API server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub code: u16,
    /// The object, or the `Status` of a refusal.
    pub body: Value,
    /// The texts of the `Warning` headers.
    pub warnings: Vec<String>,
}

/// The four kinds of patches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patch {
    /// RFC 6902.
    Json,
    /// RFC 7386.
    Merge,
    /// Lists are merged by their keys; for built-in kinds alone.
    StrategicMerge,
    /// Server-side apply.
    Apply,
}

/// Plural names that are not the kind and an `s`.
const PLURALS: [(&str, &str); 5] = [
    ("NetworkPolicy", "networkpolicies"),
    ("ClusterAdmissionPolicy", "clusteradmissionpolicies"),
    ("Endpoints", "endpoints"),
    ("PriorityClass", "priorityclasses"),
    ("Ingress", "ingresses"),
];

/// Kinds without a namespace.
const CLUSTER_SCOPED: [&str; 15] = [
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodNetworking",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "MutatingWebhookConfiguration",
    "ValidatingWebhookConfiguration",
    "ClusterAdmissionPolicy",
    "PolicyServer",
    "PriorityClass",
    "RuntimeClass",
    "APIService",
    "ClusterIssuer",
];

/// The path of a collection: `/apis/apps/v1/namespaces/shop/deployments`.
#[must_use]
pub fn collection(api_version: &str, kind: &str, namespace: &str) -> String {
    let root = if api_version.contains('/') { "apis" } else { "api" };
    let plural = PLURALS
        .iter()
        .find(|(of, _)| *of == kind)
        .map_or_else(|| format!("{}s", kind.to_lowercase()), |(_, plural)| (*plural).to_owned());
    if CLUSTER_SCOPED.contains(&kind) {
        return format!("/{root}/{api_version}/{plural}");
    }
    let namespace = if namespace.is_empty() { "default" } else { namespace };
    format!("/{root}/{api_version}/namespaces/{namespace}/{plural}")
}

/// The path of the collection that an object belongs to.
#[must_use]
pub fn collection_of(object: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    collection(&text(&object["apiVersion"]), &text(&object["kind"]), &text(&object["metadata"]["namespace"]))
}

/// The path of an object.
#[must_use]
pub fn path_of(object: &Value) -> String {
    format!("{}/{}", collection_of(object), object["metadata"]["name"].as_str().unwrap_or_default())
}

impl Answer {
    /// Whether the request was accepted.
    #[must_use]
    pub fn is_accepted(&self) -> bool {
        self.code < 300
    }

    /// The object of an accepted request.
    ///
    /// # Errors
    /// If it was refused: with the message.
    pub fn accepted(self) -> Result<Value> {
        ensure!(self.is_accepted(), "refused with {}: {}", self.code, self.message());
        Ok(self.body)
    }

    /// The message of a refusal, as kubectl shows it.
    ///
    /// # Errors
    /// If the request was accepted.
    pub fn refused(&self) -> Result<&str> {
        ensure!(!self.is_accepted(), "accepted: {}", self.body);
        Ok(self.message())
    }

    /// The message of a refusal by an admission webhook of the policy, without what the API server puts before it.
    ///
    /// # Errors
    /// If it was accepted, or refused by somebody else.
    pub fn denied(&self) -> Result<&str> {
        let message = self.refused()?;
        let ours = message.split_once("denied the request: ").map(|(_, ours)| ours);
        ours.with_context(|| format!("refused with {}, but not by an admission webhook: {message}", self.code))
    }

    /// The message of a `Status`.
    #[must_use]
    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

impl Api {
    /// The client of a kubeconfig.
    ///
    /// # Errors
    /// If the kubeconfig cannot be used.
    pub async fn new(kubeconfig: &Value) -> Result<Self> {
        let kubeconfig: Kubeconfig = serde_json::from_value(kubeconfig.clone())?;
        let mut config = kube::Config::from_custom_kubeconfig(kubeconfig, &KubeConfigOptions::default()).await?;
        // What a person sees, at once.
        config.default_retry = false;
        Ok(Self { client: Client::try_from(config)?, user: None })
    }

    /// The same client, as another user of the group `system:masters`.
    #[must_use]
    pub fn impersonate(&self, user: &str) -> Self {
        Self { client: self.client.clone(), user: Some(user.to_owned()) }
    }

    /// The client of the `kube` crate.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client.clone()
    }

    /// Any request. `query` begins with `?`, or is empty.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn send(&self, method: Method, path: &str, query: &str, body: Option<(&str, &Value)>) -> Result<Answer> {
        let mut request = Request::builder().method(method.clone()).uri(format!("{path}{query}"));
        if let Some(user) = &self.user {
            request = request.header("Impersonate-User", user).header("Impersonate-Group", "system:masters");
        }
        let bytes = match body {
            Some((content_type, body)) => {
                request = request.header("Content-Type", content_type);
                serde_json::to_vec(body)?
            }
            None => Vec::new(),
        };
        let response =
            self.client.send(request.body(Body::from(bytes))?).await.with_context(|| format!("{method} {path}"))?;
        let (head, body) = response.into_parts();
        let bytes = body.collect_bytes().await?;
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        let warnings = head.headers.get_all("Warning").iter();
        let warnings = warnings.filter_map(|header| warning(header.as_bytes())).collect();
        Ok(Answer { code: head.status.as_u16(), body, warnings })
    }

    /// Creates an object.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn create(&self, object: &Value) -> Result<Answer> {
        self.create_with(object, "").await
    }

    /// Creates an object by dry run.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn dry_run(&self, object: &Value) -> Result<Answer> {
        self.create_with(object, "?dryRun=All").await
    }

    /// Creates an object with options.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn create_with(&self, object: &Value, query: &str) -> Result<Answer> {
        self.send(Method::POST, &collection_of(object), query, Some(("application/json", object))).await
    }

    /// Replaces an object.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn replace(&self, object: &Value, query: &str) -> Result<Answer> {
        self.send(Method::PUT, &path_of(object), query, Some(("application/json", object))).await
    }

    /// Patches what is at a path.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn patch(&self, path: &str, kind: Patch, query: &str, patch: &Value) -> Result<Answer> {
        let content_type = match kind {
            Patch::Json => "application/json-patch+json",
            Patch::Merge => "application/merge-patch+json",
            Patch::StrategicMerge => "application/strategic-merge-patch+json",
            Patch::Apply => "application/apply-patch+yaml",
        };
        self.send(Method::PATCH, path, query, Some((content_type, patch))).await
    }

    /// Applies an object, as `kubectl apply --server-side --force-conflicts` does.
    ///
    /// # Errors
    /// If the API server does not answer.
    pub async fn apply(&self, object: &Value) -> Result<Answer> {
        self.patch(&path_of(object), Patch::Apply, "?fieldManager=suite&force=true&fieldValidation=Strict", object)
            .await
    }

    /// What is at a path.
    ///
    /// # Errors
    /// If it is not there.
    pub async fn get(&self, path: &str) -> Result<Value> {
        let answer = self.send(Method::GET, path, "", None).await?;
        if answer.code == 404 {
            bail!("{path} is not there");
        }
        answer.accepted()
    }

    /// The objects of a collection that have a label, for example `app=web`.
    ///
    /// # Errors
    /// If they cannot be listed.
    pub async fn list(&self, path: &str, labels: &str) -> Result<Vec<Value>> {
        let query =
            if labels.is_empty() { String::new() } else { format!("?labelSelector={}", labels.replace('=', "%3D")) };
        let list = self.send(Method::GET, path, &query, None).await?.accepted()?;
        list["items"].as_array().cloned().ok_or_else(|| anyhow!("{path} is not a list"))
    }

    /// Deletes what is at a path, at once. What is not there is no error.
    ///
    /// # Errors
    /// If the API server refuses it.
    pub async fn delete(&self, path: &str) -> Result<()> {
        let options = json!({"gracePeriodSeconds": 0, "propagationPolicy": "Background"});
        let answer = self.send(Method::DELETE, path, "", Some(("application/json", &options))).await?;
        ensure!(answer.is_accepted() || answer.code == 404, "{path}: {}", answer.message());
        Ok(())
    }
}

/// The text of a `Warning` header: `299 - "text"`, where `\` quotes the next letter.
fn warning(header: &[u8]) -> Option<String> {
    let header = String::from_utf8_lossy(header);
    let text = header.split_once('"')?.1;
    let mut out = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => out.extend(letters.next()),
            '"' => break,
            other => out.push(other),
        }
    }
    Some(out)
}
