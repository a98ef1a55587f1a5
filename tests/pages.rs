//! What the pages say is true: paths, names, versions, numbers, samples of answers. `UPDATE_DOCS=1` writes the samples:
//! `make docs`.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test may fail loudly"
)]

#[path = "support/pages.rs"]
mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use podnetworking_policy::decide_payload;
use podnetworking_policy::facts::inline::NoHost;
use podnetworking_policy::mutations::MUTATIONS;
use podnetworking_policy::rules;
use podnetworking_policy::settings::platform::Platform;
use podnetworking_testing::cases;
use serde_json::Value;

use support::{blocks, inline_code, name, pages, read, root};

fn page(path: &str) -> String {
    read(&root().join(path))
}

/// The words of a text that could be paths: letters, digits and `._-/`.
fn path_like(text: &str) -> bool {
    text.contains('/') && text.chars().all(|c| c.is_ascii_alphanumeric() || "._-/".contains(c))
}

/// Whether the first folder of the path is there, so that the rest must be there, too.
fn starts_in(folder: &Path, path: &str) -> bool {
    path.split('/').next().is_some_and(|first| !first.is_empty() && first != "target" && folder.join(first).is_dir())
}

#[test]
fn paths_are_there() {
    let mut missing = Vec::new();
    for page in pages() {
        let text = read(&page);
        let here = page.parent().unwrap();
        let inline = inline_code(&text);
        for code in inline.iter().map(|code| code.trim_start_matches("../")) {
            // The page about the code leaves `src/` out.
            let sources = code.ends_with(".rs").then(|| root().join("src"));
            let folders = [Some(root()), Some(here.to_owned()), sources];
            let folder = folders.into_iter().flatten().find(|folder| starts_in(folder, code));
            let is_file_of_root = !code.contains('/') && (code.ends_with(".toml") || code.ends_with(".md"));
            let is_there = match folder {
                Some(folder) if path_like(code) => folder.join(code).exists(),
                _ => !is_file_of_root || root().join(code).exists() || here.join(code).exists(),
            };
            if !is_there {
                missing.push(format!("{}: `{code}`", name(&page)));
            }
        }
        for (_, block) in blocks(&text).iter().filter(|(language, _)| language == "console") {
            let words = block.lines().filter(|line| line.starts_with("$ ")).flat_map(str::split_whitespace);
            for word in words.map(|word| word.trim_start_matches("./")) {
                if path_like(word) && starts_in(&root(), word) && !root().join(word).exists() {
                    missing.push(format!("{}: {word} in a command", name(&page)));
                }
            }
        }
    }
    assert!(missing.is_empty(), "there is no such path:\n{}", missing.join("\n"));
}

#[test]
fn cases_and_tests_that_are_named_are_there() {
    let mut sources = String::new();
    let mut folders: Vec<PathBuf> =
        ["tests", "hosts/embedded/tests", "walk/tests"].map(|path| root().join(path)).into();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&read(&path));
            }
        }
    }
    let (mut named_cases, mut named_tests) = (0, 0);
    for page in pages() {
        for code in inline_code(&read(&page)) {
            let folder = root().join("tests/cases");
            if let Some((topic, case)) = code.split_once('/')
                && folder.join(topic).is_dir()
                && !root().join(topic).is_dir()
                && path_like(&code)
                && !code.contains('.')
            {
                named_cases += 1;
                let is_there = case.is_empty() || folder.join(format!("{code}.yaml")).exists();
                assert!(is_there, "{}: there is no case `{code}`", name(&page));
            }
            let is_test = code.matches('_').count() >= 3 && code.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            if is_test && name(&page) == "docs/threat-model.md" {
                named_tests += 1;
                assert!(sources.contains(&format!("fn {code}(")), "{}: there is no test `{code}`", name(&page));
            }
        }
    }
    assert!(named_cases > 30 && named_tests > 5, "{named_cases} cases and {named_tests} tests are named");
}

/// What Kubewarden gets for a golden case.
fn response(wanted: &str) -> Value {
    let all = cases();
    let case = all.iter().find(|case| case.name == wanted).unwrap_or_else(|| panic!("no case {wanted}"));
    let decision = decide_payload(case.payload().as_bytes(), |_| NoHost);
    serde_json::from_str(&decision.to_validation_response()).unwrap()
}

/// The denial of a golden case.
fn denial(wanted: &str) -> String {
    response(wanted)["message"].as_str().unwrap_or_else(|| panic!("{wanted} is not denied")).to_owned()
}

