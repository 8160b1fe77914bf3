//! Lists of service codes that a snippet calls retryable.

use crate::retry::lint::blocks::Form;
use crate::retry::lint::code::{Range, words};
use crate::retry::lint::facts::{At, Facts};

/// Codes of lists and functions whose name says that they are retried, and the token of each.
pub(super) fn retried(facts: &Facts<'_>) -> Vec<(usize, At<i64>)> {
    let code = &facts.code;
    let lists = code.assignments().filter(|(name, _)| says_retry(name)).map(|(_, value)| value);
    let predicates =
        code.blocks.iter().filter(|block| block.form == Form::Function && says_retry(code.text(block.at))).map(|block| block.body);
    lists.chain(predicates).flat_map(|range| codes(facts, range)).collect()
}

fn codes(facts: &Facts<'_>, range: Range) -> Vec<(usize, At<i64>)> {
    let code = &facts.code;
    let numbers = range.indexes().take(600).filter_map(|at| Some((at, code.integer(at).or_else(|| code.string(at)?.parse().ok())?)));
    let known = numbers.filter(|(at, number)| facts.is_code(*number) && !turned_off(facts, *at));
    known.map(|(at, what)| (at, At { what, line: code.line(at) })).collect()
}

/// Whether a number stands beside `false`, or where the function refuses.
fn turned_off(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    let beside = code.is_mark(at + 1, ":") && matches!(code.text(at + 2), "false" | "False");
    let inside = code
        .blocks
        .iter()
        .filter(|block| matches!(block.form, Form::If | Form::Case) && (block.head.contains(at) || block.body.contains(at)));
    let branch = inside.min_by_key(|block| block.body.to - block.head.from);
    let refuses = branch.is_some_and(|block| {
        block
            .body
            .indexes()
            .take(6)
            .any(|index| matches!(code.text(index), "false" | "False" | "throw" | "raise" | "panic" | "Permanent" | "AbortError"))
    });
    beside || refuses || crate::retry::lint::layers::negated(code, at)
}

/// Whether a name says "retry", and not "never retry".
fn says_retry(name: &str) -> bool {
    let words = words(name);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    any(&["retry", "retryable", "retriable", "transient", "retries", "temporary", "again"])
        && !any(&["no", "non", "not", "never", "dont", "fatal", "permanent", "max", "unretryable", "stop"])
        && !words.concat().contains("nonretry")
}
