//! The sources of the books: the pages of the repository, with the links of the site.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use podnetworking_policy::rules;

use crate::link::{CHINESE, Language, Links, place};
use crate::rule;

/// The pages of the repository that are not in docs/.
const ABOUT: [&str; 3] = ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];
/// What every page of the site loads: the choice of the version.
const ASSETS: [(&str, &str); 2] =
    [("version.js", include_str!("../theme/version.js")), ("site.css", include_str!("../theme/site.css"))];

/// Writes the sources of both books below `out`. `reference` is the branch or tag, and `commands` the page about the
/// command line.
///
/// # Errors
/// If a page cannot be read or written, or the table of contents in docs/README.md leads to what is not there.
pub fn write(root: &Path, reference: &str, commands: &str, out: &Path) -> anyhow::Result<()> {
    if out.exists() {
        fs::remove_dir_all(out).with_context(|| format!("cannot empty {}", out.display()))?;
    }
    let writer = Writer { root, reference, out };
    writer.files()?;
    writer.english(commands)?;
    writer.chinese()
}

struct Writer<'a> {
    root: &'a Path,
    reference: &'a str,
    out: &'a Path,
}

impl Writer<'_> {
    /// Copies all files of docs/ and schemas/, and the pages beside them.
    fn files(&self) -> anyhow::Result<()> {
        let mut paths: Vec<String> = ABOUT.iter().map(|path| (*path).to_owned()).collect();
        paths.extend(["README.md", "README-zh_CN.md"].map(str::to_owned));
        for folder in ["docs", "schemas"] {
            files(self.root, folder, &mut paths)?;
        }
        for path in paths {
            // The side bar is the table of contents; the introduction is the page of the root.
            let is_contents = ["docs/README.md", "docs/zh-CN/README.md"].contains(&path.as_str());
            let Some((book, inner)) = place(&path).filter(|_| !is_contents && self.root.join(&path).exists()) else {
                continue;
            };
            let to = self.source(book, &inner);
            create_parent(&to)?;
            if path.ends_with(".md") {
                let text = read(&self.root.join(&path))?;
                let text = if path == "docs/rules.md" { overview(&text).to_owned() } else { text };
                fs::write(&to, self.links(&path, &inner, book).rewrite(&text))?;
            } else {
                fs::copy(self.root.join(&path), &to)?;
            }
        }
        Ok(())
    }

    fn english(&self, commands: &str) -> anyhow::Result<()> {
        for rule in rules::of_every_host() {
            self.put(Language::English, &format!("rules/{}.md", rule.id), &rule::page(rule))?;
        }
        self.put(Language::English, "command-line.md", commands)?;
        let contents = read(&self.root.join("docs/README.md"))?;
        let mut summary = "# Summary\n\n[Introduction](README.md)\n".to_owned();
        for line in contents.lines() {
            if let Some(part) = line.strip_prefix("**").and_then(|line| line.strip_suffix("**")) {
                let _ = write!(summary, "\n# {part}\n\n");
            }
            let link = line.strip_prefix("- [").and_then(|line| line.split("](").nth(1)?.split(')').next());
            let Some(page) = link.filter(|link| link.ends_with(".md")) else { continue };
            // The Chinese pages are a book of their own.
            let Some((Language::English, inner)) = place(&crate::link::resolve("docs/README.md", page)) else {
                continue;
            };
            // It is the introduction.
            if inner == "README.md" {
                continue;
            }
            self.chapter(Language::English, &inner, 0, &mut summary)?;
            match inner.as_str() {
                "rules.md" => {
                    for rule in rules::of_every_host() {
                        self.chapter(Language::English, &format!("rules/{}.md", rule.id), 1, &mut summary)?;
                    }
                }
                "settings.md" => self.chapter(Language::English, "command-line.md", 0, &mut summary)?,
                _ => {}
            }
        }
        summary.push_str("\n# Project\n\n");
        for page in ABOUT {
            self.chapter(Language::English, page, 0, &mut summary)?;
        }
        if !summary.contains("(command-line.md)") || !summary.contains("(rules/overlap.md)") {
            bail!("docs/README.md links to no rules.md or no settings.md, so the site would lack pages");
        }
        self.put(Language::English, "SUMMARY.md", &summary)?;
        self.settings(Language::English, "podnetworking-policy", "en", true)
    }

    fn chinese(&self) -> anyhow::Result<()> {
        let folder = self.source(Language::Chinese, "");
        if !folder.join("README.md").exists() {
            return Ok(());
        }
        let mut pages: Vec<String> = Vec::new();
        files(&folder, "", &mut pages)?;
        pages.retain(|page| page.ends_with(".md") && page != "README.md");
        pages.sort();
        let mut summary = "# Summary\n\n[podnetworking-policy](README.md)\n\n".to_owned();
        for page in pages {
            self.chapter(Language::Chinese, &page, 0, &mut summary)?;
        }
        self.put(Language::Chinese, "SUMMARY.md", &summary)?;
        // mdBook's search does not find Chinese words.
        self.settings(Language::Chinese, "podnetworking-policy", "zh-CN", false)
    }

    /// Adds a page to the summary, with its heading as the title.
    fn chapter(&self, book: Language, inner: &str, depth: usize, summary: &mut String) -> anyhow::Result<()> {
        let text = read(&self.source(book, inner)).with_context(|| format!("the contents lead to {inner}"))?;
        let title =
            text.lines().find_map(|line| line.strip_prefix("# ")).with_context(|| format!("{inner} has no heading"))?;
        let _ = writeln!(summary, "{}- [{}]({inner})", "  ".repeat(depth), title.replace('`', ""));
        Ok(())
    }

    /// The settings of a book, for mdBook.
    fn settings(&self, book: Language, title: &str, language: &str, search: bool) -> anyhow::Result<()> {
        for (name, text) in ASSETS {
            fs::write(self.folder(book).join(name), text)?;
        }
        let edit = if self.reference == "main" {
            "git-repository-url = \"https://github.com/podnetworking-policy/podnetworking-policy\"\n"
        } else {
            ""
        };
        let settings = format!(
            "[book]\ntitle = \"{title}\"\nlanguage = \"{language}\"\nsrc = \"src\"\n\n\
             [output.html]\nadditional-js = [\"version.js\"]\nadditional-css = [\"site.css\"]\n{edit}\n\
             [output.html.fold]\nenable = true\nlevel = 0\n\n\
             [output.html.print]\nenable = false\n\n\
             [output.html.search]\nenable = {search}\n"
        );
        fs::write(self.folder(book).join("book.toml"), settings)?;
        Ok(())
    }

    fn put(&self, book: Language, inner: &str, text: &str) -> anyhow::Result<()> {
        let to = self.source(book, inner);
        create_parent(&to)?;
        fs::write(&to, text).with_context(|| format!("cannot write {}", to.display()))
    }

    fn folder(&self, book: Language) -> std::path::PathBuf {
        self.out.join(match book {
            Language::English => "en",
            Language::Chinese => CHINESE,
        })
    }

    fn source(&self, book: Language, inner: &str) -> std::path::PathBuf {
        self.folder(book).join("src").join(inner)
    }

    fn links<'l>(&'l self, page: &'l str, at: &'l str, book: Language) -> PageLinks<'l> {
        PageLinks { writer: self, page, at, book }
    }
}

