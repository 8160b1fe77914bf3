//! What stands before the protocol: paths, names, the token, places, the body within bounds.

use std::convert::Infallible;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use hyper::header::{self, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use rmcp::transport::streamable_http_server::{StreamableHttpServerConfig, StreamableHttpService};
use tokio_util::sync::CancellationToken;

use super::connection::Line;
use super::meter::Meter;
#[cfg(not(feature = "conformance-fixtures"))]
use super::served;
use super::{HttpOptions, Limits, Names, Token};
use crate::mcp::Server;
#[cfg(feature = "conformance-fixtures")]
use crate::mcp::fixtures as served;

/// An answer, whole or as it comes.
type Answer = Response<BoxBody<Bytes, Infallible>>;
/// A request that is refused before the protocol sees it.
type Refusal = (StatusCode, &'static str);

/// Answers requests, or refuses them.
pub(super) struct Gate {
    pub(super) limits: Limits,
    pub(super) meter: Arc<Meter>,
    /// The server takes no new calls.
    pub(super) draining: AtomicBool,
    /// The server ends: connections close after the answer at hand.
    pub(super) ended: CancellationToken,
    server: Server,
    names: Names,
    token: Token,
    protocol: StreamableHttpService<served::Handler, served::Sessions>,
}

impl Gate {
    pub(super) fn new(options: HttpOptions, server: Server) -> Self {
        let meter = Arc::new(Meter::default());
        let ended = CancellationToken::new();
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(served::SESSIONS)
            .with_json_response(true)
            // `Names::judge` has decided, more strictly, before the protocol sees a request.
            .disable_allowed_hosts()
            .with_max_request_body_bytes(options.limits.body_bytes)
            .with_cancellation_token(ended.child_token());
        let server = server.for_many(Arc::clone(&meter), options.token.state_key());
        let each = served::handler(server.clone());
        let protocol = StreamableHttpService::new(move || Ok(each.clone()), Arc::new(served::Sessions::default()), config);
        let (limits, names, token) = (options.limits, options.names, options.token);
        Self { limits, meter, draining: AtomicBool::new(false), ended, server, names, token, protocol }
    }

    /// Whether a request is answered, or a call runs whose client is gone.
    pub(super) fn works(&self) -> bool {
        self.meter.in_flight.load(Ordering::SeqCst) > 0 || self.server.runs()
    }

    /// One request to its answer. `line` learns when the answer has been handed over.
    pub(super) async fn answer(&self, request: Request<Incoming>, line: Line) -> Response<Held> {
        let (method, path) = (request.method().clone(), known(request.uri().path()));
        let mut place = Place { meter: None, line };
        let answer = match self.routed(request, path, &mut place).await {
            Ok(answer) => answer,
            Err(refusal) => refused(refusal),
        };
        let status = answer.status().as_u16();
        self.meter.answered(status);
        tracing::debug!(%method, path, status, "answered");
        answer.map(|body| Held { body, _place: place })
    }

    async fn routed(&self, request: Request<Incoming>, path: &str, place: &mut Place) -> Result<Answer, Refusal> {
        match path {
            "/healthz" => return Ok(text(StatusCode::OK, "alive\n")),
            "/readyz" if self.draining.load(Ordering::SeqCst) => return Ok(text(StatusCode::SERVICE_UNAVAILABLE, "draining\n")),
            "/readyz" => return Ok(text(StatusCode::OK, "ready\n")),
            _ => {}
        }
        self.names.judge(request.headers())?;
        self.authorize(&request)?;
        match path {
            "/mcp" => self.protocol(request, place).await,
            "/metrics" if request.method() == Method::GET => Ok(text(StatusCode::OK, self.meter.text())),
            "/metrics" => Err((StatusCode::METHOD_NOT_ALLOWED, "use GET")),
            _ => Err((StatusCode::NOT_FOUND, "there are /mcp, /healthz, /readyz and /metrics")),
        }
    }

    fn authorize(&self, request: &Request<Incoming>) -> Result<(), Refusal> {
        let mut shown = request.headers().get_all(header::AUTHORIZATION).iter();
        // Of two tokens, one is somebody else's.
        if let (Some(value), None) = (shown.next(), shown.next())
            && self.token.opens(value.as_bytes())
        {
            return Ok(());
        }
        Err((
            StatusCode::UNAUTHORIZED,
            "send the header `Authorization: Bearer TOKEN`; the server names the file of its token when it starts",
        ))
    }

    async fn protocol(&self, request: Request<Incoming>, place: &mut Place) -> Result<Answer, Refusal> {
        self.admit(place)?;
        let (head, body) = request.into_parts();
        let body = tokio::time::timeout(self.limits.body, self.read(body)).await;
        let body = body.unwrap_or(Err((StatusCode::REQUEST_TIMEOUT, "the body did not come in time")))?;
        Ok(self.protocol.handle(Request::from_parts(head, Full::new(body))).await)
    }

    /// A place among the requests that run or wait.
    fn admit(&self, place: &mut Place) -> Result<(), Refusal> {
        // Counted before the flag is read: the drain reads them the other way round, so it misses nobody.
        let before = self.meter.in_flight.fetch_add(1, Ordering::SeqCst);
        place.meter = Some(Arc::clone(&self.meter));
        if self.draining.load(Ordering::SeqCst) {
            return Err((StatusCode::SERVICE_UNAVAILABLE, "this server is ending; ask again, another one may answer"));
        }
        if before >= self.limits.admitted {
            return Err((StatusCode::SERVICE_UNAVAILABLE, "too many requests at once; ask again in a second. Nothing was done"));
        }
        Ok(())
    }

    async fn read(&self, mut body: Incoming) -> Result<Bytes, Refusal> {
        let too_large =
            (StatusCode::PAYLOAD_TOO_LARGE, "the body is larger than this server takes (12 MiB); send the part around the failure");
        if body.size_hint().lower() > self.limits.body_bytes as u64 {
            return Err(too_large);
        }
        let mut read = Vec::new();
        while let Some(frame) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            let frame = frame.map_err(|_| (StatusCode::BAD_REQUEST, "the body broke off"))?;
            let Ok(data) = frame.into_data() else { continue };
            if read.len() + data.len() > self.limits.body_bytes {
                return Err(too_large);
            }
            read.extend_from_slice(&data);
        }
        Ok(read.into())
    }
}

/// A path for the log: nothing that a client made up.
fn known(path: &str) -> &'static str {
    ["/mcp", "/healthz", "/readyz", "/metrics"].into_iter().find(|known| *known == path).unwrap_or("other")
}

