//! The pages link to what is there, and name rules, settings and make targets that there are.

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

use std::fs;
use std::path::Path;

use podnetworking_policy::rules::find;

use support::{pages, prose, read, root};

/// The targets of `[text](target)`.
fn links(prose: &str) -> Vec<&str> {
    prose.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect()
}

/// The anchor that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(page: &Path) -> Vec<String> {
    let text = prose(&read(page));
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = prose(&read(&page));
        for link in links(&text) {
            if link.starts_with("http") {
                continue;
            }
            let (path, fragment) = link.split_once('#').map_or((link, None), |(path, fragment)| (path, Some(fragment)));
            let target = if path.is_empty() { page.clone() } else { page.parent().unwrap().join(path) };
            let is_there = target.exists()
                && fragment.is_none_or(|fragment| anchors(&target).iter().any(|anchor| anchor == fragment));
            if !is_there {
                broken.push(format!("{}: {link}", page.strip_prefix(root()).unwrap().display()));
            }
        }
    }
    assert!(broken.is_empty(), "broken links:\n{}", broken.join("\n"));
}

#[test]
fn messages_name_rules_that_there_are() {
    for page in pages() {
        let text = read(&page);
        for rest in text.split("`[").skip(1) {
            let Some(id) = rest.split(']').next() else { continue };
            let is_an_id = !id.is_empty() && id.chars().all(|c| c.is_ascii_lowercase() || c == '-');
            let is_other = ["rule", "kube-system"].contains(&id);
            assert!(!is_an_id || find(id).is_some() || is_other, "{}: no rule `{id}`", page.display());
        }
    }
}

#[test]
fn the_table_of_contents_has_every_page() {
    let contents = read(&root().join("docs/README.md"));
    let links = links(&contents);
    for page in fs::read_dir(root().join("docs")).unwrap() {
        let name = page.unwrap().file_name().to_string_lossy().into_owned();
        let is_page = name.ends_with(".md") || name.ends_with(".json");
        assert!(!is_page || name == "README.md" || links.contains(&name.as_str()), "docs/README.md lacks {name}");
    }
}

#[test]
fn make_targets_are_there() {
    // The first includes the others.
    let makefile: String =
        ["Makefile", "hosts/js/npm.mk", "charts/chart.mk"].map(|path| read(&root().join(path))).concat();
    for page in pages() {
        let text = read(&page);
        for rest in text.split("`make ").skip(1) {
            let command = rest.split('`').next().unwrap();
            for target in command.split(' ').filter(|word| !word.contains('=') && !word.starts_with('-')) {
                let is_there = makefile.lines().any(|line| line.starts_with(&format!("{target}:")));
                assert!(is_there, "{}: no `make {target}`", page.display());
            }
        }
    }
}
