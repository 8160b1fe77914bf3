//! Words of the Windows command prompt: first its carets, then the quotes of the C runtime.

use super::Lexer;
use crate::request::What;
use crate::text::Span;

/// A character behind the carets.
struct Seen {
    c: char,
    span: Span,
}

/// The two states of quoting: that of the prompt and that of the program.
#[derive(Default)]
struct Quotes {
    prompt: bool,
    program: bool,
    /// Whether single quotes are open that are read as if they quoted.
    single: bool,
    /// Where the last quote stands.
    last: usize,
}

pub(super) fn run(lexer: &mut Lexer<'_>) {
    let mut quotes = Quotes::default();
    while let Some(c) = lexer.peek() {
        if c == '\n' && !quotes.program && !quotes.single {
            lexer.end_word();
            if lexer.line_ends() {
                return;
            }
            continue;
        }
        if matches!(c, '|' | '&') && !quotes.prompt && !quotes.single && !quotes.program {
            return;
        }
        if let Some(seen) = next(lexer, &mut quotes.prompt) {
            character(lexer, &seen, &mut quotes);
        }
    }
    if quotes.program || quotes.single {
        lexer.unclosed(quotes.last);
    }
}

/// The next character behind the carets; none for a continued line.
fn next(lexer: &mut Lexer<'_>, quoted: &mut bool) -> Option<Seen> {
    let start = lexer.at;
    let mut c = lexer.bump()?;
    if c == '^' && !*quoted {
        let at = lexer.at;
        c = lexer.bump()?;
        if c == '\r' {
            c = lexer.bump()?;
        }
        if c == '\n' {
            return None;
        }
        return Some(Seen { c, span: Span::new(at, lexer.at) });
    }
    *quoted ^= c == '"';
    Some(Seen { c, span: Span::new(start, lexer.at) })
}

fn character(lexer: &mut Lexer<'_>, seen: &Seen, quotes: &mut Quotes) {
    match seen.c {
        '"' if !quotes.single => quote(lexer, seen, quotes),
        '\\' => backslash(lexer, seen, quotes),
        '\'' if !quotes.program && (quotes.single || lexer.word.is_none()) => {
            quotes.single = !quotes.single;
            quotes.last = seen.span.start;
            if quotes.single {
                lexer.note(What::QuotesOfOtherShell, seen.span);
            }
            lexer.begin(seen.span.start);
        }
        c if c.is_whitespace() && !quotes.program && !quotes.single => lexer.end_word(),
        '%' => percent(lexer, seen),
        _ => lexer.push(seen.span),
    }
}

/// A quote; two of them inside quotes are one.
fn quote(lexer: &mut Lexer<'_>, seen: &Seen, quotes: &mut Quotes) {
    let doubled = quotes.program && lexer.peek() == Some('"') && quotes.prompt != quotes.program;
    if doubled {
        next(lexer, &mut quotes.prompt);
        return lexer.push(seen.span);
    }
    quotes.program = !quotes.program;
    quotes.last = seen.span.start;
    lexer.begin(seen.span.start);
}

/// Backslashes before a quote: two of them are one, and one that is left makes the quote a character.
fn backslash(lexer: &mut Lexer<'_>, seen: &Seen, quotes: &mut Quotes) {
    let mut run = vec![seen.span];
    while ahead(lexer, quotes, '\\')
        && let Some(more) = next(lexer, &mut quotes.prompt)
    {
        run.push(more.span);
    }
    if !ahead(lexer, quotes, '"') {
        return run.into_iter().for_each(|span| lexer.push(span));
    }
    let odd = run.len() % 2 == 1;
    run.iter().skip(1).step_by(2).for_each(|span| lexer.push(*span));
    if odd && let Some(quote) = next(lexer, &mut quotes.prompt) {
        lexer.push(quote.span);
    }
}

/// Whether this character is next, perhaps behind a caret.
fn ahead(lexer: &Lexer<'_>, quotes: &Quotes, wanted: char) -> bool {
    let rest = lexer.rest();
    let rest = if quotes.prompt { rest } else { rest.strip_prefix('^').unwrap_or(rest) };
    rest.starts_with(wanted)
}

/// `%NAME%` is a variable.
fn percent(lexer: &mut Lexer<'_>, seen: &Seen) {
    let rest = lexer.rest();
    let name = rest.split('%').next().filter(|name| !name.is_empty() && name.len() < rest.len());
    match name.filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')) {
        Some(name) => {
            lexer.at += name.len() + 1;
            lexer.push_unknown(Span::new(seen.span.start, lexer.at));
        }
        None => lexer.push(seen.span),
    }
}
