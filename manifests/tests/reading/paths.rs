//! Files, folders and globs.

use std::fs;
use std::path::{Path, PathBuf};

use podnetworking_manifests::{What, Document, Manifests, read_path, read_paths};
use tempfile::TempDir;

const X: &str = "apiVersion: v1\nkind: X\n";

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn files(found: &Manifests, folder: &Path) -> Vec<String> {
    let relative =
        |document: &Document| Path::new(document.file()).strip_prefix(folder).unwrap().to_string_lossy().into_owned();
    found.documents.iter().map(relative).collect()
}

#[test]
fn walks_folders_in_order() {
    let folder = folder(&[
        ("b/2.yml", X),
        ("b/1.json", r#"{"apiVersion":"v1","kind":"X"}"#),
        ("a.yaml", X),
        ("c.YAML", X),
        ("readme.md", "no"),
        (".hidden/a.yaml", X),
        ("ignored/a.yaml", "a: b: c"),
        (".gitignore", "/ignored\n"),
    ]);
    let found = read_path(folder.path());
    assert_eq!(files(&found, folder.path()), ["a.yaml", "b/1.json", "b/2.yml", "c.YAML"]);
    assert_eq!((found.errors.len(), found.skipped.len()), (0, 0));
}

#[test]
fn reads_a_file_once_and_whatever_its_name() {
    let folder = folder(&[("a.yaml", X), ("b.txt", X)]);
    let paths: Vec<PathBuf> =
        ["b.txt", "a.yaml", "a.yaml", ""].into_iter().map(|name| folder.path().join(name)).collect();
    assert_eq!(files(&read_paths(&paths), folder.path()), ["b.txt", "a.yaml"]);
}

#[test]
fn follows_globs() {
    let folder = folder(&[("a/1.yaml", X), ("a/2.txt", X), ("a/b/3.yaml", X), ("c/4.yaml", X)]);
    for (pattern, expected) in [
        ("*/*.yaml", &["a/1.yaml", "c/4.yaml"][..]),
        ("a/**/*.yaml", &["a/1.yaml", "a/b/3.yaml"]),
        ("a/[0-9].*", &["a/1.yaml", "a/2.txt"]),
        ("{a,c}/*.yaml", &["a/1.yaml", "c/4.yaml"]),
    ] {
        let found = read_path(&folder.path().join(pattern));
        assert_eq!(files(&found, folder.path()), expected, "{pattern}");
    }
    for pattern in ["x/*.yaml", "a/*.json", "a/[.yaml"] {
        let found = read_path(&folder.path().join(pattern));
        assert_eq!((found.documents.len(), found.errors.len()), (0, 1), "{pattern}");
    }
}

#[test]
fn says_what_cannot_be_read() {
    let found = read_path(Path::new("/nowhere/a.yaml"));
    let message = found.errors[0].to_string();
    assert!(message.starts_with("/nowhere/a.yaml: cannot be read: "), "{message}");
    assert_eq!(found.errors[0].location, None);
}

#[test]
fn knows_the_templates_of_a_chart() {
    let template = "apiVersion: v1\nkind: X\nname: \"{{ .x }}\"\n";
    let folder = folder(&[
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\n"),
        ("chart/templates/sub/a.yaml", template),
        ("chart/templates/plain.yaml", X),
        ("chart/crds/a.yaml", X),
        ("templates/a.yaml", template),
    ]);
    let found = read_path(folder.path());
    assert_eq!(files(&found, folder.path()), ["chart/crds/a.yaml", "chart/templates/plain.yaml", "templates/a.yaml"]);
    let templates: Vec<_> = found.skipped.iter().filter(|skipped| skipped.what == What::Template).collect();
    assert_eq!((templates.len(), templates[0].line), (1, Some(3)));
    assert_eq!(found.errors.len(), 0);
}
