//! Tokens of Python, JavaScript, Go and Java: names, strings, numbers, brackets with their mates, lines.

use super::report::Language;

/// More tokens are not read; it keeps the time bounded.
pub(super) const MAX_TOKENS: usize = 12_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name with its dots: `self.session.post`. A link of a chain begins with the dot: `.build`.
    Name,
    /// A string literal, prefix and quotes included.
    Text,
    Number,
    Open(u8),
    Close,
    /// Anything else; operators of several characters are one mark.
    Mark,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Line, from 1.
    pub(super) line: u32,
    /// Characters before it on its line.
    pub(super) column: usize,
    /// Whether it is the first of its line.
    pub(super) first: bool,
    /// Index of the bracket that belongs to this one; of a bracket without one, the number of tokens.
    pub(super) mate: usize,
}

const MARKS: [&str; 26] = [
    "===", "!==", "**=", "...", ">>>", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "**", "+=", "-=", "*=", "/=", "->", ":=", "<-",
    "<<", ">>", "++", "--", "::",
];

/// The tokens of a text, and whether that was all of it.
pub(super) fn tokens(text: &str, language: Language) -> (Vec<Token>, bool) {
    let mut scan = Scan { text, language, at: 0, line: 1, line_start: 0, first: true, regex: true, found: Vec::new() };
    while scan.found.len() < MAX_TOKENS && scan.step() {}
    let complete = scan.at >= text.len();
    let mut found = scan.found;
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
                let Some(start) = open.pop() else { continue };
                token.mate = start;
                if let Some(opening) = tokens.get_mut(start) {
                    opening.mate = index;
                }
            }
            _ => {}
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    language: Language,
    at: usize,
    line: u32,
    line_start: usize,
    first: bool,
    /// Whether a slash here would begin a regular expression.
    regex: bool,
    found: Vec<Token>,
}

impl<'a> Scan<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Moves on by `len` bytes and counts the lines in them.
    fn pass(&mut self, len: usize) {
        let part = self.rest().get(..len).unwrap_or("");
        for (offset, _) in part.match_indices('\n') {
            self.line = self.line.saturating_add(1);
            self.line_start = self.at + offset + 1;
        }
        self.at += len.max(1);
    }

    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(c) = rest.chars().next() else { return false };
        if c.is_whitespace() {
            self.first |= c == '\n';
            self.pass(c.len_utf8());
            return true;
        }
        if let Some(len) = self.comment(c, rest) {
            self.pass(len);
            return true;
        }
        let (kind, len) = self.token(c, rest);
        let len = len.max(c.len_utf8());
        let (start, line, column) = (self.at, self.line, self.at.saturating_sub(self.line_start));
        self.found.push(Token { kind, start, end: (start + len).min(self.text.len()), line, column, first: self.first, mate: 0 });
        self.first = false;
        self.regex = !matches!(kind, Kind::Name | Kind::Number | Kind::Text | Kind::Close);
        self.pass(len);
        true
    }

    /// Length of a comment or of a continuation mark.
    fn comment(&self, c: char, rest: &str) -> Option<usize> {
        let to_line_end = || rest.find('\n').unwrap_or(rest.len());
        match (c, self.language) {
            ('#', Language::Python) => Some(to_line_end()),
            ('\\', Language::Python) => Some(1 + usize::from(rest.starts_with("\\\n"))),
            (_, Language::Python) => None,
            ('/', _) if rest.starts_with("//") => Some(to_line_end()),
            ('/', _) if rest.starts_with("/*") => Some(rest.find("*/").map_or(rest.len(), |at| at + 2)),
            _ => None,
        }
    }

    fn token(&self, c: char, rest: &str) -> (Kind, usize) {
        if let Some(len) = self.string(c, rest) {
            return (Kind::Text, len);
        }
        match c {
            '{' | '[' | '(' => (Kind::Open(u8::try_from(c).unwrap_or(b'(')), 1),
            '}' | ']' | ')' => (Kind::Close, 1),
            c if c.is_ascii_digit() => (Kind::Number, number(rest)),
            '.' if second(rest).is_some_and(|c| c.is_ascii_digit()) => (Kind::Number, number(rest)),
            '.' if second(rest).is_some_and(letter) => (Kind::Name, name(rest)),
            '?' if rest.starts_with("?.") && rest.chars().nth(2).is_some_and(letter) => (Kind::Name, name(rest)),
            c if letter(c) => (Kind::Name, name(rest)),
            _ => (Kind::Mark, MARKS.iter().find(|mark| rest.starts_with(**mark)).map_or(c.len_utf8(), |mark| mark.len())),
        }
    }

    /// Length of the string literal or regular expression that begins here.
    fn string(&self, c: char, rest: &str) -> Option<usize> {
        match self.language {
            Language::Python => python_string(rest),
            Language::Go if c == '`' => Some(closed(rest, 1, "`", false)),
            Language::JavaScript if c == '`' => Some(closed(rest, 1, "`", true)),
            Language::JavaScript if c == '/' && self.regex => Some(line_string(rest, '/')),
            Language::Java if rest.starts_with("\"\"\"") => Some(closed(rest, 3, "\"\"\"", true)),
            _ if matches!(c, '"' | '\'') => Some(line_string(rest, c)),
            _ => None,
        }
    }
}

fn python_string(rest: &str) -> Option<usize> {
    let prefix = rest.find(|c: char| !"rRbBfFuU".contains(c))?;
    let body = rest.get(prefix..).filter(|_| prefix <= 2)?;
    let quote = body.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let triple = if quote == '"' { "\"\"\"" } else { "'''" };
    let len = if body.starts_with(triple) { closed(body, 3, triple, true) } else { line_string(body, quote) };
    Some(prefix + len)
}

/// Length of a literal that ends with `end` and may run over lines.
fn closed(rest: &str, open: usize, end: &str, escapes: bool) -> usize {
    let mut at = open;
    while let Some(tail) = rest.get(at..) {
        let Some(c) = tail.chars().next() else { break };
        if tail.starts_with(end) {
            return at + end.len();
        }
        at += c.len_utf8();
        if escapes && c == '\\' {
            at += rest.get(at..).and_then(|tail| tail.chars().next()).map_or(0, char::len_utf8);
        }
    }
    rest.len()
}

/// Length of a literal that ends with its quote, or unclosed with its line.
fn line_string(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        if c == '\n' {
            return at;
        }
        if c == quote && !escaped {
            return at + 1;
        }
        escaped = c == '\\' && !escaped;
    }
    rest.len()
}

fn second(rest: &str) -> Option<char> {
    rest.chars().nth(1)
}

fn letter(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '$')
}

fn name(rest: &str) -> usize {
    let mut chars = rest.char_indices().peekable();
    let mut end = 0;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, c)| *c);
        let joins = match c {
            '.' => next.is_some_and(letter),
            '?' => next == Some('.'),
            c => letter(c) || c.is_numeric(),
        };
        if !joins {
            return at;
        }
        end = at + c.len_utf8();
    }
    end
}

fn number(rest: &str) -> usize {
    let mut last = ' ';
    rest.find(|c: char| {
        let sign = matches!(c, '+' | '-') && matches!(last, 'e' | 'E');
        last = c;
        !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || sign)
    })
    .unwrap_or(rest.len())
}
