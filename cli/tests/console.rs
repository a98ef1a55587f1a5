//! Every command of the pages is run. What cannot be run is marked with a reason above its block,
//! `<!-- not run: REASON -->`. Its commands are parsed, and counted. With `CONSOLE_KUBECONFIG`, the kubeconfig of a cluster for
//! tests, what kubectl reads is read there, and what it writes is a dry run on its API server.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail loudly")]

#[path = "../../tests/support/pages.rs"]
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use support::{name, pages, read, root};

/// Why a block is not run here, and what it needs.
const REASONS: [(&str, &str); 7] = [
    ("cluster", "a cluster with PodNetworkings and Kubewarden, or the files that its commands wrote"),
    ("registry", "a registry to push to, or what is pushed there"),
    ("internet", "downloads, or what they leave behind"),
    ("GitHub", "the repository on GitHub"),
    ("Alibaba Cloud", "an account at Alibaba Cloud"),
    ("tool", "a program that few machines have"),
    ("long", "minutes of compilation: CI runs it as a job of its own"),
];

/// The programs that may be named, and whether each can be run in a test.
const PROGRAMS: [(&str, bool); 30] = [
    ("podnetworking", true),
    ("cat", true),
    ("cp", true),
    ("grep", true),
    ("mkdir", true),
    ("sed", true),
    ("ab", false),
    ("aliyun", false),
    ("argocd", false),
    ("buildah", false),
    ("cargo", false),
    ("cosign", false),
    ("curl", false),
    ("deploy/check.sh", false),
    ("docker", false),
    ("export", false),
    ("gh", false),
    ("git", false),
    ("helm", false),
    ("kubectl", false),
    ("kwctl", false),
    ("make", false),
    ("node", false),
    ("npm", false),
    ("pip", false),
    ("pipx", false),
    ("rustup", false),
    ("scripts/verify-release.sh", false),
    ("uvx", false),
    ("wasmtime", false),
];

/// A block of commands of a page.
struct Block {
    page: String,
    line: usize,
    reason: Option<String>,
    commands: Vec<String>,
}

impl Block {
    fn place(&self) -> String {
        format!("{}:{}", self.page, self.line)
    }
}

/// The commands of a block, each in one line, without its comment.
fn commands(lines: &[&str]) -> Vec<String> {
    let (mut commands, mut open) = (Vec::<String>::new(), false);
    for line in lines.iter().map(|line| line.trim_start()) {
        let part = line.strip_prefix("$ ");
        if !open && part.is_none() {
            continue;
        }
        let part = part.unwrap_or(line).trim_end();
        let part = part.split_once("  # ").map_or(part, |(command, _)| command.trim_end());
        let (part, goes_on) = part.strip_suffix('\\').map_or((part, false), |part| (part.trim_end(), true));
        match commands.last_mut().filter(|_| open) {
            Some(command) => *command = format!("{command} {part}"),
            None => commands.push(part.to_owned()),
        }
        open = goes_on;
    }
    commands
}

fn blocks_of(page: &Path) -> Vec<Block> {
    let text = read(page);
    let lines: Vec<&str> = text.lines().collect();
    let mut blocks = Vec::new();
    let mut inside = None;
    for (index, line) in lines.iter().enumerate() {
        let Some(language) = line.trim_start().strip_prefix("```") else { continue };
        match inside.take() {
            None => inside = Some((index, language)),
            Some((start, "console")) => {
                let above = lines.iter().take(start).rev().map(|line| line.trim());
                let comments = above.take_while(|line| line.starts_with("<!--"));
                let reason = comments
                    .filter_map(|line| line.strip_prefix("<!-- not run: ")?.strip_suffix(" -->").map(str::to_owned))
                    .next();
                let commands = commands(lines.get(start + 1..index).unwrap());
                blocks.push(Block { page: name(page), line: start + 2, reason, commands });
            }
            Some(_) => {}
        }
    }
    assert!(inside.is_none(), "{}: a block without an end", page.display());
    blocks
}

/// The simple commands of a line: the words, without quotes, redirections and assignments.
fn parts(command: &str) -> Vec<Vec<String>> {
    let (mut parts, mut words, mut word) = (Vec::new(), Vec::<String>::new(), None::<String>);
    let (mut quote, mut skips) = (None, false);
    let end_word = |word: &mut Option<String>, words: &mut Vec<String>, skips: &mut bool| {
        if let Some(word) = word.take() {
            let is_assignment = words.is_empty() && word.split_once('=').is_some_and(|(name, _)| !name.contains('/'));
            if !std::mem::take(skips) && !is_assignment {
                words.push(word);
            }
        }
    };
    for char in command.chars() {
        match (quote, char) {
            (Some(open), _) if char == open => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(char),
            (None, '\'' | '"') => {
                quote = Some(char);
                word.get_or_insert_default();
            }
            (None, ' ') => end_word(&mut word, &mut words, &mut skips),
            (None, '<' | '>') => {
                end_word(&mut word, &mut words, &mut skips);
                skips = true;
            }
            (None, '|' | '&' | ';') => {
                end_word(&mut word, &mut words, &mut skips);
                parts.push(std::mem::take(&mut words));
            }
            (None, _) => word.get_or_insert_default().push(char),
        }
    }
    end_word(&mut word, &mut words, &mut skips);
    parts.push(words);
    parts.retain(|words| !words.is_empty());
    parts
}

