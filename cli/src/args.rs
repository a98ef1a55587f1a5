//! The command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Args, Parser, Subcommand, ValueEnum};
use podnetworking_policy::settings::platform::Platform;

use crate::output;

/// The end of every help text and of the man page.
fn after_help() -> String {
    let cache = if cfg!(feature = "run") {
        "  PODNETWORKING_CACHE     folder in which `run` and `session` keep compiled modules\n"
    } else {
        ""
    };
    format!(
        "\
Exit status:
  0  no finding reaches --fail-on
  1  a finding reaches --fail-on
  2  something that was named could not be checked: a file that cannot be read, a template that is not
     rendered, an empty stdin, folder or context, invalid settings, wrong arguments. 2 takes precedence over 1

Severity:
  The settings and JSON use deny, warn and off. All other output shows deny as error and warn as warning.

Environment:
  PODNETWORKING_SETTINGS  settings file; --settings takes precedence
{cache}  NO_COLOR                no colours (CLICOLOR_FORCE=1: colours also in a pipe)

To silence a rule for one object, add an annotation with the reason. It has no effect in the cluster:
  metadata: {{annotations: {{podnetworking-policy/ignore.RULE: the reason}}}}"
    )
}

/// Checks that each pod is selected by at most one PodNetworking, and can be scheduled in a zone of that PodNetworking.
///
/// It makes the same decisions as the admission policy in a cluster, for manifests: YAML and JSON files, folders, globs, and the output of helm, kustomize and kubectl.
#[derive(Debug, Parser)]
#[command(name = "podnetworking", version, after_help = after_help(), propagate_version = true)]
pub struct Cli {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// When to use colours.
    #[arg(long, global = true, value_enum, default_value_t, value_name = "WHEN")]
    pub color: Color,
}

/// Prints an error about the arguments, or the help or the version, and returns the exit status.
pub fn report_error(error: &clap::Error) -> ExitCode {
    if let Some(reason) = left_out(error) {
        output::error(reason);
        return output::Exit::NotChecked.into();
    }
    // If the stream is closed, the message cannot be shown.
    let _ = error.print();
    if error.kind() == ErrorKind::MissingRequiredArgument && std::env::args_os().any(|argument| argument == "--context")
    {
        output::warning("`--context` takes all paths that follow; put the manifests before `--context` or after `--`");
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Why a command is missing that other builds have.
fn left_out(error: &clap::Error) -> Option<&'static str> {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidSubcommand) else { return None };
    match name.as_str() {
        "run" | "session" if !cfg!(feature = "run") => Some(
            "this build cannot run wasm modules, so it has no `run` and no `session`; build it with its default features",
        ),
        "completions" | "man" if cfg!(target_family = "wasm") => {
            Some("this build has no `completions` and no `man`: they are for the native command line")
        }
        "serve" if !cfg!(feature = "serve") => Some("this build has no `serve`; build it with the feature `serve`"),
        _ => None,
    }
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Check manifests against each other and against --context.
    #[command(after_help = CHECK_EXAMPLES)]
    Check(CheckArgs),
    /// Show which PodNetworking selects which pod, and why the others do not.
    #[command(after_help = EXPLAIN_EXAMPLES)]
    Explain(ExplainArgs),
    /// Print the manifests with the changes that the policy makes at admission.
    Mutate(MutateArgs),
    /// Check manifests as `check` does, but with the wasm module that runs in the cluster.
    #[cfg(feature = "run")]
    Run(RunArgs),
    /// Print the AdmissionRequest that the API server sends for a manifest.
    Request(RequestArgs),
    /// Write a request and a replay session, with which `kwctl run` evaluates the module without a cluster.
    #[cfg(feature = "run")]
    #[command(after_help = SESSION_EXAMPLES)]
    Session(SessionArgs),
    /// Serve admission reviews to a cluster: the webhook for clusters without Kubewarden.
    #[cfg(feature = "serve")]
    Serve(Box<podnetworking_webhook::Options>),
    /// List the rules, or show one rule in full.
    Rules(RulesArgs),
    /// Read a request from stdin (JSON: request, settings, context) and print the ValidationResponse.
    Validate,
    /// Read a request from stdin (JSON: request, settings, context) and print the whole decision.
    Decide,
    /// Read settings from stdin (JSON) and print whether they are valid.
    ValidateSettings,
    /// Print the completion script for a shell.
    #[cfg(not(target_family = "wasm"))]
    Completions(CompletionsArgs),
    /// Print the man page.
    #[cfg(not(target_family = "wasm"))]
    Man,
}

const CHECK_EXAMPLES: &str = "\
Examples:
  podnetworking check manifests/
  podnetworking check 'apps/**/*.yaml' --context cluster/
  helm template chart/ | podnetworking check -
  kustomize build overlays/prod | podnetworking check - --format github
  podnetworking check . --output sarif=podnetworking.sarif
  podnetworking check . --fix --diff
  podnetworking check . --write-baseline podnetworking-baseline.json";

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  podnetworking explain manifests/
  podnetworking explain manifests/ --pod shop/web --all
  podnetworking explain --overlaps manifests/
  podnetworking explain --format dot manifests/ | dot -Tsvg > podnetworkings.svg";

#[cfg(feature = "run")]
const SESSION_EXAMPLES: &str = "\
Examples:
  podnetworking session pod.yaml --context cluster/ --mask
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
    /// Applies the choice to all output.
    pub fn write_global(self) {
        let choice = match self {
            Self::Auto => return,
            Self::Always => anstream::ColorChoice::AlwaysAnsi,
            Self::Never => anstream::ColorChoice::Never,
        };
        choice.write_global();
    }
}

