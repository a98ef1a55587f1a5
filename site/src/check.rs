//! Every link within the site leads to a file, and to a place in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};

/// What was checked.
#[derive(Clone, Copy, Debug)]
pub struct Checked {
    /// The number of pages.
    pub pages: usize,
    /// The number of links within the site.
    pub links: usize,
}

/// Checks the site in a folder.
///
/// # Errors
/// If a link leads nowhere; all of them are named.
pub fn links(folder: &Path) -> anyhow::Result<Checked> {
    let mut pages = BTreeMap::new();
    read(folder, &mut pages)?;
    if pages.is_empty() {
        bail!("there is no page in {}", folder.display());
    }
    let anchors: BTreeMap<&PathBuf, BTreeSet<&str>> =
        pages.iter().map(|(path, text)| (path, values(text, "id").collect())).collect();
    let (mut count, mut broken) = (0, Vec::new());
    for (page, text) in &pages {
        for link in values(text, "href").chain(values(text, "src")) {
            if link.contains(':') || link.starts_with("//") {
                continue;
            }
            count += 1;
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            let target = if path.is_empty() { page.clone() } else { joined(page, path) };
            let target = if target.is_dir() { target.join("index.html") } else { target };
            let has_anchor = fragment.is_empty()
                || anchors.get(&target).is_none_or(|all| all.contains(unescaped(fragment).as_str()));
            if !target.exists() || !has_anchor {
                broken.push(format!("{}: {link}", page.strip_prefix(folder).unwrap_or(page).display()));
            }
        }
    }
    broken.dedup();
    if !broken.is_empty() {
        bail!("links that lead nowhere:\n{}", broken.join("\n"));
    }
    Ok(Checked { pages: pages.len(), links: count })
}

fn read(folder: &Path, pages: &mut BTreeMap<PathBuf, String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            read(&path, pages)?;
        } else if path.extension().is_some_and(|extension| extension == "html") {
            let text = fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
            // The page for addresses that do not exist is shown at any of them, so its links begin at the root.
            if path.file_name().is_some_and(|name| name != "404.html") {
                pages.insert(path, text);
            }
        }
    }
    Ok(())
}

/// The values of an attribute in a page that mdBook wrote, which quotes all of them.
fn values<'t>(text: &'t str, name: &str) -> impl Iterator<Item = &'t str> {
    let start = format!(" {name}=\"");
    let positions: Vec<usize> = text.match_indices(&start).map(|(at, found)| at + found.len()).collect();
    positions.into_iter().filter_map(move |at| text.get(at..)?.split('"').next())
}

fn joined(page: &Path, link: &str) -> PathBuf {
    let mut path = page.parent().unwrap_or(page).to_owned();
    for part in Path::new(&unescaped(link)).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::Normal(part) => path.push(part),
            _ => {}
        }
    }
    path
}

/// The text of a part of an address: `%XX` is a byte.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_that_leads_nowhere_is_named() {
        let site = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            fs::create_dir_all(site.path().join(name).parent().unwrap()).unwrap();
            fs::write(site.path().join(name), text).unwrap();
        };
        write("index.html", "<a href=\"rules/overlap.html#why\">x</a> <a href=\"https://example.com/no\">y</a>");
        write(
            "rules/overlap.html",
            "<h2 id=\"why\">Why</h2><a href=\"../index.html\">up</a> <a href=\"%E8%A7%84.html\">z</a>",
        );
        write("rules/规.html", "<p>");
        let checked = links(site.path()).unwrap();
        assert_eq!((checked.pages, checked.links), (3, 3));
        write("index.html", "<a href=\"rules/overlap.html#how\">x</a> <img src=\"no.svg\">");
        let error = links(site.path()).unwrap_err().to_string();
        assert_eq!(error, "links that lead nowhere:\nindex.html: rules/overlap.html#how\nindex.html: no.svg");
    }
}
