//! The files of a folder: which are read, and which are not.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::kustomization;

const EXTENSIONS: [&str; 3] = ["yaml", "yml", "json"];
const IGNORE_FILES: [&str; 2] = [".gitignore", ".ignore"];

/// What a folder holds.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    /// The files to read, in the order of their paths.
    pub files: Vec<PathBuf>,
    /// Manifests that an ignore file below the folder hides.
    pub ignored: Vec<PathBuf>,
    /// Manifests whose name, or that of a folder of them, begins with a dot.
    pub hidden: Vec<PathBuf>,
    /// Symbolic links to folders, and those that lead nowhere.
    pub links: Vec<Link>,
    /// What could not be walked.
    pub errors: Vec<String>,
}

/// A symbolic link that is not followed.
#[derive(Debug)]
pub(crate) struct Link {
    pub path: PathBuf,
    /// Whether it leads to a folder.
    pub to_folder: bool,
}

/// Whether a file of a folder is read.
pub(crate) fn is_manifest(file: &Path) -> bool {
    let has_extension =
        file.extension().is_some_and(|extension| EXTENSIONS.iter().any(|known| extension.eq_ignore_ascii_case(known)));
    has_extension || kustomization::is_name(&file.to_string_lossy())
}

/// Walks over a folder. Its own ignore files, and those above it, do not count: it was named. Those of the folders
/// below it do.
pub(crate) fn walk(folder: &Path) -> Folder {
    let (mut found, has_ignore_files) = everything(folder, is_manifest, false);
    if has_ignore_files {
        let visible = visible(folder);
        let (files, ignored) = found.files.into_iter().partition(|file| {
            let is_direct = file.parent() == Some(folder);
            is_direct || visible.contains(file)
        });
        (found.files, found.ignored) = (files, ignored);
    }
    found
}

/// The files below a folder that match, whatever ignore files hide. What is hidden is left out unless it is wanted.
pub(crate) fn matching(folder: &Path, matches: impl Fn(&Path) -> bool, hidden_too: bool) -> Folder {
    let (found, _) = everything(folder, matches, hidden_too);
    Folder { links: Vec::new(), hidden: Vec::new(), ..found }
}

/// All files that match, and whether there is an ignore file in a folder below.
fn everything(folder: &Path, matches: impl Fn(&Path) -> bool, hidden_too: bool) -> (Folder, bool) {
    let mut found = Folder::default();
    let mut has_ignore_files = false;
    let is_of_git = |entry: &DirEntry| entry.depth() > 0 && entry.file_name() == ".git";
    let walk = WalkBuilder::new(folder)
        .standard_filters(false)
        .filter_entry(move |entry| !is_of_git(entry))
        .sort_by_file_path(Path::cmp)
        .build();
    for entry in walk {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                found.errors.push(format!("cannot be walked: {error}"));
                continue;
            }
        };
        let path = entry.path();
        if entry.depth() == 0 || entry.file_type().is_some_and(|kind| kind.is_dir()) {
            continue;
        }
        if entry.depth() > 1 && IGNORE_FILES.iter().any(|name| entry.file_name() == *name) {
            has_ignore_files = true;
        }
        let is_hidden = is_hidden(path.strip_prefix(folder).unwrap_or(path)) && !hidden_too;
        if entry.path_is_symlink() && !path.is_file() {
            let to_folder = path.is_dir();
            if !is_hidden && (to_folder || matches(path) || path.extension().is_none()) {
                found.links.push(Link { path: path.to_owned(), to_folder });
            }
        } else if !matches(path) || !path.is_file() {
        } else if is_hidden {
            found.hidden.push(path.to_owned());
        } else {
            found.files.push(path.to_owned());
        }
    }
    (found, has_ignore_files)
}

fn is_hidden(path: &Path) -> bool {
    path.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."))
}

/// The files of the folders below that no ignore file of theirs hides.
fn visible(folder: &Path) -> HashSet<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let folders = entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path());
    let walks = folders.flat_map(|below| {
        // No ignore file above this one counts: nobody asked for those of the home folder.
        WalkBuilder::new(below).parents(false).git_global(false).require_git(false).build()
    });
    walks.filter_map(Result::ok).map(DirEntry::into_path).collect()
}
