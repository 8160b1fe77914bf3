//! Strings of JSON and of its relatives.

use super::Reader;
use crate::request::node::Unknown;
use crate::request::rope::{Cursor, slice};
use crate::request::{ReadError, What};
use crate::text::Span;

impl Reader<'_> {
    /// The text of a string that begins with this quote.
    pub(super) fn string(&mut self, quote: char) -> Result<String, ReadError> {
        let start = self.cursor.at();
        self.cursor.bump();
        let closing: &[char] = match quote {
            '\u{201c}' | '\u{201d}' => &['\u{201d}', '\u{201c}'],
            '\u{2018}' => &['\u{2019}'],
            '\'' => &['\''],
            _ => &['"'],
        };
        let mut out = String::new();
        self.string_body(start, closing, &mut out)?;
        if quote != '"' {
            self.note(What::Quotes, Span::new(start, self.cursor.end()));
        }
        Ok(out)
    }

    fn string_body(&mut self, start: usize, closing: &[char], out: &mut String) -> Result<(), ReadError> {
        let plain = closing == ['"'];
        self.unknowns.clear();
        loop {
            self.string_run(plain, out);
            if let Some(span) = self.cursor.unknown() {
                out.push_str(&Unknown::of_source(slice(self.cursor.input(), span)).stand_in());
                self.unknowns.push(span);
                self.cursor.skip_unknown();
                continue;
            }
            let at = self.cursor.at();
            match self.cursor.bump() {
                None => return Err(self.cut(Some(start))),
                Some(c) if closing.contains(&c) => return Ok(()),
                Some('\\') => self.escape(at, out),
                Some(c) => {
                    if c < ' ' {
                        self.note(What::ControlCharacter, Span::new(at, self.cursor.end()));
                    }
                    out.push(c);
                }
            }
        }
    }

    /// Copies up to the next byte that needs a look; a long string is passed over if only short ones are kept.
    fn string_run(&mut self, plain: bool, out: &mut String) {
        let run = self.cursor.run(|byte| byte < b' ' || matches!(byte, b'"' | b'\\' | b'\'') || (!plain && byte >= 0x80));
        if out.len() + (run.end - run.start) <= self.longest {
            out.push_str(slice(self.cursor.input(), run));
        }
    }

    fn escape(&mut self, at: usize, out: &mut String) {
        let foreign = self.cursor.peek().filter(|c| !matches!(c, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u'));
        let char = escaped(&mut self.cursor);
        let bad = foreign.or_else(|| (char == Some('\u{fffd}')).then_some('u'));
        if let Some(c) = bad {
            self.note(What::BadEscape(c), Span::new(at, self.cursor.end()));
        }
        out.extend(char);
    }
}

/// The character that an escape stands for, its backslash already taken; none for an escaped line break. Knows the
/// escapes of JSON, Python, JavaScript and `$'…'`; half a surrogate pair becomes U+FFFD.
pub(in crate::request) fn escaped(cursor: &mut Cursor<'_>) -> Option<char> {
    let c = cursor.bump()?;
    Some(match c {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        'b' => '\u{8}',
        'f' => '\u{c}',
        'u' => unicode(cursor),
        'U' => char::from_u32(hex(cursor, 8)?).unwrap_or('\u{fffd}'),
        'x' => char::from_u32(hex(cursor, 2)?).unwrap_or('\u{fffd}'),
        '0' => '\0',
        '\n' => return None,
        '\r' if cursor.eat('\n') => return None,
        other => other,
    })
}

fn unicode(cursor: &mut Cursor<'_>) -> char {
    if cursor.eat('{') {
        let code = hex(cursor, 6);
        cursor.eat('}');
        return code.and_then(char::from_u32).unwrap_or('\u{fffd}');
    }
    let Some(high) = hex(cursor, 4) else { return '\u{fffd}' };
    if !(0xd800..0xdc00).contains(&high) {
        return char::from_u32(high).unwrap_or('\u{fffd}');
    }
    let mut ahead = cursor.clone();
    let low = if ahead.eat('\\') && ahead.eat('u') { hex(&mut ahead, 4) } else { None };
    match low.filter(|low| (0xdc00..0xe000).contains(low)) {
        Some(low) => {
            *cursor = ahead;
            char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00)).unwrap_or('\u{fffd}')
        }
        None => '\u{fffd}',
    }
}

/// Up to `digits` hexadecimal digits; none if there is none, or if fewer than four are there and four are needed.
fn hex(cursor: &mut Cursor<'_>, digits: usize) -> Option<u32> {
    let mut code = 0;
    let mut seen = 0;
    while seen < digits
        && let Some(digit) = cursor.peek().and_then(|c| c.to_digit(16))
    {
        cursor.bump();
        code = code * 16 + digit;
        seen += 1;
    }
    (seen > 0 && (digits != 4 || seen == 4)).then_some(code)
}
