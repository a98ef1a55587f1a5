//! Reads the manifests to check, and the ones that are in the cluster.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::{anyhow, bail};
use podnetworking_check::facts::World;
use podnetworking_check::object::Object;
use podnetworking_manifests::{Document, Exclude, Manifests, ReadError, Reading, Role};

use crate::args::InputArgs;
use crate::notice::Notice;
use crate::progress::Progress;

/// The manifests that were read.
#[derive(Debug)]
pub struct Input {
    /// The objects.
    pub world: World,
    /// What cannot be read.
    pub errors: Vec<ReadError>,
    /// What is not checked, for example templates of a chart.
    pub notices: Vec<Notice>,
}

impl Input {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// If `--context` names stdin, or `--exclude` is not a glob.
    pub fn read(args: &InputArgs) -> anyhow::Result<Self> {
        let _progress = Progress::spinner("reading");
        let exclude = Exclude::new(&args.exclude).map_err(|reason| anyhow!("`--exclude`: {reason}"))?;
        let reading = Reading { role: Role::Checked, exclude, allow_empty: args.allow_empty };
        let Manifests { documents, mut errors, mut skipped } = reading.read(&args.paths);
        let context = read_context(&args.context, args.allow_empty)?;
        errors.extend(context.errors);
        skipped.extend(context.skipped);
        let world = World::new(objects(documents, &args.namespace), objects(context.documents, &args.namespace));
        let mut notices: Vec<Notice> = skipped.into_iter().filter_map(Notice::of_skipped).collect();
        notices.extend(Notice::of_templates_elsewhere(&world.checked));
        // What is checked may be the context, too.
        let mut seen = HashSet::new();
        notices.retain(|notice| seen.insert(notice.to_string()));
        Ok(Self { world, errors, notices })
    }
}

/// Reads the manifests that are in the cluster.
///
/// # Errors
/// If a path is stdin, which is for the manifests to check.
pub fn read_context(paths: &[PathBuf], allow_empty: bool) -> anyhow::Result<Manifests> {
    if paths.iter().any(|path| path.as_os_str() == "-") {
        bail!("`--context` cannot read stdin; save the data to a file first");
    }
    let reading = Reading { role: Role::Context, exclude: Exclude::default(), allow_empty };
    Ok(reading.read(paths))
}

/// The objects of documents.
pub fn objects(documents: Vec<Document>, namespace: &str) -> Vec<Object> {
    documents.into_iter().map(|document| Object::new(document, namespace)).collect()
}