#[test]
fn the_remark_of_a_ratcheted_warning_is_quoted() {
    let quoted = page("docs/troubleshooting.md");
    let quoted =
        quoted.split("a warning with `").nth(1).and_then(|rest| rest.split("...`").next()).expect("the remark");
    let warnings = response("overlap/update-keeps-it")["warnings"].to_string();
    assert!(!quoted.is_empty() && warnings.contains(quoted), "{quoted} is not in {warnings}");
}

#[test]
fn samples_are_what_the_policy_answers() {
    const MARKER: &str = "<!-- sample: ";
    const WEBHOOK: &str = "denied the request: ";
    let mut found = 0;
    for page in pages() {
        let text = read(&page);
        let mut parts = text.split(MARKER);
        let mut written = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (case, rest) = part.split_once(" -->\n").expect("the end of the marker");
            let (fence, rest) = rest.split_once('\n').expect("a block");
            let (block, rest) = rest.split_once("```").expect("the end of the block");
            let commands: String = block.split_inclusive('\n').take_while(|line| line.starts_with("$ ")).collect();
            let webhook = block.split_once(WEBHOOK.trim_end()).map(|(before, _)| &before[commands.len()..]);
            let answer = webhook.map_or_else(String::new, |webhook| format!("{webhook}{WEBHOOK}")) + &denial(case);
            written.push_str(&format!("{MARKER}{case} -->\n{fence}\n{commands}{answer}\n```{rest}"));
            found += 1;
        }
        if text != written && std::env::var_os("UPDATE_DOCS").is_some() {
            fs::write(&page, &written).unwrap();
        } else {
            assert!(text == written, "the samples of {} are stale: run `make docs`", name(&page));
        }
    }
    assert_eq!(found, 4);
}

#[test]
fn commands_name_the_platform() {
    let mut found = 0;
    for page in pages().iter().filter(|page| !name(page).starts_with("e2e-tests")) {
        for (_, block) in blocks(&read(page)).iter().filter(|(language, _)| language == "console") {
            for line in block.replace("\\\n", " ").lines().filter(|line| line.contains("podnetworking")) {
                let Some(position) = ["check", "explain", "mutate", "run"].iter().find_map(|command| {
                    line.find(&format!("podnetworking {command} "))
                        .or_else(|| line.find(&format!("podnetworking.wasm {command} ")))
                }) else {
                    continue;
                };
                let command = &line[position..];
                found += 1;
                assert!(
                    command.contains("--platform ") || command.contains("--settings "),
                    "{}: the default platform is wrong for most readers: {command}",
                    name(page)
                );
            }
        }
    }
    assert!(found > 8, "{found} commands");
}

/// The versions that follow a prefix.
fn versions_after<'a>(text: &'a str, prefix: &str) -> Vec<&'a str> {
    let ends = |c: char| !(c.is_ascii_digit() || c == '.');
    text.split(prefix).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default().trim_end_matches('.')).collect()
}

#[test]
fn versions_are_those_of_the_project() {
    let version = env!("CARGO_PKG_VERSION");
    let minor = |version: &str| version.split('.').take(2).collect::<Vec<_>>().join(".");
    let toolchain = page("rust-toolchain.toml");
    let rust = toolchain.split("channel = \"").nth(1).unwrap().split('"').next().unwrap();
    let server = page("deploy/policy-server/policy-server.yaml");
    let kubewarden = versions_after(&server, "policy-server:v")[0];
    let workflow = page(".github/workflows/ci.yml");
    let checkout = versions_after(&workflow, "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v")[0];
    let is_released = !page("CHANGELOG.md").contains(&format!("## {version}, unreleased"));
    for page in pages() {
        let (name, text) = (name(&page), read(&page));
        let mut ours = ["/podnetworking-policy:v", "?ref=v", "`v"].map(|prefix| versions_after(&text, prefix)).concat();
        // `v1beta1` is of an API, `v1.36.0-beta.1` of Kubewarden, and 1.2.3 is any version.
        ours.retain(|version| version.contains('.') && !["1.2.3", "1.36.0"].contains(version));
        assert!(ours.iter().all(|found| *found == version), "{name}: {ours:?}, not {version}");
        let says_so = ["no release yet", "not released yet", "No version is released yet"];
        assert!(
            is_released || ours.is_empty() || says_so.iter().any(|words| text.contains(words)),
            "{name}: v{version} is not released, and the page does not say so"
        );
        assert!(!is_released || !says_so.iter().any(|words| text.contains(words)), "{name}: v{version} is released");
        for found in versions_after(&text, "image: rust:") {
            assert_eq!(found, minor(rust), "{name}");
        }
        for found in versions_after(&text, "actions/checkout@v") {
            assert_eq!(Some(found), checkout.split('.').next(), "{name}");
        }
    }
    assert_eq!(versions_after(&page("docs/deploy.md"), "- Kubewarden "), [minor(kubewarden)]);
}

