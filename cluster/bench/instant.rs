//! The ceiling: a webhook that reads the body and answers at once, always with the same patch.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use hyper::{Request, Response};
use podnetworking_cluster::https;
use tokio::net::TcpListener;

/// What it is started with.
#[derive(clap::Args, Debug)]
pub struct Arguments {
    /// The port of loopback
    #[arg(long)]
    port: u16,
    /// The certificate, PEM
    #[arg(long)]
    certificate: PathBuf,
    /// Its key, PEM
    #[arg(long)]
    key: PathBuf,
    /// A file with the JSON Patch that `/mutate` answers
    #[arg(long)]
    patch: PathBuf,
}

/// Serves until the process is ended.
pub async fn serve(arguments: &Arguments) -> Result<()> {
    let patch = std::fs::read(&arguments.patch).with_context(|| arguments.patch.display().to_string())?;
    let patch = Arc::new(format!(r#","patchType":"JSONPatch","patch":"{}""#, STANDARD.encode(patch)));
    let acceptor = https::acceptor(&arguments.certificate, &arguments.key)?;
    let listener = TcpListener::bind(("127.0.0.1", arguments.port)).await?;
    https::serve(listener, acceptor, move |request| answer(Arc::clone(&patch), request)).await;
    Ok(())
}

async fn answer(patch: Arc<String>, request: Request<Incoming>) -> Response<Full<Bytes>> {
    let patch = if request.uri().path() == "/mutate" { patch.as_str() } else { "" };
    let body = request.into_body().collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
    // Only the uid is looked for: this is what an answer cannot do without.
    let text = std::str::from_utf8(&body).unwrap_or_default();
    let uid = text.split_once(r#""uid":""#).and_then(|(_, rest)| rest.split_once('"')).map_or("", |(uid, _)| uid);
    https::json(format!(
        r#"{{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","response":{{"uid":"{uid}","allowed":true{patch}}}}}"#
    ))
}
