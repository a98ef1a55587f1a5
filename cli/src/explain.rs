//! `explain`: which PodNetworking selects which pod, why the others do not, and which PodNetworkings overlap.

use podnetworking_check::explain::{Cell, Explanation, Reason, Wanted};

use crate::args::{ExplainArgs, ExplainFormat};
use crate::format::print;
use crate::graph;
use crate::input::Input;
use crate::output::{self, BOLD, DIM, ERROR, Exit, GOOD, WARNING, styled};
use crate::settings;

/// Prints the explanation.
///
/// # Errors
/// If nothing can be decided or written.
pub fn run(args: &ExplainArgs) -> anyhow::Result<Exit> {
    let loaded = settings::load(&args.input.settings)?;
    let input = Input::read(&args.input)?;
    print::unread(&input.errors, &input.skipped);
    let is_graph = matches!(args.format, ExplainFormat::Dot | ExplainFormat::Mermaid);
    let wanted = Wanted { pods: !args.overlaps || is_graph, overlaps: args.overlaps || is_graph };
    let explanation = Explanation::new(input.world, loaded.settings, wanted)?;
    match args.format {
        ExplainFormat::Human if args.overlaps => output::print(&pairs(&explanation))?,
        ExplainFormat::Human => output::print(&table(&explanation))?,
        ExplainFormat::Json => {
            output::print_raw((serde_json::to_string_pretty(&explanation)? + "\n").as_bytes())?;
        }
        ExplainFormat::Dot => output::print_raw(graph::dot(&explanation).as_bytes())?,
        ExplainFormat::Mermaid => output::print_raw(graph::mermaid(&explanation).as_bytes())?,
    }
    Ok(if input.errors.is_empty() { Exit::Clean } else { Exit::NotChecked })
}

/// The reason of a cell, as it is shown.
fn because(cell: &Cell) -> String {
    let requirement = cell.requirement.as_deref();
    match (cell.outcome, requirement) {
        (Reason::Selected, Some(requirement)) => format!("by {requirement}"),
        (Reason::Selected, None) => "by an empty selector".to_owned(),
        (Reason::Undecided, requirement) => {
            format!("undecided: the controller sets the pod label of {}", requirement.unwrap_or_default())
        }
        (Reason::Failed, requirement) => {
            let requirement = requirement.unwrap_or_default();
            let is_namespace = cell.path.as_deref().is_some_and(|path| path.contains("namespaceSelector"));
            format!("no match: needs {} label {requirement}", if is_namespace { "namespace" } else { "pod" })
        }
        (Reason::NoSelector, _) => "no match: the PodNetworking has no selector".to_owned(),
        (Reason::Broken, _) => "ignored: the selector or another field is not valid".to_owned(),
        (Reason::NotFixedName, _) => "type Fixed: only pods with a stable name".to_owned(),
        (Reason::NamespaceUnknown, _) => "unknown: the labels of the namespace are not known".to_owned(),
        (Reason::OptedOut, _) => "disabled by the namespace label k8s.aliyun.com/pod-eni=false".to_owned(),
    }
}

fn table(explanation: &Explanation) -> String {
    let mut text = String::new();
    for row in &explanation.pods {
        let verdict = match (row.exempt, row.selected.as_slice()) {
            (Some(exempt), _) => styled(DIM, exempt),
            (None, []) => styled(WARNING, "no PodNetworking selects it"),
            (None, [one]) => styled(GOOD, one),
            (None, several) => styled(ERROR, &format!("ambiguous: {}", several.join(", "))),
        };
        let place = styled(DIM, &format!("{}:{}", row.file, row.line));
        text.push_str(&format!("{}  {place}  {verdict}\n", styled(BOLD, &row.object.title())));
        let width = row.cells.iter().map(|cell| cell.name.chars().count()).max().unwrap_or_default();
        for cell in &row.cells {
            let (mark, style) = if cell.is_selected() { ("+", GOOD) } else { ("-", DIM) };
            text.push_str(&format!("  {}  {:<width$}  {}\n", styled(style, mark), cell.name, because(cell)));
        }
        text.push('\n');
    }
    if explanation.pods.is_empty() {
        text.push_str("no pods or workloads found in the given paths\n");
    }
    text
}

fn pairs(explanation: &Explanation) -> String {
    let mut text = String::new();
    for pair in &explanation.overlaps {
        let word = if pair.is_real { styled(ERROR, "real") } else { styled(WARNING, "latent") };
        text.push_str(&format!("{} and {}  {word}\n", styled(BOLD, &pair.first), styled(BOLD, &pair.second)));
        if let Some(witness) = &pair.witness {
            let show = |labels: &std::collections::BTreeMap<String, String>| {
                let labels: Vec<String> = labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
                if labels.is_empty() { "no labels".to_owned() } else { labels.join(", ") }
            };
            text.push_str(&format!("  pod        {}\n", show(&witness.pod_labels)));
            text.push_str(&format!("  namespace  {}: {}\n", witness.namespace, show(&witness.namespace_labels)));
        }
        text.push_str(&format!("  help       {}\n\n", pair.help));
    }
    let count = explanation.podnetworkings.len();
    let real = explanation.overlaps.iter().filter(|pair| pair.is_real).count();
    let latent = explanation.overlaps.len() - real;
    text.push_str(&format!("{}: {real} real, {latent} latent overlaps\n", output::count(count, "PodNetworking")));
    text
}
