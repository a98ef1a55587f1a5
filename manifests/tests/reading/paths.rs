//! Files, folders and globs.

use std::fs;
use std::path::{Path, PathBuf};

use podnetworking_manifests::{Document, Exclude, Manifests, Reading, Role, What, read_path, read_paths};
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
    ]);
    let found = read_path(folder.path());
    assert_eq!(files(&found, folder.path()), ["a.yaml", "b/1.json", "b/2.yml", "c.YAML"]);
    assert_eq!((found.errors.len(), found.skipped.len()), (0, 0));
}

/// What a user should know, as `what file`.
fn notices(found: &Manifests, folder: &Path) -> Vec<String> {
    let shown = found.skipped.iter().filter(|skipped| !skipped.expected);
    shown
        .map(|skipped| {
            let file = Path::new(&skipped.file);
            format!("{} {}", skipped.what.id(), file.strip_prefix(folder).unwrap_or(file).display())
        })
        .collect()
}

#[test]
fn ignore_files_hold_below_what_is_named() {
    let folder = folder(&[
        (".gitignore", "*\n"),
        ("m/.gitignore", "here.yaml\nsub/\n"),
        ("m/.git/info/exclude", "*.yaml\n"),
        ("m/here.yaml", X),
        ("m/sub/a.yaml", X),
        ("m/sub/.ignore", "/b.yaml\n"),
        ("m/sub/b.yaml", X),
        ("m/sub/c/b.yaml", X),
        ("m/.dot/a.yaml", X),
    ]);
    let at = |name: &str| folder.path().join(name);
    let found = read_path(&at("m"));
    assert_eq!(files(&found, &at("m")), ["here.yaml", "sub/a.yaml", "sub/c/b.yaml"]);
    assert_eq!(notices(&found, folder.path()), ["ignored m", "hidden m"]);
    assert!(found.skipped[0].reason.starts_with("1 file is hidden by an ignore file"), "{}", found.skipped[0].reason);
    // A file that is named is read, and so are the matches of a glob.
    for path in ["m/sub/b.yaml", "m/*/b.yaml"] {
        let found = read_path(&at(path));
        assert_eq!((files(&found, folder.path()), found.skipped.len()), (vec!["m/sub/b.yaml".to_owned()], 0), "{path}");
    }
    assert_eq!(files(&read_path(&at("m/.d*/*.yaml")), folder.path()), ["m/.dot/a.yaml"]);
    assert!(read_path(&at("**/[a].yaml")).documents.iter().all(|document| !document.file().contains("/.dot/")));
}

