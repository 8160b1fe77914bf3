//! Tells which shape a paste has and asks the reader of that shape.

use super::rope::{Rope, slice};
use super::{Node, Note, ReadError, Request, Source, body, code, curl, har, http, json};
use crate::text::Span;

/// All requests in a paste, in order.
///
/// # Errors
///
/// When the text is empty, holds no request, or is JSON that cannot be read. A body inside a command, HTTP text or a
/// snippet that cannot be read is no error but a note of the request.
pub fn read(input: &str) -> Result<Vec<Request>, ReadError> {
    let whole = Span::new(0, input.len());
    if input.trim_matches(is_blank).is_empty() {
        return Err(ReadError::Empty);
    }
    let mut first_error = None;
    for block in fenced(input) {
        match shape(input, block) {
            Ok(found) if found.iter().any(has_substance) => return Ok(found),
            Ok(_) | Err(ReadError::NotARequest | ReadError::Empty) => {}
            Err(error) => first_error = first_error.or(Some(error)),
        }
    }
    shape(input, whole).map_err(|error| first_error.unwrap_or(error))
}

/// Whether it is more than an endpoint line, whose body may stand in the next block.
fn has_substance(request: &Request) -> bool {
    request.source != Source::Json || request.body.is_some()
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// What stands between the fences of Markdown.
fn fenced(input: &str) -> Vec<Span> {
    let mut blocks = Vec::new();
    let mut open: Option<usize> = None;
    let mut at = 0;
    for line in input.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if !line.trim_start().starts_with("```") || blocks.len() >= 64 {
            continue;
        }
        match open.take() {
            Some(from) => blocks.push(Span::new(from, start)),
            None => open = Some(at),
        }
    }
    blocks.extend(open.map(|from| Span::new(from, input.len())));
    blocks
}

/// The requests of a part of the input.
fn shape(input: &str, span: Span) -> Result<Vec<Request>, ReadError> {
    let text = slice(input, span);
    let start = span.start + (text.len() - text.trim_start_matches(is_blank).len());
    let span = Span::new(start, span.end);
    let text = slice(input, span);
    if text.starts_with(['{', '[']) {
        return json_text(input, span);
    }
    let found = commands(input, span);
    if !found.is_empty() {
        return Ok(found);
    }
    let http_first = http::first_line(input, span).is_some_and(|line| line.url.span.start < start + 64);
    if !http_first || code::has_signs(text) {
        let found = code::read(input, span);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let found = http::read(input, span)?;
    if found.iter().any(|request| request.body.is_some() || request.source == Source::Http) {
        return Ok(found);
    }
    match embedded(input, span) {
        Some(at) => json_text(input, Span::new(at, span.end)),
        None if found.is_empty() => Err(ReadError::NotARequest),
        None => Ok(found),
    }
}

fn commands(input: &str, span: Span) -> Vec<Request> {
    let text = slice(input, span);
    let starts = curl::commands(input, span);
    if starts.first().is_some_and(|start| curl::is_alias(slice(input, Span::new(*start, span.end)))) || code::has_cmdlet(text) {
        let found = code::read_powershell(input, span);
        if !found.is_empty() {
            return found;
        }
    }
    curl::read(input, span)
}

/// A JSON body behind other text: the first line that begins with a brace.
fn embedded(input: &str, span: Span) -> Option<usize> {
    let mut at = span.start;
    slice(input, span).split_inclusive('\n').find_map(|line| {
        let start = at + (line.len() - line.trim_start().len());
        at += line.len();
        line.trim_start().starts_with('{').then_some(start)
    })
}

/// JSON at the start of a part of the input: an archive, or a body whose endpoint may stand before it.
fn json_text(input: &str, span: Span) -> Result<Vec<Request>, ReadError> {
    let rope = Rope::of(input, span);
    let archive = is_archive(slice(input, span));
    let reading = if archive { json::read_short(rope.cursor(), har::LONGEST)? } else { json::read(rope.cursor())? };
    if archive {
        let found = har::read(input, &reading.node);
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let reading = if archive { json::read(rope.cursor())? } else { reading };
    let after = Span::new(reading.end, span.end);
    let mut request = plain(input, span, reading.node, reading.notes);
    body::after(&mut request, &rope, after);
    Ok(vec![request])
}

/// Whether the words of an archive are in the text.
fn is_archive(text: &str) -> bool {
    ["\"request\"", "\"postData\"", "\"httpVersion\"", "\"entries\""].iter().any(|word| text.contains(word))
}

fn plain(input: &str, span: Span, node: Node, notes: Vec<Note>) -> Request {
    let mut request = Request::new(Source::Json);
    if let Some((method, url)) = http::last_endpoint(input, Span::new(0, span.start)) {
        request.method = method;
        request.url = Some(url);
    }
    request.body = Some(node);
    request.notes = notes;
    request
}
