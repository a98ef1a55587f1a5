//! Where a link of a page in the repository leads on the site.

/// The repository, for what is not on the site.
const REPOSITORY: &str = "https://github.com/podnetworking-policy/podnetworking-policy";

/// A book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// The English book, at the top.
    English,
    /// The Chinese book, in a folder of it.
    Chinese,
}

/// The folder of the Chinese book in the English one, and of its pages in docs/.
pub const CHINESE: &str = "zh-CN";

/// The book that a file of the repository belongs to, and its path there.
pub fn place(path: &str) -> Option<(Language, String)> {
    let english = |path: &str| Some((Language::English, path.to_owned()));
    match path {
        // The side bar of the book is the table of contents.
        "README.md" | "docs/README.md" | "docs" => english("README.md"),
        "README-zh_CN.md" | "docs/zh-CN" | "docs/zh-CN/README.md" => Some((Language::Chinese, "README.md".to_owned())),
        "CHANGELOG.md" | "CONTRIBUTING.md" | "SECURITY.md" => english(path),
        _ if path.starts_with("schemas/") && path.ends_with(".json") => english(path),
        _ => {
            let inner = path.strip_prefix("docs/")?;
            let (book, inner) = match inner.strip_prefix(CHINESE).and_then(|inner| inner.strip_prefix('/')) {
                Some(inner) => (Language::Chinese, inner),
                None => (Language::English, inner),
            };
            // A file: the last part has a dot.
            inner.rsplit('/').next().is_some_and(|name| name.contains('.')).then(|| (book, inner.to_owned()))
        }
    }
}

/// The path that `link` means on the page `page`, both within the repository.
pub fn resolve(page: &str, link: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The path from the page `from` to `to`, both within one book.
fn relative(from: &str, to: &str) -> String {
    format!("{}{to}", "../".repeat(from.matches('/').count()))
}

/// What makes the links of one page.
#[derive(Clone, Copy)]
pub struct Links<'a> {
    /// The path of the page in the repository.
    pub page: &'a str,
    /// The path of the page in its book.
    pub at: &'a str,
    /// The book of the page.
    pub book: Language,
    /// The branch, tag or commit that the site is made of.
    pub reference: &'a str,
    /// Whether there is such a rule.
    pub is_rule: fn(&str) -> bool,
    /// Whether a path of the repository is a folder.
    pub is_folder: &'a dyn Fn(&str) -> bool,
}

impl Links<'_> {
    /// The link on the site.
    fn target(&self, link: &str) -> String {
        if link.contains("://") || link.starts_with("mailto:") {
            return link.to_owned();
        }
        let (path, fragment) = link.split_once('#').map_or((link, None), |(path, fragment)| (path, Some(fragment)));
        let file = if path.is_empty() { self.page.to_owned() } else { resolve(self.page, path) };
        // A section of the page with all rules is a page here.
        if let ("docs/rules.md", Some(rule)) = (file.as_str(), fragment)
            && (self.is_rule)(rule)
        {
            return self.within(Language::English, &format!("rules/{rule}.md"));
        }
        let suffix = fragment.map(|fragment| format!("#{fragment}")).unwrap_or_default();
        match place(&file) {
            _ if path.is_empty() => suffix,
            Some((book, inner)) => self.within(book, &inner) + &suffix,
            None => {
                let kind = if (self.is_folder)(&file) { "tree" } else { "blob" };
                format!("{REPOSITORY}/{kind}/{}/{file}{suffix}", self.reference)
            }
        }
    }

    /// The link to a page of a book.
    fn within(&self, book: Language, inner: &str) -> String {
        let built = || match inner.strip_suffix(".md") {
            Some("README") => "index.html".to_owned(),
            Some(page) => format!("{page}.html"),
            None => inner.to_owned(),
        };
        match (self.book, book) {
            // mdBook makes index.html of it, but not of links to it.
            (from, to) if from == to && inner == "README.md" => relative(self.at, &built()),
            (from, to) if from == to => relative(self.at, inner),
            // mdBook makes addresses of the pages of one book alone.
            (Language::English, _) => relative(self.at, &format!("{CHINESE}/{}", built())),
            (Language::Chinese, _) => format!("../{}", relative(self.at, &built())),
        }
    }

    /// The page with the links of the site. Blocks of code stay as they are.
    pub fn rewrite(&self, text: &str) -> String {
        let mut written = String::with_capacity(text.len());
        let mut in_code = false;
        for line in text.split_inclusive('\n') {
            let is_fence = line.trim_start().starts_with("```");
            in_code ^= is_fence;
            if in_code || is_fence {
                written.push_str(line);
                continue;
            }
            let mut parts = line.split("](");
            written.push_str(parts.next().unwrap_or_default());
            for part in parts {
                written.push_str("](");
                match part.split_once(')') {
                    Some((link, rest)) => written.push_str(&format!("{}){rest}", self.target(link))),
                    None => written.push_str(part),
                }
            }
        }
        written
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(page: &str, link: &str) -> String {
        let (book, at) = place(page).unwrap_or((Language::English, page.to_owned()));
        let is_folder = |path: &str| path == "deploy";
        let links = Links {
            page,
            at: &at,
            book,
            reference: "v1.2.3",
            is_rule: |rule| rule == "overlap",
            is_folder: &is_folder,
        };
        let text = links.rewrite(&format!("a [link]({link}) here\n"));
        text.trim_start_matches("a [link](").trim_end_matches(") here\n").to_owned()
    }

    #[test]
    fn links_lead_to_the_page_on_the_site() {
        let blob = "https://github.com/podnetworking-policy/podnetworking-policy/blob/v1.2.3";
        for (page, link, expected) in [
            ("README.md", "docs/ci.md#github", "ci.md#github"),
            ("docs/ci.md", "rules.md#overlap", "rules/overlap.md"),
            ("docs/ci.md", "rules.md#mutations", "rules.md#mutations"),
            ("docs/ci.md", "../README.md", "index.html"),
            ("docs/ci.md", "#fixes", "#fixes"),
            ("docs/rules.md", "#overlap", "rules/overlap.md"),
            ("docs/ci.md", "../deploy/check.sh", &format!("{blob}/deploy/check.sh")),
            (
                "docs/ci.md",
                "../deploy",
                "https://github.com/podnetworking-policy/podnetworking-policy/tree/v1.2.3/deploy",
            ),
            ("docs/ci.md", "https://example.com/a.md", "https://example.com/a.md"),
            ("docs/settings.md", "settings.schema.json", "settings.schema.json"),
            ("README.md", "README-zh_CN.md", "zh-CN/index.html"),
            ("README-zh_CN.md", "docs/zh-CN/adopt.md", "adopt.md"),
            ("README-zh_CN.md", "docs/ci.md#github", "../ci.html#github"),
            ("docs/zh-CN/adopt.md", "../rules.md#overlap", "../rules/overlap.html"),
            ("docs/zh-CN/adopt.md", "../../README.md", "../index.html"),
        ] {
            assert_eq!(on(page, link), expected, "{link} on {page}");
        }
    }

    #[test]
    fn code_keeps_its_text() {
        let is_folder = |_: &str| false;
        let links = Links {
            page: "docs/ci.md",
            at: "ci.md",
            book: Language::English,
            reference: "main",
            is_rule: |_| true,
            is_folder: &is_folder,
        };
        let code = "```text\n[a](../deploy)\n```\n";
        assert_eq!(links.rewrite(code), code);
    }
}