#[test]
fn fuzz_targets_are_the_same_everywhere() {
    let stem = |path: PathBuf| path.file_stem().unwrap().to_string_lossy().into_owned();
    let targets: BTreeSet<String> =
        fs::read_dir(root().join("fuzz/fuzz_targets")).unwrap().map(|entry| stem(entry.unwrap().path())).collect();
    let table: BTreeSet<String> = page("fuzz/README.md")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split('`').next()?.to_owned()))
        .collect();
    assert_eq!(table, targets);
    let makefile = page("Makefile");
    assert!(makefile.contains("FUZZ_TARGETS := $(patsubst fuzz/fuzz_targets/%.rs,%,$(sort $(wildcard"));
    assert!(makefile.contains("\tfor target in $(FUZZ_TARGETS); do"), "`make fuzz` runs all of them");
}

#[test]
fn numbers_are_those_of_the_code() {
    let changelog = page("CHANGELOG.md");
    for (count, what) in
        [(rules::all().len(), "rules"), (MUTATIONS.len(), "mutations"), (Platform::ALL.len(), "platforms")]
    {
        assert!(changelog.contains(&format!("- {count} {what}")), "CHANGELOG.md: {count} {what}");
    }
    let makefile = page("Makefile");
    let most: u32 = makefile.lines().find_map(|line| line.strip_prefix("MOST_BYTES := ")).unwrap().parse().unwrap();
    let most = format!("{},{:03} bytes", most / 1000, most % 1000);
    assert!(page("docs/performance.md").contains(&most), "docs/performance.md: {most}");
}

/// The rows of the table that begins with these words, without its head.
fn table(text: &str, head: &str) -> Vec<Vec<String>> {
    let lines = text.lines().skip_while(|line| !line.starts_with(head)).skip(2);
    lines
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()).collect())
        .collect()
}

#[test]
fn the_settings_of_the_action_are_described() {
    let action: Value =
        serde_json::from_str(&podnetworking_testing::to_json("action.yml", &page("action.yml"))).unwrap();
    let inputs: BTreeSet<&String> = action["inputs"].as_object().unwrap().keys().collect();
    let rows = table(&page("docs/ci.md"), "| input |");
    let described: BTreeSet<String> = rows.iter().map(|row| row[0].trim_matches('`').to_owned()).collect();
    assert_eq!(described.iter().collect::<BTreeSet<_>>(), inputs);
}

#[test]
fn sizes_add_up() {
    let number = |text: &str| text.replace(',', "").parse::<f64>().unwrap_or_else(|_| panic!("{text}"));
    let rows = table(&page("docs/capacity.md"), "| cluster |");
    assert_eq!(rows.len(), 3);
    for row in &rows {
        let [objects, pods, decisions, cores] = [1, 2, 3, 4].map(|column| number(&row[column]));
        assert!((decisions - 3.0 * pods).abs() < 0.5, "{row:?}: three decisions for each pod");
        let exact = decisions * (0.6 + 0.013 * objects) / 1000.0;
        assert!((exact - cores).abs() <= 0.05, "{row:?}: {exact} cores");
        let (replicas, rest) = row[5].split_once(" x ").unwrap();
        let workers = number(rest.split([',', ';']).next().unwrap());
        let needed = (exact / workers).ceil() + 1.0;
        assert!((needed - number(replicas)).abs() < 0.5, "{row:?}: {needed} replicas");
    }
    let server = page("deploy/policy-server/policy-server.yaml");
    let deployed = rows.iter().find(|row| row[5].contains("as in `deploy/`")).expect("the row that is deployed");
    let (replicas, workers) = deployed[5].split(',').next().unwrap().split_once(" x ").unwrap();
    assert!(server.contains(&format!("replicas: {replicas}\n")) && server.contains(&format!("value: \"{workers}\"")));
    let shares: f64 = table(&page("docs/performance.md"), "| part | share |")
        .iter()
        .map(|row| number(row[1].trim_end_matches(" %")))
        .sum();
    assert!((shares - 100.0).abs() < 0.5, "the shares of the module add up to {shares} %");
}

