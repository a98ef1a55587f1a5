//! A CA of its own: what is in its Secret, and what has to change in it.
//!
//! Nothing here talks to a cluster: [`next`] is a function of the Secret and the time. A new CA joins the old ones, the
//! certificate of the server follows no sooner than a minute later, and an old CA leaves when it ends. So at every moment the
//! API server trusts what is served.

use std::collections::BTreeMap;

use k8s_openapi::ByteString;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use time::{Duration, OffsetDateTime};
use x509_parser::pem::Pem;
use x509_parser::prelude::X509Certificate;

use crate::tls::pair::Pair;

/// All CAs that are trusted, in PEM; the newest is the last.
pub const BUNDLE: &str = "ca.crt";
/// The private key of the newest CA.
pub const CA_KEY: &str = "ca.key";
/// The certificate of the server.
pub const CERTIFICATE: &str = "tls.crt";
/// Its private key.
pub const KEY: &str = "tls.key";

/// How long certificates last. Each is replaced after two thirds.
#[derive(Clone, Copy, Debug)]
pub struct Lives {
    /// How far back a certificate begins: the clock of a node may be late.
    pub back: Duration,
    /// How long every API server has to learn of a new CA before a certificate of it is served.
    pub learning: Duration,
    /// A CA.
    pub authority: Duration,
    /// A certificate of the server.
    pub certificate: Duration,
}

impl Default for Lives {
    fn default() -> Self {
        Self {
            back: Duration::HOUR,
            learning: Duration::MINUTE,
            authority: Duration::days(365),
            certificate: Duration::days(90),
        }
    }
}

/// The data of the Secret.
pub type Data = BTreeMap<String, ByteString>;

/// A CA of the bundle.
struct Authority {
    pem: String,
    subject: String,
    begins: OffsetDateTime,
    ends: OffsetDateTime,
}

impl Authority {
    fn is_due(&self, now: OffsetDateTime) -> bool {
        now >= self.begins + (self.ends - self.begins) * 2 / 3
    }
}

/// The bundle as it is to be in the webhook configurations, if there is one.
#[must_use]
pub fn bundle(data: &Data) -> Option<&[u8]> {
    data.get(BUNDLE).map(|bytes| bytes.0.as_slice()).filter(|bytes| !bytes.is_empty())
}

/// The pair to serve.
///
/// # Errors
/// If there is none that can be used.
pub fn pair(data: &Data) -> Result<Pair, String> {
    match (data.get(CERTIFICATE), data.get(KEY)) {
        (Some(certificate), Some(key)) if !certificate.0.is_empty() => Pair::read(&certificate.0, &key.0),
        _ => Err("no certificate yet".to_owned()),
    }
}

/// The data that has to replace `data`, and why; nothing while all is in order. `is_known` says whether the webhook
/// configurations have the bundle of `data`.
///
/// # Errors
/// If a certificate cannot be made.
pub fn next(
    data: &Data,
    names: &[String],
    now: OffsetDateTime,
    lives: Lives,
    is_known: bool,
) -> Result<Option<(Data, &'static str)>, rcgen::Error> {
    let mut authorities = read_bundle(data);
    let before = authorities.len();
    authorities.retain(|one| one.ends > now);
    let mut why = (authorities.len() < before).then_some("an old CA has ended");
    let mut changed = data.clone();
    let mut put = |key: &str, text: String| drop(changed.insert(key.to_owned(), ByteString(text.into_bytes())));
    let key = data
        .get(CA_KEY)
        .and_then(|bytes| std::str::from_utf8(&bytes.0).ok())
        .and_then(|pem| KeyPair::from_pem(pem).ok());
    let newest = authorities.last().zip(key).filter(|(newest, key)| {
        !newest.is_due(now) && Issuer::from_ca_cert_pem(&newest.pem, key).is_ok() && belong(&newest.pem, key)
    });
    let key = match newest {
        Some((_, key)) => key,
        None => {
            let (authority, key) = new_authority(now, lives)?;
            put(CA_KEY, key.serialize_pem());
            authorities.push(authority);
            why = Some("a new CA joins");
            key
        }
    };
    let Some(newest) = authorities.last() else { return Ok(None) };
    let served = Served::read(data, now, &authorities);
    let is_learned = is_known && why.is_none() && now >= newest.begins + lives.back + lives.learning;
    let is_old = served.as_ref().is_some_and(|served| served.issuer != newest.subject || served.is_due);
    if served.is_none() || (is_old && is_learned) {
        let (certificate, private) = new_certificate(&newest.pem, key, names, now, newest.ends, lives)?;
        put(CERTIFICATE, certificate);
        put(KEY, private);
        why = why.or(Some("a new certificate"));
    }
    let Some(why) = why else { return Ok(None) };
    put(BUNDLE, authorities.iter().map(|one| one.pem.as_str()).collect());
    Ok(Some((changed, why)))
}

