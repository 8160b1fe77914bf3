//! Finds members of JSON-like objects anywhere in a text: whole bodies, bodies inside log lines, bodies escaped
//! inside strings, Python and JavaScript literals, cut bodies.
//!
//! One pass without recursion. It is no validator: it reports what can be read.

use crate::text::{Span, Text};

mod scan;
use scan::Scan;

/// A value as far as it matters for reading.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
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
pub(crate) struct Member {
    /// Member name.
    pub key: String,
    /// Its value.
    pub value: Value,
    /// Where it stands, key included.
    pub span: Span,
}

/// An object and its members.
#[derive(Debug, Clone)]
pub(crate) struct Object {
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
    pub(crate) fn get(&self, key: &str) -> Option<&Member> {
        self.members.iter().rev().find(|member| member.key == key)
    }

    /// Text of a member.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        match &self.get(key)?.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Integer of a member; a number in quotes counts.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        match &self.get(key)?.value {
            Value::Int(int) => Some(*int),
            Value::Text(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Whether all these members are there.
    pub(crate) fn has_all<S: AsRef<str>>(&self, keys: &[S]) -> bool {
        keys.iter().all(|key| self.get(key.as_ref()).is_some())
    }

    /// Whether any of these members is there.
    pub(crate) fn has_any(&self, keys: &[&str]) -> bool {
        keys.iter().any(|key| self.get(key).is_some())
    }
}

/// All objects that have members, outermost first.
pub(crate) fn objects(text: &Text) -> Vec<Object> {
    Scan::objects(&text.plain)
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
