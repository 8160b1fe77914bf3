//! HTTP archives: a whole archive, an entry, or the request of an entry.

use super::json::escaped;
use super::rope::{Rope, slice};
use super::{Header, Located, MAX_REQUESTS, Node, Request, Source, Value, What, body};
use crate::text::Span;

/// Longer strings of an archive are read where they stand, and only those that are sent.
pub(super) const LONGEST: usize = 64 * 1024;

/// The requests of an archive; none if the tree is something else.
pub(super) fn read(input: &str, root: &Node) -> Vec<Request> {
    let found = requests(root).into_iter().take(MAX_REQUESTS);
    found.map(|node| request(input, node)).collect()
}

fn requests(root: &Node) -> Vec<&Node> {
    if let Some(entries) = root.pointer("/log/entries").or_else(|| root.get("entries")) {
        return entries.items().iter().filter_map(entry).collect();
    }
    match &root.value {
        Value::Array(items) => items.iter().filter_map(entry).collect(),
        _ => entry(root).into_iter().collect(),
    }
}

/// The request of an entry, or the entry itself if it is one.
fn entry(node: &Node) -> Option<&Node> {
    let request = node.get("request").filter(|request| request.get("url").is_some()).unwrap_or(node);
    let told = request.get("method").and_then(Node::as_str).is_some() && request.get("url").is_some();
    let archived = ["headers", "postData", "httpVersion"].iter().any(|key| request.get(key).is_some()) && request.get("body").is_none();
    let lists = request.get("headers").is_none_or(|headers| matches!(headers.value, Value::Array(_)));
    (told && archived && lists).then_some(request)
}

fn request(input: &str, node: &Node) -> Request {
    let mut request = Request::new(Source::Har);
    request.method = node.get("method").and_then(Node::as_str).map(str::to_uppercase);
    request.url = node.get("url").map(|url| Located { value: literal(input, url.span).text(), span: url.span });
    for header in node.get("headers").map(Node::items).unwrap_or_default() {
        request.headers.extend(header_of(header));
    }
    if let Some(data) = node.get("postData") {
        post_data(&mut request, input, data);
    }
    request
}

/// A header, without those that only HTTP/2 has.
fn header_of(node: &Node) -> Option<Header> {
    let name = node.get("name")?.as_str().filter(|name| !name.starts_with(':'))?;
    let value = node.get("value")?.as_text();
    Some(Header { name: name.to_owned(), value, span: node.span })
}

fn post_data(request: &mut Request, input: &str, data: &Node) {
    if let Some(text) = data.get("text").filter(|text| text.as_str().is_some()) {
        body::set(request, &literal(input, text.span));
    } else if data.get("params").is_some_and(|params| !params.items().is_empty()) {
        request.note(What::BodyIsForm, data.span);
    }
    if request.header("content-type").is_none()
        && let Some(kind) = data.get("mimeType")
    {
        request.headers.push(Header { name: "Content-Type".to_owned(), value: kind.as_text(), span: kind.span });
    }
}

/// The text of a string that stands at `span`, quotes included.
pub(super) fn literal(input: &str, span: Span) -> Rope<'_> {
    let source = slice(input, span);
    let quoted = source.len() >= 2 && source.starts_with(['"', '\'']);
    let inner = if quoted { Span::new(span.start + 1, span.end - 1) } else { span };
    let whole = Rope::of(input, inner);
    let mut cursor = whole.cursor();
    let mut out = Rope::new(input);
    while cursor.peek().is_some() {
        out.push(cursor.run(|byte| byte == b'\\'));
        let start = cursor.at();
        if cursor.eat('\\')
            && let Some(c) = escaped(&mut cursor)
        {
            out.push_char(c, Span::new(start, cursor.end()));
        }
    }
    out
}
