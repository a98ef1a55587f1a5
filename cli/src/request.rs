//! `request`: the AdmissionRequest that the API server sends for a manifest.

use std::path::{Path, PathBuf};

use anyhow::bail;
use podnetworking_check::facts::World;
use podnetworking_check::object::Object;
use podnetworking_manifests::{Manifests, read_path};
use podnetworking_policy::json::value::Json;

use crate::args::RequestArgs;
use crate::input;
use crate::output::{self, Exit};
use crate::settings;

/// Prints the request.
///
/// # Errors
/// If the arguments do not select exactly one object.
pub fn run(args: &RequestArgs) -> anyhow::Result<Exit> {
    let world = read(&args.manifest, &args.context, &args.namespace)?;
    let index = choose(&world, args.object.as_deref())?;
    let Some(object) = world.checked.get(index) else { bail!("no object in the manifest") };
    let request = admission_request(object, world.old(index));
    let text = if args.payload {
        let settings = settings::load(&args.settings)?.json;
        let context = world.facts(None, index).inline();
        format!("{{\"settings\":{settings},\"request\":{request},\"context\":{context}}}")
    } else {
        request
    };
    output::print_raw((pretty(&text)? + "\n").as_bytes())?;
    Ok(Exit::Clean)
}

/// Reads a manifest, and the manifests that are in the cluster.
///
/// # Errors
/// If one of them cannot be read.
pub fn read(manifest: &Path, context: &[PathBuf], namespace: &str) -> anyhow::Result<World> {
    let Manifests { documents, mut errors, .. } = read_path(manifest);
    let context = input::read_context(context, true)?;
    errors.extend(context.errors);
    if let Some(error) = errors.first() {
        bail!("{error}");
    }
    Ok(World::new(input::objects(documents, namespace), input::objects(context.documents, namespace)))
}

/// The index of the object that `wanted` names by `KIND/NAME`, `KIND` or `NAME`. Without `wanted`, the only object.
///
/// # Errors
/// If no object or several objects match.
pub fn choose(world: &World, wanted: Option<&str>) -> anyhow::Result<usize> {
    let is_wanted = |object: &Object| {
        let (kind, name) = (&object.identity.kind, &object.identity.name);
        match wanted {
            None => true,
            Some(wanted) => match wanted.split_once('/') {
                Some((wanted_kind, wanted_name)) => kind.eq_ignore_ascii_case(wanted_kind) && name == wanted_name,
                None => name == wanted || kind.eq_ignore_ascii_case(wanted),
            },
        }
    };
    let found: Vec<usize> =
        world.checked.iter().enumerate().filter(|(_, object)| is_wanted(object)).map(|(index, _)| index).collect();
    match found.as_slice() {
        [index] => Ok(*index),
        [] => bail!("no such object in the manifest"),
        _ => {
            let names: Vec<String> = found
                .iter()
                .filter_map(|index| world.checked.get(*index))
                .map(|object| format!("{}/{}", object.identity.kind, object.identity.name))
                .collect();
            bail!("the manifest has several objects; choose one with --object: {}", names.join(", "))
        }
    }
}

/// The resource name of a kind: its plural in lower case.
fn resource(kind: &str) -> String {
    let lower = kind.to_ascii_lowercase();
    match lower.as_bytes().last() {
        Some(b's' | b'x') => format!("{lower}es"),
        Some(b'y') => format!("{}ies", lower.trim_end_matches('y')),
        _ => format!("{lower}s"),
    }
}

/// The complete AdmissionRequest, as the API server sends it.
pub fn admission_request(object: &Object, old: Option<&Object>) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let identity = &object.identity;
    let (group, version) = (quoted(&identity.group), quoted(&object.version));
    let kind = format!("{{\"group\":{group},\"version\":{version},\"kind\":{}}}", quoted(&identity.kind));
    let resource =
        format!("{{\"group\":{group},\"version\":{version},\"resource\":{}}}", quoted(&resource(&identity.kind)));
    let operation = if old.is_some() { "UPDATE" } else { "CREATE" };
    let mut text = format!(
        "{{\"uid\":\"00000000-0000-0000-0000-000000000000\",\"kind\":{kind},\"resource\":{resource},\
         \"requestKind\":{kind},\"requestResource\":{resource}"
    );
    if !identity.name.is_empty() {
        text.push_str(&format!(",\"name\":{}", quoted(&identity.name)));
    }
    if let Some(namespace) = &identity.namespace {
        text.push_str(&format!(",\"namespace\":{}", quoted(namespace)));
    }
    let options = if old.is_some() { "UpdateOptions" } else { "CreateOptions" };
    let old = old.map_or("null", |old| old.document.json());
    text.push_str(&format!(
        ",\"operation\":\"{operation}\",\"userInfo\":{{\"username\":\"kubernetes-admin\",\
         \"groups\":[\"system:masters\",\"system:authenticated\"]}},\"object\":{},\"oldObject\":{old},\
         \"dryRun\":false,\"options\":{{\"apiVersion\":\"meta.k8s.io/v1\",\"kind\":\"{options}\"}}}}",
        object.document.json()
    ));
    text
}

/// Indented JSON. Numbers keep their digits.
///
/// # Errors
/// If the text is not JSON.
pub fn pretty(text: &str) -> anyhow::Result<String> {
    Ok(crate::yaml::pretty_json(Json::parse(text)?))
}

#[cfg(test)]
mod tests {
    use super::resource;

    #[test]
    fn a_resource_is_the_plural_of_its_kind() {
        for (kind, plural) in [
            ("Pod", "pods"),
            ("PodNetworking", "podnetworkings"),
            ("NetworkPolicy", "networkpolicies"),
            ("Ingress", "ingresses"),
            ("DaemonSet", "daemonsets"),
        ] {
            assert_eq!(resource(kind), plural);
        }
    }
}
