//! How far expressions reach and what their parts are.

use super::token::Kind;
use super::{Code, Language, Range};
use crate::text::Span;

/// `key: value` of an object, or `name=value` of a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The tokens of the key; empty where only a value stands.
    pub(super) key: Range,
    pub(super) value: Range,
    /// `...value`, `**value`.
    pub(super) spread: bool,
}

impl Code<'_> {
    /// The end of the statement's expression that begins at `from`.
    pub(super) fn statement_end(&self, from: usize) -> usize {
        let mut at = from;
        while let Some(token) = self.token(at) {
            let ends = token.kind == Kind::Close || self.is_mark(at, ";") || self.is_mark(at, ",");
            if ends || (at > from && token.breaks && !self.continues(at)) {
                return at;
            }
            at = self.skip(at);
        }
        self.tokens.len()
    }

    /// Whether the line break before this token does not end the statement.
    fn continues(&self, at: usize) -> bool {
        let operator = |at: usize| self.kind(at) == Some(Kind::Mark) && !matches!(self.text(at), ";" | "@" | "!" | "=>");
        match self.language {
            Language::Python => false,
            Language::JavaScript => operator(at) || operator(at - 1) || self.text(at).starts_with(['.', '?']),
            Language::PowerShell => self.is_mark(at - 1, "|"),
        }
    }

    /// The end of the item that begins at `from` inside brackets that close at `limit`.
    pub(super) fn item_end(&self, from: usize, limit: usize) -> usize {
        let lines = self.language == Language::PowerShell;
        let mut at = from;
        while at < limit.min(self.tokens.len()) {
            let separator = self.is_mark(at, ",") || (lines && self.is_mark(at, ";"));
            if separator || (lines && at > from && self.breaks(at) && !self.continues(at)) {
                return at;
            }
            at = self.skip(at);
        }
        limit.min(self.tokens.len())
    }

    /// The items inside the bracket at `open`.
    pub(super) fn items(&self, open: usize) -> Vec<Range> {
        let limit = self.mate(open).min(self.tokens.len());
        let mut found = Vec::new();
        let mut at = open + 1;
        while at < limit {
            let end = self.item_end(at, limit);
            if end > at {
                found.push(Range::new(at, end));
            }
            at = if self.is_mark(end, ",") || self.is_mark(end, ";") || end == at { end + 1 } else { end };
        }
        found
    }

    /// The entries inside the bracket at `open`; `mark` stands between key and value.
    pub(super) fn entries(&self, open: usize, mark: &str) -> Vec<Entry> {
        self.items(open).into_iter().map(|item| self.entry(item, mark)).collect()
    }

    fn entry(&self, item: Range, mark: &str) -> Entry {
        let none = Range::new(item.from, item.from);
        if self.is_mark(item.from, "...") || self.is_mark(item.from, "**") {
            return Entry { key: none, value: Range::new(item.from + 1, item.to), spread: true };
        }
        let behind = self.skip(item.from);
        if behind < item.to && self.is_mark(behind, mark) {
            return Entry { key: Range::new(item.from, behind), value: Range::new(behind + 1, item.to), spread: false };
        }
        Entry { key: none, value: item, spread: false }
    }

    /// The mark between key and value of an object literal.
    pub(super) const fn colon(&self) -> &'static str {
        if matches!(self.language, Language::PowerShell) { "=" } else { ":" }
    }

    /// The expression without brackets, `await`, `new` and type annotations around it.
    pub(super) fn bare(&self, mut range: Range) -> Range {
        loop {
            let before = range;
            if matches!(self.text(range.from), "await" | "new") && range.to - range.from > 1 {
                range.from += 1;
            }
            if self.kind(range.from) == Some(Kind::Open(b'(')) && self.mate(range.from) + 1 == range.to && !self.is_tuple(range) {
                range = Range::new(range.from + 1, range.to - 1);
            }
            range.to = self.without_type(range);
            if range == before || range.is_empty() {
                return range;
            }
        }
    }

    /// Whether the round brackets make a tuple of Python.
    fn is_tuple(&self, range: Range) -> bool {
        self.language == Language::Python && self.item_end(range.from + 1, range.to - 1) < range.to - 1
    }

    /// The end of the expression before `as T`, `satisfies T`, `!`, `.encode()`.
    fn without_type(&self, range: Range) -> usize {
        let mut at = self.skip(range.from);
        while at < range.to {
            let word = self.text(at);
            let cast = self.language == Language::JavaScript && matches!(word, "as" | "satisfies");
            let encode = self.language == Language::Python && word == ".encode" && self.skip(at + 1) == range.to;
            if (cast || encode) && self.kind(at) == Some(Kind::Name) {
                return at;
            }
            at = self.skip(at);
        }
        if range.to > range.from + 1 && self.language == Language::JavaScript && self.is_mark(range.to - 1, "!") {
            return range.to - 1;
        }
        range.to
    }

    /// Name and opening bracket, if the expression is one call.
    pub(super) fn call(&self, range: Range) -> Option<(&str, usize)> {
        let open = range.from + 1;
        let whole =
            self.kind(range.from) == Some(Kind::Name) && self.kind(open) == Some(Kind::Open(b'(')) && self.mate(open) + 1 == range.to;
        whole.then(|| (self.text(range.from), open))
    }

    /// The opening bracket, if the expression is one object literal.
    pub(super) fn object(&self, range: Range) -> Option<usize> {
        let range = self.bare(range);
        (self.kind(range.from) == Some(Kind::Open(b'{')) && self.mate(range.from) + 1 == range.to).then_some(range.from)
    }

    /// Where a key stands.
    pub(super) fn key_span(&self, entry: &Entry) -> Span {
        self.span(if entry.key.is_empty() { entry.value } else { entry.key })
    }
}
