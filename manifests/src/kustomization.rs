//! Kustomizations, whose objects are not what their files hold.

use std::path::{Component, Path, PathBuf};

use crate::raw_json;

/// Whether a file has one of the names by which kustomize finds it.
pub(crate) fn is_name(file: &str) -> bool {
    let name = Path::new(file).file_name().and_then(|name| name.to_str());
    matches!(name, Some("kustomization.yaml" | "kustomization.yml" | "Kustomization"))
}

/// Whether an object is for kustomize and not for a cluster.
pub(crate) fn is_kind(api_version: &str) -> bool {
    api_version.starts_with("kustomize.config.k8s.io/")
}

/// The files that a kustomization reads as patches.
pub(crate) fn patches(json: &str, folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (key, value) in raw_json::members(json).filter(|(_, value)| value.starts_with('[')) {
        match key {
            "\"patchesStrategicMerge\"" => files.extend(raw_json::elements(value).filter_map(raw_json::string)),
            "\"patches\"" | "\"patchesJson6902\"" => {
                let objects = raw_json::elements(value).filter(|value| value.starts_with('{'));
                let paths = objects.flat_map(raw_json::members).filter(|(key, _)| *key == "\"path\"");
                files.extend(paths.filter_map(|(_, path)| raw_json::string(path)));
            }
            _ => {}
        }
    }
    // A patch may be written in place of a path, on several lines.
    files.iter().filter(|file| !file.contains('\n')).map(|file| normal(&folder.join(file))).collect()
}

/// Whether what kustomize builds differs from the files of the folder: it changes or makes objects, or has them from
/// elsewhere.
pub(crate) fn needs_building(json: &str, folder: &Path) -> bool {
    raw_json::members(json).any(|(key, value)| match key {
        "\"apiVersion\"" | "\"kind\"" | "\"metadata\"" => false,
        "\"resources\"" => {
            !value.starts_with('[')
                || raw_json::elements(value)
                    .any(|element| raw_json::string(element).is_none_or(|path| !is_below(folder, &path)))
        }
        _ => true,
    })
}

fn is_below(folder: &Path, path: &str) -> bool {
    !Path::new(path).components().any(|part| matches!(part, Component::ParentDir | Component::RootDir))
        && folder.join(path).exists()
}

/// The path without `.` and `..`.
pub(crate) fn normal(path: &Path) -> PathBuf {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(normal.components().next_back(), Some(Component::Normal(_))) => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_files_that_are_patches() {
        let json = r#"{"patchesStrategicMerge":["a.yaml","kind: Pod\n"],"patches":[{"path":"../b.yaml"},{"patch":"- op"}],"x":1}"#;
        assert_eq!(patches(json, Path::new("o/p")), [Path::new("o/p/a.yaml"), Path::new("o/b.yaml")]);
    }

    #[test]
    fn knows_what_has_to_be_built() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert!(!needs_building(r#"{"kind":"Kustomization","resources":["Cargo.toml","src"]}"#, folder));
        for json in [r#"{"resources":["../check"]}"#, r#"{"resources":["https://x/y"]}"#, r#"{"namePrefix":"a-"}"#] {
            assert!(needs_building(json, folder), "{json}");
        }
    }
}
