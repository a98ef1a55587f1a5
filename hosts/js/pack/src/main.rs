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
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../package");
    for entry in fs::read_dir(&sources)? {
        let path = entry?.path();
        let name = path.file_name().context("a file of the package has a name")?;
        let text = fs::read_to_string(&path)?.replace("{{version}}", env!("CARGO_PKG_VERSION"));
        fs::write(out.join(name), text)?;
    }
    fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../LICENSE"), out.join("LICENSE"))?;
    weigh(&out)
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

/// Reports what the module and the whole package weigh, and refuses too much.
#[expect(clippy::print_stdout, reason = "the report")]
fn weigh(out: &Path) -> Result<()> {
    let mut total = 0;
    let mut files: Vec<PathBuf> = fs::read_dir(out)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    for path in files {
        let bytes = fs::read(&path)?;
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        let gzipped = encoder.finish()?.len();
        total += gzipped;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == WASM {
            println!("{name}: {} bytes, {gzipped} gzipped", bytes.len());
        }
    }
    println!("{}: {total} bytes gzipped, of at most {MOST}", out.display());
    ensure!(total <= MOST, "the package weighs {total} bytes gzipped, more than {MOST}");
    Ok(())
}
