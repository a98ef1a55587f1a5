//! The TLS of the server. The pair can be replaced while it runs: the next handshake takes the new one.

use std::sync::Arc;

use arc_swap::ArcSwapOption;
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::metrics::Metrics;
use crate::tls::pair::Pair;

/// The pair that is served.
#[derive(Debug, Default)]
pub struct Serving(ArcSwapOption<CertifiedKey>);

impl Serving {
    /// Serves a pair from now on.
    pub fn set(&self, pair: &Pair, metrics: &Metrics) {
        self.0.store(Some(Arc::clone(&pair.key)));
        metrics.certificate_expiry.set(pair.expiry);
        metrics.certificate_rejected.set(0);
    }

    /// Whether there is a pair.
    #[must_use]
    pub fn is_set(&self) -> bool {
        self.0.load().is_some()
    }
}

impl ResolvesServerCert for Serving {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.load_full()
    }
}

/// The configuration of the server: TLS 1.2 and 1.3, HTTP/2 and HTTP/1.1.
///
/// # Errors
/// If the cryptography lacks something: a mistake of the build.
pub fn config(serving: Arc<Serving>) -> anyhow::Result<Arc<ServerConfig>> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(serving);
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
