//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};
use podnetworking_policy::settings::platform::Platform;

use crate::output;

/// Said at the end of every help and in the man page.
const AFTER_HELP: &str = "\
Exit status:
  0  nothing was found that reaches --fail-on
  1  a finding reaches --fail-on
  2  something could not be checked: a broken file, invalid settings, wrong arguments

Environment:
  PODNETWORKING_SETTINGS  the settings file, where --settings is not given
  PODNETWORKING_CACHE     a folder in which `run` and `session` keep compiled modules
  NO_COLOR                no colours (CLICOLOR_FORCE=1: colours also in a pipe)

Silence a rule on one object by an annotation that says why:
  metadata: {annotations: {podnetworking-policy/ignore.RULE: the reason}}";

/// Checks that at most one PodNetworking selects any pod, and that every pod can be scheduled to a zone of its PodNetworking.
///
/// It decides as the admission policy does in a cluster, on manifests: YAML and JSON files, folders, globs, and what helm, kustomize and kubectl print.
#[derive(Debug, Parser)]
#[command(name = "podnetworking", version, after_help = AFTER_HELP, propagate_version = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// Shows what is wrong with the arguments, or the help or version that was asked for, and tells how to exit.
pub fn refuse(error: &clap::Error) -> ExitCode {
    // Where the stream is closed, there is nobody to tell.
    let _ = error.print();
    if error.kind() == ErrorKind::MissingRequiredArgument && std::env::args_os().any(|argument| argument == "--context")
    {
        output::warning("`--context` takes all paths after it: name the manifests before it, or after `--`");
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// The verbs.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Check manifests against each other and against --context.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Show which PodNetworking selects which pod, and why the others do not.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Print the manifests as they would be admitted.
    Mutate(MutateArgs),
    /// Check as `check` does, decided by the wasm module itself: what the cluster will say.
    #[cfg(feature = "run")]
    Run(RunArgs),
    /// Print the AdmissionRequest that a manifest would be admitted by.
    Request(RequestArgs),
    /// Write the replay session and the request with which `kwctl run` evaluates the module without a cluster.
    #[cfg(feature = "run")]
    #[command(after_help = SESSION_EXAMPLES)]
    Session(SessionArgs),
    /// List the rules.
    Rules(RulesArgs),
    /// Answer the request (with its settings and inline context) on stdin as the module's `validate` does.
    Validate,
    /// Answer the request (with its settings and inline context) on stdin as the module's `decide` does.
    Decide,
    /// Answer the settings on stdin as the module's `validate_settings` does.
    ValidateSettings,
    /// Print the completions of a shell.
    Completions(CompletionsArgs),
    /// Print the man page.
    Man,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  podnetworking check manifests/
  podnetworking check 'apps/**/*.yaml' --context cluster/
  helm template chart/ | podnetworking check -
  kustomize build overlays/prod | podnetworking check - --format github
  podnetworking check . --format sarif > podnetworking.sarif
  podnetworking check . --write-baseline podnetworking-baseline.json";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  podnetworking explain manifests/
  podnetworking explain --overlaps manifests/
  podnetworking explain --format dot manifests/ | dot -Tsvg > planes.svg";

#[cfg(feature = "run")]
const SESSION_EXAMPLES: &str = "\
Example:
  podnetworking session pod.yaml --context cluster/ --policy annotated-policy.wasm
  kwctl run annotated-policy.wasm --allow-context-aware \\
    --request-path request.json --replay-host-capabilities-interactions session.yml";

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Sets it for everything that is printed.
    pub fn write_global(self) {
        let choice = match self {
            Self::Auto => return,
            Self::Always => anstream::ColorChoice::AlwaysAnsi,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// What is read.
#[derive(Debug, Args)]
pub struct InputArgs {
    /// Files, folders, globs, or `-` for stdin.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Files, folders or globs with what is in the cluster already, as `kubectl get -o yaml` prints it. It takes all paths up to the next option; `--` ends them.
    #[arg(long, value_name = "PATH", num_args = 1.., action = clap::ArgAction::Append)]
    pub context: Vec<PathBuf>,
    /// The namespace of objects that name none.
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// The settings.
#[derive(Debug, Args)]
pub struct SettingsArgs {
    /// The settings of the policy, YAML or JSON; also a manifest of the (Cluster)AdmissionPolicy that holds them.
    #[arg(long, value_name = "FILE", env = "PODNETWORKING_SETTINGS", hide_env = true)]
    pub settings: Option<PathBuf>,
    /// The platform that runs the pods; it wins over the settings.
    #[arg(long, value_name = "PLATFORM", value_parser = PossibleValuesParser::new(Platform::ALL.map(|(name, _)| name)))]
    pub platform: Option<String>,
    /// What `aliyun vpc DescribeVSwitches` prints: zones and VPCs of vSwitches.
    #[arg(long, value_name = "FILE")]
    pub vswitches: Vec<PathBuf>,
    /// What `aliyun ecs DescribeSecurityGroups` prints: VPCs and types of security groups.
    #[arg(long, value_name = "FILE")]
    pub security_groups: Vec<PathBuf>,
}

/// `check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// What of the findings is shown, and how.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// How findings are shown.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// The least severity that makes the exit status 1.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Show findings of these rules only.
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_id)]
    pub select: Vec<String>,
    /// Do not show findings of these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_id)]
    pub ignore: Vec<String>,
    /// Do not show findings that are in this file.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all findings into this file and end well: they are to be worked off later.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    /// Show findings that reach --fail-on only, and no summary.
    #[arg(long, short)]
    pub quiet: bool,
}

fn rule_id(text: &str) -> Result<String, String> {
    if podnetworking_policy::rules::find(text).is_some() {
        return Ok(text.to_owned());
    }
    Err("there is no rule of this name; `podnetworking rules` lists them".to_owned())
}

/// How findings are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// With the lines at fault.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and others.
    Sarif,
    /// Workflow commands of GitHub Actions, which annotate the lines of a pull request.
    Github,
    /// JUnit XML, for GitLab, Jenkins and others.
    Junit,
}

/// The least severity that makes the exit status 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// What the policy would refuse.
    #[default]
    Deny,
    /// Also what it would warn about.
    Warn,
}

