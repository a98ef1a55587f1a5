//! Files, folders, globs and the standard input.

use std::collections::HashSet;
use std::io::Read;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use ignore::WalkBuilder;

use crate::error::ReadError;
use crate::read::{Manifests, read_file};
use crate::template;

/// The name that objects from the standard input have as their file.
pub const STDIN: &str = "<stdin>";

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];

/// Reads one path; see [`read_paths`].
pub fn read_path(path: &Path) -> Manifests {
    read_paths(&[path])
}

/// Reads files, folders, globs and, for `-`, the standard input.
///
/// Of a folder, every file that ends in `.yaml`, `.yml` or `.json` is read, in the order of the paths, except what
/// is hidden or what `.gitignore` and `.ignore` exclude. A file that is named itself is read whatever its name. A
/// path that does not exist but has one of `*?[{` is a glob, in which `**` matches folders. A file is read once.
pub fn read_paths(paths: &[impl AsRef<Path>]) -> Manifests {
    let mut reader = PathReader { seen: HashSet::new(), found: Manifests::default() };
    for path in paths {
        reader.path(path.as_ref());
    }
    reader.found
}

struct PathReader {
    seen: HashSet<PathBuf>,
    found: Manifests,
}

impl PathReader {
    fn path(&mut self, path: &Path) {
        if path == Path::new("-") {
            self.stdin();
        } else if path.is_dir() {
            self.folder(path, |file| {
                file.extension()
                    .is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)))
            });
        } else if !path.exists() && path.to_string_lossy().contains(['*', '?', '[', '{']) {
            self.glob(path);
        } else {
            self.file(path);
        }
    }

    fn stdin(&mut self) {
        if !self.seen.insert(PathBuf::from("-")) {
            return;
        }
        let mut bytes = Vec::new();
        match std::io::stdin().lock().read_to_end(&mut bytes) {
            Ok(_) => self.found.extend(read_file(STDIN, &bytes, false)),
            Err(error) => self.found.errors.push(ReadError::file(STDIN, format!("cannot be read: {error}"))),
        }
    }

    fn file(&mut self, path: &Path) {
        let path = path.strip_prefix("./").unwrap_or(path);
        if !self.seen.insert(path.to_owned()) {
            return;
        }
        let name = path.to_string_lossy();
        match std::fs::read(path) {
            Ok(bytes) => self.found.extend(read_file(&name, &bytes, template::is_in_chart(path))),
            Err(error) => self.found.errors.push(ReadError::file(name, format!("cannot be read: {error}"))),
        }
    }

    /// How many files matched.
    fn folder(&mut self, folder: &Path, matches: impl Fn(&Path) -> bool) -> usize {
        let mut count = 0;
        let walk = WalkBuilder::new(folder).require_git(false).sort_by_file_path(Path::cmp).build();
        for entry in walk {
            match entry {
                Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_dir()) => {}
                Ok(entry) => {
                    if matches(entry.path()) && entry.path().is_file() {
                        count += 1;
                        self.file(entry.path());
                    }
                }
                Err(error) => self
                    .found
                    .errors
                    .push(ReadError::file(folder.to_string_lossy(), format!("cannot be walked: {error}"))),
            }
        }
        count
    }

    fn glob(&mut self, pattern: &Path) {
        let name = pattern.to_string_lossy();
        let matcher = match glob_matcher(pattern) {
            Ok(matcher) => matcher,
            Err(error) => {
                self.found
                    .errors
                    .push(ReadError::file(name, format!("is neither a file nor a glob: {}", error.kind())));
                return;
            }
        };
        let fixed: PathBuf = pattern
            .components()
            .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
            .collect();
        let folder = if fixed.as_os_str().is_empty() { Path::new(".") } else { &fixed };
        let matches = |file: &Path| matcher.is_match(file.strip_prefix("./").unwrap_or(file));
        if !folder.is_dir() || self.folder(folder, matches) == 0 {
            self.found.errors.push(ReadError::file(name, "no file matches this glob; check the path"));
        }
    }
}

fn glob_matcher(pattern: &Path) -> Result<GlobMatcher, globset::Error> {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern).to_string_lossy();
    GlobBuilder::new(&pattern).literal_separator(true).build().map(|glob| glob.compile_matcher())
}
