//! Runs Node, and finds the files that were built for the tests.
#![allow(dead_code, missing_docs, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Runs a WASI command for each line on stdin, `{"args", "stdin", "folder"}`, with the folder as its `.`. Prints a line for
/// each, `{"code", "stdout", "stderr"}`. The module is compiled once.
pub const WASI: &str = r#"
const { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { WASI } = require("node:wasi");
const module = new WebAssembly.Module(readFileSync(process.argv[1]));
const streams = mkdtempSync(join(tmpdir(), "podnetworking-wasi-"));
process.on("exit", () => rmSync(streams, { recursive: true }));
const file = (name) => join(streams, name);
const lines = require("node:readline").createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const { args, stdin, folder } = JSON.parse(line);
  writeFileSync(file("stdin"), stdin ?? "");
  const [input, output, errors] = [["stdin", "r"], ["stdout", "w"], ["stderr", "w"]].map(([name, mode]) => openSync(file(name), mode));
  const wasi = new WASI({
    version: "preview1",
    args: ["podnetworking", ...args],
    preopens: folder ? { ".": folder } : {},
    stdin: input, stdout: output, stderr: errors, returnOnExit: true,
  });
  const code = wasi.start(new WebAssembly.Instance(module, wasi.getImportObject()));
  [input, output, errors].forEach(closeSync);
  const [stdout, stderr] = ["stdout", "stderr"].map((name) => readFileSync(file(name), "utf8"));
  console.log(JSON.stringify({ code, stdout, stderr }));
});
"#;

/// The lines that a script in Node prints, one for each line of input.
pub fn answers(script: &str, argument: &Path, lines: Vec<String>) -> Vec<String> {
    let number = lines.len();
    // With V8's fast API calls, Node's WASI crashes after some hundred instances (nodejs/node#53087).
    let flags = ["--no-turbo-fast-api-calls", "--no-warnings"];
    let mut node = Command::new("node")
        .args(flags)
        .args(["--eval", script])
        .arg(argument)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("node runs");
    let mut stdin = node.stdin.take().expect("a pipe");
    let text: String = lines.into_iter().map(|line| line + "\n").collect();
    let writer = std::thread::spawn(move || stdin.write_all(text.as_bytes()));
    let output = node.wait_with_output().expect("node ends");
    let written = writer.join().expect("the thread ends");
    assert!(output.status.success(), "node failed: {}", output.status);
    written.expect("node reads all lines");
    let answers: Vec<String> = String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect();
    assert_eq!(answers.len(), number, "the script prints one line for each line of input");
    answers
}

/// The package's bindings for Node, which `make npm` builds.
pub fn package() -> PathBuf {
    built(&target().join("npm/node.cjs"), "npm")
}

/// The WASI command, which `make podnetworking.wasm` builds.
pub fn wasi_command() -> PathBuf {
    built(&root().join("podnetworking.wasm"), "podnetworking.wasm")
}

/// The native command, which `make test-npm` builds.
pub fn native_command() -> PathBuf {
    built(&target().join("debug/podnetworking"), "test-npm")
}

/// The folder of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

fn built(path: &Path, target: &str) -> PathBuf {
    assert!(path.exists(), "{} is missing: run `make {target}`", path.display());
    path.to_owned()
}
