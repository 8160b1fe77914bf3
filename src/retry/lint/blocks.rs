//! Functions, loops, branches and handlers: where they begin, what their head says and what they hold.

use super::code::{Code, Range};
use super::lex::Kind;
use super::report::Language;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Function,
    /// `for` over a list, or any loop head that names what it goes through.
    Each,
    /// A loop that counts or tests a condition.
    Loop,
    If,
    Else,
    Try,
    Catch,
    Finally,
    With,
    Switch,
    Case,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Block {
    pub(super) form: Form,
    /// Index of the keyword; of a function, of its name, or of its first token.
    pub(super) at: usize,
    /// What stands between keyword and body.
    pub(super) head: Range,
    pub(super) body: Range,
}

impl Block {
    pub(super) fn is_function(&self) -> bool {
        self.form == Form::Function
    }

    pub(super) fn is_loop(&self) -> bool {
        matches!(self.form, Form::Loop | Form::Each)
    }
}

/// More blocks are not looked at; it keeps the time bounded.
const MAX_BLOCKS: usize = 600;

/// The blocks of a snippet, in order of the text.
pub(super) fn find(code: &Code<'_>) -> Vec<Block> {
    let one = if code.language == Language::Python { python } else { braces };
    let mut found: Vec<Block> = code.indexes().filter_map(|at| one(code, at)).take(MAX_BLOCKS).collect();
    found.sort_by_key(|block| (block.at, block.body.from));
    found
}

fn form(word: &str) -> Option<Form> {
    Some(match word {
        "def" | "function" | "func" | "lambda" => Form::Function,
        "for" | "while" | "do" => Form::Loop,
        "if" | "elif" => Form::If,
        "else" => Form::Else,
        "try" => Form::Try,
        "except" | "catch" => Form::Catch,
        "finally" => Form::Finally,
        "with" => Form::With,
        "switch" | "match" | "select" => Form::Switch,
        "case" | "default" => Form::Case,
        _ => return None,
    })
}

fn python(code: &Code<'_>, at: usize) -> Option<Block> {
    let mut form = form(code.text(at)).filter(|_| code.is_name(at))?;
    if code.text(at) == "lambda" {
        let colon = head_end(code, at)?;
        return Some(Block { form, at, head: Range::new(at + 1, colon), body: Range::new(colon + 1, code.value_end(colon + 1)) });
    }
    let follows_async = at.checked_sub(1).is_some_and(|before| code.text(before) == "async" && code.first(before));
    if !code.first(at) && !follows_async {
        return None;
    }
    let colon = head_end(code, at)?;
    let indent = if follows_async { code.column(at.wrapping_sub(1)) } else { code.column(at) };
    let mut head = Range::new(at + 1, colon);
    let body = Range::new(colon + 1, python_end(code, colon, indent));
    if form == Form::Loop && code.text(at) == "for" && !counts(code, head) {
        form = Form::Each;
    }
    let name = if form == Form::Function { at + 1 } else { at };
    head.from = head.from.max(name);
    Some(Block { form, at: name, head, body })
}

/// A colon outside brackets that ends the head.
fn head_end(code: &Code<'_>, at: usize) -> Option<usize> {
    let mut index = at;
    while index < code.tokens.len() && index < at + 300 {
        if code.is_mark(index, ":") {
            return Some(index);
        }
        index = code.skip(index);
    }
    None
}

/// One past the last token that is indented deeper, or the rest of the line of a short form.
fn python_end(code: &Code<'_>, colon: usize, indent: usize) -> usize {
    let mut at = colon + 1;
    let short = !code.first(at);
    while at < code.tokens.len() {
        if code.first(at) && (short || code.column(at) <= indent) {
            return at;
        }
        at = code.skip(at);
    }
    code.tokens.len()
}

/// Whether the head of a `for` counts attempts and does not go through a list.
fn counts(code: &Code<'_>, head: Range) -> bool {
    code.any(head, |name| {
        let name = super::code::last_part(name);
        matches!(name, "range" | "count" | "repeat" | "Retrying" | "AsyncRetrying" | "attempt")
    })
}

fn braces(code: &Code<'_>, at: usize) -> Option<Block> {
    if code.is_mark(at, "=>") || (code.language == Language::Java && code.is_mark(at, "->")) {
        return arrow(code, at);
    }
    if !code.is_name(at) {
        return None;
    }
    match form(code.text(at)) {
        Some(Form::Function) => function(code, at, at + 1),
        Some(Form::Case) => case(code, at),
        Some(form) => Some(keyword(code, at, form)),
        None => method(code, at),
    }
}

fn arrow(code: &Code<'_>, at: usize) -> Option<Block> {
    let before = at.checked_sub(1)?;
    let start = if code.kind(before) == Some(Kind::Close) { code.mate(before) } else { before };
    let in_switch = code.language == Language::Java && (1..5).any(|back| code.text(at.wrapping_sub(back)) == "case");
    if in_switch {
        return None;
    }
    let body = if code.is_open(at + 1, b'{') { code.inside(at + 1) } else { Range::new(at + 1, code.value_end(at + 1)) };
    let mut name = start;
    while name > 0 && matches!(code.text(name.wrapping_sub(1)), "async" | "=") {
        name = name.wrapping_sub(1);
    }
    let named = name < start && code.is_mark(name, "=") && name > 0 && code.is_name(name - 1);
    let at = if named { name - 1 } else { start };
    Some(Block { form: Form::Function, at, head: Range::new(start, body.from), body })
}