#[test]
fn tables_have_no_broken_numbers() {
    for page in pages() {
        for line in read(&page).lines().filter(|line| line.starts_with('|')) {
            let mut cells = line.split('|').map(str::trim);
            assert!(cells.all(|cell| !["inf", "NaN", "-inf"].contains(&cell)), "{}: {line}", name(&page));
        }
    }
}

#[test]
fn rules_that_depend_on_the_platform_are_named_so() {
    let text = page("docs/troubleshooting.md");
    let line = text.lines().find(|line| line.contains("depend on the platform")).expect("the line");
    let ids: Vec<&str> = line.split("`[").skip(1).filter_map(|rest| rest.split(']').next()).collect();
    assert!(!ids.is_empty());
    for id in ids {
        let rule = rules::find(id).unwrap_or_else(|| panic!("no rule {id}"));
        assert!(rule.docs.fires.to_lowercase().contains("ack"), "`{id}` does not depend on the platform");
    }
}

#[test]
fn what_was_tried_is_told_apart_from_what_was_read() {
    let text = page("docs/support.md");
    let workflow = page(".github/workflows/kubewarden.yml");
    let matrix = workflow.split("kubewarden: [").nth(1).and_then(|rest| rest.split(']').next()).expect("the matrix");
    let mut of_kubewarden = BTreeSet::new();
    let rows = table(&text, "| what |");
    assert!(rows.len() > 10);
    for row in &rows {
        let state = row[2].split([',', ':']).next().unwrap_or_default();
        let is_date = state.strip_prefix("run on ").is_some_and(|date| {
            let parts: Vec<usize> = date.split('-').filter_map(|part| part.parse().ok()).collect();
            matches!(parts.as_slice(), [year, 1..=12, 1..=31] if *year > 2025)
        });
        let is_in_workflow = row[2] == "in the workflow, not yet run";
        assert!(is_date || state == "read" || is_in_workflow, "{row:?}");
        if is_in_workflow {
            for version in row[1].split(", ") {
                assert!(matrix.split(", ").any(|run| run == version), "{row:?}: the workflow runs {matrix}");
            }
        }
        if row[0] == "Kubewarden" {
            of_kubewarden.insert(row[1].split_whitespace().next().unwrap_or_default().to_owned());
        }
    }
    for version in matrix.split(", ") {
        let minor = version.rsplit_once('.').unwrap().0;
        assert!(of_kubewarden.contains(version) || of_kubewarden.contains(minor), "{version} has no row");
    }
}

#[test]
fn the_examples_of_the_extism_plugin_are_the_programs_that_are_tested() {
    let blocks: Vec<(String, String)> = blocks(&page("docs/extism.md"));
    let files = [
        ("json", "payload.json"),
        ("go", "go/example/main.go"),
        ("python", "python/example.py"),
        ("js", "js/example.js"),
        ("rust", "rust/examples/decide.rs"),
    ];
    let files = files.map(|(language, file)| (language.to_owned(), page(&format!("hosts/extism/{file}"))));
    assert_eq!(blocks, files, "docs/extism.md does not have what is in hosts/extism");
}

#[test]
fn the_table_of_hosts_has_the_versions_that_are_tested() {
    let hosting = page("docs/hosting.md");
    for (file, line, cell) in [
        ("Cargo.toml", "wasmtime = { version = \"48.", "wasmtime 48"),
        ("hosts/go/go.mod", "wazero v1.12.", "wazero 1.12"),
        ("hosts/node/package.json", "\"@wapc/host\": \"0.0.3\"", "`@wapc/host` 0.0.3"),
        ("hosts/extism/go/go.mod", "go-sdk v1.7.1", "`go-sdk` 1.7.1"),
        ("hosts/extism/go/go.mod", "wazero v1.9.", "wazero 1.9"),
        ("hosts/extism/python/requirements.txt", "extism==1.1.1", "`extism` 1.1.1"),
        ("hosts/extism/python/requirements.txt", "extism-sys==1.41.0", "`extism-sys` 1.41.0"),
        ("hosts/extism/js/package.json", "\"@extism/extism\": \"1.0.3\"", "`@extism/extism` 1.0.3"),
        ("hosts/extism/rust/Cargo.toml", "extism = { version = \"=1.30.0\"", "`extism` 1.30.0"),
        ("hosts/extism/rust/Cargo.lock", "name = \"wasmtime\"\nversion = \"43.", "wasmtime 43"),
        (".github/workflows/ci.yml", "kwctl-version: v1.36.", "`kwctl` 1.36"),
    ] {
        assert!(page(file).contains(line), "{file} does not have `{line}`");
        assert!(hosting.contains(cell), "docs/hosting.md does not have {cell}, the version of {file}");
    }
}
