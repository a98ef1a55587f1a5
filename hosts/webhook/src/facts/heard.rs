//! When the API server last sent anything on a watch, and what it last refused.
//!
//! `kube` hides bookmarks and the end of a watch. So a layer around its client notes the time of every part of an answer
//! to a watch of the resource.

use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use http_body::{Body, Frame, SizeHint};
use hyper::{Request, Response};
use tower::{Layer, Service};

use crate::facts::snapshot::Resource;

/// What one watch has said.
#[derive(Debug)]
pub struct Heard {
    start: Instant,
    /// Milliseconds after `start`, plus one; 0 before the first word.
    last: AtomicU64,
    failure: Mutex<Option<String>>,
}

impl Default for Heard {
    fn default() -> Self {
        Self { start: Instant::now(), last: AtomicU64::new(0), failure: Mutex::new(None) }
    }
}

impl Heard {
    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX).saturating_add(1)
    }

    /// The API server has just said something.
    pub fn touch(&self) {
        self.last.store(self.now(), Ordering::Relaxed);
    }

    /// Seconds since the API server last sent something; since the start where it never did.
    #[must_use]
    pub fn age(&self) -> f64 {
        let last = self.last.load(Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "milliseconds of one run of a program")]
        let milliseconds = self.now().saturating_sub(last) as f64;
        milliseconds / 1000.0
    }

    /// Notes why the watch fails. Returns whether that is new.
    pub fn fail(&self, reason: &str) -> bool {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = failure.as_deref() != Some(reason);
        *failure = Some(reason.to_owned());
        is_new
    }

    /// Notes that it works. Returns whether it did not before.
    pub fn recover(&self) -> bool {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).take().is_some()
    }

    /// Why the watch fails, if it does.
    #[must_use]
    pub fn failure(&self) -> Option<String> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What both watches have said.
#[derive(Clone, Debug, Default)]
pub struct AllHeard {
    podnetworkings: Arc<Heard>,
    namespaces: Arc<Heard>,
}

impl AllHeard {
    /// What the watch of one resource has said.
    #[must_use]
    pub fn of(&self, resource: Resource) -> &Arc<Heard> {
        match resource {
            Resource::PodNetworkings => &self.podnetworkings,
            Resource::Namespaces => &self.namespaces,
        }
    }

    fn of_request<B>(&self, request: &Request<B>) -> Option<Arc<Heard>> {
        let is_watch = request.uri().query().is_some_and(|query| query.split('&').any(|pair| pair == "watch=true"));
        let plural = request.uri().path().rsplit('/').next().filter(|_| is_watch)?;
        Resource::ALL.into_iter().find(|one| one.plural() == plural).map(|one| Arc::clone(self.of(one)))
    }
}

impl<S> Layer<S> for AllHeard {
    type Service = Listening<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Listening { inner, heard: self.clone() }
    }
}

/// A client that notes when the API server says something.
#[derive(Clone, Debug)]
pub struct Listening<S> {
    inner: S,
    heard: AllHeard,
}

impl<S, B, R> Service<Request<B>> for Listening<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    S::Future: Send + 'static,
    R: Body + Unpin,
{
    type Response = Response<HeardBody<R>>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let heard = self.heard.of_request(&request);
        let answer = self.inner.call(request);
        Box::pin(async move {
            let answer = answer.await?;
            let heard = heard.filter(|_| answer.status().is_success());
            if let Some(heard) = &heard {
                heard.touch();
                if heard.recover() {
                    tracing::info!("the watch works again");
                }
            }
            Ok(answer.map(|inner| HeardBody { inner, heard }))
        })
    }
}

/// A body whose parts are noted.
#[derive(Debug)]
pub struct HeardBody<R> {
    inner: R,
    heard: Option<Arc<Heard>>,
}

impl<R: Body + Unpin> Body for HeardBody<R> {
    type Data = R::Data;
    type Error = R::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(context));
        if let Some(heard) = self.heard.as_ref().filter(|_| !matches!(frame, Some(Err(_)))) {
            heard.touch();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