#[test]
fn what_is_named_and_holds_nothing_is_an_error() {
    let list = "apiVersion: v1\nkind: List\nitems: []\n";
    let folder = folder(&[
        ("empty.yaml", ""),
        ("values.yaml", "replicas: 3\n"),
        ("list.yaml", list),
        ("folder/values.yaml", "a: b\n"),
        ("list/list.yaml", list),
        ("table.yaml", "NAME     AGE\nstored   3d\n"),
        ("status.json", r#"{"kind":"Status","apiVersion":"v1","status":"Failure","message":"forbidden"}"#),
        ("error.yaml", "Error from server (Forbidden): pods is forbidden: User \"ci\" cannot list\n"),
        ("failed.yaml", "Error: path \"./charts/shop\" not found\n"),
        ("template.yaml", "{{ if .Values.on }}\nkind: Pod\n{{ end }}\n"),
        ("chart/Chart.yaml", "apiVersion: v2\nname: chart\n"),
        ("chart/templates/a.yaml", "{{ .x }}\n"),
        ("kustomization.yaml", "resources: [list.yaml]\nnamePrefix: a-\n"),
    ]);
    fs::create_dir(folder.path().join("nothing")).unwrap();
    // The errors, and the notices: to be checked, as context, and both where nothing has to be there.
    for (path, checked, context, allowed) in [
        ("empty.yaml", (0, 1), (1, 0), (0, 0)),
        ("values.yaml", (0, 1), (1, 0), (0, 1)),
        ("list.yaml", (0, 0), (0, 0), (0, 0)),
        ("folder", (1, 0), (1, 0), (0, 1)),
        ("list", (0, 0), (0, 0), (0, 0)),
        ("nothing", (1, 0), (1, 0), (0, 0)),
        ("table.yaml", (1, 0), (1, 0), (1, 1)),
        ("status.json", (1, 0), (1, 0), (1, 1)),
        ("error.yaml", (1, 0), (1, 0), (1, 1)),
        ("failed.yaml", (0, 1), (1, 0), (0, 1)),
        ("template.yaml", (1, 0), (1, 0), (1, 1)),
        ("chart", (1, 1), (1, 1), (1, 1)),
        ("chart/templates/a.yaml", (1, 0), (1, 0), (1, 1)),
        ("chart/*/a.yaml", (1, 1), (1, 1), (1, 1)),
        ("folder/*.yaml", (1, 0), (1, 0), (1, 1)),
        ("kustomization.yaml", (0, 1), (1, 0), (0, 1)),
    ] {
        let read = |role, allow_empty| {
            let reading = Reading { role, allow_empty, exclude: Exclude::default() };
            reading.read(&[folder.path().join(path)])
        };
        let counts = |found: &Manifests| (found.errors.len(), notices(found, folder.path()).len());
        let found = read(Role::Checked, false);
        assert_eq!(counts(&found), checked, "{path}: {:?} {:?}", found.errors, found.skipped);
        let found = read(Role::Context, false);
        assert_eq!(counts(&found), context, "{path} as context: {:?} {:?}", found.errors, found.skipped);
        let errors = |role| read(role, true).errors.len();
        assert_eq!((errors(Role::Checked), errors(Role::Context).min(1)), allowed, "{path}, which may be empty");
    }
}

#[test]
fn what_is_excluded_is_left_out_and_said_once() {
    let folder = folder(&[("a.yaml", X), ("vendor/b.yaml", X), ("vendor/c.yaml", "a: b: c")]);
    let exclude = Exclude::new(&["vendor"]).unwrap();
    let reading = Reading { exclude, ..Reading::default() };
    let found = reading.read(&[folder.path().to_owned(), folder.path().join("vendor/c.yaml")]);
    assert_eq!((files(&found, folder.path()), found.errors.len()), (vec!["a.yaml".to_owned()], 0));
    assert_eq!(notices(&found, folder.path()), ["excluded "]);
    assert!(
        found.skipped[0].reason.starts_with("2 files are left out by `--exclude`: "),
        "{}",
        found.skipped[0].reason
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_file_is_read_and_one_to_a_folder_is_reported() {
    let folder = folder(&[("common/a.yaml", X), ("m/b.yaml", X)]);
    let link = |to: &str, name: &str| std::os::unix::fs::symlink(to, folder.path().join(name)).unwrap();
    link("../common", "m/common");
    link("../common/a.yaml", "m/a.yaml");
    link("nowhere.yaml", "m/broken.yaml");
    link("b.yaml", "m/same.yaml");
    let found = read_path(&folder.path().join("m"));
    assert_eq!(files(&found, folder.path()), ["m/a.yaml", "m/b.yaml"]);
    assert_eq!(notices(&found, folder.path()), ["symbolic-link m/broken.yaml", "symbolic-link m/common"]);
    // It is followed where it is named.
    assert_eq!(files(&read_path(&folder.path().join("m/common")), folder.path()), ["m/common/a.yaml"]);
}

#[test]
fn kustomizations_patches_and_variables_are_reported() {
    let folder = folder(&[
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: a}\n"),
        (
            "prod/kustomization.yaml",
            "kind: Kustomization\napiVersion: kustomize.config.k8s.io/v1beta1\nresources: [../base]\npatches:\n- path: patch.yaml\n",
        ),
        ("prod/patch.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: a, labels: {a: b}}\n"),
        ("more/delete.yaml", "apiVersion: v1\nkind: X\nmetadata: {name: a}\n$patch: delete\n"),
        (
            "more/pn.yaml",
            "apiVersion: a/v1\nkind: PodNetworking\nmetadata: {name: a}\nspec: {vSwitchOptions: ['${VSW}']}\n",
        ),
    ]);
    let found = read_path(folder.path());
    assert_eq!(files(&found, folder.path()), ["base/a.yaml", "more/pn.yaml"]);
    let expected = [
        "patch more/delete.yaml",
        "variable more/pn.yaml",
        "kustomization prod/kustomization.yaml",
        "patch prod/patch.yaml",
    ];
    assert_eq!((notices(&found, folder.path()), found.errors.len()), (expected.map(str::to_owned).to_vec(), 0));
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
