//! What `kubectl kustomize` makes of deploy/, and what deploy/check.sh prints.
#![cfg(unix)]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "support/pages.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use podnetworking_policy::settings::platform::Platform;
use podnetworking_testing::documents;
use serde_json::{Value, json};

use support::{blocks, pages, read, root};

const STEPS: [&str; 5] = ["monitor", "deny", "mutate", "protect", "validate-only"];

/// A folder beside deploy/, as the pages have it, that is removed with this value.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("podnetworking-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).unwrap();
    }
}

/// What `kubectl kustomize` prints, as objects. Nothing where kubectl is missing.
fn render(folder: &str) -> Option<Vec<Value>> {
    let Ok(ran) = Command::new("kubectl").arg("kustomize").arg(folder).current_dir(root()).output() else {
        println!("kubectl is not in the PATH: {folder} is not rendered");
        return None;
    };
    assert!(ran.status.success(), "{folder}: {}", String::from_utf8_lossy(&ran.stderr));
    let text = String::from_utf8(ran.stdout).unwrap();
    Some(documents(folder, &text).iter().map(|json| serde_json::from_str(json).unwrap()).collect())
}

fn find<'a>(objects: &'a [Value], kind: &str, name: &str) -> Option<&'a Value> {
    objects.iter().find(|object| object["kind"] == kind && object["metadata"]["name"] == name)
}

fn policies(objects: &[Value]) -> Vec<&Value> {
    objects.iter().filter(|object| object["kind"] == "ClusterAdmissionPolicy").collect()
}

/// A kustomization in a folder of its own. Paths of deploy/ are relative to it, since kustomize takes no absolute ones.
fn render_mine(name: &str, resource: &str, components: &[&str], files: &[(&str, &str)]) -> Option<Vec<Value>> {
    let folder = Folder(root().join("target").join(format!("{name}-{}", std::process::id())));
    fs::create_dir_all(&folder.0).unwrap();
    let list = |paths: &[String]| paths.iter().map(|path| format!("  - {path}\n")).collect::<String>();
    let mut resources = vec![format!("../../deploy/{resource}")];
    resources.extend(files.iter().map(|(name, _)| (*name).to_owned()));
    let components: Vec<String> = components.iter().map(|path| format!("../../deploy/{path}")).collect();
    let text = format!("resources:\n{}components:\n{}", list(&resources), list(&components));
    fs::write(folder.0.join("kustomization.yaml"), text).unwrap();
    for (name, text) in files {
        fs::write(folder.0.join(name), text).unwrap();
    }
    render(folder.0.to_str().unwrap())
}