/// The links of one page, with what is in the repository.
struct PageLinks<'l> {
    writer: &'l Writer<'l>,
    page: &'l str,
    at: &'l str,
    book: Language,
}

impl PageLinks<'_> {
    fn rewrite(&self, text: &str) -> String {
        let is_folder = |path: &str| self.writer.root.join(path).is_dir();
        let links = Links {
            page: self.page,
            at: self.at,
            book: self.book,
            reference: self.writer.reference,
            is_rule: |id| rules::of_every_host().any(|rule| rule.id == id),
            is_folder: &is_folder,
        };
        links.rewrite(text)
    }
}

/// The page with all rules, without their sections: each has a page of its own.
fn overview(text: &str) -> &str {
    let first = rules::of_every_host().next().map(|rule| format!("\n## {}\n", rule.id));
    first.and_then(|heading| text.split_once(&heading)).map_or(text, |(overview, _)| overview)
}

fn read(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn create_parent(path: &Path) -> anyhow::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    }
    Ok(())
}

/// The files below `folder`, as paths from `root`.
fn files(root: &Path, folder: &str, found: &mut Vec<String>) -> anyhow::Result<()> {
    let all = fs::read_dir(root.join(folder)).with_context(|| format!("cannot read {folder}"))?;
    for entry in all {
        let entry = entry?;
        let name = entry.file_name();
        let path = format!("{folder}/{}", name.to_string_lossy());
        let path = path.trim_start_matches('/');
        if entry.file_type()?.is_dir() {
            files(root, path, found)?;
        } else {
            found.push(path.to_owned());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_books_have_every_page_and_every_rule() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let out = tempfile::tempdir().unwrap();
        write(&root, "main", "# Command line\n", out.path()).unwrap();
        let source = out.path().join("en/src");
        let summary = read(&source.join("SUMMARY.md")).unwrap();
        for page in fs::read_dir(root.join("docs")).unwrap() {
            let name = page.unwrap().file_name().to_string_lossy().into_owned();
            let is_chapter = name.ends_with(".md") && name != "README.md";
            assert!(!is_chapter || summary.contains(&format!("({name})")), "{name} is not in the book");
        }
        for rule in rules::of_every_host() {
            assert!(summary.contains(&format!("  - [{id}](rules/{id}.md)\n", id = rule.id)), "{}", rule.id);
        }
        let overview = read(&source.join("rules.md")).unwrap();
        assert!(overview.contains("[`overlap`](rules/overlap.md)") && !overview.contains("\n## overlap"));
        let settings = read(&source.join("settings.schema.json")).unwrap();
        assert!(
            settings.contains(
                "\"$id\": \"https://podnetworking-policy.github.io/podnetworking-policy/settings.schema.json\""
            )
        );
        assert!(source.join("schemas/podnetworking_v1beta1.json").exists());
    }
}
