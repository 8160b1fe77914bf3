//! Numbers, literals and what people write in their place.

use super::Reader;
use crate::request::node::{Unknown, short};
use crate::request::rope::slice;
use crate::request::{Node, ReadError, Value, What};
use crate::text::Span;

impl Reader<'_> {
    /// Anything that is neither object nor array.
    pub(super) fn scalar(&mut self, next: char) -> Result<Node, ReadError> {
        let start = self.cursor.at();
        if let Some(span) = self.cursor.unknown() {
            let unknown = Unknown::of_source(slice(self.cursor.input(), span));
            self.cursor.skip_unknown();
            return Ok(Node::new(Value::Unknown(unknown), span));
        }
        let value = match next {
            '"' | '\'' | '\u{201c}' | '\u{201d}' | '\u{2018}' => self.text(next)?,
            c if c.is_ascii_digit() || matches!(c, '-' | '+' | '.') => self.number(start)?,
            c if c.is_alphabetic() || matches!(c, '_' | '$' | '<') => self.literal(start),
            c => return Err(self.unexpected("a value", c)),
        };
        Ok(Node::new(value, Span::new(start, self.cursor.end())))
    }

    /// A string; unknown if a variable of the shell stands in it.
    fn text(&mut self, quote: char) -> Result<Value, ReadError> {
        let text = self.string(quote)?;
        Ok(match self.unknowns.as_slice() {
            [] => Value::String(text),
            [only] => match Unknown::of_source(slice(self.cursor.input(), *only)) {
                unknown if unknown.stand_in() == text => Value::Unknown(unknown),
                _ => Value::Unknown(Unknown::Template(text)),
            },
            _ => Value::Unknown(Unknown::Template(text)),
        })
    }

    fn number(&mut self, start: usize) -> Result<Value, ReadError> {
        let text = self.word(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.' | '_'));
        let span = Span::new(start, self.cursor.end());
        if serde_json::from_str::<serde_json::Number>(&text).is_ok() || is_strict(&text) {
            return Ok(Value::Number(text));
        }
        if text.trim_start_matches(['-', '+']) == "Infinity" {
            self.note(What::ForeignLiteral(text.clone()), span);
            return Ok(Value::Number(text));
        }
        if !text.bytes().any(|byte| byte.is_ascii_digit()) {
            let found = text.chars().next().unwrap_or('.');
            return Err(ReadError::Unexpected { at: self.place_of(start), expected: "a value", found });
        }
        self.note(What::ForeignNumber(short(&text)), span);
        Ok(Value::Number(text))
    }

    fn literal(&mut self, start: usize) -> Value {
        let source = slice(self.cursor.input(), Span::new(start, start + 2));
        let text = match source {
            "${" => self.placeholder('}'),
            _ if source.starts_with('<') => self.placeholder('>'),
            _ => self.word(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | '-')),
        };
        let span = Span::new(start, self.cursor.end());
        let value = match text.as_str() {
            "true" => return Value::Bool(true),
            "false" => return Value::Bool(false),
            "null" => return Value::Null,
            "True" | "TRUE" => Value::Bool(true),
            "False" | "FALSE" => Value::Bool(false),
            "None" | "undefined" | "nil" | "NULL" | "Null" => Value::Null,
            "NaN" | "Infinity" => Value::Number(text.clone()),
            _ => {
                self.note(What::BareWord(short(&text)), span);
                return Value::Unknown(Unknown::of_source(&text));
            }
        };
        self.note(What::ForeignLiteral(text), span);
        value
    }

    /// `<your value>` or `${value}`, up to its bracket.
    fn placeholder(&mut self, closing: char) -> String {
        let mut text = self.word(|c| c != closing && !matches!(c, ',' | '\n' | ']'));
        if self.cursor.eat(closing) {
            text.push(closing);
        }
        text
    }

    pub(super) fn bare_key(&mut self) -> String {
        let start = self.cursor.at();
        let key = self.word(|c| c.is_alphanumeric() || matches!(c, '_' | '$' | '-'));
        self.note(What::BareKey(short(&key)), Span::new(start, self.cursor.end()));
        key
    }

    fn word(&mut self, keep: impl Fn(char) -> bool) -> String {
        let mut out = String::new();
        while let Some(c) = self.cursor.peek().filter(|c| keep(*c)) {
            self.cursor.bump();
            out.push(c);
        }
        out
    }
}

/// Whether it is a number of JSON, also one too large for a machine.
fn is_strict(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).map_or((text, None), |(mantissa, exponent)| (mantissa, Some(exponent)));
    let (whole, fraction) = mantissa.split_once('.').map_or((mantissa, None), |(whole, fraction)| (whole, Some(fraction)));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}
