//! What a reader hands over.

use std::fmt;

use super::{Node, ReadError};
use crate::text::Span;

/// One HTTP request as far as the paste tells it.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The method in upper case, also where the tool implies it; `None` where nothing tells.
    pub method: Option<String>,
    /// URL or path as written, with what the tool adds (a base, a query); unknown parts as `<unknown: …>`.
    pub url: Option<Located<String>>,
    /// Headers in order, those included that the tool adds by itself (see [`What::ImpliedHeader`]).
    pub headers: Vec<Header>,
    /// The body, where it could be read as a tree.
    pub body: Option<Node>,
    /// The shape it was read from.
    pub source: Source,
    /// What was odd, left out or not evaluated, in reading order.
    pub notes: Vec<Note>,
    /// The body as text, where it could not be read as a tree; a body is never held twice.
    pub body_text: Option<String>,
}

impl Request {
    pub(super) const fn new(source: Source) -> Self {
        Self { method: None, url: None, headers: Vec::new(), body: None, source, notes: Vec::new(), body_text: None }
    }

    /// The first header with this name, in any case.
    pub fn header(&self, name: &str) -> Option<&Header> {
        self.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name))
    }

    pub(super) fn note(&mut self, what: What, span: Span) {
        self.notes.push(Note { what, span });
    }

    /// Adds a header that the tool sends by itself, unless it is written.
    pub(super) fn imply(&mut self, name: &str, value: &str, span: Span) {
        if self.header(name).is_none() {
            self.headers.push(Header { name: name.to_owned(), value: value.to_owned(), span });
            self.note(What::ImpliedHeader(format!("{name}: {value}")), span);
        }
    }
}

/// A value and its place in the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// One header line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Name as written.
    pub name: String,
    /// Value without blanks around it; unknown parts as `<unknown: …>`.
    pub value: String,
    /// Where the header stands.
    pub span: Span,
}

/// The shape a request was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// A command line: curl, or PowerShell's `Invoke-RestMethod` and `Invoke-WebRequest`.
    Curl,
    /// Raw HTTP text.
    Http,
    /// An entry of an HTTP archive.
    Har,
    /// A call in Python.
    Python,
    /// A call in JavaScript or TypeScript.
    JavaScript,
    /// A JSON body, perhaps with its endpoint before it.
    Json,
}

/// Something the caller should know about how the request was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is.
    pub what: What,
    /// Where it stands.
    pub span: Span,
}

/// What a [`Note`] says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// The key stands twice or more in its object.
    DuplicateKey(String),
    /// No JSON: a comment.
    Comment,
    /// No JSON: `...` in place of members.
    Ellipsis,
    /// No JSON: a comma before the closing bracket.
    TrailingComma,
    /// No JSON: a string in single or curly quotes.
    Quotes,
    /// No JSON: a key without quotes.
    BareKey(String),
    /// No JSON: `True`, `None`, `NaN`, `undefined` and the like.
    ForeignLiteral(String),
    /// No JSON: a word that is neither string, number nor literal.
    BareWord(String),
    /// No JSON: a number such as `+1`, `.5` or `01`.
    ForeignNumber(String),
    /// No JSON: an escape that JSON does not have.
    BadEscape(char),
    /// No JSON: a line break or another control character inside a string.
    ControlCharacter,
    /// Text after the request that was not read.
    TextAfter,
    /// A response that was left out.
    Response,
    /// The body is meant to be JSON and is not.
    BodyUnreadable(ReadError),
    /// The body is no JSON; it is kept as text.
    BodyNotJson,
    /// The body is a form: not JSON, whatever its members.
    BodyIsForm,
    /// An object is given where a text is needed; the tool would not make JSON of it.
    NotSerialised,
    /// A text that is JSON already is made into JSON again.
    SerialisedTwice,
    /// A file, which was not read.
    FileNotRead(String),
    /// A variable, command or expression, which was not evaluated.
    NotEvaluated(String),
    /// A part of a multipart form.
    FormPart(String),
    /// User name and password are given; they are not repeated here.
    Credentials,
    /// A header that the tool adds by itself.
    ImpliedHeader(String),
    /// An option that was skipped.
    UnknownOption(String),
    /// A quote or bracket of the command or snippet is not closed.
    Unclosed,
    /// A line should end in a continuation mark, and does not; it was read as if.
    BrokenContinuation,
    /// Single quotes do not quote in cmd.exe; they were read as if.
    QuotesOfOtherShell,
    /// The snippet is longer than what is read.
    TooLong,
}

impl What {
    /// Whether a strict reader of JSON would refuse the text because of it.
    pub const fn breaks_json(&self) -> bool {
        matches!(
            self,
            Self::Comment
                | Self::Ellipsis
                | Self::TrailingComma
                | Self::Quotes
                | Self::BareKey(_)
                | Self::ForeignLiteral(_)
                | Self::BareWord(_)
                | Self::ForeignNumber(_)
                | Self::BadEscape(_)
                | Self::ControlCharacter
        )
    }
}

impl fmt::Display for What {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::DuplicateKey(key) => write!(out, "the key `{key}` stands more than once; servers take the last"),
            Self::BareKey(key) => write!(out, "the key `{key}` has no quotes, which JSON does not allow"),
            Self::ForeignLiteral(word) => write!(out, "`{word}` is no JSON literal"),
            Self::BareWord(word) => write!(out, "`{word}` is no JSON value"),
            Self::ForeignNumber(text) => write!(out, "`{text}` is no JSON number"),
            Self::BadEscape(c) => write!(out, "`\\{c}` is no JSON escape"),
            Self::BodyUnreadable(error) => write!(out, "the body is not readable: failed to {error}"),
            Self::FileNotRead(name) => write!(out, "the file `{name}` was not read"),
            Self::NotEvaluated(text) => write!(out, "`{text}` was not evaluated"),
            Self::FormPart(name) => write!(out, "the part `{name}` of a multipart form is no JSON member"),
            Self::ImpliedHeader(header) => write!(out, "the tool adds `{header}` by itself"),
            Self::UnknownOption(option) => write!(out, "the option `{option}` was skipped"),
            other => out.write_str(other.fixed()),
        }
    }
}

impl What {
    const fn fixed(&self) -> &'static str {
        match self {
            Self::Comment => "a comment, which JSON does not allow",
            Self::Ellipsis => "`...` stands for something left out; JSON does not allow it",
            Self::TrailingComma => "a comma before the closing bracket, which JSON does not allow",
            Self::Quotes => "a string in other than straight double quotes, which JSON does not allow",
            Self::ControlCharacter => "a line break or control character inside a string, which JSON does not allow",
            Self::TextAfter => "text after the request was not read",
            Self::Response => "a response was left out",
            Self::BodyNotJson => "the body is no JSON",
            Self::BodyIsForm => "the body is sent as a form, not as JSON",
            Self::NotSerialised => "an object is passed as the body without being made into JSON",
            Self::SerialisedTwice => "the body is made into JSON twice; the server gets one string",
            Self::Credentials => "user name and password are sent as Basic authentication",
            Self::Unclosed => "a quote or bracket is not closed",
            Self::BrokenContinuation => "the line is not continued; it was read as if it were",
            Self::QuotesOfOtherShell => "single quotes do not quote in cmd.exe; they were read as if they did",
            _ => "the snippet is longer than what is read",
        }
    }
}
