//! Reads what is to be checked and what is in the cluster.

use std::path::PathBuf;

use anyhow::bail;
use podnetworking_manifests::{Document, Manifests, ReadError, Skipped, read_paths};

use crate::args::InputArgs;
use crate::facts::World;
use crate::object::Object;
use crate::progress::Progress;

/// What was read.
#[derive(Debug)]
pub struct Input {
    /// The objects.
    pub world: World,
    /// What is broken.
    pub errors: Vec<ReadError>,
    /// What was passed over, of what is to be checked.
    pub skipped: Vec<Skipped>,
}

impl Input {
    /// Reads all of it.
    ///
    /// # Errors
    /// Where the arguments contradict each other.
    pub fn read(args: &InputArgs) -> anyhow::Result<Self> {
        let _progress = Progress::spinner("reading");
        let Manifests { documents, mut errors, skipped } = read_paths(&args.paths);
        let context = read_context(&args.context, &mut errors)?;
        let world = World::new(objects(documents, &args.namespace), objects(context, &args.namespace));
        Ok(Self { world, errors, skipped })
    }
}

/// Reads what is in the cluster.
///
/// # Errors
/// Where stdin is named, which what is checked may need.
pub fn read_context(paths: &[PathBuf], errors: &mut Vec<ReadError>) -> anyhow::Result<Vec<Document>> {
    if paths.iter().any(|path| path.as_os_str() == "-") {
        bail!("`--context` does not read stdin; write what it would get into a file");
    }
    let read = read_paths(paths);
    errors.extend(read.errors);
    Ok(read.documents)
}

/// The objects of documents.
pub fn objects(documents: Vec<Document>, namespace: &str) -> Vec<Object> {
    documents.into_iter().map(|document| Object::new(document, namespace)).collect()
}
