//! Which calls send requests.

use super::token::Kind;
use super::{Code, Language, Range};
use crate::request::{MAX_REQUESTS, Request};

/// Methods that libraries have functions for.
const VERBS: [&str; 7] = ["get", "post", "put", "patch", "delete", "head", "options"];

/// Names of libraries, and of objects that send.
const SENDERS: [&str; 12] =
    ["requests", "httpx", "session", "client", "http", "axios", "got", "ky", "aiohttp", "instance", "api", "request"];

/// Objects that answer requests.
const SERVERS: [&str; 7] = ["app", "router", "server", "fastify", "@app", "nock", "mock"];

/// A call that may send a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    /// What stands before the last dot.
    pub(super) owner: &'a str,
    /// The function.
    pub(super) function: &'a str,
    /// Its opening bracket.
    pub(super) open: usize,
}

/// An argument.
#[derive(Debug, Clone, Copy)]
pub(super) struct Argument<'a> {
    pub(super) name: Option<&'a str>,
    pub(super) value: Range,
}

impl<'a> Code<'a> {
    pub(super) fn calls(&mut self) -> Vec<Request> {
        let mut found = Vec::new();
        for at in 0..self.tokens.len() {
            if found.len() >= MAX_REQUESTS {
                break;
            }
            let Some(call) = self.call_at(at) else { continue };
            self.notes.clear();
            let request = match self.language {
                Language::Python => self.python(call),
                _ => self.javascript(call),
            };
            found.extend(request.map(|request| self.finish(request)));
        }
        found
    }

    fn call_at(&self, at: usize) -> Option<Call<'a>> {
        if self.kind(at) != Some(Kind::Name) {
            return None;
        }
        let mut open = at + 1;
        if self.is_mark(open, "<") && self.language == Language::JavaScript {
            open = self.behind_generics(open)?; // axios.post<Answer>(…)
        }
        if self.kind(open) != Some(Kind::Open(b'(')) || self.text(at.saturating_sub(1)) == "def" {
            return None;
        }
        let name = self.text(at).trim_start_matches('?');
        let (owner, function) = name.rsplit_once('.').unwrap_or(("", name));
        let owner = if owner.is_empty() && name.starts_with('.') { self.owner_before(at) } else { owner };
        Some(Call { owner, function, open })
    }

    fn behind_generics(&self, at: usize) -> Option<usize> {
        (at..at + 24).find(|at| self.is_mark(*at, ">")).map(|at| at + 1)
    }

    /// The name before a chained call, also before the bracket of a call that makes the object.
    fn owner_before(&self, at: usize) -> &'a str {
        let Some(before) = at.checked_sub(1) else { return "" };
        match self.kind(before) {
            Some(Kind::Name) => self.text(before),
            Some(Kind::Close) => self.mate(before).checked_sub(1).map_or("", |name| self.text(name)),
            _ => "",
        }
    }

    /// The arguments of a call.
    pub(super) fn arguments(&self, open: usize) -> Vec<Argument<'a>> {
        let mark = if self.language == Language::Python { "=" } else { "\0" };
        let entries = self.entries(open, mark).into_iter().filter(|entry| !entry.spread);
        entries.map(|entry| Argument { name: (!entry.key.is_empty()).then(|| self.text(entry.key.from)), value: entry.value }).collect()
    }

    /// The method that a function stands for.
    pub(super) fn verb(function: &str) -> Option<&'static str> {
        VERBS.into_iter().find(|verb| function.eq_ignore_ascii_case(verb))
    }

    /// Whether the call sends, judged by its owner and its first argument.
    pub(super) fn sends(&mut self, call: Call<'a>, url: Option<Range>, told: bool) -> bool {
        let last = call.owner.rsplit('.').next().unwrap_or("").to_lowercase();
        if SERVERS.contains(&last.as_str()) {
            return false;
        }
        let library = matches!(call.owner, "requests" | "httpx" | "axios");
        let sender = SENDERS.iter().any(|sender| last.contains(sender));
        let located = url.is_some_and(|url| self.is_url_like(url));
        library || (sender && (located || told)) || (located && (told || !call.function.eq_ignore_ascii_case("get")))
    }

    fn is_url_like(&mut self, range: Range) -> bool {
        let text = self.plain_text(range).value;
        let source = self.source(range).to_lowercase();
        text.starts_with("http") || text.contains('/') || ["url", "endpoint", "uri"].iter().any(|word| source.contains(word))
    }
}
