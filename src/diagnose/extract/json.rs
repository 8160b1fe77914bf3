//! Finds members of JSON-like objects anywhere in a text: whole bodies, bodies inside log lines, bodies escaped
//! inside strings, Python and JavaScript literals, cut bodies.
//!
//! One pass without recursion. It is no validator: it reports what can be read.

use crate::text::{Span, Text};

/// Objects deeper than this are passed over.
const MAX_DEPTH: usize = 64;
/// At most this many members are kept.
const MAX_MEMBERS: usize = 4_000;

/// A value as far as it matters for reading.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// The text between the quotes, escapes resolved.
    Text(String),
    /// An integer.
    Int(i64),
    /// `true`, `false`.
    Bool(bool),
    /// `null`, `None`.
    Null,
    /// The object with this index.
    Object(usize),
    /// An array; objects in it have it as their parent member.
    Array,
    /// Anything else: fractions, huge numbers, names of variables.
    Other,
}

/// `key: value`.
#[derive(Debug, Clone)]
pub struct Member {
    /// Member name.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where it stands, key included.
    pub span: Span,
}

/// An object and its members.
#[derive(Debug, Clone)]
pub struct Object {
    /// The enclosing object, if any.
    pub parent: Option<usize>,
    /// The name under which it stands in the enclosing object.
    pub name: Option<String>,
    /// Members in order; of equal names the last counts for [`Object::get`].
    pub members: Vec<Member>,
    /// From its opening brace to its end, or to where it was cut.
    pub span: Span,
    /// Whether its closing brace was seen.
    pub closed: bool,
}

impl Object {
    /// The last member with this name.
    pub fn get(&self, key: &str) -> Option<&Member> {
        self.members.iter().rev().find(|member| member.key == key)
    }

    /// Text of a member.
    pub fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Integer of a member; a number in quotes counts.
    pub fn int(&self, key: &str) -> Option<i64> {
        match &self.get(key)?.value {
            Value::Int(int) => Some(*int),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether all these members are there.
    pub fn has_all<S: AsRef<str>>(&self, keys: &[S]) -> bool {
        keys.iter().all(|key| self.get(key.as_ref()).is_some())
    }

    /// Whether any of these members is there.
    pub fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.get(key).is_some())
    }
}

/// All objects that have members, outermost first.
pub fn objects(text: &Text) -> Vec<Object> {
    let mut scan = Scan { bytes: text.plain.as_bytes(), text: &text.plain, at: 0, objects: Vec::new(), open: Vec::new(), members: 0 };
    scan.run();
    scan.objects
}

struct Frame {
    object: Option<usize>,
    name: Option<String>,
    key: Option<(String, usize)>,
}

struct Scan<'t> {
    bytes: &'t [u8],
    text: &'t str,
    at: usize,
    objects: Vec<Object>,
    open: Vec<Frame>,
    members: usize,
}

impl Scan<'_> {
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
        if byte == b',' && let Some(frame) = self.open.last_mut() {
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
        let len = self.bytes.iter().skip(start).take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b'$' | b'+')).count();
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
        if self.members < MAX_MEMBERS && let Some(object) = owner.and_then(|index| self.objects.get_mut(index)) {
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
pub fn unescape(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Object> {
        objects(&Text::new(text.to_owned()))
    }

    #[test]
    fn a_body_inside_a_log_line_is_read() {
        let found = read("2026-09-01 ERROR body={\"code\":1303,\"message\":\"a, b\",\"data\":{\"task_id\":\"8\"}} x");
        assert_eq!(found[0].int("code"), Some(1303));
        assert_eq!(found[0].text("message"), Some("a, b"));
        assert_eq!((found[1].parent, found[1].name.as_deref()), (Some(0), Some("data")));
    }

    #[test]
    fn escaped_and_doubly_escaped_bodies_are_read() {
        assert_eq!(read(r#"log="{\"code\":1102,\"message\":\"x\"}""#)[0].int("code"), Some(1102));
        assert_eq!(read(r#"{"log":"{\\\"code\\\":1102}"} {\\\"code\\\":1101}"#).last().unwrap().int("code"), Some(1101));
    }

    #[test]
    fn python_and_javascript_literals_are_read() {
        assert_eq!(read("{'code': 1303, 'data': None}")[0].get("data").unwrap().value, Value::Null);
        assert_eq!(read("{ status: 422, msg: 'no' }")[0].int("status"), Some(422));
    }

    #[test]
    fn a_cut_body_gives_what_it_has() {
        let found = read(r#"{"code":0,"data":{"task_id":"8"#);
        assert_eq!(found[1].text("task_id"), Some("8"));
        assert!(!found[1].closed);
    }

    #[test]
    fn a_hundred_thousand_brackets_end() {
        read(&"[{".repeat(50_000));
        read(&"\"\\".repeat(50_000));
    }

    #[test]
    fn of_equal_names_the_last_counts() {
        assert_eq!(read(r#"{"code":1,"code":2}"#)[0].int("code"), Some(2));
    }
}
