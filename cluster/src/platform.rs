//! What the platform does in a cluster: its CRDs, and the controller that writes the status of PodNetworkings.

use anyhow::{Context as _, Result, ensure};
use podnetworking_testing::documents;
use serde_json::{Value, json};

use crate::api::{Api, Patch, path_of};
use crate::programs::home;
use crate::wait::{seconds, until};

/// The version of the platform's kinds.
pub const API_VERSION: &str = "network.alibabacloud.com/v1beta1";

/// The path of the PodNetworkings.
pub const PODNETWORKINGS: &str = "/apis/network.alibabacloud.com/v1beta1/podnetworkings";

/// Reads the objects of a YAML file, in the order of the file.
///
/// # Errors
/// If the file cannot be read.
pub fn read_objects(path: &std::path::Path) -> Result<Vec<Value>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let documents = documents(&path.display().to_string(), &text);
    documents.iter().map(|json| Ok(serde_json::from_str(json)?)).collect()
}

/// Installs CRDs, and waits until the API server serves them.
///
/// # Errors
/// If the API server refuses one.
pub async fn install_crds(api: &Api, crds: &[Value]) -> Result<()> {
    for crd in crds {
        api.create(crd).await?.accepted().with_context(|| crd["metadata"]["name"].to_string())?;
    }
    for crd in crds {
        let path = path_of(crd);
        until("a CRD", seconds(20), || async {
            let crd = api.get(&path).await?;
            let conditions = crd["status"]["conditions"].as_array().cloned().unwrap_or_default();
            let is_served = conditions.iter().any(|one| one["type"] == "Established" && one["status"] == "True");
            ensure!(is_served, "{path} is not established");
            // Established comes a moment before it is served.
            let spec = &crd["spec"];
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let version = text(&spec["versions"][0]["name"]);
            let list = format!("/apis/{}/{version}/{}", text(&spec["group"]), text(&spec["names"]["plural"]));
            api.get(&list).await.map(|_| ())
        })
        .await?;
    }
    Ok(())
}

/// Installs the CRDs of PodNetworking and PodENI.
///
/// # Errors
/// If the API server refuses one.
pub async fn install(api: &Api) -> Result<()> {
    let mut crds = read_objects(&home().join("crds/podnetworkings.yaml"))?;
    crds.extend(read_objects(&home().join("crds/podenis.yaml"))?);
    install_crds(api, &crds).await
}

/// A PodNetworking that selects pods by labels.
#[must_use]
pub fn podnetworking(name: &str, labels: Value, vswitches: &[&str]) -> Value {
    podnetworking_with(name, json!({"podSelector": {"matchLabels": labels}}), vswitches)
}

/// A PodNetworking with any selector.
#[must_use]
pub fn podnetworking_with(name: &str, selector: Value, vswitches: &[&str]) -> Value {
    json!({
        "apiVersion": API_VERSION,
        "kind": "PodNetworking",
        "metadata": {"name": name},
        "spec": {
            "allocationType": {"type": "Elastic"},
            "selector": selector,
            "securityGroupIDs": ["sg-1"],
            "vSwitchOptions": vswitches,
        },
    })
}

/// The zone of a vSwitch: `vsw-h`, `vsw-h2` are in `cn-hangzhou-h`.
#[must_use]
pub fn zone_of(vswitch: &str) -> String {
    let letter = vswitch.strip_prefix("vsw-").and_then(|rest| rest.get(..1)).unwrap_or("h");
    format!("cn-hangzhou-{letter}")
}

/// Writes the status of a PodNetworking as the platform's controller does: ready, with the zone of each vSwitch.
///
/// # Errors
/// If it is not there.
pub async fn reconcile(api: &Api, name: &str) -> Result<()> {
    let stored = api.get(&format!("{PODNETWORKINGS}/{name}")).await?;
    let vswitches = stored["spec"]["vSwitchOptions"].as_array().cloned().unwrap_or_default();
    let vswitches: Vec<Value> =
        vswitches.iter().filter_map(Value::as_str).map(|id| json!({"id": id, "zone": zone_of(id)})).collect();
    let status = json!({"status": "Ready", "updateAt": "2026-01-01T00:00:00Z", "vSwitches": vswitches});
    write_status(api, name, &status).await
}

/// Writes any status of a PodNetworking.
///
/// # Errors
/// If it is refused.
pub async fn write_status(api: &Api, name: &str, status: &Value) -> Result<()> {
    let path = format!("{PODNETWORKINGS}/{name}/status");
    api.patch(&path, Patch::Merge, "", &json!({"status": status})).await?.accepted()?;
    Ok(())
}

/// Creates a PodNetworking, which gets its status.
///
/// # Errors
/// If it is refused.
pub async fn add(api: &Api, podnetworking: &Value) -> Result<Value> {
    let created = api.create(podnetworking).await?.accepted()?;
    reconcile(api, podnetworking["metadata"]["name"].as_str().unwrap_or_default()).await?;
    Ok(created)
}

/// The platform's controller: every PodNetworking gets its status. It ends when this is dropped.
pub struct Controller(tokio::task::JoinHandle<()>);

impl Controller {
    /// Starts it.
    #[must_use]
    pub fn start(api: &Api) -> Self {
        let api = api.clone();
        Self(tokio::spawn(async move {
            loop {
                for one in api.list(PODNETWORKINGS, "").await.unwrap_or_default() {
                    let name = one["metadata"]["name"].as_str().unwrap_or_default();
                    if one["status"]["status"].is_null() {
                        // It may be gone by now; else its turn comes again.
                        let _ = reconcile(&api, name).await;
                    }
                }
                tokio::time::sleep(std::time::Duration::from_millis(200)).await;
            }
        }))
    }
}

impl Drop for Controller {
    fn drop(&mut self) {
        self.0.abort();
    }
}
