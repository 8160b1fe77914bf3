//! A request that is put together from the arguments of a call.

use super::content::Content;
use super::{Code, Language, Range};
use crate::request::node::{Unknown, short};
use crate::request::{Header, Located, Node, Request, Source, Value, What, body};
use crate::text::Span;

/// How the body of a call is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sending {
    /// The tool makes JSON of a value and says so in a header.
    AsJson,
    /// The tool makes a form of an object and sends a text as it is.
    FormOrText,
    /// The tool makes JSON of an object; a text counts as a form.
    JsonOrForm,
    /// The tool sends text only; its header names the kind.
    TextOnly(Option<&'static str>),
}

impl Code<'_> {
    pub(super) fn draft(&self) -> Request {
        Request::new(match self.language {
            Language::Python => Source::Python,
            Language::JavaScript => Source::JavaScript,
            Language::PowerShell => Source::Curl,
        })
    }

    /// The expression as a text, unknown parts as stand-ins.
    pub(super) fn plain_text(&mut self, range: Range) -> Located<String> {
        let span = self.span(range);
        let bare = self.bare(range);
        let value = match self.rope(bare, 0) {
            Some(rope) => rope.text(),
            None => self.known_name(bare).unwrap_or_else(|| self.node(bare, 0).as_text()),
        };
        Located { value, span }
    }

    fn known_name(&mut self, range: Range) -> Option<String> {
        let text = self.source(range);
        (range.to == range.from + 1).then(|| self.named_rope(text, range.from, 0)).flatten().map(|rope| rope.text())
    }

    /// Sets the URL; one without a host is put behind the base.
    pub(super) fn set_url(&mut self, request: &mut Request, range: Range, base: Option<&str>) {
        let mut url = self.plain_text(range);
        if let Some(base) = base.filter(|_| !url.value.contains("://") && !url.value.starts_with("<unknown")) {
            url.value = format!("{}/{}", base.trim_end_matches('/'), url.value.trim_start_matches('/'));
        }
        request.url = Some(url);
    }

    /// Adds the members of an object, or the pairs of a list, as headers.
    pub(super) fn add_headers(&mut self, request: &mut Request, range: Range) {
        let node = self.node(range, 0);
        match &node.value {
            Value::Object(members) => {
                for member in members {
                    push_header(request, &member.key, &member.value, member.key_span);
                }
            }
            Value::Array(items) => {
                for item in items {
                    if let [name, value] = item.items() {
                        push_header(request, &name.as_text(), value, item.span);
                    }
                }
            }
            Value::Unknown(unknown) => request.note(What::NotEvaluated(format!("headers: {unknown}")), node.span),
            _ => {}
        }
    }

    /// Adds the members of an object to the query.
    pub(super) fn add_query(&mut self, request: &mut Request, range: Range) {
        let node = self.node(range, 0);
        let Some(url) = request.url.as_mut() else { return };
        for member in node.members() {
            let mark = if url.value.contains('?') { '&' } else { '?' };
            url.value.push(mark);
            url.value.push_str(&member.key);
            url.value.push('=');
            url.value.push_str(&member.value.as_text());
        }
    }

    /// Gives the request its body and the headers that the tool adds to it.
    pub(super) fn set_body(&mut self, request: &mut Request, range: Range, sending: Sending) {
        let span = self.span(range);
        match self.content(range, 0) {
            Content::Text(rope) => {
                body::set(request, &rope);
                imply_for_text(request, sending, span);
            }
            Content::Json(node) => {
                request.body = Some(node);
                imply_for_text(request, sending, span);
            }
            Content::Tree(node) if node.value == Value::Null => {}
            Content::Tree(node) => {
                if matches!(node.value, Value::Unknown(Unknown::Call(_) | Unknown::Variable(_) | Unknown::Expression(_))) {
                    request.note(What::NotEvaluated(short(self.source(range))), node.span);
                } else {
                    imply_for_tree(request, sending, span);
                }
                request.body = Some(node);
            }
        }
    }

    /// The text of an expression that is known in full, for methods and the like.
    pub(super) fn known_text(&mut self, range: Range) -> Option<String> {
        match self.node(range, 0).value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Puts what was noted while reading in front of the request's own notes, each once.
    pub(super) fn finish(&mut self, mut request: Request) -> Request {
        let mut notes = std::mem::take(&mut self.notes);
        notes.append(&mut request.notes);
        for note in notes {
            if !request.notes.contains(&note) {
                request.notes.push(note);
            }
        }
        request
    }
}

fn push_header(request: &mut Request, name: &str, value: &Node, key: Span) {
    let span = if value.span.start >= key.end { Span::new(key.start, value.span.end) } else { key };
    request.headers.push(Header { name: name.to_owned(), value: value.as_text().trim().to_owned(), span });
}

fn imply_for_text(request: &mut Request, sending: Sending, span: Span) {
    match sending {
        Sending::AsJson => request.imply("Content-Type", "application/json", span),
        Sending::JsonOrForm => request.imply("Content-Type", "application/x-www-form-urlencoded", span),
        Sending::TextOnly(Some(kind)) => request.imply("Content-Type", kind, span),
        Sending::TextOnly(None) | Sending::FormOrText => {}
    }
}

fn imply_for_tree(request: &mut Request, sending: Sending, span: Span) {
    match sending {
        Sending::AsJson | Sending::JsonOrForm => request.imply("Content-Type", "application/json", span),
        Sending::FormOrText => {
            request.note(What::BodyIsForm, span);
            request.imply("Content-Type", "application/x-www-form-urlencoded", span);
        }
        Sending::TextOnly(_) => request.note(What::NotSerialised, span),
    }
}
