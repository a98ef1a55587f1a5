//! A graph of PodNetworkings and workloads: which PodNetworking selects which workload, and which overlap.

use std::collections::{HashMap, HashSet};

use podnetworking_check::explain::Explanation;

/// Keeps at most so many nodes and edges: first the pods with what selects them, then the overlaps, then the other
/// PodNetworkings. Returns how many are left out.
pub fn shorten(explanation: &mut Explanation, most: usize) -> usize {
    let count = |explanation: &Explanation| {
        let rows: usize = explanation.pods.iter().map(|row| 1 + row.selected.len()).sum();
        rows + explanation.overlaps.len() + explanation.podnetworkings.len()
    };
    let all = count(explanation);
    let mut used: HashSet<String> = HashSet::new();
    let mut lines = 0;
    // A node is counted where it is first met. Nothing is drawn without its nodes.
    let mut fits = |names: &[&String], own: usize| {
        let new: Vec<&&String> = names.iter().filter(|name| !used.contains(**name)).collect();
        let needed = own + new.len();
        if lines + needed > most {
            lines = most;
            return false;
        }
        lines += needed;
        used.extend(new.into_iter().map(|name| (*name).clone()));
        true
    };
    explanation.pods.retain(|row| fits(&row.selected.iter().collect::<Vec<_>>(), 1 + row.selected.len()));
    explanation.overlaps.retain(|pair| fits(&[&pair.first, &pair.second], 1));
    explanation.podnetworkings.retain(|name| fits(&[name], 0));
    all - count(explanation)
}

/// The graph in the language of Graphviz.
pub fn dot(explanation: &Explanation) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
    let mut text = String::from("digraph podnetworkings {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n");
    for name in &explanation.podnetworkings {
        let id = quote(&format!("PodNetworking/{name}"));
        text.push_str(&format!(
            "  {id} [label={}, shape=box, style=\"rounded,filled\", fillcolor=\"#dbeafe\"];\n",
            quote(name)
        ));
    }
    for row in &explanation.pods {
        let id = quote(&row.object.title());
        let colour = match (row.exempt, row.selected.len()) {
            (None, 1) => "#16a34a",
            (None, 0) | (Some(_), _) => "#9ca3af",
            _ => "#dc2626",
        };
        let label = format!("{}\n{}/{}", row.object.kind, row.object.namespace, row.object.name);
        let label = quote(&label).replace('\n', "\\n");
        text.push_str(&format!("  {id} [label={label}, shape=ellipse, color=\"{colour}\"];\n"));
        for name in &row.selected {
            let from = quote(&format!("PodNetworking/{name}"));
            text.push_str(&format!("  {from} -> {id} [color=\"{colour}\"];\n"));
        }
    }
    for pair in &explanation.overlaps {
        let (first, second) =
            (quote(&format!("PodNetworking/{}", pair.first)), quote(&format!("PodNetworking/{}", pair.second)));
        let style = if pair.is_real { "bold" } else { "dashed" };
        let label = if pair.is_real { "overlap" } else { "latent overlap" };
        text.push_str(&format!(
            "  {first} -> {second} [dir=none, constraint=false, color=\"#dc2626\", fontcolor=\"#dc2626\", style={style}, label=\"{label}\"];\n"
        ));
    }
    text.push_str("}\n");
    text
}

/// The graph in the language of Mermaid, for Markdown.
pub fn mermaid(explanation: &Explanation) -> String {
    // Mermaid's ids must be plain words, so the names are labels.
    let quote = |text: &str| format!("\"{}\"", text.replace('#', "#35;").replace('"', "#quot;").replace('<', "#lt;"));
    let mut text = String::from("flowchart LR\n");
    let mut ids = HashMap::new();
    for (index, name) in explanation.podnetworkings.iter().enumerate() {
        ids.insert(name.as_str(), index);
        text.push_str(&format!("  n{index}[[{}]]:::plane\n", quote(name)));
    }
    for (index, row) in explanation.pods.iter().enumerate() {
        let object = &row.object;
        let class = match (row.exempt, row.selected.len()) {
            (None, 1) => "selected",
            (None, 0) | (Some(_), _) => "none",
            _ => "ambiguous",
        };
        let label = format!("{} {}/{}", object.kind, object.namespace, object.name);
        text.push_str(&format!("  p{index}({}):::{class}\n", quote(&label)));
        for name in row.selected.iter().filter_map(|name| ids.get(name.as_str())) {
            text.push_str(&format!("  n{name} --> p{index}\n"));
        }
    }
    for pair in &explanation.overlaps {
        if let (Some(first), Some(second)) = (ids.get(pair.first.as_str()), ids.get(pair.second.as_str())) {
            let arrow = if pair.is_real { "x==x|overlap|" } else { "x-.-x|latent overlap|" };
            text.push_str(&format!("  n{first} {arrow} n{second}\n"));
        }
    }
    text.push_str(
        "  classDef plane fill:#dbeafe,stroke:#1d4ed8\n  classDef selected stroke:#16a34a\n  classDef none stroke:#9ca3af\n  classDef ambiguous stroke:#dc2626,stroke-width:3px\n",
    );
    text
}
