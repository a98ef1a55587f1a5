//! Helm templates that are not rendered, which are no YAML.

use std::path::Path;

/// The line, from 0, of the first template action that stands outside of a string. A rendered manifest may hold
/// `{{ }}` in its strings (alerts do), so this says something only about text that could not be read.
pub(crate) fn action(text: &str) -> Option<usize> {
    // What does not close is a mapping in braces.
    text.split_once("{{").filter(|(_, rest)| rest.contains("}}"))?;
    text.lines().position(|line| {
        let line = line.trim_start();
        let value = line.trim_start_matches("- ").trim_start();
        value.starts_with("{{") || line.contains(": {{") || !line.starts_with('#') && line.contains("}}:")
    })
}

/// The folder of the chart that a file is in.
pub(crate) fn chart(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|folder| folder.join("Chart.yaml").is_file())
}

/// Whether a file belongs to the templates of a chart.
pub(crate) fn is_in_chart(file: &Path) -> bool {
    let templates =
        file.ancestors().skip(1).filter(|folder| folder.file_name().is_some_and(|name| name == "templates"));
    templates.filter_map(Path::parent).any(|chart| chart.join("Chart.yaml").is_file())
}
