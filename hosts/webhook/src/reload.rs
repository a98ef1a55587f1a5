//! Files that are read again when they change.
//!
//! They are read once a second and compared. A mounted ConfigMap or Secret is replaced by changing a symbolic link, which
//! notices of a file system show in many ways; reading small files has one.

use std::path::Path;
use std::time::Duration;

/// How often files are read.
pub const EVERY: Duration = Duration::from_secs(1);

/// Reads a file.
///
/// # Errors
/// The name of the file and what the operating system says.
pub fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("cannot read {}: {error}", file.display()))
}