/// `run`.
#[cfg(feature = "run")]
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The wasm module.
    #[arg(value_name = "POLICY.wasm")]
    pub policy: PathBuf,
    #[command(flatten)]
    pub input: InputArgs,
    #[command(flatten)]
    pub report: ReportArgs,
}

/// `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Show every pair of PodNetworkings that overlaps, with a pod that both select and what keeps them apart.
    #[arg(long)]
    pub overlaps: bool,
    /// How it is shown.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ExplainFormat,
}

/// How an explanation is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// A table.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// A graph of the network planes, for Graphviz.
    Dot,
    /// A graph of the network planes, for Markdown.
    Mermaid,
}

/// `mutate`.
#[derive(Debug, Args)]
pub struct MutateArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Show what changes, as a unified diff.
    #[arg(long)]
    pub diff: bool,
}

/// `request`.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// A file with the object, or `-` for stdin.
    #[arg(value_name = "MANIFEST")]
    pub manifest: PathBuf,
    /// Which object, where there are several: KIND/NAME, KIND or NAME.
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<String>,
    /// Files, folders or globs with what is in the cluster already; an object that is among it is updated.
    #[arg(long, value_name = "PATH", num_args = 1.., action = clap::ArgAction::Append)]
    pub context: Vec<PathBuf>,
    /// The namespace of an object that names none.
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    /// Print the whole payload of the module's `validate` and `decide`, with settings and inline context.
    #[arg(long)]
    pub payload: bool,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// `session`.
#[cfg(feature = "run")]
#[derive(Debug, Args)]
pub struct SessionArgs {
    /// An AdmissionRequest, an AdmissionReview, or a manifest whose admission is meant; `-` for stdin.
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
    /// Which object, where a manifest holds several: KIND/NAME, KIND or NAME.
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<String>,
    /// Files, folders or globs with what is in the cluster.
    #[arg(long, value_name = "PATH", num_args = 1.., action = clap::ArgAction::Append)]
    pub context: Vec<PathBuf>,
    /// The wasm module, which is run to find out what it asks.
    #[arg(long, value_name = "POLICY.wasm", default_value = "policy.wasm")]
    pub policy: PathBuf,
    /// The namespace of an object that names none.
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// Where the session is written.
    #[arg(long, value_name = "FILE", default_value = "session.yml")]
    pub session: PathBuf,
    /// Where the request is written.
    #[arg(long, value_name = "FILE", default_value = "request.json")]
    pub request_path: PathBuf,
}

/// `rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Show one rule in full.
    #[arg(value_name = "RULE", value_parser = rule_id)]
    pub rule: Option<String>,
    /// How they are shown.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: RulesFormat,
}

/// How rules are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum RulesFormat {
    /// A table.
    #[default]
    Table,
    /// One JSON list.
    Json,
    /// Markdown.
    Markdown,
}

/// `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