#[test]
fn every_step_has_an_overlay_for_every_platform() {
    let folders = |path: &str| -> BTreeSet<String> {
        let entries = fs::read_dir(root().join(path)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    assert_eq!(folders("deploy/overlays"), STEPS.map(str::to_owned).into());
    for step in STEPS {
        let platforms = Platform::ALL.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(folders(&format!("deploy/overlays/{step}")), platforms, "{step}");
    }
}

#[test]
fn an_overlay_sets_platform_mode_and_failure_policy() {
    for (platform, _) in Platform::ALL {
        for (step, mutating, validating, failure) in [
            ("monitor", Some("monitor"), "monitor", "Ignore"),
            ("deny", Some("monitor"), "protect", "Ignore"),
            ("mutate", Some("protect"), "protect", "Ignore"),
            ("protect", Some("protect"), "protect", "Fail"),
            ("validate-only", None, "protect", "Fail"),
        ] {
            let overlay = format!("deploy/overlays/{step}/{platform}");
            let Some(objects) = render(&overlay) else { return };
            for (name, mode) in [("podnetworking-mutating", mutating), ("podnetworking-validating", Some(validating))] {
                let spec = find(&objects, "ClusterAdmissionPolicy", name).map(|policy| &policy["spec"]);
                assert_eq!(spec.and_then(|spec| spec["mode"].as_str()), mode, "{overlay}: {name}");
                if let Some(spec) = spec {
                    assert_eq!(spec["failurePolicy"], failure, "{overlay}: {name}");
                    assert_eq!(spec["settings"]["platform"], *platform, "{overlay}: {name}");
                    let asks = spec["settings"]["rules"]["zone-unconstrained"] == "deny";
                    assert_eq!(asks, step == "protect" && name == "podnetworking-validating", "{overlay}: {name}");
                    podnetworking_policy::parse_settings(Some(&spec["settings"].to_string())).expect(&overlay);
                }
            }
            // What the server needs comes before the policies that need it.
            let kinds: Vec<&str> = objects.iter().map(|object| object["kind"].as_str().unwrap()).collect();
            let binding = kinds.iter().position(|kind| *kind == "ClusterRoleBinding").unwrap();
            assert!(binding < kinds.iter().position(|kind| *kind == "ClusterAdmissionPolicy").unwrap());
        }
    }
}

#[test]
fn openkruise_follows_the_overlay() {
    for step in STEPS {
        let Some(objects) =
            render_mine(&format!("kruise-{step}"), &format!("overlays/{step}/acs"), &["openkruise"], &[])
        else {
            return;
        };
        let followed = find(&objects, "ClusterAdmissionPolicy", "podnetworking-validating").unwrap();
        let follows = find(&objects, "ClusterAdmissionPolicy", "podnetworking-validating-openkruise").unwrap();
        for field in ["mode", "failurePolicy", "settings", "module", "timeoutSeconds", "namespaceSelector"] {
            assert_eq!(follows["spec"][field], followed["spec"][field], "{step}: {field}");
        }
    }
}

/// All places of Kubewarden's namespace.
fn namespaces(objects: &[Value]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for object in objects {
        found.extend(object["metadata"]["namespace"].as_str().map(str::to_owned));
        for subject in object["subjects"].as_array().into_iter().flatten() {
            found.extend(subject["namespace"].as_str().map(str::to_owned));
        }
        if let Some(user) = object["spec"]["settings"]["preflight"]["user"].as_str() {
            let namespace = user.strip_prefix("system:serviceaccount:").and_then(|rest| rest.split_once(':')).unwrap();
            found.insert(namespace.0.to_owned());
        }
    }
    found
}

#[test]
fn the_namespace_of_kubewarden_is_a_parameter() {
    let Some(objects) = render("deploy/overlays/protect/ack") else { return };
    assert_eq!(namespaces(&objects), BTreeSet::from(["kubewarden".to_owned()]));
    let all = ["openkruise", "components/rancher"];
    let objects = render_mine("rancher", "overlays/protect/ack", &all, &[]).unwrap();
    assert_eq!(namespaces(&objects), BTreeSet::from(["cattle-kubewarden-system".to_owned()]));
    assert_eq!(policies(&objects).len(), 3);
    assert!(find(&objects, "ConfigMap", "kubewarden").is_none(), "the parameter is not applied");
    let other = read(&root().join("deploy/components/rancher/namespace.yaml"))
        .replace("cattle-kubewarden-system", "suse-sec-adm-controller");
    let files = [("namespace.yaml", other.as_str())];
    let objects =
        render_mine("other", "overlays/monitor/ack", &["openkruise", "components/namespace"], &files).unwrap();
    assert_eq!(namespaces(&objects), BTreeSet::from(["suse-sec-adm-controller".to_owned()]));
}

/// The patches that the pages show, each block in a kustomization of its own.
#[test]
fn the_patches_of_the_pages_can_be_applied() {
    let mut found = 0;
    for page in pages() {
        let text = read(&page);
        for (_, block) in blocks(&text).iter().filter(|(language, _)| language == "yaml") {
            if !block.trim_start().starts_with("patches:") {
                continue;
            }
            found += 1;
            // In a list the block is indented.
            let indent = block.len() - block.trim_start().len();
            let patches: Vec<&str> = block.lines().map(|line| line.get(indent..).unwrap_or_default()).collect();
            let patches = patches.join("\n");
            let folder = Folder(root().join("target").join(format!("patches-{found}-{}", std::process::id())));
            fs::create_dir_all(&folder.0).unwrap();
            let kustomization = format!("resources:\n  - ../../deploy/overlays/protect/ack\n{patches}\n");
            fs::write(folder.0.join("kustomization.yaml"), kustomization).unwrap();
            let Some(objects) = render(folder.0.to_str().unwrap()) else { return };
            for policy in policies(&objects) {
                let settings = policy["spec"]["settings"].to_string();
                podnetworking_policy::parse_settings(Some(&settings)).unwrap_or_else(|problems| panic!("{problems:?}"));
            }
        }
    }
    assert!(found >= 3, "{found}");
}

/// Kubewarden drops `matchLabels` of a policy: it would be called in more namespaces than written.
#[test]
fn namespaces_are_selected_by_expressions_alone() {
    for file in ["policies/mutating.yaml", "policies/validating.yaml", "openkruise/validating.yaml"] {
        let text = read(&root().join("deploy").join(file));
        let policy: Value = serde_json::from_str(&documents(file, &text)[0]).unwrap();
        let selector = policy["spec"]["namespaceSelector"].as_object().unwrap();
        assert_eq!(selector.keys().collect::<Vec<_>>(), ["matchExpressions"], "{file}");
    }
}

/// `deploy/check.sh` with a `kubectl` that knows the CRDs and Kubewarden 1.36.0, and answers `answer` to whether somebody may do
/// something.
fn check(arguments: &[&str], controller: &str, answer: &str) -> (bool, String) {
    let folder = Folder::new(&format!("check-{}-{controller}-{answer}", arguments.join("-").replace('/', "-")));
    let kubectl = folder.0.join("kubectl");
    let server = root().join("deploy/policy-server");
    let made =
        format!("for file in service-account policy-server; do cat {}/$file.yaml; echo ---; done", server.display());
    let image =
        format!("[ \"$5\" = kubewarden-controller ] && echo ghcr.io/kubewarden/adm-controller/controller:{controller}");
    let script = format!(
        "#!/bin/sh\ncase \"$1 $2\" in\nkustomize*) {made} ;;\n'get crd') echo v1alpha2 v1 v1beta1 ;;\n'get deployment') {image} ;;\n\
         *) echo {answer} ;;\nesac\n"
    );
    fs::write(&kubectl, script).unwrap();
    fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
    let script = root().join("deploy/check.sh");
    let ran = Command::new(script).args(arguments).env("KUBECTL", &kubectl).output().unwrap();
    (ran.status.success(), String::from_utf8([ran.stdout, ran.stderr].concat()).unwrap())
}

#[test]
fn the_check_prints_what_the_pages_show() {
    let text = read(&root().join("docs/deploy.md"));
    let shown: Vec<&str> = text.lines().filter(|line| line.starts_with("found ")).collect();
    let (passes, crds) = check(&["crds"], "v1.36.0", "yes");
    let (same, version) = check(&["version"], "v1.36.0", "yes");
    let (allows, permissions) = check(&["permissions"], "v1.36.0", "yes");
    assert!(passes && same && allows, "{crds}{version}{permissions}");
    assert_eq!(shown[..3], crds.lines().collect::<Vec<_>>());
    assert_eq!(shown[3..4], version.lines().collect::<Vec<_>>());
    assert_eq!(shown[4..], permissions.lines().take(1).collect::<Vec<_>>());
}

#[test]
fn the_check_names_what_is_missing() {
    let (allows, permissions) = check(&["permissions"], "v1.36.0", "no");
    assert!(!allows);
    let missing = "missing permission: system:serviceaccount:kubewarden:podnetworking-policy-server cannot list namespaces\n  \
                   fix: kubectl apply -k ";
    assert!(permissions.contains(missing), "{permissions}");
    let (same, version) = check(&["version"], "v1.37.2", "yes");
    assert!(!same);
    let fix = "missing version: Kubewarden is v1.37.2, the policy server is v1.36.0\n  \
               fix: set spec.image of the PolicyServer to ghcr.io/kubewarden/adm-controller/policy-server:v1.37.2\n";
    assert_eq!(version, fix);
    assert!(!check(&["versions"], "v1.36.0", "yes").0, "it is not a word of the check");
}

/// The check reads names of the output of a real kustomization, too.
#[test]
fn the_check_reads_what_kustomize_makes() {
    let Some(objects) = render("deploy/overlays/monitor/ack") else { return };
    let server = find(&objects, "PolicyServer", "podnetworking").unwrap();
    let image = server["spec"]["image"].as_str().unwrap();
    let folder = Folder::new("kustomize");
    let kubectl = folder.0.join("kubectl");
    let script = format!("#!/bin/sh\n[ \"$1\" = kustomize ] && exec kubectl kustomize \"$2\"\necho {image}\n");
    fs::write(&kubectl, script).unwrap();
    fs::set_permissions(&kubectl, fs::Permissions::from_mode(0o755)).unwrap();
    let ran = Command::new(root().join("deploy/check.sh"))
        .args(["version", "deploy/overlays/monitor/ack"])
        .current_dir(root())
        .env("KUBECTL", &kubectl)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(
        json!(String::from_utf8(ran.stdout).unwrap()),
        "found Kubewarden: v1.36.0, and the policy server has this version\n"
    );
}
