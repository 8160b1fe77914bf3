//! Text put together from parts of the input: what a quoted argument or string literal means, with the place of every
//! character, and without copying it.

use super::node::{Unknown, Value};
use crate::text::Span;

#[derive(Debug, Clone, Copy)]
enum Part {
    /// Stands in the input as it is.
    Slice(Span),
    /// Is written in another way there, such as `\n`.
    Char(char, Span),
    /// A variable or command, which is not evaluated.
    Unknown(Span),
}

/// A decoded text.
#[derive(Debug, Clone)]
pub(super) struct Rope<'a> {
    input: &'a str,
    parts: Vec<Part>,
}

impl<'a> Rope<'a> {
    pub(super) const fn new(input: &'a str) -> Self {
        Self { input, parts: Vec::new() }
    }

    /// A part of the input as it stands.
    pub(super) fn of(input: &'a str, span: Span) -> Self {
        let mut rope = Self::new(input);
        rope.push(span);
        rope
    }

    /// Adds a part of the input as it stands.
    pub(super) fn push(&mut self, span: Span) {
        match self.parts.last_mut() {
            _ if span.start >= span.end => {}
            Some(Part::Slice(last)) if last.end == span.start => last.end = span.end,
            _ => self.parts.push(Part::Slice(span)),
        }
    }

    /// Adds a character that is written as `span`.
    pub(super) fn push_char(&mut self, c: char, span: Span) {
        self.parts.push(Part::Char(c, span));
    }

    /// Adds what is not evaluated.
    pub(super) fn push_unknown(&mut self, span: Span) {
        self.parts.push(Part::Unknown(span));
    }

    pub(super) fn append(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// From the first to the last part.
    pub(super) fn span(&self) -> Span {
        let span = |part: &Part| match part {
            Part::Slice(span) | Part::Char(_, span) | Part::Unknown(span) => *span,
        };
        let start = self.parts.first().map_or(0, |part| span(part).start);
        Span::new(start, self.parts.last().map_or(start, |part| span(part).end))
    }

    /// The text, unknown parts as stand-ins.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for part in &self.parts {
            match part {
                Part::Slice(span) => out.push_str(slice(self.input, *span)),
                Part::Char(c, _) => out.push(*c),
                Part::Unknown(span) => out.push_str(&Unknown::of_source(slice(self.input, *span)).stand_in()),
            }
        }
        out
    }

    /// The text as a value: a string, or what keeps it from being known.
    pub(super) fn value(&self) -> Value {
        match self.parts.as_slice() {
            [Part::Unknown(span)] => Value::Unknown(Unknown::of_source(slice(self.input, *span))),
            parts if parts.iter().any(|part| matches!(part, Part::Unknown(_))) => Value::Unknown(Unknown::Template(self.text())),
            _ => Value::String(self.text()),
        }
    }

    pub(super) fn cursor(&self) -> Cursor<'_> {
        Cursor { input: self.input, parts: &self.parts, within: 0, last: self.span().start }
    }

    /// The first characters as they are written.
    pub(super) fn head(&self, chars: usize) -> String {
        let mut cursor = self.cursor();
        std::iter::from_fn(|| cursor.bump()).take(chars).collect()
    }

    /// The text behind the first `bytes`.
    pub(super) fn behind(&self, bytes: usize) -> Self {
        let mut out = Self::new(self.input);
        let mut left = bytes;
        let mut cursor = self.cursor();
        while left > 0
            && let Some(c) = cursor.bump()
        {
            left = left.saturating_sub(c.len_utf8());
        }
        while cursor.peek().is_some() {
            if let Some(span) = cursor.unknown() {
                out.push_unknown(span);
                cursor.skip_unknown();
                continue;
            }
            let (start, c) = (cursor.at(), cursor.bump().unwrap_or(' '));
            let span = Span::new(start, cursor.end());
            if slice(self.input, span).chars().eq([c]) { out.push(span) } else { out.push_char(c, span) }
        }
        out
    }

    /// A piece of the input the rope is made of.
    pub(super) fn input_slice(&self, span: Span) -> &'a str {
        slice(self.input, span)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The first character that is no blank.
    pub(super) fn first(&self) -> Option<char> {
        let mut cursor = self.cursor();
        while cursor.peek().is_some_and(char::is_whitespace) {
            cursor.bump();
        }
        cursor.peek()
    }

    /// Whether it starts like a JSON object or array.
    pub(super) fn is_json_like(&self) -> bool {
        matches!(self.first(), Some('{' | '['))
    }
}

/// Text of a span; empty when it does not lie on character borders.
pub(super) fn slice(input: &str, span: Span) -> &str {
    input.get(span.start..span.end).unwrap_or("")
}

/// Reads a [`Rope`] character by character.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'r> {
    input: &'r str,
    parts: &'r [Part],
    within: usize,
    last: usize,
}

impl<'r> Cursor<'r> {
    /// The input that places refer to.
    pub(super) const fn input(&self) -> &'r str {
        self.input
    }

    /// The next character.
    pub(super) fn peek(&self) -> Option<char> {
        match self.parts.first()? {
            Part::Slice(span) | Part::Unknown(span) => self.rest(*span).chars().next(),
            Part::Char(c, _) => Some(*c),
        }
    }

    /// Takes the next character.
    pub(super) fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        match self.parts.first()? {
            Part::Slice(span) | Part::Unknown(span) => self.advance(*span, c.len_utf8()),
            Part::Char(_, span) => {
                self.last = span.end;
                self.next_part();
            }
        }
        Some(c)
    }

    /// Takes the next character if it is this one.
    pub(super) fn eat(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted);
        if found {
            self.bump();
        }
        found
    }

    /// Offset of the next character in the input.
    pub(super) fn at(&self) -> usize {
        match self.parts.first() {
            Some(Part::Slice(span) | Part::Unknown(span)) => span.start + self.within,
            Some(Part::Char(_, span)) => span.start,
            None => self.last,
        }
    }

    /// Offset behind the last character taken.
    pub(super) const fn end(&self) -> usize {
        self.last
    }

    /// The unknown part that is next, if one is.
    pub(super) fn unknown(&self) -> Option<Span> {
        match self.parts.first() {
            Some(Part::Unknown(span)) if self.within == 0 => Some(*span),
            _ => None,
        }
    }

    /// Passes over the unknown part that is next.
    pub(super) fn skip_unknown(&mut self) {
        if let Some(span) = self.unknown() {
            self.last = span.end;
            self.next_part();
        }
    }

    /// Takes a run of the input that holds none of the bytes for which `stop` holds; may be empty.
    pub(super) fn run(&mut self, stop: impl Fn(u8) -> bool) -> Span {
        let Some(Part::Slice(span)) = self.parts.first() else { return Span::new(self.last, self.last) };
        let rest = self.rest(*span);
        let len = rest.bytes().position(stop).unwrap_or(rest.len());
        let start = span.start + self.within;
        self.advance(*span, len);
        Span::new(start, start + len)
    }

    fn rest(&self, span: Span) -> &'r str {
        self.input.get(span.start + self.within..span.end).unwrap_or("")
    }

    fn advance(&mut self, span: Span, bytes: usize) {
        if bytes == 0 {
            return;
        }
        self.within += bytes;
        self.last = span.start + self.within;
        if self.last >= span.end {
            self.next_part();
        }
    }

    fn next_part(&mut self) {
        self.parts = self.parts.get(1..).unwrap_or_default();
        self.within = 0;
    }
}