/// The CAs of the bundle that can be read, in the order in which they were made.
fn read_bundle(data: &Data) -> Vec<Authority> {
    let bytes = data.get(BUNDLE).map(|bytes| bytes.0.as_slice()).unwrap_or_default();
    let mut authorities: Vec<Authority> = Pem::iter_from_buffer(bytes)
        .filter_map(|pem| {
            let pem = pem.ok()?;
            let certificate = pem.parse_x509().ok()?;
            Some(Authority {
                subject: certificate.subject().to_string(),
                begins: certificate.validity().not_before.to_datetime(),
                ends: certificate.validity().not_after.to_datetime(),
                pem: text(&pem),
            })
        })
        .collect();
    authorities.sort_by_key(|one| one.begins);
    authorities
}

fn text(pem: &Pem) -> String {
    use base64::Engine;
    let encoded = base64::engine::general_purpose::STANDARD.encode(&pem.contents);
    let lines: Vec<&str> = encoded.as_bytes().chunks(64).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// Whether the key is that of the certificate.
fn belong(certificate: &str, key: &KeyPair) -> bool {
    let pem = Pem::iter_from_buffer(certificate.as_bytes()).next().and_then(Result::ok);
    let is_its = |certificate: &X509Certificate<'_>| {
        certificate.public_key().subject_public_key.data.as_ref() == key.public_key_raw()
    };
    pem.as_ref().and_then(|pem| pem.parse_x509().ok()).is_some_and(|certificate| is_its(&certificate))
}

/// The certificate of the server that is in the Secret.
struct Served {
    issuer: String,
    is_due: bool,
}

impl Served {
    /// Nothing where it cannot be served: it is broken, has ended, or no CA of the bundle has made it.
    fn read(data: &Data, now: OffsetDateTime, authorities: &[Authority]) -> Option<Self> {
        pair(data).ok()?;
        let pem = Pem::iter_from_buffer(&data.get(CERTIFICATE)?.0).next()?.ok()?;
        let certificate = pem.parse_x509().ok()?;
        let validity = certificate.validity();
        let (begins, ends) = (validity.not_before.to_datetime(), validity.not_after.to_datetime());
        let issuer = certificate.issuer().to_string();
        let is_trusted = authorities.iter().any(|one| one.subject == issuer);
        let is_due = now >= begins + (ends - begins) * 2 / 3;
        (is_trusted && now < ends).then_some(Self { issuer, is_due })
    }
}

fn new_authority(now: OffsetDateTime, lives: Lives) -> Result<(Authority, KeyPair), rcgen::Error> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(Vec::new())?;
    // The name tells one CA from the next. Two that are made at once by two replicas: only one is stored.
    let subject = format!("podnetworking-policy CA {}", now.unix_timestamp_nanos() / 1_000_000);
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, subject);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let (begins, ends) = (now - lives.back, now + lives.authority);
    (params.not_before, params.not_after) = (begins, ends);
    let certificate = params.self_signed(&key)?;
    let pem = certificate.pem().replace("\r\n", "\n");
    let data = Data::from([(BUNDLE.to_owned(), ByteString(pem.into_bytes()))]);
    let made = read_bundle(&data).pop().ok_or(rcgen::Error::CouldNotParseCertificate)?;
    Ok((made, key))
}

