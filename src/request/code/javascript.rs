//! fetch, axios, got, ky and what is built like them.

use super::call::{Argument, Call};
use super::draft::Sending;
use super::token::Kind;
use super::{Code, Range};
use crate::request::Request;

/// Functions that take what `fetch` takes.
const FETCHES: [&str; 4] = ["fetch", "$fetch", "ofetch", "nodeFetch"];

/// The content type that `fetch` gives a text.
const PLAIN: &str = "text/plain;charset=UTF-8";

impl<'a> Code<'a> {
    pub(super) fn javascript(&mut self, call: Call<'a>) -> Option<Request> {
        let arguments = self.arguments(call.open);
        let first = arguments.first().map(|argument| argument.value)?;
        let second = arguments.get(1).map(|argument| argument.value);
        if FETCHES.contains(&call.function) && !matches!(call.owner, "this" | "self") {
            return Some(self.fetch(call, first, second));
        }
        if call.function == "axios" || (call.function == "request" && call.owner.to_lowercase().contains("axios")) {
            return Some(self.axios_config(call, first, second));
        }
        let config = self.config(first).is_some_and(|open| self.option(open, &["url", "uri"]).is_some());
        if call.function == "request" && config {
            return Some(self.axios_config(call, first, second));
        }
        let verb = Self::verb(call.function).filter(|_| !call.owner.is_empty())?;
        let sends = self.sends(call, Some(first), second.is_some());
        sends.then(|| self.verb_call(call, verb, &arguments, first))
    }

    /// `fetch(url, {method, headers, body})`, also around `new Request(...)`.
    fn fetch(&mut self, call: Call<'a>, first: Range, second: Option<Range>) -> Request {
        let (first, second) = self.inside_request(first).unwrap_or((first, second));
        let mut request = self.draft();
        self.set_url(&mut request, first, None);
        request.method = Some("GET".to_owned());
        if let Some(open) = second.and_then(|second| self.config(second)) {
            request.method = self.method(open).or(request.method);
            let sending = if call.function == "fetch" { Sending::TextOnly(Some(PLAIN)) } else { Sending::JsonOrForm };
            self.options(&mut request, open, "body", sending);
        } else if let Some(second) = second {
            request.method = None;
            let what = crate::request::What::NotEvaluated(crate::request::node::short(self.source(second)));
            request.note(what, self.span(second));
        }
        request
    }

    /// The arguments of `new Request(url, {...})`.
    fn inside_request(&self, range: Range) -> Option<(Range, Option<Range>)> {
        let (name, open) = self.call(self.bare(range))?;
        let items = self.items(open);
        (name == "Request").then(|| items.first().map(|url| (*url, items.get(1).copied()))).flatten()
    }

    /// `axios({method, url, data, headers})`, `axios(url, {...})`.
    fn axios_config(&mut self, call: Call<'a>, first: Range, second: Option<Range>) -> Request {
        let mut request = self.draft();
        let open = self.config(first).or_else(|| second.and_then(|second| self.config(second)));
        let base = self.client(&mut request, call, open);
        let url = open.and_then(|open| self.option(open, &["url", "uri"]));
        if let Some(url) = url.or_else(|| self.config(first).is_none().then_some(first)) {
            self.set_url(&mut request, url, base.as_deref());
        }
        request.method = Some("GET".to_owned());
        if let Some(open) = open {
            request.method = self.method(open).or(request.method);
            self.options(&mut request, open, "data", Sending::JsonOrForm);
        }
        request
    }

    /// `axios.post(url, data, {headers})`, `axios.get(url, {headers})`, `got.post(url, {json, headers})`.
    fn verb_call(&mut self, call: Call<'a>, verb: &str, arguments: &[Argument<'a>], url: Range) -> Request {
        let mut request = self.draft();
        request.method = Some(verb.to_uppercase());
        let place = |place: usize| arguments.get(place).map(|argument| argument.value);
        let one_config = matches!(call.owner, "got" | "ky") || matches!(verb, "get" | "delete" | "head" | "options");
        let config = place(if one_config { 1 } else { 2 }).and_then(|range| self.config(range));
        let base = self.client(&mut request, call, config);
        self.set_url(&mut request, url, base.as_deref());
        if let Some(open) = config {
            self.options(&mut request, open, if one_config { "body" } else { "" }, Sending::JsonOrForm);
        }
        if let Some(data) = place(1).filter(|_| !one_config) {
            self.set_body(&mut request, data, Sending::JsonOrForm);
        }
        request
    }

    fn method(&mut self, open: usize) -> Option<String> {
        let method = self.option(open, &["method"])?;
        self.known_text(method).map(|method| method.to_uppercase())
    }

    /// Headers, query and body of an object of options.
    fn options(&mut self, request: &mut Request, open: usize, body: &str, sending: Sending) {
        if let Some(headers) = self.option(open, &["headers"]) {
            self.add_headers(request, headers);
        }
        if let Some(query) = self.option(open, &["params", "searchParams", "query"]) {
            self.add_query(request, query);
        }
        if let Some(json) = self.option(open, &["json"]).filter(|_| body == "body" && sending == Sending::JsonOrForm) {
            self.set_body(request, json, Sending::AsJson);
        } else if let Some(data) = self.option(open, &[body]).or_else(|| self.option(open, &["body"]).filter(|_| body == "data")) {
            self.set_body(request, data, sending);
        }
    }

    /// The bracket of an object of options, given as it is or by name.
    fn config(&mut self, range: Range) -> Option<usize> {
        if let Some(open) = self.object(range) {
            return Some(open);
        }
        let bare = self.bare(range);
        let single = self.kind(bare.from) == Some(Kind::Name) && bare.to == bare.from + 1;
        let set = if single { self.resolve(self.text(bare.from), bare.from) } else { None };
        set.and_then(|set| self.object(set.value))
    }

    /// The value of the first of these options.
    fn option(&self, open: usize, names: &[&str]) -> Option<Range> {
        let entries = self.entries(open, ":");
        names.iter().find_map(|name| entries.iter().rev().find(|entry| self.key(entry) == *name)).map(|entry| entry.value)
    }

    /// What the client was made with (`axios.create({baseURL, headers})`); gives its base URL.
    fn client(&mut self, request: &mut Request, call: Call<'a>, config: Option<usize>) -> Option<String> {
        let own = config.and_then(|open| self.option(open, &["baseURL", "prefixUrl"]));
        if let Some(own) = own {
            return Some(self.plain_text(own).value);
        }
        let name = if call.owner.is_empty() { call.function } else { call.owner };
        let set = self.resolve(name, call.open)?;
        let (_, open) = self.call(self.bare(set.value))?;
        let first = self.items(open).first().copied()?;
        let open = self.config(first)?;
        if let Some(headers) = self.option(open, &["headers"]) {
            self.add_headers(request, headers);
        }
        let base = self.option(open, &["baseURL", "prefixUrl"])?;
        Some(self.plain_text(base).value)
    }
}
