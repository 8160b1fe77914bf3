//! A request as every check sees it, read from text and parts.

use std::collections::BTreeMap;

use super::place::Spans;
use super::report::Sendable;
use super::{Input, InputError, Parts, elide};
use crate::request::{self, Node};

/// A request taken apart, as every check sees it.
#[derive(Debug, Clone)]
pub(super) struct Plain {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Node>,
    /// A body is named but was not read: a file, or a command that was not run.
    pub(super) unread: bool,
    /// Where the parts stand in the text they were read from.
    pub(super) spans: Spans,
}

/// A request as it would really be sent, secrets of its body and all. It is for the wire and never for an answer.
#[derive(Clone)]
pub struct Prepared {
    /// HTTP method.
    pub method: String,
    /// URL or path.
    pub url: String,
    /// The body, where it was given and could be read.
    pub body: Option<serde_json::Value>,
    /// Pointers of values that only running the snippet would tell.
    pub unknown: Vec<String>,
    /// A body is named but was not read.
    pub unread: bool,
}

impl std::fmt::Debug for Prepared {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Prepared").field("method", &self.method).finish_non_exhaustive()
    }
}

/// The first request of the input, for the wire.
///
/// # Errors
/// Says what is missing or where reading stopped.
pub fn prepare(input: &Input) -> Result<Prepared, InputError> {
    let first = plain(input)?.into_iter().next().ok_or(InputError::Empty)?;
    let mut unknown = Vec::new();
    if let Some(body) = &first.body {
        unknowns(body, "", &mut unknown);
    }
    Ok(Prepared { method: first.method, url: first.url, body: first.body.as_ref().map(Node::to_json), unknown, unread: first.unread })
}

fn unknowns(node: &Node, at: &str, found: &mut Vec<String>) {
    if matches!(node.value, request::Value::Unknown(_)) {
        found.push(at.to_owned());
    }
    node.members().iter().for_each(|member| unknowns(&member.value, &format!("{at}/{}", super::fields::escape(&member.key)), found));
    node.items().iter().enumerate().for_each(|(index, item)| unknowns(item, &format!("{at}/{index}"), found));
}

/// The requests to check, from text and parts.
pub(super) fn plain(input: &Input) -> Result<Vec<Plain>, InputError> {
    let written = match input.request.as_deref().filter(|text| !text.trim().is_empty()) {
        Some(text) => request::read(text)?.into_iter().map(written).collect(),
        None => vec![Plain {
            method: String::new(),
            url: String::new(),
            headers: Vec::new(),
            body: None,
            unread: false,
            spans: Spans::default(),
        }],
    };
    written.into_iter().map(|plain| with_parts(plain, &input.parts)).collect()
}

fn written(read: request::Request) -> Plain {
    let unread = read.notes.iter().any(|note| matches!(note.what, request::What::FileNotRead(_) | request::What::NotEvaluated(_)));
    let spans = Spans {
        url: read.url.as_ref().map(|url| url.span),
        headers: read.headers.iter().map(|header| (header.name.clone(), header.span)).collect(),
        body: true,
    };
    Plain {
        unread,
        spans,
        method: read.method.unwrap_or_default(),
        url: read.url.map(|url| url.value).unwrap_or_default(),
        headers: read.headers.into_iter().map(|header| (header.name, header.value)).collect(),
        body: read.body,
    }
}

fn with_parts(mut plain: Plain, parts: &Parts) -> Result<Plain, InputError> {
    let filled = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    if let Some(url) = filled(&parts.endpoint) {
        plain.url = url;
        plain.spans.url = None;
    }
    if let Some(body) = filled(&parts.body) {
        plain.body = Some(json(&body)?);
        plain.spans.body = false;
    }
    plain.headers.extend(parts.headers.iter().cloned());
    let said = filled(&parts.method).or_else(|| Some(plain.method.clone()).filter(|method| !method.is_empty()));
    plain.method = said.unwrap_or_else(|| "POST".to_owned()).to_ascii_uppercase();
    if plain.url.is_empty() && plain.body.is_none() {
        return Err(InputError::Empty);
    }
    Ok(plain)
}

/// A JSON text as a tree.
pub(super) fn json(text: &str) -> Result<Node, InputError> {
    request::read(text)?.into_iter().next().and_then(|read| read.body).ok_or(InputError::Body)
}

impl Plain {
    /// The parts as they would be sent; credentials are replaced.
    pub(super) fn sendable(&self) -> Sendable {
        let shown = |name: &str, value: &str| match name.to_ascii_lowercase().as_str() {
            "authorization" => "Bearer <your key>".to_owned(),
            "content-type" | "accept" | "user-agent" => crate::redact::redact(value).text,
            _ => "<as given>".to_owned(),
        };
        let headers: BTreeMap<String, String> = self.headers.iter().map(|(name, value)| (name.clone(), shown(name, value))).collect();
        let mut body = self.body.as_ref().map(Node::to_json);
        body.iter_mut().for_each(elide::secrets);
        Sendable { method: self.method.clone(), endpoint: crate::redact::redact(&self.url).text, headers, body }
    }
}
