//! Words of `sh`, `bash` and `zsh`.

use super::{Lexer, balanced, variable};
use crate::request::What;
use crate::request::json::escaped;
use crate::request::rope::Rope;
use crate::text::Span;

pub(super) fn run(lexer: &mut Lexer<'_>) {
    let mut here = None;
    while let Some(c) = lexer.peek() {
        let start = lexer.at;
        match c {
            '\n' => {
                lexer.end_word();
                if let Some(mark) = here.take() {
                    return here_document(lexer, &mark);
                }
                if lexer.line_ends() {
                    return;
                }
            }
            ' ' | '\t' | '\r' => {
                lexer.end_word();
                lexer.bump();
            }
            '#' if lexer.word.is_none() => skip_line(lexer),
            ';' | '|' => return,
            ')' if lexer.word.is_none() => return,
            '&' if !is_redirection(lexer) => return,
            '<' if lexer.rest().starts_with("<<") && !lexer.rest().starts_with("<<<") => here = Some(here_mark(lexer)),
            '<' if lexer.rest().starts_with("<(") => computed(lexer, 1),
            '<' | '>' | '&' => redirection(lexer),
            '\\' => backslash(lexer),
            '\'' => {
                lexer.bump();
                lexer.take_until('\'');
            }
            '"' => double(lexer, start),
            '$' if lexer.rest().starts_with("$'") => ansi(lexer),
            '$' | '`' => expansion(lexer),
            _ => lexer.take(),
        }
    }
}

/// `\x`, and a backslash at the end of a line, also one with blanks behind it.
fn backslash(lexer: &mut Lexer<'_>) {
    let start = lexer.at;
    lexer.bump();
    match lexer.blank_line_end() {
        None => lexer.take(),
        Some(0) => {}
        Some(_) => {
            lexer.note(What::BrokenContinuation, Span::new(start, start + 1));
            lexer.end_word();
        }
    }
}

/// `"…"`: a backslash quotes `$`, back-tick, quote, itself and the line break.
fn double(lexer: &mut Lexer<'_>, start: usize) {
    lexer.bump();
    lexer.begin(start);
    loop {
        match lexer.peek() {
            None => return lexer.unclosed(start),
            Some('"') => {
                lexer.bump();
                lexer.begin(start);
                return;
            }
            Some('\\') => {
                let escapes =
                    lexer.rest().get(1..).and_then(|rest| rest.chars().next()).filter(|c| matches!(c, '"' | '\\' | '$' | '`' | '\n'));
                if escapes.is_some() {
                    lexer.bump();
                }
                if escapes == Some('\n') {
                    lexer.bump();
                } else {
                    lexer.take();
                }
            }
            Some('$' | '`') => expansion(lexer),
            Some(_) => plain(lexer),
        }
    }
}

/// Takes what needs no look inside double quotes.
fn plain(lexer: &mut Lexer<'_>) {
    let start = lexer.at;
    let rest = lexer.rest();
    lexer.at += rest.find(['"', '\\', '$', '`']).unwrap_or(rest.len());
    lexer.push(Span::new(start, lexer.at));
}

/// `$'…'`, with the escapes of C.
fn ansi(lexer: &mut Lexer<'_>) {
    let start = lexer.at;
    lexer.at += 2;
    lexer.begin(start);
    loop {
        let at = lexer.at;
        match lexer.peek() {
            None => return lexer.unclosed(start),
            Some('\'') => {
                lexer.bump();
                lexer.begin(start);
                return;
            }
            Some('\\') => {
                let source = Rope::of(lexer.input, Span::new(at + 1, lexer.limit));
                let mut cursor = source.cursor();
                let c = escaped(&mut cursor);
                lexer.at = cursor.end().max(at + 1);
                if let Some(c) = c {
                    lexer.push_char(c, Span::new(at, lexer.at));
                }
            }
            Some(_) => lexer.take(),
        }
    }
}

/// `$X`, `${X}`, `$(…)` and back-ticks; what is a document inside `$(cat <<X … X)` is read.
fn expansion(lexer: &mut Lexer<'_>) {
    let rest = lexer.rest();
    if let Some(tail) = rest.strip_prefix('`') {
        let len = tail.find('`').map_or(rest.len(), |end| end + 2);
        return computed(lexer, len);
    }
    if let Some(command) = rest.strip_prefix("$(").filter(|command| !lexer.inner && command.trim_start().starts_with("cat <<")) {
        lexer.at += 2 + command.find("<<").unwrap_or(0);
        return substituted_document(lexer);
    }
    match variable(rest) {
        Some(len) => {
            let start = lexer.at;
            lexer.at += len;
            lexer.push_unknown(Span::new(start, lexer.at));
        }
        None => lexer.take(),
    }
}

