//! Where curl commands begin.

use crate::request::rope::slice;
use crate::text::Span;

/// Longest prompt in bytes.
const PROMPT: usize = 80;

/// Offsets of the word `curl` where it is a command: at the start of a line (behind a prompt), or followed by an option
/// or a URL.
pub(in crate::request) fn commands(input: &str, span: Span) -> Vec<usize> {
    let text = slice(input, span);
    let found = text.match_indices("curl").filter(|(at, _)| is_command(text, *at));
    found.map(|(at, _)| span.start + at).collect()
}

fn is_command(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or("");
    if before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/')) {
        return false;
    }
    let after = text.get(at + 4..).unwrap_or("");
    let after = after.strip_prefix(".exe").unwrap_or(after);
    let first = after.trim_start_matches([' ', '\t']);
    if first.len() == after.len() && !first.starts_with(['\\', '^', '`', '\n']) {
        return false;
    }
    let first = first.trim_start_matches(['\'', '"', '^']);
    let argument = first.starts_with("http") || first.starts_with('$') || is_option(first);
    argument
        || starts_line(before) && first.starts_with(['\\', '`', '\r', '\n'])
        || (starts_line(before) && first.split_whitespace().next().is_some_and(|word| word.contains(['.', '/'])))
}

fn is_option(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(|c: char| c == '-' || c.is_ascii_alphabetic()))
}

/// Whether only a prompt stands before it on its line.
fn starts_line(before: &str) -> bool {
    let near = before.get(ceil(before, before.len().saturating_sub(PROMPT))..).unwrap_or("");
    let tail = near.rfind('\n').map(|at| near.get(at + 1..).unwrap_or(""));
    let tail = tail.or_else(|| (before.len() <= PROMPT).then_some(before));
    tail.is_some_and(is_prompt)
}

/// The nearest character border at or above `at`.
fn ceil(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at += 1;
    }
    at
}

fn is_prompt(text: &str) -> bool {
    text.trim().chars().all(|c| matches!(c, '$' | '>' | '#' | '%' | ' ' | '(' | '`'))
}

/// Whether `curl` is PowerShell's alias there: its options have PowerShell's names.
pub(in crate::request) fn is_alias(text: &str) -> bool {
    let lower: String = text.chars().take(400).collect::<String>().to_ascii_lowercase();
    [" -uri ", " -method ", " -headers ", " -body "].iter().any(|option| lower.contains(option))
}