/// The input of a check.
#[derive(Clone, Debug, Args)]
pub struct InputArgs {
    /// Files, folders, globs, or `-` for stdin.
    #[arg(required = true, value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// Files, folders or globs with the objects that are in the cluster, for example the output of `kubectl get -o yaml`. Takes all paths up to the next option or `--`.
    #[arg(long, value_name = "PATH", num_args = 1.., action = clap::ArgAction::Append)]
    pub context: Vec<PathBuf>,
    /// Leave out files and folders that match, as a line of `.gitignore` does. Not for --context. Can be repeated.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,
    /// Accept that stdin, a folder or the context holds no object. Templates, errors and broken files still exit with status 2.
    #[arg(long)]
    pub allow_empty: bool,
    /// Namespace for objects without `metadata.namespace`.
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// The settings.
#[derive(Clone, Debug, Args)]
pub struct SettingsArgs {
    /// File with the settings of the policy, in YAML or JSON, or the manifest of a (Cluster)AdmissionPolicy with `spec.settings`.
    #[arg(long, value_name = "FILE", env = "PODNETWORKING_SETTINGS", hide_env = true)]
    pub settings: Option<PathBuf>,
    /// The platform that runs the pods. Takes precedence over the settings.
    #[arg(long, value_name = "PLATFORM", value_parser = PossibleValuesParser::new(Platform::ALL.map(|(name, _)| name)))]
    pub platform: Option<String>,
    /// File with the output of `aliyun vpc DescribeVSwitches`: the zones and VPCs of vSwitches.
    #[arg(long, value_name = "FILE")]
    pub vswitches: Vec<PathBuf>,
    /// File with the output of `aliyun ecs DescribeSecurityGroups`: the VPCs and types of security groups.
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
    /// Write the fixes that are safe to the manifests, then check. `--fix=unsafe` also writes those that choose one of several ways, for example the requirement that separates two PodNetworkings.
    #[arg(long, value_enum, value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub fix: Option<FixLevel>,
    /// Show the fixes as a unified diff, and write nothing.
    #[arg(long, requires = "fix")]
    pub diff: bool,
}

/// Which fixes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FixLevel {
    /// Those that only write what was meant.
    Safe,
    /// All.
    Unsafe,
}

/// Which findings are shown, and how.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The output format of the findings.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: Format,
    /// Also write the findings in this format to a file. Can be repeated.
    #[arg(long, value_name = "FORMAT=FILE", value_parser = format_and_file)]
    pub output: Vec<(Format, PathBuf)>,
    /// Show all findings, each on its own. Otherwise those of one PodNetworking are grouped, and at most 200 lines are shown.
    #[arg(long)]
    pub all: bool,
    /// Exit with status 1 if there is a finding of this severity or higher.
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub fail_on: FailOn,
    /// Show only findings of these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_id)]
    pub select: Vec<String>,
    /// Hide findings of these rules.
    #[arg(long, value_name = "RULE", value_delimiter = ',', value_parser = rule_id)]
    pub ignore: Vec<String>,
    /// Hide the findings that are in this baseline file.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write all current findings to this baseline file and exit with status 0.
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    pub write_baseline: Option<PathBuf>,
    /// Show only findings that reach --fail-on, and no summary.
    #[arg(long, short)]
    pub quiet: bool,
}

fn format_and_file(text: &str) -> Result<(Format, PathBuf), String> {
    let (format, file) = text.split_once('=').ok_or("expected FORMAT=FILE, for example `sarif=podnetworking.sarif`")?;
    if file.is_empty() {
        return Err("the name of the file is missing after `=`".to_owned());
    }
    Ok((Format::from_str(format, true)?, PathBuf::from(file)))
}

fn rule_id(text: &str) -> Result<String, String> {
    if podnetworking_check::catalogue::find(text).is_some() {
        return Ok(text.to_owned());
    }
    Err("there is no such rule; `podnetworking rules` lists all rules".to_owned())
}

