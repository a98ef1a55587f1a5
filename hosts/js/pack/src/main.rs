//! Makes the npm package: `podnetworking-npm MODULE.wasm OUT`.
//!
//! wasm-bindgen writes the bindings of each target around one and the same module, so the package has it once. The
//! rest stands in hosts/js/package as it is published.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use flate2::Compression;
use flate2::write::GzEncoder;
use wasm_bindgen_cli_support::Bindgen;

/// What the package may weigh, gzipped.
const MOST: usize = 400_000;
const NAME: &str = "podnetworking";
const WASM: &str = "podnetworking_bg.wasm";

/// A target of wasm-bindgen, and the file of the package that its bindings become.
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
        bail!("give the module and the folder of the package");
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

/// A path that is told from this crate.
fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What the parts weigh, in bytes.
struct Sizes {
    module: usize,
    gzipped: usize,
    /// All that is in the package, gzipped; without its README.
    package: usize,
}

/// Fills in the version, the sizes and the examples.
fn fill(text: &str, sizes: &Sizes) -> Result<String> {
    let kilobytes = |bytes: usize| bytes.div_ceil(1000).to_string();
    let mut filled = text
        .replace("{{version}}", env!("CARGO_PKG_VERSION"))
        .replace("{{module}}", &kilobytes(sizes.module))
        .replace("{{gzipped}}", &kilobytes(sizes.gzipped))
        .replace("{{package}}", &kilobytes(sizes.package));
    const EXAMPLE: &str = "{{example ";
    while let Some((before, rest)) = filled.split_once(EXAMPLE) {
        let (name, after) = rest.split_once("}}").context("an example of the README has no end")?;
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
        ensure!(fs::read(&shared)? == wasm, "the targets need modules that differ");
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

/// What the files of the package weigh, each gzipped.
fn packed(out: &Path) -> Result<usize> {
    let mut total = 0;
    for entry in fs::read_dir(out)? {
        total += gzipped(&fs::read(entry?.path())?)?;
    }
    Ok(total)
}

/// Reports what the module and the whole package weigh, and refuses too much.
#[expect(clippy::print_stdout, reason = "the report")]
fn report(out: &Path, sizes: &Sizes) -> Result<()> {
    let total = packed(out)?;
    println!("{WASM}: {} bytes, {} gzipped", sizes.module, sizes.gzipped);
    println!("{}: {total} bytes gzipped, of at most {MOST}", out.display());
    ensure!(total <= MOST, "the package weighs {total} bytes gzipped, more than {MOST}");
    Ok(())
}
