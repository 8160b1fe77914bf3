//! The pass over the bytes that finds objects and members.

use super::{Member, Object, Value};
use crate::text::Span;

/// Objects deeper than this are passed over.
const MAX_DEPTH: usize = 64;
/// At most this many members are kept.
const MAX_MEMBERS: usize = 4_000;

struct Frame {
    object: Option<usize>,
    name: Option<String>,
    key: Option<(String, usize)>,
}

pub(super) struct Scan<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    objects: Vec<Object>,
    open: Vec<Frame>,
    members: usize,
}

impl<'t> Scan<'t> {
    /// All objects of a text.
    pub(super) fn objects(text: &'t str) -> Vec<Object> {
        let mut scan = Self { bytes: text.as_bytes(), text, at: 0, objects: Vec::new(), open: Vec::new(), members: 0 };
        scan.run();
        scan.objects
    }

    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            if self.open.is_empty() {
                match memchr::memchr2(b'{', b'[', self.bytes.get(self.at..).unwrap_or_default()) {
                    Some(skip) => self.at += skip,
                    None => return,
                }
                self.enter(self.bytes.get(self.at) == Some(&b'{'));
                continue;
            }
            match byte {
                b'{' => self.enter(true),
                b'[' => self.enter(false),
                b'}' | b']' => self.leave(),
                b'"' | b'\'' | b'\\' => self.quoted(),
                b',' | b'\n' => {
                    self.drop_key_at_comma(byte);
                    self.at += 1;
                }
                b if b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'$') => self.bare(),
                _ => self.at += 1,
            }
        }
        let end = self.bytes.len();
        for frame in &self.open {
            if let Some(object) = frame.object.and_then(|index| self.objects.get_mut(index)) {
                object.span.end = end;
            }
        }
    }

    fn drop_key_at_comma(&mut self, byte: u8) {
        if byte == b','
            && let Some(frame) = self.open.last_mut()
        {
            frame.key = None;
        }
    }

    fn enter(&mut self, object: bool) {
        let start = self.at;
        self.at += 1;
        if self.open.len() >= MAX_DEPTH {
            self.open.truncate(1);
        }
        let parent = self.open.iter().rev().find_map(|frame| frame.object);
        let (name, key) = self.name_for_child();
        let index = object.then(|| {
            self.objects.push(Object { parent, name: name.clone(), members: Vec::new(), span: Span::new(start, start), closed: false });
            self.objects.len() - 1
        });
        if let Some((key, key_start)) = key {
            let value = index.map_or(Value::Array, Value::Object);
            self.push_member(key, value, Span::new(key_start, start + 1));
        }
        self.open.push(Frame { object: index, name, key: None });
    }

    /// The name under which a nested value stands: its key, or the name of the array it is in.
    fn name_for_child(&mut self) -> (Option<String>, Option<(String, usize)>) {
        let Some(frame) = self.open.last_mut() else { return (None, None) };
        match frame.key.take() {
            Some((key, start)) => (Some(key.clone()), Some((key, start))),
            None => (frame.name.clone().filter(|_| frame.object.is_none()), None),
        }
    }

    fn leave(&mut self) {
        self.at += 1;
        let end = self.at;
        if let Some(object) = self.open.pop().and_then(|frame| frame.object).and_then(|index| self.objects.get_mut(index)) {
            object.span.end = end;
            object.closed = true;
        }
    }

    /// A string whose quote may itself be escaped (`\"` inside a log line): it ends with the same mark.
    fn quoted(&mut self) {
        let start = self.at;
        let slashes = self.bytes.iter().skip(start).take_while(|b| **b == b'\\').count();
        let Some(&quote) = self.bytes.get(start + slashes).filter(|b| matches!(b, b'"' | b'\'')) else {
            self.at += slashes.max(1);
            return;
        };
        let body = start + slashes + 1;
        let end = self.string_end(body, slashes, quote);
        let text = unescape(self.text.get(body..end).unwrap_or(""));
        self.at = (end + slashes + 1).min(self.bytes.len());
        self.token(text, true, start);
    }

    fn string_end(&self, body: usize, slashes: usize, quote: u8) -> usize {
        let mut from = body;
        while let Some(found) = self.bytes.get(from..).and_then(|rest| memchr::memchr(quote, rest)) {
            let at = from + found;
            let run = self.bytes.get(body..at).unwrap_or_default().iter().rev().take_while(|b| **b == b'\\').count();
            if run == slashes || (slashes == 0 && run.is_multiple_of(2)) {
                return at - run.min(slashes);
            }
            if run < slashes {
                return at - run;
            }
            from = at + 1;
        }
        self.bytes.len()
    }

    fn bare(&mut self) {
        let start = self.at;
        let len = self
            .bytes
            .iter()
            .skip(start)
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$' | b'+'))
            .count();
        self.at = start + len.max(1);
        let word = self.text.get(start..self.at).unwrap_or("").to_owned();
        self.token(word, false, start);
    }

    /// A key if a colon (or `=>`) follows, else a value.
    fn token(&mut self, text: String, quoted: bool, start: usize) {
        let colon = self.skip_colon();
        let Some(frame) = self.open.last_mut() else { return };
        if colon && frame.object.is_some() {
            frame.key = Some((text, start));
            return;
        }
        if let Some((key, key_start)) = frame.key.take() {
            let value = if quoted { Value::Text(text) } else { bare_value(&text) };
            let end = self.at;
            self.push_member(key, value, Span::new(key_start, end));
        }
    }

    fn skip_colon(&mut self) -> bool {
        let mut at = self.at;
        while matches!(self.bytes.get(at), Some(b' ' | b'\t')) {
            at += 1;
        }
        let arrow = self.bytes.get(at..at + 2) == Some(b"=>");
        if self.bytes.get(at) == Some(&b':') || arrow {
            self.at = at + 1 + usize::from(arrow);
            return true;
        }
        false
    }

    fn push_member(&mut self, key: String, value: Value, span: Span) {
        let owner = self.open.iter().rev().find_map(|frame| frame.object);
        if self.members < MAX_MEMBERS
            && let Some(object) = owner.and_then(|index| self.objects.get_mut(index))
        {
            self.members += 1;
            object.members.push(Member { key, value, span });
        }
    }
}

fn bare_value(word: &str) -> Value {
    match word {
        "true" | "True" => Value::Bool(true),
        "false" | "False" => Value::Bool(false),
        "null" | "None" | "nil" | "undefined" => Value::Null,
        _ => word.parse().map_or(Value::Other, Value::Int),
    }
}

/// Resolves the common escapes; an unknown one stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push(' '),
            Some('r') | None => {}
            Some('u') => out.push(unicode_escape(&mut chars)),
            Some(other) => out.push(other),
        }
    }
    out
}

fn unicode_escape(chars: &mut std::str::Chars<'_>) -> char {
    let digits: String = chars.as_str().chars().take(4).collect();
    let code = u32::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 4).and_then(char::from_u32);
    if let Some(c) = code {
        chars.nth(3);
        return c;
    }
    '\u{fffd}'
}
