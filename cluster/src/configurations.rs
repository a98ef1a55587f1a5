//! Webhook configurations: which requests a host is asked about.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::api::{Api, path_of};
use crate::platform::read_objects;
use crate::programs::repository;
use crate::wait::{seconds, until};

/// The user who made what was there before the policy. The webhook configurations of the suite leave this user out.
pub const BEFORE: &str = "suite:before-the-policy";

/// Whether a webhook may change what it is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is asked before the object is validated, and may change it.
    Mutating,
    /// It is asked about the object as it will be stored.
    Validating,
}

/// What is the same in both configurations of a host.
#[derive(Clone, Debug)]
pub struct Style {
    /// `Fail` or `Ignore`.
    pub failure_policy: String,
    /// `Never` or `IfNeeded`.
    pub reinvocation_policy: String,
    /// Namespaces that are never asked about.
    pub excluded: Vec<String>,
    /// A user whose requests are not asked about: who made what was there before the policy.
    pub except_user: Option<String>,
    /// What selects namespaces further.
    pub timeout_seconds: u32,
}

impl Default for Style {
    fn default() -> Self {
        Self {
            failure_policy: "Fail".to_owned(),
            reinvocation_policy: "IfNeeded".to_owned(),
            excluded: vec!["kube-system".to_owned(), "podnetworking-policy".to_owned()],
            except_user: Some(BEFORE.to_owned()),
            timeout_seconds: 5,
        }
    }
}

/// The `spec` of one of the two policies of `deploy/policies`: its rules, and the conditions that spare calls.
///
/// # Errors
/// If the file cannot be read.
pub fn policy(role: Role) -> Result<Value> {
    let file = match role {
        Role::Mutating => "mutating",
        Role::Validating => "validating",
    };
    let policies = read_objects(&repository().join(format!("deploy/policies/{file}.yaml")))?;
    Ok(policies.first().context("a policy")?["spec"].clone())
}

/// A configuration. `policy` has `rules`, and may have `matchConditions`. `client` is what calls the webhook: `{"url": ...}` or `{"service": ...}`, with `caBundle`.
#[must_use]
pub fn configuration(role: Role, name: &str, webhook: &str, client: &Value, policy: &Value, style: &Style) -> Value {
    let mut one = json!({
        "name": webhook,
        "admissionReviewVersions": ["v1"],
        "clientConfig": client,
        "failurePolicy": style.failure_policy,
        "matchPolicy": "Equivalent",
        "namespaceSelector": {
            "matchExpressions": [{"key": "kubernetes.io/metadata.name", "operator": "NotIn", "values": style.excluded}],
        },
        "rules": policy["rules"],
        "sideEffects": "NoneOnDryRun",
        "timeoutSeconds": style.timeout_seconds,
    });
    let mut conditions = policy["matchConditions"].as_array().cloned().unwrap_or_default();
    if let Some(user) = &style.except_user {
        conditions.push(json!({
            "name": "not-before-the-policy",
            "expression": format!("request.userInfo.username != '{user}'"),
        }));
    }
    one["matchConditions"] = json!(conditions);
    let kind = match role {
        Role::Mutating => {
            one["reinvocationPolicy"] = json!(style.reinvocation_policy);
            "MutatingWebhookConfiguration"
        }
        Role::Validating => "ValidatingWebhookConfiguration",
    };
    json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": kind,
        "metadata": {"name": name},
        "webhooks": [one],
    })
}

/// Writes configurations, and waits until the API server asks both webhooks.
///
/// # Errors
/// If the API server refuses one, or does not ask in time.
pub async fn install(api: &Api, configurations: &[Value]) -> Result<()> {
    for configuration in configurations {
        api.apply(configuration).await?.accepted()?;
    }
    Ok(())
}

/// Deletes configurations, and waits a moment, so that the API server no longer asks.
///
/// # Errors
/// If the API server refuses it.
pub async fn remove(api: &Api, configurations: &[Value]) -> Result<()> {
    for configuration in configurations {
        api.delete(&path_of(configuration)).await?;
    }
    Ok(())
}

/// Waits until the API server asks both webhooks of the policy: each gives an answer that nobody else would.
///
/// # Errors
/// If it does not in time.
pub async fn wait_until_asked(api: &Api) -> Result<()> {
    let podnetworking = json!({
        "apiVersion": "network.alibabacloud.com/v1beta1", "kind": "PodNetworking", "metadata": {"name": "suite-probe"},
        "spec": {"vSwitchOptions": ["not a vSwitch"], "securityGroupIDs": ["sg-1"], "selector": {"podSelector": {"matchLabels": {"suite": "probe"}}}},
    });
    let template = json!({
        "metadata": {"labels": {"suite": "probe"}, "annotations": {"k8s.aliyun.com/pod-networks-request": "not JSON"}},
        "spec": {"containers": [{"name": "c", "image": "x"}]},
    });
    let deployment = json!({
        "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "suite-probe", "namespace": "default"},
        "spec": {"selector": {"matchLabels": {"suite": "probe"}}, "template": template},
    });
    until("the API server to ask the webhooks", seconds(30), || async {
        let answer = api.dry_run(&podnetworking).await?;
        ensure!(answer.refused()?.contains("[vswitches]"), "{}", answer.message());
        let answer = api.dry_run(&deployment).await?;
        let said = format!("{} {}", answer.message(), answer.warnings.join(" "));
        ensure!(said.contains("[network-request]"), "the validating webhook has said nothing: {said}");
        Ok(())
    })
    .await
}
