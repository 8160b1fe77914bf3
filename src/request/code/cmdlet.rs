//! PowerShell's `Invoke-RestMethod` and `Invoke-WebRequest`.

use super::draft::Sending;
use super::token::Kind;
use super::{CMDLETS, Code, Range};
use crate::request::rope::slice;
use crate::request::{Header, Located, MAX_REQUESTS, Request, What};
use crate::text::Span;

/// The value of a parameter.
#[derive(Debug, Clone, Copy)]
enum Given {
    Expression(Range),
    /// A word without quotes.
    Word(Span),
}

impl Code<'_> {
    pub(super) fn cmdlets(&mut self) -> Vec<Request> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            let name = self.text(at).to_ascii_lowercase();
            let alias = matches!(name.as_str(), "curl" | "wget") && self.text(at + 1).starts_with('-');
            if self.kind(at) != Some(Kind::Name) || !(CMDLETS.contains(&name.as_str()) || alias) || found.len() >= MAX_REQUESTS {
                continue;
            }
            self.notes.clear();
            let parameters = self.parameters(at + 1);
            let request = self.cmdlet(&parameters);
            found.extend(request.map(|request| self.finish(request)));
        }
        found
    }

    /// The parameters behind a command, with their names in lower case.
    fn parameters(&self, from: usize) -> Vec<(String, Given)> {
        let mut found = Vec::new();
        let mut at = from;
        while self.kind(at).is_some()
            && !self.breaks(at)
            && !self.is_mark(at, "|")
            && !self.is_mark(at, ";")
            && self.kind(at) != Some(Kind::Close)
        {
            let text = self.text(at);
            let splat = text.starts_with('@') && self.kind(at) == Some(Kind::Name);
            let named = text.starts_with('-') && self.kind(at) == Some(Kind::Name);
            let value_at = at + usize::from(named);
            if named && (self.text(value_at).starts_with('-') || self.breaks(value_at)) {
                at += 1; // a switch
                continue;
            }
            let (value, next) = self.given(value_at);
            let name = if splat { "@".to_owned() } else { text.get(1..).filter(|_| named).unwrap_or("uri").to_ascii_lowercase() };
            found.push((name, value));
            at = next.max(at + 1);
        }
        found
    }

    /// The value at a token, and the token behind it.
    fn given(&self, at: usize) -> (Given, usize) {
        let text = self.text(at);
        let value = matches!(self.kind(at), Some(Kind::Text | Kind::Open(_))) || text.starts_with(['$', '@']);
        if value {
            let end = self.skip(at);
            return (Given::Expression(Range::new(at, end)), end);
        }
        let start = self.span(Range::new(at, at + 1)).start;
        let rest = slice(self.input, Span::new(start, self.input.len()));
        let end = start + rest.find(char::is_whitespace).unwrap_or(rest.len());
        let mut next = at + 1;
        while self.token(next).is_some_and(|token| token.span.start < end) {
            next += 1;
        }
        (Given::Word(Span::new(start, end)), next)
    }

    fn cmdlet(&mut self, parameters: &[(String, Given)]) -> Option<Request> {
        let mut all = Vec::new();
        for (name, value) in parameters {
            match value {
                Given::Expression(range) if name == "@" => all.extend(self.splat(*range)),
                _ => all.push((name.clone(), *value)),
            }
        }
        let get = |wanted: &str| all.iter().find(|(name, _)| name == wanted).map(|(_, value)| *value);
        let url = get("uri").or_else(|| get("url"))?;
        let mut request = self.draft();
        request.url = Some(self.given_text(url));
        let method = get("method").map(|method| self.given_text(method).value.to_uppercase());
        request.method = Some(method.unwrap_or_else(|| "GET".to_owned()));
        if let Some(Given::Expression(headers)) = get("headers") {
            self.add_headers(&mut request, headers);
        }
        if let Some(kind) = get("contenttype").map(|kind| self.given_text(kind)) {
            request.headers.push(Header { name: "Content-Type".to_owned(), value: kind.value, span: kind.span });
        }
        self.cmdlet_body(&mut request, get("body"));
        if let Some(file) = get("infile").map(|file| self.given_text(file)) {
            request.note(What::FileNotRead(file.value), file.span);
        }
        Some(request)
    }

    fn cmdlet_body(&mut self, request: &mut Request, value: Option<Given>) {
        let Some(Given::Expression(range)) = value else { return };
        self.set_body(request, range, Sending::FormOrText);
        if request.method.as_deref() == Some("POST") {
            let span = self.span(range);
            request.imply("Content-Type", "application/x-www-form-urlencoded", span);
        }
    }

    /// The members of the object behind `@parameters`.
    fn splat(&mut self, range: Range) -> Vec<(String, Given)> {
        let name = format!("${}", Self::name_of(self.text(range.from)));
        let set = self.resolve(&name, range.from);
        let Some(open) = set.and_then(|set| self.object(set.value)) else { return Vec::new() };
        let entries = self.entries(open, "=");
        entries.into_iter().map(|entry| (self.key(&entry).to_ascii_lowercase(), Given::Expression(entry.value))).collect()
    }

    fn given_text(&mut self, value: Given) -> Located<String> {
        match value {
            Given::Expression(range) => self.plain_text(range),
            Given::Word(span) => Located { value: slice(self.input, span).to_owned(), span },
        }
    }
}
