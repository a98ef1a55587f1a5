//! File names for CI.

use std::path::Path;

/// The file relative to the working directory, if it is inside it: CI knows files by such paths.
pub fn relative(file: &str) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| Some(Path::new(file).strip_prefix(here).ok()?.display().to_string()));
    inside.unwrap_or_else(|| file.to_owned())
}
