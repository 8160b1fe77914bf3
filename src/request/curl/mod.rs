//! curl command lines.

use super::rope::{Rope, slice};
use super::shell::{self, Command, Dialect, Word};
use super::{Header, Located, MAX_REQUESTS, Request, Source, What, body};
use crate::text::Span;

mod data;
mod find;
mod options;

pub(super) use find::{commands, is_alias};

/// The requests of all curl commands in a part of the input.
pub(super) fn read(input: &str, span: Span) -> Vec<Request> {
    let mut found = Vec::new();
    let mut from = span.start;
    for start in commands(input, span) {
        if start < from || found.len() >= MAX_REQUESTS {
            continue;
        }
        let command = Span::new(start, span.end);
        let shell = Dialect::of(slice(input, command));
        let command = shell::words(input, command, shell);
        from = command.end;
        found.extend(requests(input, command));
    }
    found
}

/// The requests of one command: more than one if `--next` stands in it.
fn requests(input: &str, command: Command<'_>) -> Vec<Request> {
    let Command { words, stdin, notes, .. } = command;
    let mut words = words.into_iter().skip(1).peekable();
    let mut found = Vec::new();
    while words.peek().is_some() {
        let mut call = Call::new(input);
        while let Some(word) = words.next() {
            let text = (word.rope.first() == Some('-')).then(|| word.rope.head(64));
            match text.as_deref() {
                Some("--next" | "-:") => break,
                Some(option) if option.len() > 1 && option.starts_with('-') => call.option(option, &word, &mut words),
                _ => call.url(&word),
            }
        }
        found.push(call.finish(stdin.as_ref()));
    }
    if let Some(first) = found.first_mut() {
        first.notes.splice(..0, notes);
    }
    found
}

/// What the options read so far ask for.
struct Call<'a> {
    input: &'a str,
    request: Request,
    data: Vec<data::Piece<'a>>,
    get: bool,
    form: bool,
    json: Option<Span>,
}

impl<'a> Call<'a> {
    const fn new(input: &'a str) -> Self {
        Self { input, request: Request::new(Source::Curl), data: Vec::new(), get: false, form: false, json: None }
    }

    fn option(&mut self, option: &str, word: &Word<'a>, words: &mut impl Iterator<Item = Word<'a>>) {
        if let Some(name) = option.strip_prefix("--") {
            return match options::long(name) {
                Some(true) => {
                    if let Some(argument) = words.next() {
                        self.apply(name, argument);
                    }
                }
                Some(false) => self.flag(name),
                None => self.request.note(What::UnknownOption(super::node::short(option)), word.span),
            };
        }
        for (at, letter) in option.char_indices().skip(1) {
            let Some(name) = options::short(letter) else {
                self.letter(letter);
                continue;
            };
            let rope = word.rope.behind(at + letter.len_utf8());
            let attached = (!rope.is_empty()).then(|| Word { span: rope.span(), rope });
            if let Some(argument) = attached.or_else(|| words.next()) {
                self.apply(name, argument);
            }
            return;
        }
    }

    fn flag(&mut self, name: &str) {
        match name {
            "get" => self.get = true,
            "head" => self.request.method = Some("HEAD".to_owned()),
            _ => {}
        }
    }

    fn letter(&mut self, letter: char) {
        match letter {
            'G' => self.get = true,
            'I' => self.request.method = Some("HEAD".to_owned()),
            _ => {}
        }
    }

