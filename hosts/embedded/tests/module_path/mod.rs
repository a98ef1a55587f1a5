//! The path of `policy.wasm`.

use std::path::{Path, PathBuf};
use std::process::Command;

/// `POLICY_WASM`, or the module in the target folder, which is built if it is missing.
pub fn module_path() -> PathBuf {
    if let Some(path) = std::env::var_os("POLICY_WASM") {
        return PathBuf::from(path);
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    let built = target.join("wasm32-unknown-unknown/module/podnetworking_policy_guest.wasm");
    if !built.exists() {
        let build =
            ["build", "-p", "podnetworking-policy-guest", "--target", "wasm32-unknown-unknown", "--profile", "module"];
        let status = Command::new(env!("CARGO")).args(build).current_dir(&root).status().expect("cargo");
        assert!(status.success(), "the module could not be built");
    }
    built
}
