//! Every YAML that the project hands out: an API server with Kubewarden's CRDs, and those that the chart can use, accepts it with strict
//! validation, and refuses it with a misspelt field.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use podnetworking_cluster::api::{Api, collection_of};
use podnetworking_cluster::control_plane::{ControlPlane, Options};
use podnetworking_cluster::kubectl::kubectl;
use podnetworking_cluster::platform::{install_crds, read_objects};
use podnetworking_cluster::programs::{home, module_folder, repository};
use podnetworking_testing::documents;
use serde_json::{Value, json};

use crate::bench::{control_plane, ensure_contains};

const STRICT: &str = "?dryRun=All&fieldValidation=Strict";

/// Files of `deploy/` one by one, its overlays as kubectl builds them, and the chart as it is rendered.
pub async fn every_yaml_is_accepted(api: &ControlPlane) -> Result<BTreeMap<String, Value>> {
    let mut kinds = BTreeMap::new();
    let mut objects: Vec<(String, Value)> = Vec::new();
    for file in files(&repository().join("deploy"))?
        .into_iter()
        .chain(files(&repository().join("charts/rendered")).unwrap_or_default())
    {
        let name = file.strip_prefix(repository())?.display().to_string();
        if !name.ends_with("kustomization.yaml") {
            objects.extend(read_objects(&file)?.into_iter().map(|object| (name.clone(), object)));
        }
    }
    for file in files(&repository().join("deploy"))?.iter().filter(|file| file.ends_with("kustomization.yaml")) {
        if std::fs::read_to_string(file)?.contains("kind: Component") {
            continue;
        }
        let folder = file.parent().context("a folder")?.display().to_string();
        let built = kubectl(api, &["kustomize", &folder], None).await?.ok()?;
        for document in documents(&folder, &built) {
            objects.push((format!("{folder}, built"), serde_json::from_str(&document)?));
        }
    }
    ensure!(objects.len() > 30, "only {} objects", objects.len());
    for (file, object) in objects {
        until_namespace(&api.admin, &object).await?;
        let answer = api.admin.create_with(&object, STRICT).await?;
        ensure!(
            answer.is_accepted(),
            "{file}: {} {}: {}",
            object["kind"],
            object["metadata"]["name"],
            answer.message()
        );
        ensure!(
            answer.warnings.is_empty(),
            "{file}: {} {}: {:?}",
            object["kind"],
            object["metadata"]["name"],
            answer.warnings
        );
        kinds.insert(format!("{} {}", object["apiVersion"], object["kind"]), object);
    }
    Ok(kinds)
}

/// The whole: what is there is accepted, and a misspelt field in each kind is refused.
pub async fn strict_validation() -> Result<()> {
    let plane = control_plane(&Options::default()).await?;
    let mut crds = Vec::new();
    for file in ["policyservers", "clusteradmissionpolicies"] {
        crds.extend(read_objects(&home().join(format!("crds/{file}.yaml")))?);
    }
    let certificates = module_folder("github.com/cert-manager/cert-manager")?.join("deploy/crds");
    for file in ["cert-manager.io_certificates.yaml", "cert-manager.io_issuers.yaml"] {
        crds.extend(read_objects(&certificates.join(file))?);
    }
    let monitoring =
        module_folder("github.com/prometheus-operator/prometheus-operator")?.join("example/prometheus-operator-crd");
    for file in ["prometheusrules", "servicemonitors", "podmonitors"] {
        crds.extend(read_objects(&monitoring.join(format!("monitoring.coreos.com_{file}.yaml")))?);
    }
    install_crds(&plane.admin, &crds).await?;
    let kinds = every_yaml_is_accepted(&plane).await?;
    for (kind, object) in &kinds {
        let (misspelt, field) = misspell(object);
        let answer = plane.admin.create_with(&misspelt, STRICT).await?;
        let message = answer.refused().with_context(|| format!("{kind} with `{field}`"))?;
        ensure_contains(message, &["unknown field", &field])?;
    }
    note!("accepted by strict dry run, and refused when misspelt: {} kinds", kinds.len());
    Ok(())
}

async fn until_namespace(api: &Api, object: &Value) -> Result<()> {
    if let Some(name) = object["metadata"]["namespace"].as_str()
        && collection_of(object).contains("/namespaces/")
    {
        let namespace = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        let answer = api.create(&namespace).await?;
        ensure!(answer.is_accepted() || answer.code == 409, "{name}: {}", answer.message());
    }
    Ok(())
}

/// The same object with a misspelt field, and the name of that field: in `spec`, in the first item of a list, or of the
/// object itself.
fn misspell(object: &Value) -> (Value, String) {
    let mut object = object.clone();
    let known = ["apiVersion", "kind", "metadata", "data", "stringData", "status"];
    let members = object.as_object_mut().expect("an object");
    let inside = members
        .iter_mut()
        .find(|(key, value)| !known.contains(&key.as_str()) && (value.is_object() || value[0].is_object()));
    let inside = inside.map(|(key, _)| key.clone());
    let target = match inside {
        Some(key) => inner(&mut members[&key]).expect("members"),
        None => members,
    };
    let key = target
        .keys()
        .find(|key| !["apiVersion", "kind", "metadata"].contains(&key.as_str()))
        .cloned()
        .unwrap_or_else(|| "kinds".to_owned());
    let misspelt = format!("{key}x");
    let value = target.remove(&key).unwrap_or_default();
    target.insert(misspelt.clone(), value);
    (object, misspelt)
}

fn inner(value: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    match value {
        Value::Array(list) => list.first_mut().and_then(Value::as_object_mut),
        other => other.as_object_mut(),
    }
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            all.extend(files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            all.push(path);
        }
    }
    all.sort();
    Ok(all)
}
