//! String literals: where they end and what they mean.

use super::Language;
use crate::request::json::escaped;
use crate::request::rope::{Rope, slice};
use crate::text::Span;

/// How a literal is delimited and read.
struct Form {
    /// Bytes of prefix and opening quotes.
    open: usize,
    closing: &'static str,
    escapes: bool,
    /// What begins a part that is computed.
    computed: Option<&'static str>,
    lines: bool,
}

/// Length of the literal at the start of `text`; none if there is none. One that is not closed ends with its line.
pub(super) fn length(text: &str, language: Language) -> Option<usize> {
    let form = form(text, language)?;
    let body = text.get(form.open..)?;
    Some(form.open + closing(body, &form, language).map_or_else(|| unclosed(body, &form), |at| at + form.closing.len()))
}

fn unclosed(body: &str, form: &Form) -> usize {
    if form.lines { body.len() } else { body.find('\n').unwrap_or(body.len()) }
}

fn form(text: &str, language: Language) -> Option<Form> {
    match language {
        Language::Python => python(text),
        Language::JavaScript => javascript(text),
        Language::PowerShell => powershell(text),
    }
}

fn python(text: &str) -> Option<Form> {
    let prefix = text.bytes().take(3).take_while(|byte| b"rRbBfFuU".contains(byte)).count();
    let (letters, rest) = text.split_at_checked(prefix)?;
    let triple = ["\"\"\"", "'''"].into_iter().find(|quotes| rest.starts_with(quotes));
    let closing = triple.or_else(|| ["\"", "'"].into_iter().find(|quote| rest.starts_with(quote)))?;
    let has = |letter: char| letters.to_ascii_lowercase().contains(letter);
    Some(Form { open: prefix + closing.len(), closing, escapes: !has('r'), computed: has('f').then_some("{"), lines: triple.is_some() })
}

fn javascript(text: &str) -> Option<Form> {
    let closing = ["\"", "'", "`"].into_iter().find(|quote| text.starts_with(quote))?;
    let template = closing == "`";
    Some(Form { open: 1, closing, escapes: true, computed: template.then_some("${"), lines: template })
}

fn powershell(text: &str) -> Option<Form> {
    if let Some(closing) = here_string(text) {
        let open = text.find('\n')? + 1;
        return Some(Form { open, closing, escapes: false, computed: (closing == "\n\"@").then_some("$"), lines: true });
    }
    let closing = ["\"", "'"].into_iter().find(|quote| text.starts_with(quote))?;
    Some(Form { open: 1, closing, escapes: false, computed: (closing == "\"").then_some("$"), lines: true })
}

fn here_string(text: &str) -> Option<&'static str> {
    let (rest, closing) =
        text.strip_prefix("@'").map(|rest| (rest, "\n'@")).or_else(|| text.strip_prefix("@\"").map(|rest| (rest, "\n\"@")))?;
    rest.trim_start_matches([' ', '\t', '\r']).starts_with('\n').then_some(closing)
}

/// Where the closing quotes stand.
fn closing(body: &str, form: &Form, language: Language) -> Option<usize> {
    let quote = form.closing.bytes().next()?;
    let shell = language == Language::PowerShell;
    let escape = if shell { b'`' } else { b'\\' };
    let escapes = !shell || form.closing == "\"";
    let template = form.computed == Some("${");
    let mut at = 0;
    while let Some(rest) = body.get(at..) {
        let stop = |b: u8| b == quote || (b == escape && escapes) || (b == b'\n' && !form.lines) || (b == b'$' && template);
        at += rest.bytes().position(stop)?;
        let here = body.get(at..)?;
        let behind = here.get(1..).unwrap_or("");
        if here.starts_with(form.closing) {
            if !(shell && form.closing.len() == 1 && behind.starts_with(form.closing)) {
                return Some(at);
            }
            at += 2; // a doubled quote
        } else if here.starts_with('\n') && !form.lines {
            return None;
        } else if here.starts_with(char::from(escape)) && escapes {
            at += 1 + behind.chars().next().map_or(0, char::len_utf8);
        } else if template && here.starts_with("${") {
            at += 1 + braces(behind);
        } else {
            at += 1;
        }
    }
    None
}

