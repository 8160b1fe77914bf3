//! Words of PowerShell as a program such as `curl.exe` gets them.

use super::{Lexer, variable};
use crate::text::Span;

pub(super) fn run(lexer: &mut Lexer<'_>) {
    while let Some(c) = lexer.peek() {
        match c {
            '\n' => {
                lexer.end_word();
                if lexer.line_ends() {
                    return;
                }
            }
            ' ' | '\t' | '\r' => {
                lexer.end_word();
                lexer.bump();
            }
            ';' | '|' => return,
            '`' => back_tick(lexer),
            '@' if here_string(lexer) => {}
            '\'' | '"' => quoted(lexer, c),
            '$' => expansion(lexer),
            _ => lexer.take(),
        }
    }
}

fn back_tick(lexer: &mut Lexer<'_>) {
    let start = lexer.at;
    lexer.bump();
    if lexer.blank_line_end().is_some() {
        return;
    }
    match lexer.peek() {
        Some('n') => {
            lexer.bump();
            lexer.push_char('\n', Span::new(start, lexer.at));
        }
        _ => lexer.take(),
    }
}

/// `'…'` or `"…"`: a doubled quote is one, and the program sees `\"` as a quote.
fn quoted(lexer: &mut Lexer<'_>, quote: char) {
    let start = lexer.at;
    lexer.bump();
    lexer.begin(start);
    loop {
        match lexer.peek() {
            None => return lexer.unclosed(start),
            Some('\\') if lexer.rest().starts_with("\\\"") && (quote == '\'' || lexer.rest().starts_with("\\\"\"")) => {
                lexer.bump();
                if quote == '"' {
                    lexer.bump();
                }
                lexer.take();
            }
            Some('\\') if lexer.rest().starts_with("\\`\"") && quote == '"' => {
                lexer.at += 2;
                lexer.take();
            }
            Some(c) if c == quote => {
                lexer.bump();
                if lexer.peek() != Some(quote) {
                    lexer.begin(start);
                    return;
                }
                lexer.take();
            }
            Some('`') if quote == '"' => back_tick(lexer),
            Some('$') if quote == '"' => expansion(lexer),
            Some(_) => lexer.take(),
        }
    }
}

fn expansion(lexer: &mut Lexer<'_>) {
    let start = lexer.at;
    match variable(lexer.rest()) {
        Some(len) => {
            lexer.at += len;
            lexer.push_unknown(Span::new(start, lexer.at));
        }
        None => lexer.take(),
    }
}

/// Whether a here-string (`@'`, lines, `'@`) was taken.
fn here_string(lexer: &mut Lexer<'_>) -> bool {
    let rest = lexer.rest();
    let Some(quote) = rest.chars().nth(1).filter(|c| matches!(c, '\'' | '"')) else { return false };
    let Some(body) = rest.get(2..).map(|rest| rest.trim_start_matches([' ', '\t', '\r'])).filter(|body| body.starts_with('\n')) else {
        return false;
    };
    let open = rest.len() - body.len();
    let closing = format!("\n{quote}@");
    let close = rest.get(open..).and_then(|tail| tail.find(&closing)).map_or(rest.len(), |len| open + len);
    let start = lexer.at;
    lexer.at = start + close;
    if close < rest.len() {
        lexer.at += closing.len();
        lexer.push(Span::new(start + open + 1, (start + close).max(start + open + 1)));
    } else {
        lexer.push(Span::new(start + open + 1, start + close));
        lexer.unclosed(start);
    }
    true
}
