//! Which files the paths of a command line name.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use crate::error::{ReadError, Skipped, What};
use crate::exclude::Exclude;
use crate::folder::{self, Folder};

/// How many names a message has.
const NAMES: usize = 3;

/// The paths, and the files of all of them. A file is read once.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub arguments: Vec<Argument>,
    pub files: Vec<File>,
    pub errors: Vec<ReadError>,
    pub skipped: Vec<Skipped>,
    by_path: HashMap<PathBuf, usize>,
    excluded: HashMap<PathBuf, ()>,
}

/// One path of the command line.
#[derive(Debug)]
pub(crate) struct Argument {
    pub name: String,
    pub kind: Kind,
    /// Its files, as positions in [`Plan::files`].
    pub files: Vec<usize>,
    /// Whether something of it is left out on request.
    pub is_excluded: bool,
    /// Whether its errors are known already.
    pub failed: bool,
}

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Stdin,
    File,
    Folder,
    Glob,
}

/// A file to read.
#[derive(Debug)]
pub(crate) struct File {
    /// `-` is the standard input.
    pub path: PathBuf,
    /// Whether it is named itself, not met in a folder.
    pub is_named: bool,
    /// Whether it is what a command prints: the standard input, or a pipe.
    pub is_piped: bool,
}

/// Whether a path is the standard input or a pipe, as `<(command)` makes it.
fn is_piped(path: &Path) -> bool {
    path == Path::new("-") || std::fs::metadata(path).is_ok_and(|known| !known.is_file() && !known.is_dir())
}

impl Plan {
    /// Finds the files.
    pub fn new(paths: &[impl AsRef<Path>], exclude: &Exclude) -> Self {
        let mut plan = Self::default();
        for path in paths.iter().map(AsRef::as_ref) {
            plan.argument(path, exclude);
        }
        if !plan.excluded.is_empty() {
            let mut names: Vec<&Path> = plan.excluded.keys().map(PathBuf::as_path).collect();
            names.sort_unstable();
            let reason = format!("{} left out by `--exclude`: {}", files_are(names.len()), listed(&names));
            plan.skipped.push(Skipped::file("", What::Excluded, reason));
        }
        plan
    }

    fn argument(&mut self, path: &Path, exclude: &Exclude) {
        let kind = if is_piped(path) {
            Kind::Stdin
        } else if path.is_dir() {
            Kind::Folder
        } else if !path.exists() && path.to_string_lossy().contains(['*', '?', '[', '{']) {
            Kind::Glob
        } else {
            Kind::File
        };
        let found = match kind {
            Kind::Stdin | Kind::File => Folder { files: vec![path.to_owned()], ..Folder::default() },
            Kind::Folder => folder::walk(path),
            Kind::Glob => match glob(path) {
                Ok(found) => found,
                Err(message) => Folder { errors: vec![message], ..Folder::default() },
            },
        };
        let name = path.to_string_lossy().into_owned();
        let mut argument = Argument {
            kind,
            files: Vec::new(),
            is_excluded: false,
            failed: !found.errors.is_empty(),
            name: name.clone(),
        };
        self.errors.extend(found.errors.into_iter().map(|message| ReadError::file(&*name, message)));
        for file in found.files {
            let file = file.strip_prefix("./").unwrap_or(&file);
            if kind != Kind::Stdin && exclude.covers(file) {
                argument.is_excluded = true;
                self.excluded.insert(file.to_owned(), ());
            } else {
                argument.files.push(self.file(file, matches!(kind, Kind::Stdin | Kind::File)));
            }
        }
        let covered = |path: &PathBuf| exclude.covers(path.strip_prefix("./").unwrap_or(path));
        for link in found.links.iter().filter(|link| !covered(&link.path)) {
            let reason = if link.to_folder {
                "a symbolic link to a folder, which is not followed; name the link itself to check what is in it"
            } else {
                "a symbolic link whose target does not exist"
            };
            let file = link.path.strip_prefix("./").unwrap_or(&link.path).to_string_lossy();
            self.skipped.push(Skipped::file(file, What::Link, reason));
        }
        for (files, what, why) in [
            (found.ignored, What::Ignored, "hidden by an ignore file in a folder below"),
            (found.hidden, What::Hidden, "hidden by a name that begins with a dot"),
        ] {
            let files: Vec<&Path> = files
                .iter()
                .filter(|file| !covered(file))
                .map(|file| file.strip_prefix("./").unwrap_or(file))
                .collect();
            if !files.is_empty() {
                let reason = format!("{} {why}: {}; name them to check them", files_are(files.len()), listed(&files));
                self.skipped.push(Skipped::file(&*name, what, reason));
            }
        }
        self.arguments.push(argument);
    }

    fn file(&mut self, path: &Path, is_named: bool) -> usize {
        let key = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let index = *self.by_path.entry(key).or_insert_with(|| {
            self.files.push(File { path: path.to_owned(), is_named: false, is_piped: is_piped(path) });
            self.files.len() - 1
        });
        if let Some(file) = self.files.get_mut(index) {
            file.is_named |= is_named;
        }
        index
    }
}

fn files_are(count: usize) -> String {
    if count == 1 { "1 file is".to_owned() } else { format!("{count} files are") }
}

fn listed(names: &[&Path]) -> String {
    let mut text: Vec<String> = names.iter().take(NAMES).map(|name| format!("`{}`", name.display())).collect();
    if names.len() > NAMES {
        text.push(format!("and {} more", names.len() - NAMES));
    }
    text.join(", ")
}

fn glob(pattern: &Path) -> Result<Folder, String> {
    let matcher = glob_matcher(pattern).map_err(|error| format!("is neither a file nor a glob: {}", error.kind()))?;
    let fixed: PathBuf = pattern
        .components()
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let folder = if fixed.as_os_str().is_empty() { Path::new(".") } else { &fixed };
    let rest = pattern.strip_prefix(&fixed).unwrap_or(pattern);
    let hidden_too = rest.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
    let matches = |file: &Path| matcher.is_match(file.strip_prefix("./").unwrap_or(file));
    let found = if folder.is_dir() { folder::matching(folder, matches, hidden_too) } else { Folder::default() };
    if found.files.is_empty() {
        return Err("no file matches this glob; check the path".to_owned());
    }
    Ok(found)
}

fn glob_matcher(pattern: &Path) -> Result<GlobMatcher, globset::Error> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern).to_string_lossy();
    GlobBuilder::new(&pattern).literal_separator(true).build().map(|glob| glob.compile_matcher())
}
