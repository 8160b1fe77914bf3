//! A JSON-like tree in which every value knows its place in the input.

use std::fmt;

use crate::text::Span;

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Bytes of the input, quotes and brackets included; of a resolved variable, those of its literal.
    pub span: Span,
}

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `null`, `None`, `$null`.
    Null,
    /// `true`, `false` in any spelling.
    Bool(bool),
    /// A number as it was written.
    Number(String),
    /// A text, escapes resolved.
    String(String),
    /// An array, list or tuple.
    Array(Vec<Node>),
    /// An object; equal keys are all kept, in order.
    Object(Vec<Member>),
    /// Only running the snippet would tell.
    Unknown(Unknown),
}

/// `key: value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The name, escapes resolved.
    pub key: String,
    /// Where the name stands.
    pub key_span: Span,
    /// What it names.
    pub value: Node,
}

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unknown {
    /// A variable without a literal in the paste; its name.
    Variable(String),
    /// A call or command; the name of what is called.
    Call(String),
    /// Anything that computes; its beginning.
    Expression(String),
    /// A text of which a part is unknown; each unknown part is written as its stand-in.
    Template(String),
}

/// Longest piece of source that a reason repeats.
const MAX_REASON: usize = 60;

impl Unknown {
    /// The kind of unknown that a piece of source stands for.
    pub(super) fn of_source(source: &str) -> Self {
        let source = source.trim();
        if source.starts_with("$(") || source.starts_with('`') || source.starts_with("<(") {
            return Self::Call(short(source));
        }
        let bare = source.trim_start_matches(['$', '{', '%']).trim_end_matches(['}', '%']);
        let path = bare.find(|c: char| !is_path(c)).unwrap_or(bare.len());
        let (name, rest) = bare.split_at(path);
        match rest.chars().next() {
            None if !name.is_empty() => Self::Variable(short(name)),
            Some('(') if !name.is_empty() => Self::Call(short(name)),
            _ => Self::Expression(short(source)),
        }
    }

    /// What stands for the value where a text is needed.
    pub fn stand_in(&self) -> String {
        format!("<unknown: {self}>")
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, text) = match self {
            Self::Variable(text) => ("variable", text),
            Self::Call(text) => ("call", text),
            Self::Expression(text) => ("expression", text),
            Self::Template(text) => ("template", text),
        };
        write!(out, "{kind} {text}")
    }
}

fn is_path(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.' | '$' | ':')
}

/// The first characters of a text, on one line.
pub(super) fn short(text: &str) -> String {
    let mut chars = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    let mut out: String = chars.by_ref().take(MAX_REASON).collect();
    if chars.next().is_some() {
        out.push('…');
    }
    out
}

impl Node {
    /// A node of a value.
    pub(super) const fn new(value: Value, span: Span) -> Self {
        Self { value, span }
    }

    /// What the pointer (RFC 6901) points at; of equal keys the last counts, as it does for servers.
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        pointer.strip_prefix('/')?.split('/').try_fold(self, |node, token| node.child(token))
    }

    fn child(&self, token: &str) -> Option<&Self> {
        match &self.value {
            Value::Object(_) if token.contains('~') => self.get(&token.replace("~1", "/").replace("~0", "~")),
            Value::Object(_) => self.get(token),
            Value::Array(items) if token == "0" || !token.starts_with(['0', '+']) => items.get(token.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// The last member with this key.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.members().iter().rev().find(|member| member.key == key).map(|member| &member.value)
    }

    /// Members of an object; none of anything else.
    pub fn members(&self) -> &[Member] {
        match &self.value {
            Value::Object(members) => members,
            _ => &[],
        }
    }

    /// Items of an array; none of anything else.
    pub fn items(&self) -> &[Self] {
        match &self.value {
            Value::Array(items) => items,
            _ => &[],
        }
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// The tree as JSON: unknowns become a stand-in such as `<unknown: variable x>`, of equal keys the last counts, and
    /// a number that JSON cannot hold becomes its text.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.value {
            Value::Null => serde_json::Value::Null,
            Value::Bool(bool) => (*bool).into(),
            Value::Number(text) => number(text),
            Value::String(text) => text.as_str().into(),
            Value::Array(items) => items.iter().map(Self::to_json).collect(),
            Value::Object(members) => {
                serde_json::Value::Object(members.iter().map(|member| (member.key.clone(), member.value.to_json())).collect())
            }
            Value::Unknown(unknown) => unknown.stand_in().into(),
        }
    }

    /// The text that would be sent where only a text fits: in a header, a URL.
    pub(super) fn as_text(&self) -> String {
        match &self.value {
            Value::String(text) | Value::Number(text) | Value::Unknown(Unknown::Template(text)) => text.clone(),
            Value::Unknown(unknown) => unknown.stand_in(),
            _ => self.to_json().to_string(),
        }
    }
}

fn number(text: &str) -> serde_json::Value {
    let plain = text.replace('_', "");
    serde_json::from_str::<serde_json::Number>(&plain).map_or_else(|_| text.into(), serde_json::Value::Number)
}
