//! Makes the npm package: `podnetworking-npm MODULE.wasm OUT`.
//!
//! wasm-bindgen writes bindings for each target. All targets use the same module, so the package holds it once. The other
//! files of the package are in hosts/js/package.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

/// The limit of the size of the package, gzipped, in bytes.
const MAX_BYTES: usize = 400_000;
const NAME: &str = "podnetworking";
const WASM: &str = "podnetworking_bg.wasm";

/// A target of wasm-bindgen, and the names that its files get in the package.
struct Target {
    choose: fn(&mut Bindgen) -> Result<&mut Bindgen, anyhow::Error>,
    files: &'static [(&'static str, &'static str)],
}

const TARGETS: [Target; 3] = [
    Target {
        choose: |bindgen| bindgen.nodejs(true),
        files: &[("podnetworking.js", "node.cjs"), ("podnetworking.d.ts", "node.d.cts")],
    },
    Target {
        choose: |bindgen| bindgen.bundler(true),
        files: &[
            ("podnetworking.js", "podnetworking.js"),
            ("podnetworking_bg.js", "podnetworking_bg.js"),
            ("podnetworking.d.ts", "podnetworking.d.ts"),
        ],
    },
    Target {
        choose: |bindgen| bindgen.web(true),
        files: &[("podnetworking.js", "web.js"), ("podnetworking.d.ts", "web.d.ts")],
    },
];

fn main() -> Result<()> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(module), Some(out), None) = (arguments.next(), arguments.next(), arguments.next()) else {
        bail!("usage: podnetworking-npm MODULE.wasm OUT");
    };
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    let work = out.with_extension("bindings");
    for target in &TARGETS {
        bind(target, &module, &work, &out)?;
    }
    fs::remove_dir_all(&work)?;
    fs::copy(here("../../../LICENSE"), out.join("LICENSE"))?;
    let module = fs::read(out.join(WASM))?;
    let sizes = Sizes { module: module.len(), gzipped: gzipped(&module)?, package: packed(&out)? };
    for entry in fs::read_dir(here("../package"))? {
        let path = entry?.path();
        let name = path.file_name().context("a file of the package has a name")?;
        fs::write(out.join(name), fill(&fs::read_to_string(&path)?, &sizes)?)?;
    }
    report(&out, &sizes)
}

/// A path relative to this crate.
fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The sizes of the parts, in bytes.
struct Sizes {
    module: usize,
    gzipped: usize,
    /// All files of the package, gzipped, without the README.
    package: usize,
}

/// Replaces the placeholders for the version, the sizes and the examples.
fn fill(text: &str, sizes: &Sizes) -> Result<String> {
    let kilobytes = |bytes: usize| bytes.div_ceil(1000).to_string();
    let mut filled = text
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{module}}", &kilobytes(sizes.module))
        .replace("{{gzipped}}", &kilobytes(sizes.gzipped))
        .replace("{{package}}", &kilobytes(sizes.package));
    const EXAMPLE: &str = "{{example ";
    while let Some((before, rest)) = filled.split_once(EXAMPLE) {
        let (name, after) = rest.split_once("}}").context("a placeholder for an example has no end")?;
        let example =
            fs::read_to_string(here("../examples").join(name)).with_context(|| format!("no example {name}"))?;
        filled = format!("{before}{}{after}", example.trim_end());
    }
    Ok(filled)
}

/// Writes the bindings of a target into the package.
fn bind(target: &Target, module: &Path, work: &Path, out: &Path) -> Result<()> {
    if work.exists() {
        fs::remove_dir_all(work)?;
    }
    let mut bindgen = Bindgen::new();
    (target.choose)(&mut bindgen)?;
    bindgen
        .input_path(module)
        .out_name(NAME)
        .typescript(true)
        .omit_default_module_path(false)
        .remove_producers_section(true)
        .remove_name_section(true);
    bindgen.generate(work)?;
    let wasm = fs::read(work.join(WASM))?;
    let shared = out.join(WASM);
    if shared.exists() {
        ensure!(fs::read(&shared)? == wasm, "the targets need different modules");
    } else {
        fs::write(shared, wasm)?;
    }
    for (from, to) in target.files {
        fs::copy(work.join(from), out.join(to)).with_context(|| format!("wasm-bindgen wrote no {from}"))?;
    }
    Ok(())
}

fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// The size of the files of the package, each gzipped.
fn packed(out: &Path) -> Result<usize> {
    let mut total = 0;
    for entry in fs::read_dir(out)? {
        total += gzipped(&fs::read(entry?.path())?)?;
    }
    Ok(total)
}

/// Prints the sizes of the module and the package, and fails if the package is too large.
#[expect(clippy::print_stdout, reason = "the report")]
fn report(out: &Path, sizes: &Sizes) -> Result<()> {
    let total = packed(out)?;
    println!("{WASM}: {} bytes, {} gzipped", sizes.module, sizes.gzipped);
    println!("{}: {total} bytes gzipped, limit {MAX_BYTES}", out.display());
    ensure!(total <= MAX_BYTES, "the package has {total} bytes gzipped, more than {MAX_BYTES}");
    Ok(())
}