/// `function name(..) {` and `func (r *T) name(..) T {`.
fn function(code: &Code<'_>, keyword: usize, from: usize) -> Option<Block> {
    let mut at = from;
    let mut name = keyword;
    if keyword >= 2 && matches!(code.text(keyword - 1), "=" | ":=") && code.is_name(keyword - 2) {
        name = keyword - 2;
    }
    while at < code.tokens.len() && at < from + 60 {
        if code.is_open(at, b'{') {
            return Some(Block { form: Form::Function, at: name, head: Range::new(from, at), body: code.inside(at) });
        }
        if name == keyword && code.is_name(at) && code.is_open(code.after_type_arguments(at + 1), b'(') {
            name = at;
        }
        at = code.skip(at);
    }
    None
}

/// A method: a name, brackets, perhaps a type or `throws`, and a brace.
fn method(code: &Code<'_>, at: usize) -> Option<Block> {
    if !code.is_open(at + 1, b'(') || matches!(code.text(at), "return" | "new" | "synchronized") {
        return None;
    }
    let mut end = code.mate(at + 1).checked_add(1)?;
    let limit = end + 12;
    while end < limit && (code.is_name(end) || matches!(code.text(end), ":" | "," | "<" | ">" | "[" | "|")) {
        end = code.skip(end);
    }
    let plain = code.language != Language::Go && code.is_open(end, b'{') && !code.text(at).contains('.');
    plain.then(|| Block { form: Form::Function, at, head: Range::new(at + 1, end), body: code.inside(end) })
}

fn case(code: &Code<'_>, at: usize) -> Option<Block> {
    let mut colon = at + 1;
    while colon < at + 60 && !code.is_mark(colon, ":") && !code.is_mark(colon, "->") {
        if colon >= code.tokens.len() {
            return None;
        }
        colon = code.skip(colon);
    }
    let mut end = colon + 1;
    while end < code.tokens.len()
        && code.kind(end) != Some(Kind::Close)
        && !(matches!(code.text(end), "case" | "default") && code.first(end))
    {
        end = code.skip(end);
    }
    Some(Block { form: Form::Case, at, head: Range::new(at + 1, colon), body: Range::new(colon + 1, end) })
}

fn keyword(code: &Code<'_>, at: usize, form: Form) -> Block {
    let (head, open) = head(code, at);
    let body = if code.is_open(open, b'{') { code.inside(open) } else { Range::new(open, statement_end(code, open)) };
    let form = if form == Form::Loop && goes_through(code, at, head) { Form::Each } else { form };
    let head = if code.text(at) == "do" { trailing_condition(code, body) } else { head };
    Block { form, at, head, body }
}

/// Head of a statement and the token at which its body begins.
fn head(code: &Code<'_>, at: usize) -> (Range, usize) {
    if code.language != Language::Go {
        let open = if code.text(at + 1) == "await" { at + 2 } else { at + 1 };
        if code.is_open(open, b'(') {
            return (code.inside(open), code.mate(open) + 1);
        }
        return (Range::new(at + 1, at + 1), at + 1);
    }
    let mut end = at + 1;
    while end < code.tokens.len() && end < at + 200 && !go_body(code, at, end) {
        end = code.skip(end);
    }
    (Range::new(at + 1, end), end)
}

/// The brace that opens the body: not one of a composite literal.
fn go_body(code: &Code<'_>, at: usize, index: usize) -> bool {
    code.is_open(index, b'{') && !(code.is_name(index.wrapping_sub(1)) && code.text(index.wrapping_sub(1)) == "struct" && index > at + 1)
}

fn statement_end(code: &Code<'_>, from: usize) -> usize {
    let mut at = from;
    while at < code.tokens.len() {
        if code.is_mark(at, ";") {
            return at + 1;
        }
        if code.kind(at) == Some(Kind::Close) || (at > from && code.first(at) && code.line(at) > code.line(from) + 3) {
            return at;
        }
        let next = code.skip(at);
        if code.first(next) && at >= from && !code.text(next).starts_with('.') {
            return next;
        }
        at = next;
    }
    code.tokens.len()
}

/// The condition behind `do { .. } while`.
fn trailing_condition(code: &Code<'_>, body: Range) -> Range {
    let at = body.to + 1;
    if code.text(at) == "while" && code.is_open(at + 1, b'(') { code.inside(at + 1) } else { Range::new(at, at) }
}

/// Whether a loop goes through a list and does not count.
fn goes_through(code: &Code<'_>, at: usize, head: Range) -> bool {
    if code.text(at) != "for" {
        return false;
    }
    let has = |word: &str| head.indexes().any(|index| code.text(index) == word);
    match code.language {
        Language::JavaScript => has("of") || has("in"),
        Language::Java => has(":") && !has(";"),
        Language::Go => {
            has("range") && !head.indexes().any(|index| code.kind(index) == Some(Kind::Number) || counts_up_to(code.text(index)))
        }
        Language::Python | Language::Settings => false,
    }
}

/// Whether a name says that it bounds attempts.
fn counts_up_to(name: &str) -> bool {
    let words = super::code::words(name);
    words.iter().any(|word| matches!(word.as_str(), "attempts" | "retries" | "tries" | "max"))
}
