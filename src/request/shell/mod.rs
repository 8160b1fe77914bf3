//! Splits a command line into words the way the shell it was written for does, and runs nothing.

use super::rope::{Rope, slice};
use super::{Note, What};
use crate::text::Span;

mod cmd;
mod powershell;
mod sh;

/// The shell whose rules of quoting hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sh,
    Cmd,
    PowerShell,
}

impl Dialect {
    /// The shell that a command line looks like: told by its continuation mark and its quotes.
    pub(super) fn of(text: &str) -> Self {
        let head: String = text.chars().take(8192).collect();
        let ends_with = |mark: char| head.lines().any(|line| line.trim_end().ends_with(mark));
        if ends_with('\\') {
            Self::Sh
        } else if ends_with('`') || head.contains("@'\n") || head.contains("@\"\n") {
            Self::PowerShell
        } else if ends_with('^') || head.contains("^\"") || head.contains("\"{\"\"") {
            Self::Cmd
        } else if head.trim_start().starts_with("curl.exe") && (head.contains("'{\\\"") || head.contains("$env:")) {
            Self::PowerShell
        } else {
            Self::Sh
        }
    }
}

/// One argument: what the program would get, and where it is written.
#[derive(Debug)]
pub(super) struct Word<'a> {
    pub(super) rope: Rope<'a>,
    pub(super) span: Span,
}

impl Word<'_> {
    /// The text if it is short enough to be an option or a name.
    pub(super) fn short(&self) -> Option<String> {
        (self.span.end - self.span.start <= 4096).then(|| self.rope.text())
    }
}

/// A command as words, with what stood behind `<<`.
#[derive(Debug)]
pub(super) struct Command<'a> {
    pub(super) words: Vec<Word<'a>>,
    pub(super) stdin: Option<Rope<'a>>,
    pub(super) notes: Vec<Note>,
    /// Offset behind the command.
    pub(super) end: usize,
}

/// The words of the command that begins at `span.start`.
pub(super) fn words(input: &str, span: Span, shell: Dialect) -> Command<'_> {
    let mut lexer = Lexer::new(input, span);
    match shell {
        Dialect::Sh => sh::run(&mut lexer),
        Dialect::Cmd => cmd::run(&mut lexer),
        Dialect::PowerShell => powershell::run(&mut lexer),
    }
    lexer.finish()
}

/// What the shells have in common: the characters, and the word under construction.
struct Lexer<'a> {
    input: &'a str,
    at: usize,
    limit: usize,
    words: Vec<Word<'a>>,
    word: Option<Word<'a>>,
    stdin: Option<Rope<'a>>,
    notes: Vec<Note>,
    /// Whether it reads a document inside a command; documents in it are not read.
    inner: bool,
}

impl<'a> Lexer<'a> {
    const fn new(input: &'a str, span: Span) -> Self {
        Self { input, at: span.start, limit: span.end, words: Vec::new(), word: None, stdin: None, notes: Vec::new(), inner: false }
    }

    fn rest(&self) -> &'a str {
        slice(self.input, Span::new(self.at, self.limit))
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Begins a word, if none is under construction.
    fn begin(&mut self, at: usize) -> &mut Word<'a> {
        let input = self.input;
        let word = self.word.get_or_insert_with(|| Word { rope: Rope::new(input), span: Span::new(at, at) });
        word.span.end = self.at.max(at);
        word
    }

    fn push(&mut self, span: Span) {
        self.begin(span.start).rope.push(span);
    }

    fn push_char(&mut self, c: char, span: Span) {
        self.begin(span.start).rope.push_char(c, span);
    }

    /// Adds what the shell would compute, and says so.
    fn push_unknown(&mut self, span: Span) {
        self.begin(span.start).rope.push_unknown(span);
        let source = super::node::short(slice(self.input, span));
        self.note(What::NotEvaluated(source), span);
    }

    /// Takes the next character into the word as it stands.
    fn take(&mut self) {
        let start = self.at;
        if self.bump().is_some() {
            self.push(Span::new(start, self.at));
        }
    }

    /// Takes everything up to `mark` into the word and passes over the mark.
    fn take_until(&mut self, mark: char) {
        let start = self.at;
        let rest = self.rest();
        let len = rest.find(mark);
        self.at += len.unwrap_or(rest.len());
        self.push(Span::new(start, self.at));
        if self.bump().is_none() {
            self.unclosed(start.saturating_sub(1));
        }
        self.begin(start);
    }

    fn end_word(&mut self) {
        let end = self.at;
        if let Some(mut word) = self.word.take() {
            word.span.end = end;
            self.words.push(word);
        }
    }

    fn note(&mut self, what: What, span: Span) {
        self.notes.push(Note { what, span });
    }

    fn unclosed(&mut self, start: usize) {
        self.note(What::Unclosed, Span::new(start, self.limit));
    }

    /// Whether the line break ends the command. It does not if an option follows, as when a continuation mark got lost;
    /// then the blanks before the option are passed over.
    fn line_ends(&mut self) -> bool {
        let rest = self.rest();
        let next = rest.trim_start_matches(['\n', '\r', ' ', '\t']);
        let option = next.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()));
        if option {
            if !self.words.is_empty() {
                self.note(What::BrokenContinuation, Span::new(self.at, self.at + 1));
            }
            self.at += rest.len() - next.len();
        }
        !option
    }

    /// Whether only blanks follow on this line; then they and the line break are passed over. The answer is the number
    /// of blanks.
    fn blank_line_end(&mut self) -> Option<usize> {
        let rest = self.rest();
        let tail = rest.trim_start_matches([' ', '\t', '\r']);
        if !tail.is_empty() && !tail.starts_with('\n') {
            return None;
        }
        let blanks = rest.len() - tail.len();
        self.at += blanks + usize::from(!tail.is_empty());
        Some(rest.get(..blanks).map_or(0, |blanks| blanks.trim_end_matches('\r').len()))
    }

    fn finish(mut self) -> Command<'a> {
        self.end_word();
        Command { words: self.words, stdin: self.stdin, notes: self.notes, end: self.at }
    }
}

/// Length of a variable's name with its sigil at the start of `text`: `$X`, `${X}`, `$env:X`, `$(…)`; none if there is no
/// variable.
pub(super) fn variable(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('$')?;
    match rest.chars().next()? {
        '{' => rest.bytes().take(256).position(|byte| byte == b'}').map(|end| end + 2),
        '(' => Some(1 + balanced(rest)),
        c if c.is_ascii_alphabetic() || c == '_' => {
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
            let tail = rest.get(end..).and_then(|tail| tail.strip_prefix(':')).filter(|_| rest.starts_with("env:"));
            let more = tail.map_or(0, |tail| 1 + tail.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(tail.len()));
            Some(1 + end + more)
        }
        _ => None,
    }
}

/// Length of what stands in round brackets at the start of `text`.
fn balanced(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    text.len()
}
