//! A pair in two files, which are read again when they change.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::metrics::Metrics;
use crate::reload::{EVERY, read};
use crate::tls::pair::Pair;
use crate::tls::server::Serving;

/// Reads the pair.
///
/// # Errors
/// If a file cannot be read, or the two do not belong together.
pub fn load(certificate: &Path, key: &Path) -> Result<Pair, String> {
    let pair = Pair::read(&read(certificate)?, &read(key)?);
    pair.map_err(|error| format!("{} and {}: {error}", certificate.display(), key.display()))
}

/// Reads the files again and again, for ever. A pair that cannot be used leaves the old one.
pub async fn follow(certificate: PathBuf, key: PathBuf, serving: Arc<Serving>, metrics: Arc<Metrics>) {
    let texts = || (read(&certificate), read(&key));
    let mut last = texts();
    let mut every = tokio::time::interval(EVERY);
    loop {
        every.tick().await;
        let now = texts();
        if now == last {
            continue;
        }
        last = now;
        match load(&certificate, &key) {
            Ok(pair) => {
                serving.set(&pair, &metrics);
                tracing::info!(expiry = pair.expiry, "the certificate was read again");
            }
            Err(reason) => {
                metrics.certificate_rejected.set(1);
                tracing::error!(reason, "the new certificate is rejected, the old one is served");
            }
        }
    }
}
