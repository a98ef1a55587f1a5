//! Reads the manifests to check, and the ones that are in the cluster.

use std::path::PathBuf;

use anyhow::bail;
use podnetworking_check::facts::World;
use podnetworking_check::object::Object;
use podnetworking_manifests::{Document, Manifests, ReadError, Skipped, read_paths};

use crate::args::InputArgs;
use crate::progress::Progress;

/// The manifests that were read.
#[derive(Debug)]
pub struct Input {
    /// The objects.
    pub world: World,
    /// Files and documents that cannot be read.
    pub errors: Vec<ReadError>,
    /// Files and documents that are not checked, for example templates.
    pub skipped: Vec<Skipped>,
}

impl Input {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// If `--context` names stdin.
    pub fn read(args: &InputArgs) -> anyhow::Result<Self> {
        let _progress = Progress::spinner("reading");
        let Manifests { documents, mut errors, skipped } = read_paths(&args.paths);
        let context = read_context(&args.context, &mut errors)?;
        let world = World::new(objects(documents, &args.namespace), objects(context, &args.namespace));
        Ok(Self { world, errors, skipped })
    }
}

/// Reads the manifests that are in the cluster.
///
/// # Errors
/// If a path is stdin, which is for the manifests to check.
pub fn read_context(paths: &[PathBuf], errors: &mut Vec<ReadError>) -> anyhow::Result<Vec<Document>> {
    if paths.iter().any(|path| path.as_os_str() == "-") {
        bail!("`--context` cannot read stdin; save the data to a file first");
    }
    let read = read_paths(paths);
    errors.extend(read.errors);
    Ok(read.documents)
}

/// The objects of documents.
pub fn objects(documents: Vec<Document>, namespace: &str) -> Vec<Object> {
    documents.into_iter().map(|document| Object::new(document, namespace)).collect()
}
