//! The text that the engine reads: cleaned, capped, with line numbers of the original paste.
//!
//! Cleaning removes what a reader cannot see (control, bidi, zero-width and tag characters, terminal colours) and
//! keeps every line break, so line numbers stay those of the paste.

use std::fmt::Write as _;

use memchr::memchr_iter;

/// Half-open byte range in [`Text::plain`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// A span from `start` to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }
}

/// Cleaned and redacted text with a lower-case shadow of the same byte positions.
#[derive(Debug)]
pub struct Text {
    /// What excerpts quote.
    pub plain: String,
    /// The same bytes in lower case, where that keeps their number; tabs are blanks.
    pub lower: String,
    lines: Vec<Line>,
}

#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    number: usize,
    offset: usize,
}

impl Text {
    /// A text whose lines are numbered from 1.
    pub fn new(plain: String) -> Self {
        let starts = std::iter::once(0).chain(memchr_iter(b'\n', plain.as_bytes()).map(|at| at + 1));
        let lines = starts.enumerate().map(|(index, start)| Line { start, number: index + 1, offset: start }).collect();
        Self { lower: lower(&plain), plain, lines }
    }

    /// A text made of chosen lines of a longer one: (line number, offset, text), in order.
    pub fn of_lines(chosen: &[(usize, usize, &str)]) -> Self {
        let mut plain = String::with_capacity(chosen.iter().map(|(_, _, line)| line.len() + 1).sum());
        let mut lines = Vec::with_capacity(chosen.len());
        for (number, offset, line) in chosen {
            lines.push(Line { start: plain.len(), number: *number, offset: *offset });
            plain.push_str(line);
            plain.push('\n');
        }
        Self { lower: lower(&plain), plain, lines }
    }

    /// Line number in the paste, from 1.
    pub fn line(&self, at: usize) -> usize {
        self.line_of(at).map_or(1, |line| line.number)
    }

    /// Byte offset in the cleaned paste.
    pub fn offset(&self, at: usize) -> usize {
        self.line_of(at).map_or(at, |line| line.offset + at.saturating_sub(line.start))
    }

    fn line_of(&self, at: usize) -> Option<&Line> {
        let after = self.lines.partition_point(|line| line.start <= at);
        self.lines.get(after.saturating_sub(1))
    }

    /// The bytes of the line that holds `at`, without its break.
    pub fn line_span(&self, at: usize) -> Span {
        let at = at.min(self.plain.len());
        let bytes = self.plain.as_bytes();
        let start = bytes.get(..at).and_then(|b| memchr::memrchr(b'\n', b)).map_or(0, |p| p + 1);
        let end = bytes.get(at..).and_then(|b| memchr::memchr(b'\n', b)).map_or(bytes.len(), |p| at + p);
        Span::new(start, end)
    }

    /// Text of a span; empty when it does not lie on character borders.
    pub fn slice(&self, span: Span) -> &str {
        self.plain.get(span.start..span.end).unwrap_or("")
    }

    /// Lower-case text of a span, widened inwards to character borders.
    pub fn lower_slice(&self, span: Span) -> &str {
        let start = ceil_border(&self.lower, span.start);
        let end = floor_border(&self.lower, span.end).max(start);
        self.lower.get(start..end).unwrap_or("")
    }

    /// Lower-case text of up to `bytes` before `at`, on the same line.
    pub fn before(&self, at: usize, bytes: usize) -> &str {
        let line = self.line_span(at);
        self.lower_slice(Span::new(at.saturating_sub(bytes).max(line.start), at))
    }

    /// Lower-case text of up to `bytes` after `at`, on the same line.
    pub fn after(&self, at: usize, bytes: usize) -> &str {
        let line = self.line_span(at);
        self.lower_slice(Span::new(at, (at + bytes).min(line.end)))
    }
}

/// The nearest character border at or below `at`.
pub fn floor_border(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The nearest character border at or above `at`.
pub fn ceil_border(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

/// Lower case with unchanged byte positions: a character whose lower case has another length stays.
pub fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase().replace('\t', " ");
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let mut small = c.to_lowercase();
        match (small.next(), small.next()) {
            (Some('\t'), None) => out.push(' '),
            (Some(l), None) if l.len_utf8() == c.len_utf8() => out.push(l),
            _ => out.push(c),
        }
    }
    out
}

/// Removes what cannot be seen; keeps line breaks; folds full-width letters and curly quotes to plain ones.
pub fn clean(raw: &str) -> String {
    // Most pastes hold nothing else, and this check runs at many bytes a cycle.
    if raw.bytes().all(|byte| matches!(byte, b' '..=b'~' | b'\n' | b'\t')) {
        return raw.to_owned();
    }
    let mut out = String::with_capacity(raw.len());
    let mut chars = raw.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\u{1b}' => skip_escape(&mut chars),
            '\u{ff01}'..='\u{ff5e}' => out.push(char::from_u32(c as u32 - 0xfee0).unwrap_or(c)),
            '\u{2018}' | '\u{2019}' => out.push('\''),
            '\u{201c}' | '\u{201d}' => out.push('"'),
            '\u{3000}' | '\u{a0}' => out.push(' '),
            c if hidden(c) => {}
            c => out.push(c),
        }
    }
    out
}

/// Characters that a reader cannot see or that reorder what he sees.
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{e0000}'..='\u{e01ef}' | '\u{fe00}'..='\u{fe0f}' | '\u{180e}' | '\u{61c}')
}

/// JSON on one line with every character that cannot be seen as its escape: the same value, and nothing hidden in it.
pub fn visible(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut units = [0; 2];
    for c in json.chars() {
        if hidden(c) && c != '\n' {
            c.encode_utf16(&mut units).iter().for_each(|unit| {
                let _ = write!(out, "\\u{unit:04x}");
            });
        } else {
            out.push(c);
        }
    }
    out
}

/// Skips a terminal sequence: `ESC [ ... letter`, `ESC ] ... BEL`, or two characters.
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    match chars.peek() {
        Some('[') => {
            chars.next();
            for _ in 0..32 {
                if chars.next_if(|c| !c.is_ascii_alphabetic() && *c != '\n').is_none() {
                    break;
                }
            }
            chars.next_if(char::is_ascii_alphabetic);
        }
        Some(']') => {
            for _ in 0..256 {
                if chars.next_if(|c| *c != '\u{7}' && *c != '\n').is_none() {
                    break;
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invisible_characters_vanish_and_lines_stay() {
        assert_eq!(clean("a\u{200b}b\u{1b}[31mred\u{1b}[0m\r\nＡ１\0"), "abred\nA1");
    }

    #[test]
    fn what_cannot_be_seen_is_escaped_and_the_value_stays() {
        let json = serde_json::json!({"a\u{202e}": "\u{e0001}\u{200b}ä\n"}).to_string();
        let shown = visible(&json);
        assert_eq!(shown, r#"{"a\u202e":"\udb40\udc01\u200bä\n"}"#);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), serde_json::from_str::<serde_json::Value>(&json).unwrap());
    }

    #[test]
    fn lines_of_a_selection_keep_their_numbers() {
        let text = Text::of_lines(&[(7, 100, "seven"), (9, 200, "nine")]);
        let at = text.plain.find("ne").unwrap();
        assert_eq!((text.line(at), text.offset(at)), (9, 202));
    }

    #[test]
    fn the_shadow_has_the_same_byte_positions() {
        let plain = "İÖЖ Kling\tX";
        assert_eq!(lower(plain).len(), plain.len());
    }
}
