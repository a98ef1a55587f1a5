//! A certificate with its private key.

use std::sync::Arc;

use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use x509_parser::prelude::{FromDer, X509Certificate};

/// A certificate with its private key, ready to serve.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The pair.
    pub key: Arc<CertifiedKey>,
    /// When the certificate ends, in seconds since 1970.
    pub expiry: i64,
}

impl Pair {
    /// Reads a pair from two PEM texts.
    ///
    /// # Errors
    /// If one of the two cannot be read, or if they do not belong together.
    pub fn read(certificate: &[u8], key: &[u8]) -> Result<Self, String> {
        let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(certificate)
            .collect::<Result<_, _>>()
            .map_err(|error| format!("the certificate is not PEM: {error}"))?;
        let Some(first) = chain.first() else { return Err("the certificate is empty".to_owned()) };
        let (_, parsed) =
            X509Certificate::from_der(first).map_err(|error| format!("the certificate cannot be read: {error}"))?;
        let expiry = parsed.validity().not_after.timestamp();
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| format!("the private key is not PEM: {error}"))?;
        let key = any_supported_type(&key).map_err(|error| format!("the private key cannot be used: {error}"))?;
        let pair = CertifiedKey::new(chain, key);
        match pair.keys_match() {
            Ok(()) | Err(rustls::Error::InconsistentKeys(rustls::InconsistentKeys::Unknown)) => {
                Ok(Self { key: Arc::new(pair), expiry })
            }
            Err(_) => Err("the certificate and the private key do not belong together".to_owned()),
        }
    }
}
