//! requests, httpx, aiohttp, urllib and http.client.

use super::call::{Argument, Call};
use super::draft::Sending;
use super::token::Kind;
use super::{Code, Range};
use crate::request::{Request, What};

/// Arguments of a call by name and by place.
struct Arguments<'a> {
    all: Vec<Argument<'a>>,
}

impl Arguments<'_> {
    fn named(&self, name: &str) -> Option<Range> {
        self.all.iter().find(|argument| argument.name == Some(name)).map(|argument| argument.value)
    }

    fn place(&self, place: usize) -> Option<Range> {
        self.all.iter().filter(|argument| argument.name.is_none()).nth(place).map(|argument| argument.value)
    }

    fn get(&self, name: &str, place: usize) -> Option<Range> {
        self.named(name).or_else(|| self.place(place))
    }

    fn tells(&self) -> bool {
        ["json", "headers", "data", "content", "url"].iter().any(|name| self.named(name).is_some())
    }
}

impl<'a> Code<'a> {
    pub(super) fn python(&mut self, call: Call<'a>) -> Option<Request> {
        let arguments = Arguments { all: self.arguments(call.open) };
        if call.owner.ends_with("urllib.request") || (call.function == "Request" && call.owner == "request") {
            return (call.function == "Request").then(|| self.urllib(&arguments));
        }
        let verb = Self::verb(call.function).filter(|_| !call.owner.is_empty());
        let general = matches!(call.function, "request" | "Request" | "stream" | "build_request");
        if verb.is_none() && !general {
            return None;
        }
        let shift = usize::from(verb.is_none());
        let url = arguments.get("url", shift);
        let method = match verb {
            Some(verb) => Some(verb.to_uppercase()),
            None => arguments.get("method", 0).and_then(|method| self.known_text(method)).map(|method| method.to_uppercase()),
        };
        if !self.sends(call, url, arguments.tells() || (general && method.is_some() && url.is_some())) {
            return None;
        }
        let mut request = self.draft();
        request.method = method;
        self.python_request(&mut request, call, url, &arguments, shift);
        Some(request)
    }

    fn python_request(&mut self, request: &mut Request, call: Call<'a>, url: Option<Range>, arguments: &Arguments<'a>, shift: usize) {
        let base = self.python_client(request, call);
        if let Some(url) = url {
            self.set_url(request, url, base.as_deref());
        }
        let raw = shift == 1 && arguments.place(2).is_some(); // http.client: method, url, body, headers
        let headers = arguments.named("headers").or_else(|| arguments.place(3).filter(|_| raw));
        if let Some(headers) = headers {
            self.add_headers(request, headers);
        }
        if let Some(params) = arguments.named("params") {
            self.add_query(request, params);
        }
        self.python_body(request, arguments, raw, shift);
        if let Some(auth) = arguments.named("auth") {
            request.note(What::Credentials, self.span(auth));
        }
    }

    fn python_body(&mut self, request: &mut Request, arguments: &Arguments<'a>, raw: bool, shift: usize) {
        if let Some(files) = arguments.named("files") {
            request.note(What::FormPart("files".to_owned()), self.span(files));
        }
        if let Some(json) = arguments.named("json") {
            return self.python_json(request, json);
        }
        let second = arguments.place(1).filter(|_| shift == 0);
        if let Some(data) = arguments.named("data").or(second) {
            self.set_body(request, data, Sending::FormOrText);
        } else if let Some(content) = arguments.named("content") {
            self.set_body(request, content, Sending::TextOnly(None));
        } else if raw && let Some(content) = arguments.get("body", 2) {
            self.set_body(request, content, Sending::TextOnly(None));
        }
    }

    /// `json=`: the value is made into JSON, so a text becomes a JSON string.
    fn python_json(&mut self, request: &mut Request, range: Range) {
        let span = self.span(range);
        if let super::content::Content::Tree(_) = self.content(range, 0) {
            self.set_body(request, range, Sending::AsJson);
        } else {
            request.note(What::SerialisedTwice, span);
            self.set_body(request, range, Sending::AsJson);
        }
    }

    fn urllib(&mut self, arguments: &Arguments<'a>) -> Request {
        let mut request = self.draft();
        if let Some(url) = arguments.get("url", 0) {
            self.set_url(&mut request, url, None);
        }
        if let Some(headers) = arguments.get("headers", 2) {
            self.add_headers(&mut request, headers);
        }
        if let Some(data) = arguments.get("data", 1) {
            self.set_body(&mut request, data, Sending::TextOnly(Some("application/x-www-form-urlencoded")));
        }
        let method = arguments.named("method").and_then(|method| self.known_text(method));
        let implied = if request.body.is_some() || request.body_text.is_some() { "POST" } else { "GET" };
        request.method = Some(method.map_or_else(|| implied.to_owned(), |method| method.to_uppercase()));
        request
    }

    /// What the client or session of the call was made with; gives its base URL.
    fn python_client(&mut self, request: &mut Request, call: Call<'a>) -> Option<String> {
        let mut base = None;
        if let Some(set) = self.resolve(call.owner, call.open)
            && let Some((_, open)) = self.call(self.bare(set.value))
        {
            let arguments = Arguments { all: self.arguments(open) };
            if let Some(headers) = arguments.named("headers") {
                self.add_headers(request, headers);
            }
            if let Some(url) = arguments.named("base_url") {
                base = Some(self.plain_text(url).value);
            }
        }
        self.session_headers(request, call);
        base
    }

    /// `session.headers.update({...})`, `session.headers["X"] = ...`, `session.headers = {...}`.
    fn session_headers(&mut self, request: &mut Request, call: Call<'a>) {
        if call.owner.is_empty() {
            return;
        }
        let headers = format!("{}.headers", call.owner);
        let update = format!("{headers}.update");
        for at in 0..call.open {
            if self.text(at) == update && self.kind(at + 1) == Some(Kind::Open(b'(')) {
                for item in self.items(at + 1) {
                    self.add_headers(request, item);
                }
            }
        }
        let sets = self.assignments.iter().filter(|set| set.value.to <= call.open && self.text(set.at) == headers);
        for set in sets.cloned().collect::<Vec<_>>() {
            match set.keys.as_slice() {
                [key] => {
                    let name = self.literal(Range::new(*key, key + 1)).text();
                    let value = self.plain_text(set.value);
                    request.headers.push(crate::request::Header { name, value: value.value, span: value.span });
                }
                _ => self.add_headers(request, set.value),
            }
        }
    }
}