/// A folder with what the commands name: the repository, as links, and manifests of a cluster.
fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("podnetworking-console-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for entry in ["examples", "deploy", "docs", "e2e-tests", "cli", "policy.wasm"] {
        if root().join(entry).exists() {
            symlink(root().join(entry), folder.join(entry)).unwrap();
        }
    }
    let example = |file: &str| read(&root().join("examples/6-terway-stateless").join(file));
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: pod, namespace: default, labels: {app: web}}\n\
               spec: {containers: [{name: c, image: nginx}]}\n";
    for (file, text) in [
        ("cluster.yaml", example("cluster.yaml")),
        ("workloads.yaml", example("manifests.yaml")),
        ("manifests/web.yaml", example("manifests.yaml")),
        ("cluster/dump.yaml", example("cluster.yaml")),
        ("dump/cluster.yaml", example("cluster.yaml")),
        ("pod.yaml", pod.to_owned()),
        ("settings.json", "{\"platform\": \"ack\"}".to_owned()),
        ("vswitches.json", "{\"VSwitches\": {\"VSwitch\": []}, \"TotalCount\": 0}".to_owned()),
    ] {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let overlay = "resources: [../deploy/overlays/monitor/ack]\n";
    fs::create_dir_all(folder.join("my-cluster")).unwrap();
    fs::write(folder.join("my-cluster/kustomization.yaml"), overlay).unwrap();
    if root().join("policy.wasm").exists() {
        symlink(root().join("policy.wasm"), folder.join("new.wasm")).unwrap();
    }
    folder
}

fn shell(folder: &Path, command: &str) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_podnetworking"));
    let path = format!("{}:{}", binary.parent().unwrap().display(), std::env::var("PATH").unwrap_or_default());
    Command::new("bash")
        .args(["-c", command])
        .current_dir(folder)
        .env("PATH", path)
        .env("PLATFORM", "ack")
        .env_remove("PODNETWORKING_SETTINGS")
        .output()
        .unwrap()
}

fn text(ran: &Output) -> String {
    String::from_utf8([ran.stdout.clone(), ran.stderr.clone()].concat()).unwrap()
}

/// Whether the command needs a part that this build or this folder does not have.
fn is_left_out(command: &str, folder: &Path) -> bool {
    let runs_modules = ["podnetworking run ", "podnetworking session "].iter().any(|one| command.starts_with(one));
    runs_modules && (!cfg!(feature = "run") || !folder.join("policy.wasm").exists())
}

/// Runs what kubectl reads in the cluster for tests, and a dry run of what it would write. Whether there is one.
fn in_the_cluster(words: &[String], folder: &Path) -> Option<Result<(), String>> {
    let kubeconfig = std::env::var_os("CONSOLE_KUBECONFIG")?;
    let command = words.get(1).map(String::as_str).filter(|_| words.first().is_some_and(|word| word == "kubectl"))?;
    let dry_run: &[&str] = match command {
        "get" => &[],
        // A dry run of a deletion finds nothing to delete.
        "apply" | "delete" if words.iter().all(|word| word != "-f") => &["--dry-run=server", "--ignore-not-found"],
        _ => return None,
    };
    let dry_run = dry_run.iter().filter(|flag| command == "delete" || **flag != "--ignore-not-found");
    let arguments = words.iter().skip(1).filter(|word| *word != "--ignore-not-found");
    let ran = Command::new("kubectl")
        .args(arguments)
        .args(dry_run)
        .current_dir(folder)
        .env("KUBECONFIG", kubeconfig)
        .output()
        .ok()?;
    let printed = text(&ran);
    // It may have no CRDs of reports.
    let is_good = ran.status.success() || printed.contains("the server doesn't have a resource type");
    Some(if is_good { Ok(()) } else { Err(printed) })
}

