//! What the user asks to leave out.

use std::path::Path;

use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// Globs of files and folders that are not to be read. They are read as git reads the lines of `.gitignore`: one
/// without a slash holds at any depth, and one that matches a folder holds for all of it.
#[derive(Clone, Debug, Default)]
pub struct Exclude(Option<Gitignore>);

impl Exclude {
    /// Reads the globs, which are relative to the working directory.
    ///
    /// # Errors
    /// If one is not a glob; the message has the reason.
    pub fn new(globs: &[impl AsRef<str>]) -> Result<Self, String> {
        if globs.is_empty() {
            return Ok(Self::default());
        }
        let mut builder = GitignoreBuilder::new("");
        for glob in globs.iter().map(AsRef::as_ref) {
            let within = within(Path::new(glob)).unwrap_or_else(|| Path::new(glob).to_owned());
            let within = within.to_string_lossy();
            // What `.gitignore` reads as a comment or as an exception is the name of a file here.
            let escape = if within.starts_with(['#', '!']) { "\\" } else { "" };
            let anchor = if glob.starts_with("./") { "/" } else { "" };
            let line = format!("{escape}{anchor}{within}");
            builder.add_line(None, &line).map_err(|error| format!("`{glob}` is not a glob: {error}"))?;
        }
        builder.build().map(|globs| Self(Some(globs))).map_err(|error| error.to_string())
    }

    /// Whether a file is left out.
    pub fn covers(&self, file: &Path) -> bool {
        let Some(globs) = &self.0 else { return false };
        let file = within(file).unwrap_or_else(|| file.to_owned());
        let relative = file.strip_prefix("/").unwrap_or(&file);
        !relative.has_root() && globs.matched_path_or_any_parents(relative, false).is_ignore()
    }
}

/// The path from the working directory on, if it is below it.
fn within(path: &Path) -> Option<std::path::PathBuf> {
    if let Ok(path) = path.strip_prefix("./") {
        return Some(path.to_owned());
    }
    let here = path.is_absolute().then(|| std::env::current_dir().ok())??;
    Some(path.strip_prefix(here).ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn globs_hold_as_in_gitignore() {
        for (glob, file, covered) in [
            ("vendor", "vendor/a.yaml", true),
            ("vendor", "x/vendor/a/b.yaml", true),
            ("vendor/", "vendor/a.yaml", true),
            ("a.yaml", "./x/a.yaml", true),
            ("x/a.yaml", "x/a.yaml", true),
            ("x/a.yaml", "y/x/a.yaml", false),
            ("./a.yaml", "x/a.yaml", false),
            ("./a.yaml", "a.yaml", true),
            ("**/templates/**", "c/templates/a.yaml", true),
            ("charts/**", "charts/a/b.yaml", true),
            ("*.gen.yaml", "x/y.gen.yaml", true),
            ("*.gen.yaml", "x/y.yaml", false),
            ("/tmp/x/**", "/tmp/x/a.yaml", true),
            ("../x/**", "../x/a.yaml", true),
            ("#a.yaml", "#a.yaml", true),
            ("!a.yaml", "!a.yaml", true),
        ] {
            assert_eq!(Exclude::new(&[glob]).unwrap().covers(Path::new(file)), covered, "{glob} {file}");
        }
        assert!(Exclude::new(&["a[z-b]"]).is_err());
        assert!(!Exclude::default().covers(Path::new("a")));
    }

    #[test]
    fn absolute_paths_are_relative_to_the_working_directory() {
        let file = std::env::current_dir().unwrap().join("x/a.yaml");
        assert!(Exclude::new(&["/x"]).unwrap().covers(&file));
        assert!(Exclude::new(&[file.to_string_lossy()]).unwrap().covers(Path::new("x/a.yaml")));
    }
}