fn text(status: StatusCode, body: impl Into<Bytes>) -> Answer {
    let mut answer = Response::new(Full::new(body.into()).boxed());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    answer.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

fn refused((status, why): Refusal) -> Answer {
    let mut answer = text(status, format!("{why}\n"));
    let mut add = |name, value| answer.headers_mut().insert(name, HeaderValue::from_static(value));
    match status {
        StatusCode::UNAUTHORIZED => drop(add(header::WWW_AUTHENTICATE, "Bearer realm=\"klingai-mcp\"")),
        StatusCode::SERVICE_UNAVAILABLE => drop(add(header::RETRY_AFTER, "1")),
        // What is left of the body is not worth reading.
        StatusCode::PAYLOAD_TOO_LARGE | StatusCode::REQUEST_TIMEOUT => drop(add(header::CONNECTION, "close")),
        _ => {}
    }
    answer
}

/// Held until an answer has been handed over to its last byte, or its client is gone.
struct Place {
    /// There when the request counts as in flight.
    meter: Option<Arc<Meter>>,
    line: Line,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.line.end();
        if let Some(meter) = &self.meter {
            meter.in_flight.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

/// A body that keeps the place of its request.
pub(super) struct Held {
    body: BoxBody<Bytes, Infallible>,
    _place: Place,
}

impl Body for Held {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.get_mut().body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
