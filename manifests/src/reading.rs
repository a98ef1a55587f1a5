//! Files, folders, globs and the standard input.

use std::collections::{BTreeMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::{ReadError, Skipped, What};
use crate::exclude::Exclude;
use crate::kustomization;
use crate::location::Source;
use crate::plan::{Argument, File, Kind, Plan};
use crate::read::{FileFound, Manifests, read_file};
use crate::template;

/// The name that objects from the standard input have as their file.
pub const STDIN: &str = "<stdin>";

/// What the manifests are read for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    /// To be checked.
    #[default]
    Checked,
    /// What is in the cluster. Everything that is there has to be an object.
    Context,
}

/// How manifests are read.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What they are read for.
    pub role: Role,
    /// What is left out.
    pub exclude: Exclude,
    /// Whether stdin, a folder or a context may hold nothing.
    pub allow_empty: bool,
}

/// Reads one path; see [`read_paths`].
pub fn read_path(path: &Path) -> Manifests {
    read_paths(&[path])
}

/// Reads files, folders, globs and, for `-`, the standard input.
///
/// Of a folder, every file that ends in `.yaml`, `.yml` or `.json` is read, in the order of the paths, except what
/// is hidden or what an ignore file in a folder below it excludes. A file that is named itself is read whatever its
/// name. A path that does not exist but has one of `*?[{` is a glob, in which `**` matches folders; its matches are
/// read whatever ignore files exclude. A file is read once.
///
/// What was named and holds nothing that can be read is an error.
pub fn read_paths(paths: &[impl AsRef<Path>]) -> Manifests {
    Reading::default().read(paths)
}

impl Reading {
    /// Reads paths as [`read_paths`] does.
    pub fn read(&self, paths: &[impl AsRef<Path>]) -> Manifests {
        let Plan { arguments, files, errors, skipped, .. } = Plan::new(paths, &self.exclude);
        let mut read: Vec<FileFound> = files.iter().map(|file| self.file(file)).collect();
        leave_out_patches(&files, &mut read);
        for (file, found) in files.iter().zip(&mut read) {
            self.settle(file, found);
        }
        let empty = arguments.iter().filter_map(|argument| self.emptiness(argument, &read));
        let empty: Vec<ReadError> = empty.collect();
        together(&files, &mut read);
        let mut all = Manifests { errors, skipped, ..Manifests::default() };
        for file in read {
            all.extend(file.found);
        }
        all.errors.extend(empty);
        all
    }

    fn file(&self, file: &File) -> FileFound {
        let is_stdin = file.path == Path::new("-");
        let mut bytes = Vec::new();
        let (name, read) = if is_stdin {
            (STDIN.into(), std::io::stdin().lock().read_to_end(&mut bytes).map(|_| ()))
        } else {
            (file.path.to_string_lossy(), std::fs::read(&file.path).map(|read| bytes = read))
        };
        match read {
            Ok(()) => read_file(&name, &bytes, !is_stdin && template::is_in_chart(&file.path)),
            Err(error) => {
                let errors = vec![ReadError::file(name, format!("cannot be read: {error}"))];
                FileFound { found: Manifests { errors, ..Manifests::default() }, ..FileFound::default() }
            }
        }
    }

    /// Which of what was passed over is an error, and which goes without saying.
    fn settle(&self, file: &File, found: &mut FileFound) {
        let is_stdin = file.is_piped;
        let is_context = self.role == Role::Context;
        let folder = file.path.parent().unwrap_or(Path::new(""));
        let is_in_chart = || template::chart(&file.path).is_some();
        let builds = found.kustomizations.iter().any(|json| kustomization::needs_building(json, folder));
        let mut kept = Vec::new();
        for mut skipped in std::mem::take(&mut found.found.skipped) {
            let is_error = match skipped.what {
                What::NoObject => is_stdin || is_context && (file.is_named || !is_in_chart()),
                What::Template => file.is_named || !is_in_chart(),
                What::Kustomization => is_stdin || is_context && file.is_named,
                _ => false,
            };
            if is_error {
                found.found.errors.push(error(skipped, found.source.as_ref()));
                continue;
            }
            skipped.expected = match skipped.what {
                What::NoObject => !file.is_named,
                // What is an error already is not said twice.
                What::Empty => !file.is_named || (is_stdin || is_context) && !self.allow_empty,
                What::Kustomization => !builds && !file.is_named,
                _ => false,
            };
            kept.push(skipped);
        }
        found.found.skipped = kept;
    }

