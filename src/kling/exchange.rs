//! One request and its answer, bounded in time and size; where it broke, when it broke.

use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, DATE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Method, Url};

use super::clock::http_date;
use super::egress::{Egress, Stage, stage};

/// Most bytes of an answer with a success status.
pub(super) const LARGEST: usize = 4 * 1024 * 1024;
/// Most bytes of any other answer.
pub(super) const LARGEST_ERROR: usize = 64 * 1024;

/// What is sent.
pub(super) struct Call {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) authorization: Option<HeaderValue>,
    pub(super) body: Option<Vec<u8>>,
    /// Time for everything, from the name to the last byte.
    pub(super) timeout: Duration,
    /// Most bytes of an answer with a success status.
    pub(super) cap: usize,
}

/// An answer as it came.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) status: u16,
    pub(super) date: Option<i64>,
    pub(super) retry_after_s: Option<u64>,
    pub(super) content_type: String,
    pub(super) body: Vec<u8>,
    /// Whether the body was longer than the cap and is cut.
    pub(super) cut: bool,
}

/// How an answer was lost after its request was, or may have been, sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// The time was up.
    Timeout,
    /// The connection ended before the answer did.
    Closed,
    /// What came is no HTTP.
    NotHttp,
}

/// Why there is no whole answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// No byte of the request was written.
    Unsent { stage: Stage, detail: String },
    /// Some of it may have been; the status is there when the head of an answer was.
    Sent { lost: Lost, status: Option<u16> },
}

impl Broken {
    pub(super) fn local(detail: &str) -> Self {
        Self::Unsent { stage: Stage::Local, detail: detail.to_owned() }
    }
}

/// Sends a request once and reads the answer.
pub(super) async fn exchange(egress: &Egress, call: Call) -> Result<Raw, Broken> {
    let Ok((client, connected)) = egress.once() else { return Err(Broken::local("the HTTP client cannot be set up")) };
    let status = AtomicU16::new(0);
    let timeout = call.timeout;
    let ended = tokio::time::timeout(timeout, transfer(&client, call, &status)).await;
    let seen = Some(status.load(Ordering::SeqCst)).filter(|status| *status != 0);
    match ended {
        Ok(Ok(raw)) => Ok(raw),
        Ok(Err(error)) => Err(broken(&error, &connected, seen)),
        Err(_) if connected.load(Ordering::SeqCst) => Err(Broken::Sent { lost: Lost::Timeout, status: seen }),
        Err(_) => Err(Broken::Unsent { stage: Stage::Connect, detail: "timed out".to_owned() }),
    }
}

async fn transfer(client: &reqwest::Client, call: Call, seen: &AtomicU16) -> Result<Raw, reqwest::Error> {
    let mut request = client.request(call.method, call.url);
    if let Some(value) = call.authorization {
        request = request.header(AUTHORIZATION, value);
    }
    if let Some(body) = call.body {
        request = request.header(CONTENT_TYPE, "application/json").body(body);
    }
    let mut response = request.send().await?;
    let mut raw = head(&response);
    seen.store(raw.status, Ordering::SeqCst);
    let cap = if response.status().is_success() { call.cap } else { LARGEST_ERROR.min(call.cap) };
    while let Some(chunk) = response.chunk().await? {
        let room = cap.saturating_sub(raw.body.len());
        raw.cut = chunk.len() > room;
        raw.body.extend(chunk.iter().take(room));
        if raw.cut {
            break;
        }
    }
    Ok(raw)
}

fn head(response: &reqwest::Response) -> Raw {
    let headers = response.headers();
    Raw {
        status: response.status().as_u16(),
        date: text(headers, &DATE).and_then(http_date),
        retry_after_s: text(headers, &RETRY_AFTER).and_then(|value| value.trim().parse().ok()),
        content_type: text(headers, &CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase(),
        ..Raw::default()
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Before the connection stood nothing can have been written; after that anything may have been.
fn broken(error: &reqwest::Error, connected: &AtomicBool, status: Option<u16>) -> Broken {
    if error.is_builder() {
        return Broken::local("the request cannot be put together");
    }
    if !connected.load(Ordering::SeqCst) {
        let (stage, detail) = stage(error);
        let detail = if error.is_timeout() { "timed out".to_owned() } else { detail };
        return Broken::Unsent { stage, detail };
    }
    Broken::Sent { lost: lost(error), status }
}

fn lost(error: &reqwest::Error) -> Lost {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if let Some(hyper) = inner.downcast_ref::<hyper::Error>()
            && hyper.is_parse()
        {
            return Lost::NotHttp;
        }
        source = inner.source();
    }
    if error.is_timeout() { Lost::Timeout } else { Lost::Closed }
}