/// Parses one command that is not run. Returns what cannot be right about it.
fn parse(words: &[String], folder: &Path) -> Result<(), String> {
    let (program, arguments) = words.split_first().expect("words");
    let help = |program: &Path| {
        let arguments = arguments.iter().map(|word| word.replace("$PLATFORM", "ack"));
        Command::new(program).args(arguments).arg("--help").current_dir(folder).output()
    };
    let ran = match program.as_str() {
        "podnetworking" if is_left_out(&words.join(" "), folder) => return Ok(()),
        "podnetworking" => help(Path::new(env!("CARGO_BIN_EXE_podnetworking"))),
        // They read all flags before they print their help.
        "kubectl" => match help(Path::new("kubectl")) {
            Err(_) => {
                println!("kubectl is not in the PATH: {} is not parsed", words.join(" "));
                return Ok(());
            }
            ran => ran,
        },
        "cargo" => help(Path::new(env!("CARGO"))),
        "make" => {
            let mut makefiles = read(&root().join("Makefile"));
            for file in makefiles.clone().lines().filter_map(|line| line.strip_prefix("include ")) {
                makefiles.push_str(&read(&root().join(file.trim())));
            }
            let is_there = |target: &String| makefiles.lines().any(|line| line.starts_with(&format!("{target}:")));
            let missing = arguments.iter().find(|target| !is_there(target));
            return missing.map_or(Ok(()), |target| Err(format!("no target {target}")));
        }
        "helm" => {
            let values = read(&root().join("charts/podnetworking-policy/values.yaml"));
            let set = arguments.iter().zip(arguments.iter().skip(1)).filter(|(flag, _)| *flag == "--set");
            let first = set.filter_map(|(_, set)| set.split(['.', '=']).next());
            let missing = first
                .filter(|key| !values.lines().any(|line| line.starts_with(&format!("{key}:"))))
                .collect::<Vec<_>>();
            return if missing.is_empty() { Ok(()) } else { Err(format!("no values {missing:?} of the chart")) };
        }
        "deploy/check.sh" => {
            let script = read(&root().join(program));
            let check = arguments.first().map_or("crds", String::as_str);
            return if script.contains(&format!("\n  {check})\n")) { Ok(()) } else { Err(format!("no check {check}")) };
        }
        _ => return Ok(()),
    };
    let ran = ran.map_err(|error| error.to_string())?;
    if ran.status.success() { Ok(()) } else { Err(text(&ran)) }
}

#[test]
fn every_command_is_run_or_parsed() {
    let folder = folder();
    let mut wrong = Vec::new();
    let (mut run, mut parsed) = (0, BTreeMap::<String, usize>::new());
    for block in pages().iter().flat_map(|page| blocks_of(page)) {
        let mut needs_a_reason = false;
        for command in &block.commands {
            let syntax = Command::new("bash").args(["-n", "-c", command]).output().unwrap();
            if !syntax.status.success() {
                wrong.push(format!("{}: {command}: {}", block.place(), text(&syntax)));
            }
            for words in parts(command) {
                let program = words.first().expect("words");
                let Some((_, runs)) = PROGRAMS.iter().find(|(name, _)| name == program) else {
                    wrong.push(format!("{}: `{program}` is not among the programs of the pages", block.place()));
                    continue;
                };
                needs_a_reason |= !runs;
                let problem = match &block.reason {
                    Some(_) => parse(&words, &folder).err().or_else(|| in_the_cluster(&words, &folder)?.err()),
                    None => None,
                };
                wrong.extend(problem.map(|problem| format!("{}: {command}: {problem}", block.place())));
            }
        }
        // What the command line reads of a block is in the folder, whoever wrote it.
        let ours = |command: &&String| {
            let parts = parts(command);
            !parts.is_empty() && parts.iter().flat_map(|words| words.first()).all(|program| program == "podnetworking")
        };
        let runs = block
            .commands
            .iter()
            .filter(|command| block.reason.is_none() && !parts(command).is_empty() || ours(command));
        let runs: Vec<&String> = runs.collect();
        match &block.reason {
            Some(reason) => {
                if !REASONS.iter().any(|(name, _)| name == reason) {
                    wrong.push(format!("{}: `{reason}` is not among the reasons", block.place()));
                }
                if !needs_a_reason {
                    wrong.push(format!("{}: it can be run: remove the reason", block.place()));
                }
                *parsed.entry(reason.clone()).or_default() += block.commands.len() - runs.len();
            }
            None if needs_a_reason => {
                wrong.push(format!("{}: it needs a reason", block.place()));
                continue;
            }
            None => {}
        }
        for command in runs.into_iter().filter(|command| !is_left_out(command, &folder)) {
            let ran = shell(&folder, command);
            // A finding is a good answer, too.
            let is_good =
                ran.status.success() || (ran.status.code() == Some(1) && command.starts_with("podnetworking "));
            if !is_good {
                wrong.push(format!("{}: {command}: {}", block.place(), text(&ran)));
            }
            run += 1;
        }
    }
    fs::remove_dir_all(folder).unwrap();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{run} commands were run, and not run but parsed: {parsed:?}");
    assert!(run >= 8, "only {run} commands were run");
}

#[test]
fn commands_are_split_as_a_shell_does() {
    let split = |command: &str| parts(command).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
    assert_eq!(split("a=1 b 'c | d' > f | e && g --x=\"y z\""), ["b c | d", "e", "g --x=y z"]);
    assert_eq!(split("PLATFORM=ack"), Vec::<String>::new());
    assert_eq!(commands(&["$ a  # x", "output", "$ b \\", "    c", "d"]), ["a", "b c"]);
}