/// The output format of the findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Text, with the lines of the manifests.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for GitHub code scanning and others.
    Sarif,
    /// Workflow commands for GitHub Actions, which annotate the lines of a pull request.
    Github,
    /// JUnit XML, for GitLab, Jenkins and others.
    Junit,
}

/// The lowest severity that makes the exit status 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// Findings that the policy denies. `error` means the same.
    #[default]
    #[value(alias = "error")]
    Deny,
    /// Also findings that the policy warns about. `warning` means the same.
    #[value(alias = "warning")]
    Warn,
}

/// `run`.
#[cfg(feature = "run")]
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The wasm module of the policy.
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
    /// Show every pair of PodNetworkings that overlaps, with an example pod and how to separate the two.
    #[arg(long)]
    pub overlaps: bool,
    /// The output format.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: ExplainFormat,
    /// Explain only the pods and workloads of this name.
    #[arg(long, value_name = "[NS/]NAME")]
    pub pod: Option<String>,
    /// Explain only what this PodNetworking is to each pod.
    #[arg(long, value_name = "NAME")]
    pub podnetworking: Option<String>,
    /// Explain only the pods and workloads in this namespace.
    #[arg(long, value_name = "NS")]
    pub in_namespace: Option<String>,
    /// Show everything. Otherwise the nearest PodNetworkings come first, and at most 200 lines are shown.
    #[arg(long)]
    pub all: bool,
}

/// The output format of an explanation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ExplainFormat {
    /// A table.
    #[default]
    Human,
    /// One JSON object.
    Json,
    /// A graph of PodNetworkings and workloads, for Graphviz.
    Dot,
    /// A graph of PodNetworkings and workloads, for Markdown.
    Mermaid,
}

/// `mutate`.
#[derive(Debug, Args)]
pub struct MutateArgs {
    #[command(flatten)]
    pub input: InputArgs,
    /// Show the changes as a unified diff.
    #[arg(long)]
    pub diff: bool,
    /// Show all denials, each on its own. Otherwise those of one object and rule are grouped, and at most 200 lines are shown.
    #[arg(long)]
    pub all: bool,
}

/// `request`.
#[derive(Debug, Args)]
pub struct RequestArgs {
    /// A file with the object, or `-` for stdin.
    #[arg(value_name = "MANIFEST")]
    pub manifest: PathBuf,
    /// The object, if the manifest has several: KIND/NAME, KIND or NAME.
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<String>,
    /// Files, folders or globs with the objects that are in the cluster. If the object is one of them, the request is an update.
    #[arg(long, value_name = "PATH", num_args = 1.., action = clap::ArgAction::Append)]
    pub context: Vec<PathBuf>,
    /// Namespace for an object without `metadata.namespace`.
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    /// Print the whole input of `validate` and `decide`: the request with settings and context.
    #[arg(long)]
    pub payload: bool,
    #[command(flatten)]
    pub settings: SettingsArgs,
}

/// `session`.
#[cfg(feature = "run")]
#[derive(Debug, Args)]
pub struct SessionArgs {
    /// File with an AdmissionRequest, an AdmissionReview or a manifest, or `-` for stdin.
    #[arg(value_name = "REQUEST")]
    pub request: PathBuf,
    /// The object, if the manifest has several: KIND/NAME, KIND or NAME.
    #[arg(long, value_name = "OBJECT")]
    pub object: Option<String>,
    /// Files, folders or globs with the objects that are in the cluster.
    #[arg(long, value_name = "PATH", num_args = 1.., action = clap::ArgAction::Append)]
    pub context: Vec<PathBuf>,
    /// The wasm module of the policy. It is run once to record which cluster data it reads.
    #[arg(long, value_name = "POLICY.wasm", default_value = "policy.wasm")]
    pub policy: PathBuf,
    /// Namespace for an object without `metadata.namespace`.
    #[arg(long, short, value_name = "NAME", default_value = "default")]
    pub namespace: String,
    #[command(flatten)]
    pub settings: SettingsArgs,
    /// The file to which the session is written.
    #[arg(long, value_name = "FILE", default_value = "session.yml")]
    pub session: PathBuf,
    /// The file to which the request is written.
    #[arg(long, value_name = "FILE", default_value = "request.json")]
    pub request_path: PathBuf,
    /// Replace every string that is not a word of Kubernetes or of the platform, for a report of a problem. The decision stays the same.
    #[arg(long)]
    pub mask: bool,
}

/// `rules`.
#[derive(Debug, Args)]
pub struct RulesArgs {
    /// Show one rule in full.
    #[arg(value_name = "RULE", value_parser = rule_id)]
    pub rule: Option<String>,
    /// The output format.
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub format: RulesFormat,
}

/// The output format of rules.
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
#[cfg(not(target_family = "wasm"))]
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The name of the shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
