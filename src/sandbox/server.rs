//! Connections: reads requests within bounds, writes answers, and breaks connections where a scenario says so.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::body::{Body as _, Incoming as Stream};
use hyper::service::service_fn;
use hyper::{Request, Response, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use super::answer::Answer;
use super::body::Body;
use super::handle::{Incoming, handle};
use super::shared::Shared;

/// Longest body that is read: pictures and sounds come inline.
const LONGEST_BODY: usize = 64 << 20;
/// Connections at a time.
const MOST_CONNECTIONS: usize = 4096;
/// How long a client may take for the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(30);

/// Accepts connections until the task is aborted.
pub(super) async fn run(listener: TcpListener, shared: Arc<Shared>) {
    let places = Arc::new(tokio::sync::Semaphore::new(MOST_CONNECTIONS));
    let mut connections = tokio::task::JoinSet::new();
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let shared = Arc::clone(&shared);
                connections.spawn(async move {
                    serve(stream, shared).await;
                    drop(place);
                });
            }
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// The connection is to be reset.
#[derive(Debug, thiserror::Error)]
#[error("the scenario resets this connection")]
struct Reset;

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let _ = stream.set_nodelay(true);
    let hard = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&hard);
    let service = service_fn(move |request| {
        let (shared, flag) = (Arc::clone(&shared), Arc::clone(&flag));
        Box::pin(async move { exchange(request, &shared, &flag).await })
    });
    let mut connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .auto_date_header(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = poll_fn(|context| connection.poll_without_shutdown(context)).await;
    let stream = connection.into_parts().io.into_inner();
    if hard.load(Ordering::SeqCst) {
        let _ = stream.set_zero_linger();
    }
}

async fn exchange(request: Request<Stream>, shared: &Shared, hard: &Arc<AtomicBool>) -> Result<Response<Body>, Reset> {
    let answer = match read(request).await {
        Ok(incoming) => handle(shared, &incoming),
        Err(answer) => *answer,
    };
    if answer.wire.delay_s > 0.0 {
        tokio::time::sleep(Duration::from_secs_f64(answer.wire.delay_s)).await;
    }
    if answer.wire.reset {
        hard.store(true, Ordering::SeqCst);
        if answer.wire.cut_after.is_none() {
            return Err(Reset);
        }
    }
    response(answer, shared).map_err(|_| Reset)
}

fn response(answer: Answer, shared: &Shared) -> Result<Response<Body>, hyper::http::Error> {
    let date = shared.clock.wall() / 1_000 + shared.scenario.clock.skew_s;
    Response::builder()
        .status(answer.status)
        .header(header::CONTENT_TYPE, answer.kind)
        .header(header::DATE, http_date(date))
        .body(Body::new(answer.body, answer.wire.cut_after, answer.wire.bytes_per_s))
}

/// The request, its body within bounds.
async fn read(request: Request<Stream>) -> Result<Incoming, Box<Answer>> {
    let (head, mut stream) = request.into_parts();
    let too_large = || Box::new(Answer::new(413, "text/html", "<html><body><h1>413 Request Entity Too Large</h1></body></html>"));
    let mut body = Vec::new();
    while let Some(frame) = poll_fn(|context| Pin::new(&mut stream).poll_frame(context)).await {
        let Ok(data) = frame.map_err(drop).and_then(|frame| frame.into_data().map_err(drop)) else { break };
        if body.len() + data.len() > LONGEST_BODY {
            return Err(too_large());
        }
        body.extend_from_slice(&data);
    }
    let name = |name: &header::HeaderName| name.as_str().to_owned();
    let headers = head.headers.iter().map(|(key, value)| (name(key), String::from_utf8_lossy(value.as_bytes()).into_owned()));
    let target = head.uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
    Ok(Incoming {
        method: head.method.to_string(),
        path: head.uri.path().to_owned(),
        query: pairs(head.uri.query().unwrap_or_default()),
        headers: headers.collect(),
        target,
        body,
    })
}

/// The members of a query.
fn pairs(query: &str) -> Vec<(String, String)> {
    let decoded = |text: &str| super::read::percent_decoded(&text.replace('+', " "));
    let pair =
        |part: &str| part.split_once('=').map_or_else(|| (decoded(part), String::new()), |(name, value)| (decoded(name), decoded(value)));
    query.split('&').filter(|part| !part.is_empty()).map(pair).collect()
}

/// Seconds since 1970 as in a `Date` header.
fn http_date(second: i64) -> String {
    jiff::Timestamp::from_second(second).map(|time| time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()).unwrap_or_default()
}
