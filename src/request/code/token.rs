//! Tokens of Python, JavaScript and PowerShell, as far as literals and calls need them.

use crate::request::rope::slice;
use crate::text::Span;

use super::Language;

/// More tokens are not read.
pub(super) const MAX_TOKENS: usize = 50_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name with its dots: `self.session.post`, `-Body`, `$body`.
    Name,
    /// A string literal, prefix and quotes included.
    Text,
    Number,
    /// An opening bracket; `@{` and `@(` too.
    Open(u8),
    Close,
    /// Anything else, two or three characters where these belong together.
    Mark,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// Index of the bracket that belongs to this one; of a bracket without one, the number of tokens.
    pub(super) mate: usize,
    /// Whether a line break stands before it.
    pub(super) breaks: bool,
}

const MARKS: [&str; 17] = ["===", "!==", "**=", "...", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "**", "+=", "-=", "->", ":="];

/// The tokens of a part of the input, and whether that was all of it.
pub(super) fn tokens(input: &str, span: Span, language: Language) -> (Vec<Token>, bool) {
    let mut reader = Scan { input, at: span.start, end: span.end, language, breaks: true, found: Vec::new() };
    while reader.found.len() < MAX_TOKENS && reader.next() {}
    let complete = reader.found.len() < MAX_TOKENS;
    let mut found = reader.found;
    pair(&mut found);
    (found, complete)
}

/// Finds the mate of every bracket.
fn pair(tokens: &mut [Token]) {
    let count = tokens.len();
    let mut open: Vec<usize> = Vec::new();
    for index in 0..count {
        let Some(token) = tokens.get_mut(index) else { return };
        token.mate = count;
        match token.kind {
            Kind::Open(_) => open.push(index),
            Kind::Close => {
                if let Some(start) = open.pop() {
                    token.mate = start;
                    if let Some(token) = tokens.get_mut(start) {
                        token.mate = index;
                    }
                }
            }
            _ => {}
        }
    }
}

struct Scan<'a> {
    input: &'a str,
    at: usize,
    end: usize,
    language: Language,
    breaks: bool,
    found: Vec<Token>,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        slice(self.input, Span::new(self.at, self.end))
    }

    fn starts(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    fn next(&mut self) -> bool {
        let Some(c) = self.rest().chars().next() else { return false };
        if c.is_whitespace() {
            self.breaks |= c == '\n';
            self.at += c.len_utf8();
            return true;
        }
        if self.skipped(c) {
            return true;
        }
        let start = self.at;
        let (kind, len) = self.token(c);
        self.at = (start + len.max(c.len_utf8())).min(self.end);
        let token = Token { kind, span: Span::new(start, self.at), mate: 0, breaks: self.breaks };
        self.breaks = false;
        self.found.push(token);
        true
    }

    /// Whether a comment or a continuation mark was passed over.
    fn skipped(&mut self, c: char) -> bool {
        let script = self.language == Language::JavaScript;
        let rest = self.rest();
        let line = || rest.find('\n').unwrap_or(rest.len());
        let len = match c {
            '#' if !script => line(),
            '/' if script && rest.starts_with("//") => line(),
            '/' if script && rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |at| at + 2),
            '\\' if self.language == Language::Python => 1 + usize::from(rest.starts_with("\\\n")),
            '`' if self.language == Language::PowerShell => {
                1 + usize::from(rest.starts_with("`\n")) + 2 * usize::from(rest.starts_with("`\r\n"))
            }
            _ => 0,
        };
        self.at += len;
        len > 0
    }

    fn token(&self, c: char) -> (Kind, usize) {
        if let Some(len) = super::literal::length(self.rest(), self.language) {
            return (Kind::Text, len);
        }
        match c {
            '@' if self.language == Language::PowerShell && (self.starts("@{") || self.starts("@(")) => {
                (Kind::Open(if self.starts("@{") { b'{' } else { b'[' }), 2)
            }
            '{' | '[' | '(' => (Kind::Open(u8::try_from(c).unwrap_or(b'(')), 1),
            '}' | ']' | ')' => (Kind::Close, 1),
            c if c.is_ascii_digit() => (Kind::Number, self.number()),
            '.' if self.rest().chars().nth(1).is_some_and(|c| c.is_ascii_digit()) => (Kind::Number, self.number()),
            c if self.begins_name(c) => (Kind::Name, self.name(c)),
            _ => (Kind::Mark, MARKS.iter().find(|mark| self.starts(mark)).map_or(c.len_utf8(), |mark| mark.len())),
        }
    }

    fn begins_name(&self, c: char) -> bool {
        let second = self.rest().chars().nth(1);
        match c {
            '.' => second.is_some_and(is_letter),
            '?' => self.starts("?.") && self.rest().chars().nth(2).is_some_and(is_letter),
            '-' | '@' => self.language == Language::PowerShell && second.is_some_and(is_letter),
            c => is_letter(c),
        }
    }

    fn name(&self, first: char) -> usize {
        let shell = self.language == Language::PowerShell;
        let mut len = first.len_utf8();
        let rest = self.rest();
        let mut chars = rest.get(len..).unwrap_or("").chars().peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied();
            let joins = match c {
                '.' => next.is_some_and(is_letter),
                '?' => next == Some('.'),
                '-' => shell && first != '$' && next.is_some_and(is_letter),
                ':' => shell && first == '$' && next.is_some_and(is_letter),
                c => is_letter(c) || c.is_numeric(),
            };
            if !joins {
                break;
            }
            len += c.len_utf8();
        }
        len
    }

    fn number(&self) -> usize {
        let rest = self.rest();
        let mut last = ' ';
        let mut hex = false;
        rest.find(|c: char| {
            hex |= c == 'x' || c == 'X';
            let sign = matches!(c, '+' | '-') && matches!(last, 'e' | 'E') && !hex;
            last = c;
            !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || sign)
        })
        .unwrap_or(rest.len())
    }
}

fn is_letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '$')
}