/// Takes `len` bytes and the brackets that follow them as something to compute.
fn computed(lexer: &mut Lexer<'_>, len: usize) {
    let start = lexer.at;
    let brackets = lexer.rest().get(len..).filter(|rest| rest.starts_with('(')).map_or(0, balanced);
    lexer.at += len + brackets;
    lexer.push_unknown(Span::new(start, lexer.at));
}

fn is_redirection(lexer: &Lexer<'_>) -> bool {
    lexer.rest().starts_with("&>")
}

/// Passes over `> file`, `2>&1`, `< file`.
fn redirection(lexer: &mut Lexer<'_>) {
    if lexer.word.as_ref().is_some_and(|word| matches!(word.rope.text().as_str(), "1" | "2")) {
        lexer.word = None;
    }
    lexer.end_word();
    let blank = |c: char| c.is_whitespace();
    let rest = lexer.rest();
    let target = rest.trim_start_matches(['<', '>', '&', '|']).trim_start_matches([' ', '\t']);
    lexer.at += rest.len() - target.len() + target.find(blank).unwrap_or(target.len());
}

fn skip_line(lexer: &mut Lexer<'_>) {
    let rest = lexer.rest();
    lexer.at += rest.find('\n').unwrap_or(rest.len());
}

/// The word that ends a document, and whether the document is taken as it stands.
struct Mark {
    word: String,
    verbatim: bool,
}

fn here_mark(lexer: &mut Lexer<'_>) -> Mark {
    lexer.end_word();
    let rest = lexer.rest();
    let mark = rest.trim_start_matches(['<', '-', ' ']);
    let len = mark.find(|c: char| c.is_whitespace() || matches!(c, ';' | '|' | ')' | '>')).unwrap_or(mark.len());
    let written = mark.get(..len).unwrap_or("");
    lexer.at += rest.len() - mark.len() + len;
    Mark { word: written.replace(['\'', '"', '\\'], ""), verbatim: written.contains(['\'', '"', '\\']) }
}

fn here_document(lexer: &mut Lexer<'_>, mark: &Mark) {
    lexer.bump();
    let span = document(lexer, mark);
    let mut inner = Lexer::new(lexer.input, span);
    inner.inner = true;
    if mark.verbatim {
        inner.push(span);
    }
    while !mark.verbatim && inner.peek().is_some() {
        document_part(&mut inner);
    }
    lexer.notes.append(&mut inner.notes);
    lexer.stdin = inner.word.map(|word| word.rope);
}

/// The lines up to the mark; the lexer moves behind it.
fn document(lexer: &mut Lexer<'_>, mark: &Mark) -> Span {
    let start = lexer.at;
    let mut at = start;
    for line in lexer.rest().split_inclusive('\n') {
        let end = at;
        at += line.len();
        if line.trim() == mark.word {
            lexer.at = at;
            return Span::new(start, end);
        }
    }
    lexer.at = at;
    lexer.unclosed(start);
    Span::new(start, at)
}

fn document_part(inner: &mut Lexer<'_>) {
    match inner.peek() {
        Some('$' | '`') => expansion(inner),
        Some('\\') if inner.rest().starts_with("\\$") || inner.rest().starts_with("\\`") || inner.rest().starts_with("\\\\") => {
            inner.bump();
            inner.take();
        }
        Some('\\' | '"') => inner.take(),
        _ => plain(inner),
    }
}

/// `<<X … X)` of `$(cat <<X … X)`: the document becomes part of the word.
fn substituted_document(lexer: &mut Lexer<'_>) {
    let mark = {
        let word = lexer.word.take();
        let mark = here_mark(lexer);
        lexer.word = word;
        mark
    };
    skip_line(lexer);
    let start = lexer.at;
    let stdin = lexer.stdin.take();
    here_document(lexer, &mark);
    let body = std::mem::replace(&mut lexer.stdin, stdin);
    if let Some(body) = body {
        lexer.begin(start).rope.append(body);
    }
    let rest = lexer.rest();
    let closing = rest.trim_start().strip_prefix(')').map(str::len);
    lexer.at += closing.map_or(0, |left| rest.len() - left);
}
