//! Several versions in one site: the newest release at the top, each version in a folder of its name.
//!
//! Before the first release `main` is at the top. So the address of a page without a version always has an answer.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

/// Lays out the versions, each with its folder of HTML.
///
/// # Errors
/// If a name is not `main` and not `v1.2.3`, or a folder cannot be read or written.
pub fn assemble(out: &Path, versions: &[(&str, PathBuf)]) -> anyhow::Result<()> {
    let mut ordered: Vec<(Order, &str, &PathBuf)> = Vec::new();
    for (name, html) in versions {
        let Some(order) = order(name) else {
            bail!("`{name}` is not a version: expected `main` or, for example, `v1.2.3`")
        };
        if !html.join("index.html").exists() {
            bail!("there is no site in {}", html.display());
        }
        ordered.push((order, name, html));
    }
    ordered.sort();
    ordered.reverse();
    let newest = ordered.iter().find(|(order, ..)| order.is_release).or(ordered.first());
    let Some((_, newest, html)) = newest else { bail!("there is no version") };
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    copy(html, out)?;
    for (_, name, html) in &ordered {
        copy(html, &out.join(name))?;
    }
    let names: Vec<&str> = ordered.iter().map(|(_, name, _)| *name).collect();
    let list = serde_json::json!({"newest": newest, "versions": names});
    fs::write(out.join("versions.json"), format!("{list}\n"))?;
    // GitHub Pages leaves files alone that Jekyll would not publish.
    fs::write(out.join(".nojekyll"), "")?;
    Ok(())
}

/// How versions are ordered: releases by their numbers and before their own previews, and `main` after them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Order {
    is_main: bool,
    numbers: [u64; 3],
    is_release: bool,
    preview: String,
}

fn order(name: &str) -> Option<Order> {
    if name == "main" {
        return Some(Order { is_main: true, numbers: [0; 3], is_release: false, preview: String::new() });
    }
    let version = name.strip_prefix('v')?;
    let (version, preview) = version.split_once('-').unwrap_or((version, ""));
    let is_word = preview.chars().all(|c| c.is_ascii_alphanumeric() || c == '.' || c == '-');
    let numbers: Vec<u64> = version.split('.').map(str::parse).collect::<Result<_, _>>().ok()?;
    let numbers = numbers.try_into().ok()?;
    let is_release = preview.is_empty() && !name.ends_with('-');
    (is_word && !name.ends_with('-')).then(|| Order {
        is_main: false,
        numbers,
        is_release,
        preview: preview.to_owned(),
    })
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to).with_context(|| format!("cannot write {}", to.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(names: &[&str]) -> (tempfile::TempDir, anyhow::Result<()>) {
        let folder = tempfile::tempdir().unwrap();
        let versions: Vec<(&str, PathBuf)> = names
            .iter()
            .map(|name| {
                let html = folder.path().join("built").join(name);
                fs::create_dir_all(html.join("rules")).unwrap();
                fs::write(html.join("index.html"), name).unwrap();
                fs::write(html.join("rules/overlap.html"), name).unwrap();
                (*name, html)
            })
            .collect();
        let done = assemble(&folder.path().join("site"), &versions);
        (folder, done)
    }

    #[test]
    fn the_newest_release_is_at_the_top_and_every_version_in_its_folder() {
        let (folder, done) = site(&["main", "v0.9.0", "v0.10.0", "v0.11.0-rc.1"]);
        done.unwrap();
        let read = |path: &str| fs::read_to_string(folder.path().join("site").join(path)).unwrap();
        assert_eq!(read("rules/overlap.html"), "v0.10.0");
        assert_eq!(read("v0.9.0/rules/overlap.html"), "v0.9.0");
        assert_eq!(read("main/index.html"), "main");
        assert_eq!(
            read("versions.json"),
            "{\"newest\":\"v0.10.0\",\"versions\":[\"main\",\"v0.11.0-rc.1\",\"v0.10.0\",\"v0.9.0\"]}\n"
        );
    }

    #[test]
    fn before_the_first_release_main_is_at_the_top() {
        let (folder, done) = site(&["main"]);
        done.unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("site/index.html")).unwrap(), "main");
    }

    #[test]
    fn other_names_are_errors() {
        for name in ["latest", "v1", "v1.2.x", "v1.2.3-", "../up"] {
            assert!(order(name).is_none(), "{name}");
        }
    }
}
