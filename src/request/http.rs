//! Raw HTTP text: a request line, headers, a blank line, a body. A response behind it is left out.
//!
//! An endpoint line with a JSON body behind it is the short form of the same.

use super::rope::{Rope, slice};
use super::{Header, Located, MAX_REQUESTS, ReadError, Request, Source, What, body, json};
use crate::text::Span;

/// Methods that begin a request line.
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// A request line and where it stands.
pub(super) struct Line {
    pub(super) method: String,
    pub(super) url: Located<String>,
    /// Whether `HTTP/1.1` stands behind it.
    version: bool,
    /// Offset of the line behind it.
    next: usize,
}

/// A line without its break.
#[derive(Clone, Copy)]
struct Row<'a> {
    span: Span,
    text: &'a str,
    /// Offset of the line behind it.
    next: usize,
}

/// The lines of a part of the input.
fn rows(input: &str, span: Span) -> impl Iterator<Item = Row<'_>> {
    let mut next = span.start;
    slice(input, span).split_inclusive('\n').map(move |line| {
        let start = next;
        next += line.len();
        let text = line.trim_end_matches(['\n', '\r']);
        Row { span: Span::new(start, start + text.len()), text, next }
    })
}

/// `POST /v1/videos/text2video HTTP/1.1`, with `> ` before it in a trace of curl, or a list mark in prose.
fn request_line(row: Row<'_>) -> Option<Line> {
    let Row { text, span, next } = row;
    let trimmed = text.trim_start_matches([' ', '\t', '>', '*', '-', '`', '#']);
    let method = METHODS.into_iter().find(|method| trimmed.strip_prefix(method).is_some_and(|rest| rest.starts_with([' ', '\t'])))?;
    let rest = trimmed.get(method.len()..)?;
    let mut words = rest.split_whitespace();
    let target = words.next()?.trim_end_matches(['`', '*', ':', ',', ';', '.', ')', '"', '\'']);
    if !is_target(target) {
        return None;
    }
    let version = words.next().is_some_and(|word| word.starts_with("HTTP/"));
    let at = span.start + (text.len() - rest.len()) + rest.find(target)?;
    let url = Located { value: target.to_owned(), span: Span::new(at, at + target.len()) };
    Some(Line { method: method.to_owned(), url, version, next })
}

fn is_target(text: &str) -> bool {
    text.starts_with('/') || text.starts_with("http://") || text.starts_with("https://") || text.starts_with("{{")
}

/// The requests with a request line of their own.
pub(super) fn read(input: &str, span: Span) -> Result<Vec<Request>, ReadError> {
    let mut found = Vec::new();
    let mut from = span.start;
    while found.len() < MAX_REQUESTS
        && let Some(line) = first_line(input, Span::new(from, span.end))
    {
        let (request, end) = request(input, line, span.end)?;
        from = end.max(from + 1);
        while !input.is_char_boundary(from) {
            from += 1;
        }
        found.push(request);
    }
    Ok(found)
}

/// The first request line.
pub(super) fn first_line(input: &str, span: Span) -> Option<Line> {
    rows(input, span).find_map(request_line)
}

/// The last line that names an endpoint: a request line anywhere in it, or a URL or path alone.
pub(super) fn last_endpoint(input: &str, span: Span) -> Option<(Option<String>, Located<String>)> {
    let all: Vec<_> = rows(input, span).collect();
    all.into_iter().rev().take(40).filter(|row| row.text.len() <= 2048).find_map(|row| {
        let start = METHODS.into_iter().filter_map(|method| row.text.find(&format!("{method} "))).min();
        let from = |at: usize| Some(Row { text: row.text.get(at..)?, span: Span::new(row.span.start + at, row.span.end), ..row });
        let named = start.and_then(from).and_then(request_line);
        named.map(|line| (Some(line.method), line.url)).or_else(|| alone(row.text, row.span).map(|url| (None, url)))
    })
}

/// A URL, or a path of two parts or more, as a word of its own.
fn alone(text: &str, line: Span) -> Option<Located<String>> {
    let trim = ['`', '"', '\'', ',', '*', '(', ')', ':'];
    let word = text.split_whitespace().map(|word| word.trim_matches(trim)).find(|word| {
        word.starts_with("https://") || word.starts_with("http://") || (word.starts_with("/v") && word.matches('/').count() > 1)
    })?;
    let at = line.start + text.find(word)?;
    Some(Located { value: word.to_owned(), span: Span::new(at, at + word.len()) })
}

/// The request behind a request line, and the offset behind it.
fn request(input: &str, line: Line, limit: usize) -> Result<(Request, usize), ReadError> {
    let mut request = Request::new(if line.version { Source::Http } else { Source::Json });
    request.method = Some(line.method);
    request.url = Some(line.url);
    let start = headers(&mut request, input, Span::new(line.next, limit));
    if !request.headers.is_empty() {
        request.source = Source::Http;
    }
    let end = body_end(input, Span::new(start, limit));
    let text = slice(input, Span::new(start, end));
    if !text.trim().is_empty() {
        let rope = Rope::of(input, Span::new(start, end));
        if request.source == Source::Json {
            return json_body(request, &rope, end);
        }
        let trimmed = Span::new(start + (text.len() - text.trim_start().len()), start + text.trim_end().len());
        body::set(&mut request, &Rope::of(input, trimmed));
    }
    response(&mut request, input, Span::new(end, limit));
    Ok((request, end))
}

/// The body behind an endpoint line: JSON or nothing.
fn json_body(mut request: Request, rope: &Rope<'_>, end: usize) -> Result<(Request, usize), ReadError> {
    if !rope.is_json_like() {
        request.note(What::TextAfter, rope.span());
        return Ok((request, end));
    }
    let reading = json::read(rope.cursor())?;
    request.notes.extend(reading.notes);
    request.body = Some(reading.node);
    body::after(&mut request, rope, Span::new(reading.end, end));
    Ok((request, end))
}

/// Reads header lines; gives the offset of the body.
fn headers(request: &mut Request, input: &str, span: Span) -> usize {
    for row in rows(input, span) {
        let text = row.text;
        let bare = text.strip_prefix("> ").or_else(|| text.strip_prefix('>')).unwrap_or(text);
        if bare.trim().is_empty() {
            return row.next;
        }
        let Some(header) = header(bare, row.span) else { return row.span.start };
        request.headers.push(header);
    }
    span.end
}

fn header(text: &str, span: Span) -> Option<Header> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte));
    is_name.then(|| Header { name: name.to_owned(), value: value.trim().to_owned(), span })
}

/// Where the body ends: at a response, at the mark between requests of a `.http` file, at the next request line.
fn body_end(input: &str, span: Span) -> usize {
    rows(input, span).find(|row| ends_body(*row)).map_or(span.end, |row| row.span.start)
}

fn ends_body(row: Row<'_>) -> bool {
    let starts = |mark: &str| row.text.starts_with(mark);
    starts("HTTP/") || starts("< HTTP/") || starts("###") || starts("* ") || request_line(row).is_some_and(|line| line.version)
}

fn response(request: &mut Request, input: &str, rest: Span) {
    let text = slice(input, rest);
    if text.starts_with("HTTP/") || text.starts_with("< HTTP/") {
        request.note(What::Response, rest);
    }
}
