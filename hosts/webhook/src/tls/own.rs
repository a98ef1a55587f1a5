//! Keeps the CA of its own: its Secret, what is served, and the bundle in the webhook configurations.
//!
//! Every replica does so, and none leads: each write carries the `resourceVersion` that was read, and who loses reads again.
//! The bundle is written from the Secret, never from memory.

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use k8s_openapi::api::admissionregistration::v1::{MutatingWebhookConfiguration, ValidatingWebhookConfiguration};
use k8s_openapi::api::core::v1::Secret;
use kube::api::{Patch, PatchParams, PostParams};
use kube::{Api, Client, Resource, ResourceExt};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::metrics::Metrics;
use crate::options::Name;
use crate::tls::authority::{self, Lives};
use crate::tls::server::Serving;

/// How often the Secret and the configurations are read.
const EVERY: Duration = Duration::from_secs(5);

/// What the CA is for.
#[derive(Clone, Debug)]
pub struct Own {
    /// Its Secret.
    pub secret: Name,
    /// The Service in its certificates.
    pub service: Name,
    /// The name of the two webhook configurations.
    pub configuration: String,
    /// How long certificates last.
    pub lives: Lives,
    /// How often the Secret and the configurations are read.
    pub every: Duration,
}

impl Own {
    /// A CA with the usual lives.
    #[must_use]
    pub fn new(secret: Name, service: Name, configuration: String) -> Self {
        Self { secret, service, configuration, lives: Lives::default(), every: EVERY }
    }

    /// Keeps all of it in order, for ever.
    pub async fn keep(self, client: Client, serving: Arc<Serving>, metrics: Arc<Metrics>) {
        let mut every = tokio::time::interval(self.every);
        let mut last = None;
        loop {
            every.tick().await;
            let failure = self.step(&client, &serving, &metrics).await.err();
            if let Some(reason) = failure.as_ref().filter(|_| failure != last) {
                metrics.certificate_rejected.set(1);
                tracing::error!(reason, "the CA of its own cannot be kept");
            }
            if failure.is_none() {
                metrics.certificate_rejected.set(0);
            }
            last = failure;
        }
    }

    /// One look at all of it.
    ///
    /// # Errors
    /// What the API server refuses, with the grant that is missing.
    pub async fn step(&self, client: &Client, serving: &Serving, metrics: &Metrics) -> Result<(), String> {
        let secrets: Api<Secret> = Api::namespaced(client.clone(), &self.secret.namespace);
        let name = &self.secret;
        let mut secret = secrets.get(&name.name).await.map_err(|error| refused("get", "Secret", name, &error))?;
        let is_known = self.write_bundle(client, &secret).await?;
        let data = secret.data.clone().unwrap_or_default();
        let changed = authority::next(&data, &self.names(), OffsetDateTime::now_utc(), self.lives, is_known)
            .map_err(|error| format!("a certificate cannot be made: {error}"))?;
        if let Some((data, why)) = changed {
            secret.data = Some(data);
            secret.metadata.managed_fields = None;
            match secrets.replace(&name.name, &PostParams::default(), &secret).await {
                Ok(stored) => {
                    tracing::info!(secret = %name, why, "the Secret was written");
                    secret = stored;
                }
                // Another replica was faster.
                Err(kube::Error::Api(status)) if status.code == 409 => {
                    secret = secrets.get(&name.name).await.map_err(|error| refused("get", "Secret", name, &error))?;
                }
                Err(error) => return Err(refused("update", "Secret", name, &error)),
            }
            self.write_bundle(client, &secret).await?;
        }
        let pair =
            authority::pair(&secret.data.unwrap_or_default()).map_err(|error| format!("Secret {name}: {error}"))?;
        serving.set(&pair, metrics);
        Ok(())
    }

    /// The names in the certificate.
    fn names(&self) -> Vec<String> {
        let Name { namespace, name } = &self.service;
        vec![format!("{name}.{namespace}.svc"), format!("{name}.{namespace}.svc.cluster.local")]
    }

    /// Writes the bundle of the Secret into both configurations, where it is not there. Returns whether it was there.
    async fn write_bundle(&self, client: &Client, secret: &Secret) -> Result<bool, String> {
        let data = secret.data.clone().unwrap_or_default();
        let Some(bundle) = authority::bundle(&data).map(|bundle| STANDARD.encode(bundle)) else { return Ok(false) };
        let mutating = self.write_into::<MutatingWebhookConfiguration>(client, &bundle).await?;
        let validating = self.write_into::<ValidatingWebhookConfiguration>(client, &bundle).await?;
        Ok(mutating && validating)
    }

    async fn write_into<K>(&self, client: &Client, bundle: &str) -> Result<bool, String>
    where
        K: Resource<DynamicType = (), Scope = kube::core::ClusterResourceScope>,
        K: Clone + Debug + Serialize + DeserializeOwned,
    {
        let configurations: Api<K> = Api::all(client.clone());
        let kind = K::kind(&());
        let name = &self.configuration;
        // One that is not installed needs no bundle.
        let found = configurations.get_opt(name).await.map_err(|error| refused("get", &kind, name, &error))?;
        let Some(found) = found else { return Ok(true) };
        let object = serde_json::to_value(&found).map_err(|error| format!("{kind} {name}: {error}"))?;
        let webhooks = object.get("webhooks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let lacks =
            |webhook: &&Value| webhook.pointer("/clientConfig/caBundle").and_then(Value::as_str) != Some(bundle);
        let to_write: Vec<Value> = webhooks
            .iter()
            .filter(lacks)
            .map(|webhook| json!({"name": webhook.get("name"), "clientConfig": {"caBundle": bundle}}))
            .collect();
        if to_write.is_empty() {
            return Ok(true);
        }
        let version = found.resource_version();
        let patch = json!({"metadata": {"resourceVersion": version}, "webhooks": to_write});
        match configurations.patch(name, &PatchParams::default(), &Patch::Strategic(patch)).await {
            Ok(_) => {
                tracing::info!(kind = kind.as_ref(), name, "the CA bundle was written");
                Ok(false)
            }
            Err(kube::Error::Api(status)) if status.code == 409 => Ok(false),
            Err(error) => Err(refused("patch", &kind, name, &error)),
        }
    }
}

fn refused(verb: &str, kind: &str, name: impl std::fmt::Display, error: &kube::Error) -> String {
    match error {
        kube::Error::Api(status) if status.code == 404 => format!("{kind} {name} does not exist"),
        kube::Error::Api(status) if status.code == 403 => {
            format!("no permission to {verb} {kind} {name} ({})", status.message)
        }
        error => format!("cannot {verb} {kind} {name}: {error}"),
    }
}
