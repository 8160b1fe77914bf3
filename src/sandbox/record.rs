//! The record of every request: what came, what was answered, what was created. For assertions.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use serde::Serialize;

/// Requests that are kept; older ones are forgotten, the counts are not.
const KEPT: usize = 20_000;
/// Bytes of a body that are kept.
const BODY: usize = 4096;

/// One request and what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Request {
    /// Place in the order of arrival, from 1.
    pub number: u64,
    /// Virtual milliseconds since 1970.
    pub time: i64,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
    /// Query, without the question mark.
    pub query: String,
    /// Headers; credentials are masked.
    pub headers: Vec<(String, String)>,
    /// The first bytes of the body; credentials are masked.
    pub body: String,
    /// Id of the endpoint, if there is one.
    pub endpoint: Option<String>,
    /// HTTP status of the answer; none: the connection was reset instead.
    pub status: Option<u16>,
    /// Service code of the answer.
    pub code: Option<i64>,
    /// Id of the task that it created, whether or not the answer said so.
    pub created: Option<String>,
}

/// What was counted since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Requests to the API.
    pub requests: u64,
    /// Creates that were accepted: each is a task that can be billed.
    pub creates: u64,
}

#[derive(Debug, Default)]
struct Inner {
    requests: VecDeque<Request>,
    counts: Counts,
}

/// The record of a sandbox.
#[derive(Debug, Default)]
pub(super) struct Record(Mutex<Inner>);

impl Record {
    /// Adds a request and numbers it.
    pub(super) fn add(&self, mut request: Request) -> Request {
        let mut inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        inner.counts.requests += 1;
        inner.counts.creates += u64::from(request.created.is_some());
        request.number = inner.counts.requests;
        if inner.requests.len() >= KEPT {
            inner.requests.pop_front();
        }
        inner.requests.push_back(request.clone());
        request
    }

    /// All that are kept, in order of arrival.
    pub(super) fn all(&self) -> Vec<Request> {
        let inner = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let clean = |text: &str| crate::redact::redact(text).text;
        let headers = |request: &Request| request.headers.iter().map(|(name, value)| (name.clone(), clean(value))).collect();
        inner
            .requests
            .iter()
            .map(|request| Request {
                body: clean(&request.body),
                query: clean(&request.query),
                headers: headers(request),
                ..request.clone()
            })
            .collect()
    }

    pub(super) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).counts
    }

    pub(super) fn clear(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Inner::default();
    }
}

/// The beginning of a body as text.
pub(super) fn beginning(body: &[u8]) -> String {
    String::from_utf8_lossy(body.get(..BODY).unwrap_or(body)).into_owned()
}

/// A header as it may be kept: of what may be a credential only the scheme.
pub(super) fn masked(name: &str, value: &str) -> String {
    let secret = ["authorization", "cookie", "key", "token", "secret"].iter().any(|word| name.contains(word));
    if !secret {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) if scheme.len() <= 10 && scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => format!("{scheme} ***"),
        _ => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_credential_only_the_scheme_is_kept() {
        assert_eq!(masked("authorization", "Bearer abc.def"), "Bearer ***");
        assert_eq!(masked("authorization", "abc.def"), "***");
        assert_eq!(masked("x-api-key", "abc"), "***");
        assert_eq!(masked("accept", "*/*"), "*/*");
    }
}
