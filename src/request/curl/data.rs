//! What `-d` and its relatives send.

use crate::request::node::short;
use crate::request::rope::Rope;
use crate::request::shell::Word;
use crate::request::{Note, What};
use crate::text::Span;

/// The argument of one data option.
pub(super) struct Piece<'a> {
    pub(super) word: Word<'a>,
    kind: Kind,
    /// Whether it belongs to the query whatever else is asked.
    pub(super) query: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// `@file` names a file.
    Plain,
    /// `@` is a character.
    Raw,
    /// Is joined without `&`.
    Json,
    /// Is percent-encoded.
    Encoded,
}

impl<'a> Piece<'a> {
    pub(super) fn new(option: &str, word: Word<'a>) -> Self {
        let kind = match option {
            "data-raw" => Kind::Raw,
            "data-urlencode" => Kind::Encoded,
            "json" => Kind::Json,
            _ => Kind::Plain,
        };
        Self { word, kind, query: false }
    }

    pub(super) fn query(word: Word<'a>) -> Self {
        Self { word, kind: Kind::Encoded, query: true }
    }

    /// The file that it names.
    fn file(&self) -> Option<String> {
        match self.kind {
            Kind::Raw => None,
            Kind::Plain | Kind::Json => self.word.short().and_then(|text| text.strip_prefix('@').map(str::to_owned)),
            Kind::Encoded => self.word.short().and_then(|text| {
                let at = text.find(['=', '@']).filter(|at| text.get(*at..).is_some_and(|rest| rest.starts_with('@')))?;
                text.get(at + 1..).map(str::to_owned)
            }),
        }
    }
}

/// The body that the pieces make; none if nothing of it is in the paste.
pub(super) fn join<'a>(pieces: Vec<Piece<'a>>, stdin: Option<&Rope<'a>>, notes: &mut Vec<Note>, input: &'a str) -> Option<Rope<'a>> {
    let mut out: Option<Rope<'a>> = None;
    for piece in pieces {
        let span = piece.word.span;
        let json = piece.kind == Kind::Json;
        let rope = match (piece.file(), stdin) {
            (Some(file), Some(stdin)) if file == "-" => stdin.clone(),
            (Some(file), _) => {
                notes.push(Note { what: What::FileNotRead(short(&file)), span });
                continue;
            }
            (None, _) if piece.kind == Kind::Encoded => encoded(&piece, input),
            (None, _) => piece.word.rope,
        };
        match &mut out {
            None => out = Some(rope),
            Some(out) => {
                if !json {
                    out.push_char('&', Span::new(span.start, span.start));
                }
                out.append(rope);
            }
        }
    }
    out
}

/// The pieces as a query.
pub(super) fn text(pieces: Vec<Piece<'_>>, notes: &mut Vec<Note>) -> String {
    let mut parts = Vec::new();
    for piece in pieces {
        if let Some(file) = piece.file() {
            notes.push(Note { what: What::FileNotRead(short(&file)), span: piece.word.span });
        } else if piece.kind == Kind::Encoded {
            parts.push(encode(&piece.word.rope.text()));
        } else {
            parts.push(piece.word.rope.text());
        }
    }
    parts.join("&")
}

fn encoded<'a>(piece: &Piece<'a>, input: &'a str) -> Rope<'a> {
    let span = piece.word.span;
    let mut rope = Rope::new(input);
    for c in encode(&piece.word.rope.text()).chars() {
        rope.push_char(c, span);
    }
    rope
}

/// `name=content` with the content percent-encoded; `=content` and `content` have no name.
fn encode(text: &str) -> String {
    let (name, content) = text.split_once('=').unwrap_or(("", text));
    let mut out = String::with_capacity(text.len());
    if !name.is_empty() {
        out.push_str(name);
        out.push('=');
    }
    for byte in content.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push('%');
            out.extend([byte >> 4, byte & 15].map(|digit| char::from(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 })));
        }
    }
    out
}
