//! Listeners and their connections: HTTP/1.1 and HTTP/2, over TLS or not.

use std::convert::Infallible;
use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::{CONNECTION, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, Version};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use crate::serve::drain::Ending;
use crate::serve::limits::Budget;
use crate::webhook::Stage;

/// How long a handshake may take.
const HANDSHAKE: Duration = Duration::from_secs(10);
/// How long a connection may be idle, or send the head of a request. An API server closes idle ones after 90 s: it must be
/// the one that closes, or a request could meet a connection that is just closed.
const IDLE: Duration = Duration::from_secs(180);
/// How long a failed listener waits: it has no descriptor for another connection.
const PAUSE: Duration = Duration::from_millis(50);

/// Accepts connections until the program ends.
pub async fn listen<S, F>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    connections: Arc<Budget>,
    ending: Ending,
    answer: S,
) where
    S: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = ending.reaches(Stage::Closing) => return,
        };
        let (stream, held) = match accepted {
            Ok((stream, _)) => match connections.take(1) {
                Some(held) => (stream, held),
                None => continue,
            },
            Err(error) => {
                tracing::warn!(%error, "a connection is not accepted");
                tokio::time::sleep(PAUSE).await;
                continue;
            }
        };
        let (tls, ending, answer) = (tls.clone(), ending.clone(), answer.clone());
        tokio::spawn(async move {
            let _held = held;
            serve(stream, tls, ending, answer).await;
        });
    }
}

async fn serve<S, F>(stream: TcpStream, tls: Option<TlsAcceptor>, ending: Ending, answer: S)
where
    S: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    // A small answer goes out at once.
    let _ = stream.set_nodelay(true);
    let Some(tls) = tls else { return exchange(stream, ending, answer).await };
    match tokio::time::timeout(HANDSHAKE, tls.accept(stream)).await {
        Ok(Ok(stream)) => exchange(stream, ending, answer).await,
        Ok(Err(error)) => tracing::debug!(%error, "a handshake failed"),
        Err(_) => tracing::debug!("a handshake took too long"),
    }
}

async fn exchange<I, S, F>(stream: I, ending: Ending, answer: S)
where
    I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Fn(Request<Incoming>) -> F + Clone + Send + Sync + 'static,
    F: Future<Output = Response<Full<Bytes>>> + Send + 'static,
{
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(IDLE);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(IDLE);
    let is_http2 = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let seen = Arc::clone(&is_http2);
    let stage = ending.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let is_http1 = request.version() != Version::HTTP_2;
        seen.store(!is_http1, std::sync::atomic::Ordering::Relaxed);
        let (answered, stage) = (answer(request), stage.clone());
        async move {
            let mut response = answered.await;
            if is_http1 && stage.stage() == Stage::Closing {
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let served = tokio::select! {
        served = connection.as_mut() => served,
        () = ending.reaches(Stage::Closing) => {
            // HTTP/2 says goodbye without losing a request. HTTP/1.1 is closed after its next answer; an idle connection at
            // the very end.
            let last = if is_http2.load(std::sync::atomic::Ordering::Relaxed) { Duration::ZERO } else { crate::serve::drain::CLOSING };
            tokio::select! {
                served = connection.as_mut() => served,
                () = tokio::time::sleep(last) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            }
        }
    };
    if let Err(error) = served {
        tracing::debug!(%error, "a connection broke");
    }
}
