//! The source files of all crates of the workspace.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use serde_json::Value;

use crate::program::{Sources, folder_of};

/// Reads every crate that cargo knows; tests and examples are not part of them.
pub fn sources() -> Sources {
    let root = env!("CARGO_MANIFEST_DIR");
    let cargo = env::var_os("CARGO").expect("cargo runs the tests");
    let arguments = ["metadata", "--no-deps", "--offline", "--format-version", "1"];
    let output = Command::new(cargo).args(arguments).current_dir(root).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut sources = Sources::default();
    let packages = metadata["packages"].as_array().unwrap();
    for target in packages.iter().flat_map(|package| package["targets"].as_array().unwrap()) {
        let kind = target["kind"][0].as_str().unwrap();
        if matches!(kind, "lib" | "cdylib" | "bin") {
            let file = Path::new(target["src_path"].as_str().unwrap()).strip_prefix(root).unwrap().to_str().unwrap();
            read_folder(Path::new(root), folder_of(file), &mut sources.files);
            // Nobody imports a program.
            let name = if kind == "bin" { "" } else { target["name"].as_str().unwrap() };
            sources.crates.push((name.to_owned(), file.to_owned()));
        }
    }
    sources
}

fn read_folder(root: &Path, folder: &str, files: &mut BTreeMap<String, String>) {
    for entry in fs::read_dir(root.join(folder)).unwrap() {
        let path = format!("{folder}/{}", entry.unwrap().file_name().to_str().unwrap());
        if root.join(&path).is_dir() {
            read_folder(root, &path, files);
        } else if path.ends_with(".rs") {
            files.insert(path.clone(), fs::read_to_string(root.join(&path)).unwrap());
        }
    }
}