    fn apply(&mut self, name: &str, word: Word<'a>) {
        match name {
            "request" => self.request.method = Some(word.rope.text().trim().to_uppercase()),
            "url" => self.url(&word),
            "header" => self.header(&word),
            "user-agent" => self.named("User-Agent", &word),
            "referer" => self.named("Referer", &word),
            "cookie" => self.named("Cookie", &word),
            "oauth2-bearer" => self.bearer(&word),
            "user" => self.request.note(What::Credentials, word.span),
            "form" | "form-string" => self.form_part(&word),
            "upload-file" => {
                self.request.method.get_or_insert_with(|| "PUT".to_owned());
                self.request.note(What::FileNotRead(super::node::short(&word.rope.text())), word.span);
            }
            "url-query" => self.data.push(data::Piece::query(word)),
            "config" => self.request.note(What::FileNotRead(super::node::short(&word.rope.text())), word.span),
            "json" => {
                self.json = Some(word.span);
                self.data.push(data::Piece::new(name, word));
            }
            "data" | "data-ascii" | "data-binary" | "data-raw" | "data-urlencode" => self.data.push(data::Piece::new(name, word)),
            _ => {}
        }
    }

    fn url(&mut self, word: &Word<'a>) {
        if self.request.url.is_some() {
            return self.request.note(What::TextAfter, word.span);
        }
        self.request.url = Some(Located { value: word.rope.text().trim().to_owned(), span: word.span });
    }

    fn header(&mut self, word: &Word<'a>) {
        if word.rope.first() == Some('@') {
            return self.request.note(What::FileNotRead(super::node::short(&word.rope.text())), word.span);
        }
        let text = word.rope.text();
        let (name, value) = text.split_once(':').unwrap_or((text.trim_end_matches(';'), ""));
        if value.trim().is_empty() && text.trim_end().ends_with(':') {
            return; // `-H 'Accept:'` takes a header away
        }
        let header = Header { name: name.trim().to_owned(), value: value.trim().to_owned(), span: word.span };
        self.request.headers.push(header);
    }

    fn named(&mut self, name: &str, word: &Word<'a>) {
        self.request.headers.push(Header { name: name.to_owned(), value: word.rope.text(), span: word.span });
    }

    fn bearer(&mut self, word: &Word<'a>) {
        let value = format!("Bearer {}", word.rope.text());
        self.request.headers.push(Header { name: "Authorization".to_owned(), value, span: word.span });
    }

    fn form_part(&mut self, word: &Word<'a>) {
        self.form = true;
        let text = word.short().unwrap_or_default();
        let (name, value) = text.split_once('=').unwrap_or((&text, ""));
        self.request.note(What::FormPart(super::node::short(name)), word.span);
        if let Some(file) = value.strip_prefix(['@', '<']) {
            self.request.note(What::FileNotRead(super::node::short(file)), word.span);
        }
    }

    fn finish(mut self, stdin: Option<&Rope<'a>>) -> Request {
        let (query, sent): (Vec<_>, Vec<_>) = std::mem::take(&mut self.data).into_iter().partition(|piece| self.get || piece.query);
        self.add_query(query);
        let has_body = !sent.is_empty() || self.form;
        let first = sent.first().map(|piece| piece.word.span);
        if let Some(rope) = data::join(sent, stdin, &mut self.request.notes, self.input) {
            body::set(&mut self.request, &rope);
        }
        self.implied(first);
        let method = if has_body { "POST" } else { "GET" };
        self.request.method.get_or_insert_with(|| method.to_owned());
        self.request
    }

    fn add_query(&mut self, pieces: Vec<data::Piece<'a>>) {
        let Some(span) = pieces.first().map(|piece| piece.word.span) else { return };
        let query = data::text(pieces, &mut self.request.notes);
        let url = self.request.url.get_or_insert_with(|| Located { value: String::new(), span });
        url.value.push(if url.value.contains('?') { '&' } else { '?' });
        url.value.push_str(&query);
    }

    /// Headers that curl adds to a body.
    fn implied(&mut self, first: Option<Span>) {
        if let Some(span) = self.json {
            self.request.imply("Content-Type", "application/json", span);
            self.request.imply("Accept", "application/json", span);
        } else if let Some(span) = first {
            self.request.imply("Content-Type", "application/x-www-form-urlencoded", span);
        } else if self.form {
            let span = self.request.notes.last().map_or(Span::new(0, 0), |note| note.span);
            self.request.imply("Content-Type", "multipart/form-data", span);
        }
    }
}
