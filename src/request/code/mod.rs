//! Calls in Python, JavaScript and PowerShell: literals are read, names with a literal assigned earlier are resolved,
//! anything else is an unknown. Nothing is run; branches, loops and parameters of functions are not followed.

use super::rope::slice;
use super::{Note, Request, What};
use crate::text::Span;

mod assign;
mod call;
mod cmdlet;
mod content;
mod draft;
mod javascript;
mod literal;
mod python;
mod shape;
mod token;
mod tree;

use assign::Assignment;
use token::{Kind, Token};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Language {
    Python,
    JavaScript,
    PowerShell,
}

/// Words that show calls of Python.
const PYTHON: [&str; 10] = ["requests.", "httpx", "aiohttp", "urllib", "http.client", "json=", "headers=", "import ", "def ", "session."];

/// Words that show calls of JavaScript.
const JAVASCRIPT: [&str; 10] =
    ["fetch(", "axios", "JSON.stringify", "const ", "=> ", "got.post", "ky.post", "require(", "await ", "http.request("];

/// Commands of PowerShell that send requests, in lower case.
const CMDLETS: [&str; 4] = ["invoke-restmethod", "invoke-webrequest", "irm", "iwr"];

/// Whether the text looks like a snippet that sends a request.
pub(super) fn has_signs(text: &str) -> bool {
    let calls = ["requests.", "httpx.", "aiohttp", "session.post(", "fetch(", "axios", "client.post(", ".request("];
    calls.iter().any(|sign| text.contains(sign))
}

/// Whether a command of PowerShell stands in the text.
pub(super) fn has_cmdlet(text: &str) -> bool {
    let word = |word: &str| CMDLETS.iter().any(|cmdlet| word.eq_ignore_ascii_case(cmdlet));
    text.split(|c: char| c.is_whitespace() || matches!(c, '(' | '=' | '|' | ';')).any(word)
}

/// The requests that a snippet of Python or JavaScript sends.
pub(super) fn read(input: &str, span: Span) -> Vec<Request> {
    let text = slice(input, span);
    let count = |signs: &[&str]| signs.iter().filter(|sign| text.contains(**sign)).count();
    let (python, javascript) = (count(&PYTHON), count(&JAVASCRIPT));
    if python + javascript == 0 && !text.contains(".post(") && !text.contains(".request(") {
        return Vec::new();
    }
    let order = if python > javascript { [Language::Python, Language::JavaScript] } else { [Language::JavaScript, Language::Python] };
    order.into_iter().map(|language| Code::new(input, span, language).requests()).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The requests that PowerShell's own commands send.
pub(super) fn read_powershell(input: &str, span: Span) -> Vec<Request> {
    Code::new(input, span, Language::PowerShell).requests()
}

/// A run of tokens: from the first to one past the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Range {
    from: usize,
    to: usize,
}

impl Range {
    const fn new(from: usize, to: usize) -> Self {
        Self { from, to }
    }

    const fn is_empty(self) -> bool {
        self.from >= self.to
    }
}

/// A snippet under reading.
struct Code<'a> {
    input: &'a str,
    language: Language,
    tokens: Vec<Token>,
    assignments: Vec<Assignment>,
    notes: Vec<Note>,
    /// How many bytes of literals may still be read through names; keeps names of names from growing without end.
    budget: usize,
}

impl<'a> Code<'a> {
    fn new(input: &'a str, span: Span, language: Language) -> Self {
        let (tokens, complete) = token::tokens(input, span, language);
        let budget = 4 * (span.end - span.start) + 65_536;
        let mut code = Self { input, language, tokens, assignments: Vec::new(), notes: Vec::new(), budget };
        code.assignments = code.find_assignments();
        if !complete {
            code.note(What::TooLong, Span::new(span.end, span.end));
        }
        code
    }

    fn requests(&mut self) -> Vec<Request> {
        match self.language {
            Language::PowerShell => self.cmdlets(),
            _ => self.calls(),
        }
    }

    fn note(&mut self, what: What, span: Span) {
        self.notes.push(Note { what, span });
    }

    fn token(&self, index: usize) -> Option<Token> {
        self.tokens.get(index).copied()
    }

    /// Source of a token; empty behind the last.
    fn text(&self, index: usize) -> &'a str {
        self.token(index).map_or("", |token| slice(self.input, token.span))
    }

    fn kind(&self, index: usize) -> Option<Kind> {
        self.token(index).map(|token| token.kind)
    }

    fn is_mark(&self, index: usize, mark: &str) -> bool {
        self.kind(index) == Some(Kind::Mark) && self.text(index) == mark
    }

    fn breaks(&self, index: usize) -> bool {
        self.token(index).is_none_or(|token| token.breaks)
    }

    /// Index of the closing bracket of the opening one at `index`.
    fn mate(&self, index: usize) -> usize {
        self.token(index).map_or(self.tokens.len(), |token| token.mate)
    }

    /// The token behind this one, brackets with their content passed over.
    fn skip(&self, index: usize) -> usize {
        match self.kind(index) {
            Some(Kind::Open(_)) => self.mate(index).max(index) + 1,
            _ => index + 1,
        }
    }

    fn span(&self, range: Range) -> Span {
        let start = self.token(range.from).map_or(self.input.len(), |token| token.span.start);
        let last = range.to.checked_sub(1).filter(|last| *last >= range.from);
        Span::new(start, last.and_then(|last| self.token(last)).map_or(start, |token| token.span.end.max(start)))
    }

    fn source(&self, range: Range) -> &'a str {
        slice(self.input, self.span(range))
    }

    /// Whether a name is written in the way of the language.
    fn same(&self, name: &str, other: &str) -> bool {
        if self.language == Language::PowerShell { name.eq_ignore_ascii_case(other) } else { name == other }
    }
}
