//! Turns the text of a body into a tree where it is JSON.

use super::rope::Rope;
use super::{Request, Source, What, json};
use crate::text::Span;

/// Gives the request its body.
pub(super) fn set(request: &mut Request, rope: &Rope<'_>) {
    if !rope.is_json_like() {
        request.note(What::BodyNotJson, rope.span());
        request.body_text = Some(rope.text());
        return;
    }
    match json::read(rope.cursor()) {
        Ok(reading) => {
            let end = rope.span().end;
            request.notes.extend(reading.notes);
            request.body = Some(reading.node);
            after(request, rope, Span::new(reading.end, end));
        }
        Err(error) => {
            request.note(What::BodyUnreadable(error), rope.span());
            request.body_text = Some(rope.text());
        }
    }
}

/// Says what follows a body that is read; in raw HTTP a response may.
pub(super) fn after(request: &mut Request, rope: &Rope<'_>, span: Span) {
    let rest = rope.input_slice(span);
    let text = rest.trim();
    if text.is_empty() || (request.source == Source::Har) {
        return;
    }
    let start = span.start + (rest.len() - rest.trim_start().len());
    let what = if text.starts_with("HTTP/") || text.starts_with("< HTTP/") { What::Response } else { What::TextAfter };
    request.note(what, Span::new(start, span.end));
}