/// Length of what stands in curly brackets at the start of `text`; strings in it count as a whole.
fn braces(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match (quote, c) {
            (_, '\\') => {
                chars.next();
            }
            (Some(open), c) if c == open => quote = None,
            (None, '\'' | '"') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// A part of a literal.
pub(super) enum Part {
    Plain(Span),
    Char(char, Span),
    /// An expression, its brackets left out.
    Computed(Span),
}

/// The parts of the literal at `span`.
pub(super) fn parts(input: &str, span: Span, language: Language) -> Vec<Part> {
    let text = slice(input, span);
    let Some(form) = form(text, language) else { return vec![Part::Plain(span)] };
    let start = span.start + form.open.min(text.len());
    let tail = if text.len() >= form.open + form.closing.len() && text.ends_with(form.closing) { form.closing.len() } else { 0 };
    let mut reader = Parts { input, at: start, end: span.end - tail, form, language, found: Vec::new() };
    while reader.at < reader.end {
        reader.step();
    }
    reader.found
}

struct Parts<'a> {
    input: &'a str,
    at: usize,
    end: usize,
    form: Form,
    language: Language,
    found: Vec<Part>,
}

impl<'a> Parts<'a> {
    fn rest(&self) -> &'a str {
        slice(self.input, Span::new(self.at, self.end))
    }

    fn step(&mut self) {
        let rest = self.rest();
        let shell = self.language == Language::PowerShell;
        let len = rest.find(|c| matches!(c, '\\' | '{' | '}' | '$' | '`') || (shell && matches!(c, '"' | '\''))).unwrap_or(rest.len());
        if len > 0 {
            return self.plain(len);
        }
        if self.language == Language::Python && self.form.computed.is_some() && (rest.starts_with("{{") || rest.starts_with("}}")) {
            self.plain(1);
            self.at += 1;
        } else if self.form.escapes && rest.starts_with('\\') {
            self.escape();
        } else if let Some(mark) = self.form.computed.filter(|mark| rest.starts_with(mark)) {
            self.computed(mark);
        } else if shell && self.form.computed.is_some() && rest.starts_with('`') {
            self.back_tick();
        } else {
            let doubled = shell && self.form.closing.len() == 1 && rest.starts_with(self.form.closing);
            self.plain(rest.chars().next().map_or(1, char::len_utf8));
            self.at += usize::from(doubled && self.rest().starts_with(self.form.closing));
        }
    }

    fn plain(&mut self, len: usize) {
        let end = (self.at + len).min(self.end);
        self.found.push(Part::Plain(Span::new(self.at, end)));
        self.at = end;
    }

    fn escape(&mut self) {
        let source = Rope::of(self.input, Span::new(self.at + 1, self.end));
        let mut cursor = source.cursor();
        let c = escaped(&mut cursor);
        let end = cursor.end().max(self.at + 1);
        self.found.extend(c.map(|c| Part::Char(c, Span::new(self.at, end))));
        self.at = end;
    }

    fn back_tick(&mut self) {
        let start = self.at;
        self.at += 1;
        let Some(c) = self.rest().chars().next() else { return };
        self.at += c.len_utf8();
        let meant = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            other => other,
        };
        self.found.push(Part::Char(meant, Span::new(start, self.at)));
    }

    /// `{x}`, `${x}`, `$x`, `$(x)`.
    fn computed(&mut self, mark: &str) {
        let start = self.at;
        let rest = self.rest();
        if mark == "$" {
            let Some(len) = crate::request::shell::variable(rest) else { return self.plain(1) };
            self.at += len;
            self.found.push(Part::Computed(Span::new(start, self.at)));
            return;
        }
        let len = braces(rest.get(mark.len() - 1..).unwrap_or("")) + mark.len() - 1;
        self.at += len;
        let inner = Span::new(start + mark.len(), (start + len).saturating_sub(1).max(start + mark.len()));
        self.found.push(Part::Computed(inner));
    }
}