    /// Why a path does not count as read although nothing of it is broken.
    fn emptiness(&self, argument: &Argument, read: &[FileFound]) -> Option<ReadError> {
        let files = || argument.files.iter().filter_map(|index| read.get(*index));
        let has_template = files().any(|file| file.found.skipped.iter().any(|skipped| skipped.what == What::Template));
        let is_read = files().any(|file| {
            let found = &file.found;
            !found.documents.is_empty() || !found.errors.is_empty() || file.empty_lists > 0
        });
        if is_read || argument.failed {
            return None;
        }
        let is_context = self.role == Role::Context;
        let message = match argument.kind {
            Kind::Stdin if is_context && !self.allow_empty => {
                "this context holds no Kubernetes object; the command before the pipe may have failed, and `--allow-empty` is for where that is right"
            }
            Kind::Stdin if !self.allow_empty => {
                "stdin holds no Kubernetes object; the command before the pipe may have failed, and `--allow-empty` is for where that is right"
            }
            Kind::File if is_context && !self.allow_empty => {
                "this context holds no Kubernetes object; the command that wrote it may have failed, and `--allow-empty` is for where that is right"
            }
            Kind::Folder | Kind::Glob if has_template => {
                "nothing was checked: there are only templates that are not rendered; check what `helm template` prints"
            }
            Kind::Folder if is_context && !self.allow_empty => {
                "this context holds no Kubernetes object; `--allow-empty` is for where that is right"
            }
            Kind::Folder if !self.allow_empty => {
                "this folder holds no Kubernetes object; `--allow-empty` is for where that is right"
            }
            Kind::Glob if !argument.is_excluded => "no file that this glob matches holds a Kubernetes object",
            _ => return None,
        };
        let name = if argument.name == "-" { STDIN } else { &argument.name };
        Some(ReadError::file(name, message))
    }
}

fn error(skipped: Skipped, source: Option<&Arc<Source>>) -> ReadError {
    let Some((line, source)) = skipped.line.zip(source) else {
        return ReadError::file(skipped.file, skipped.reason);
    };
    let start = source.start_of(line);
    ReadError::at(source, start, start, skipped.reason)
}

/// Reports the templates of one chart together.
fn together(files: &[File], read: &mut [FileFound]) {
    let is_template = |skipped: &Skipped| skipped.what == What::Template;
    let mut charts: BTreeMap<&Path, usize> = BTreeMap::new();
    let has_template = |found: &FileFound| found.found.skipped.iter().any(is_template);
    for (file, _) in files.iter().zip(read.iter()).filter(|(_, found)| has_template(found)) {
        if let Some(chart) = template::chart(&file.path) {
            *charts.entry(chart).or_default() += 1;
        }
    }
    for (file, found) in files.iter().zip(read).filter(|(_, found)| has_template(found)) {
        let chart = template::chart(&file.path).and_then(|chart| charts.get_mut(chart).map(|count| (chart, count)));
        let Some((chart, count)) = chart.filter(|(_, count)| **count != 1) else { continue };
        found.found.skipped.retain(|skipped| !is_template(skipped));
        if *count > 1 {
            let name = if chart.as_os_str().is_empty() { Path::new(".") } else { chart };
            let reason = format!(
                "{count} files have templates that are not rendered; check what `helm template` prints instead"
            );
            found.found.skipped.push(Skipped::file(name.to_string_lossy(), What::Template, reason));
            *count = 0;
        }
    }
}

/// Leaves out the files that a kustomization reads as patches: they hold parts of objects.
fn leave_out_patches(files: &[File], read: &mut [FileFound]) {
    let mut patches: HashSet<PathBuf> = HashSet::new();
    for (file, found) in files.iter().zip(read.iter()) {
        let folder = file.path.parent().unwrap_or(Path::new(""));
        patches.extend(found.kustomizations.iter().flat_map(|json| kustomization::patches(json, folder)));
    }
    if patches.is_empty() {
        return;
    }
    for (file, found) in files.iter().zip(read) {
        if !found.found.documents.is_empty() && patches.contains(&kustomization::normal(&file.path)) {
            found.found.documents.clear();
            let reason = "a patch of a kustomization, which is not checked; check what `kustomize build` prints";
            found.found.skipped.push(Skipped::file(file.path.to_string_lossy(), What::Patch, reason));
        }
    }
}