fn new_certificate(
    authority: &str,
    authority_key: KeyPair,
    names: &[String],
    now: OffsetDateTime,
    latest: OffsetDateTime,
    lives: Lives,
) -> Result<(String, String), rcgen::Error> {
    let issuer = Issuer::from_ca_cert_pem(authority, authority_key)?;
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, "podnetworking-policy");
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    (params.not_before, params.not_after) = (now - lives.back, (now + lives.certificate).min(latest));
    let certificate = params.signed_by(&key, &issuer)?;
    Ok((certificate.pem().replace("\r\n", "\n"), key.serialize_pem()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn names() -> Vec<String> {
        vec!["webhook.network.svc".to_owned()]
    }

    fn at(days: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(1_800_000_000).unwrap() + Duration::days(days)
    }

    fn step(data: &Data, now: OffsetDateTime, is_known: bool) -> Option<(Data, &'static str)> {
        next(data, &names(), now, Lives::default(), is_known).unwrap()
    }

    fn issuer(data: &Data) -> String {
        let pem = Pem::iter_from_buffer(&data[CERTIFICATE].0).next().unwrap().unwrap();
        pem.parse_x509().unwrap().issuer().to_string()
    }

    #[test]
    fn an_empty_secret_gets_a_ca_and_a_certificate_in_one_step() {
        let (data, why) = step(&Data::default(), at(0), false).unwrap();
        assert_eq!(why, "a new CA joins");
        assert!(pair(&data).unwrap().expiry > at(89).unix_timestamp());
        assert!(step(&data, at(0), true).is_none());
        assert!(step(&data, at(59), true).is_none());
    }

    #[test]
    fn a_certificate_is_replaced_by_the_same_ca() {
        let (data, _) = step(&Data::default(), at(0), false).unwrap();
        let (renewed, why) = step(&data, at(61), true).unwrap();
        assert_eq!((why, issuer(&data)), ("a new certificate", issuer(&renewed)));
        assert_eq!(data[BUNDLE], renewed[BUNDLE]);
        assert_ne!(data[CERTIFICATE], renewed[CERTIFICATE]);
    }

    #[test]
    fn a_new_ca_is_known_for_a_minute_before_it_is_used_and_the_old_one_leaves_when_it_ends() {
        let (mut data, _) = step(&Data::default(), at(0), false).unwrap();
        for day in [61, 122, 183, 243] {
            data = step(&data, at(day), true).map_or(data, |(data, _)| data);
        }
        let first = issuer(&data);
        let (data, why) = step(&data, at(244), true).unwrap();
        assert_eq!((why, issuer(&data)), ("a new CA joins", first.clone()), "what is served stays");
        assert_eq!(read_bundle(&data).len(), 2);
        assert!(step(&data, at(244) + Duration::seconds(59), true).is_none());
        assert!(step(&data, at(244) + Duration::seconds(61), false).is_none(), "a configuration lacks it");
        let (data, why) = step(&data, at(244) + Duration::seconds(61), true).unwrap();
        assert_eq!(why, "a new certificate");
        assert_ne!(issuer(&data), first);
        let (data, why) = step(&data, at(366), true).unwrap();
        assert_eq!((why, read_bundle(&data).len()), ("an old CA has ended", 1));
    }

    #[test]
    fn what_cannot_be_used_is_made_again() {
        let (data, _) = step(&Data::default(), at(0), false).unwrap();
        let (other, _) = step(&Data::default(), at(1), false).unwrap();
        for key in [BUNDLE, CA_KEY, CERTIFICATE, KEY] {
            for wrong in [ByteString(b"garbage".to_vec()), ByteString::default(), other[key].clone()] {
                let mut broken = data.clone();
                broken.insert(key.to_owned(), wrong);
                let mut now = at(2);
                for _ in 0..4 {
                    broken = step(&broken, now, true).map_or(broken, |(data, _)| data);
                    now += Duration::minutes(2);
                }
                pair(&broken).unwrap();
                assert!(read_bundle(&broken).iter().any(|one| one.subject == issuer(&broken)), "{key}");
                assert!(step(&broken, now, true).is_none(), "{key}");
            }
        }
    }
}
