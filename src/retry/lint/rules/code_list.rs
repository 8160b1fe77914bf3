//! Lists of service codes that a snippet calls retryable.

use crate::retry::lint::blocks::Form;
use crate::retry::lint::code::{Range, words};
use crate::retry::lint::facts::{At, Facts};
use crate::retry::lint::layers::{measures, negated};

/// Codes of lists and predicates whose name says that they are retried, and the token of each.
pub(in crate::retry::lint) fn retried(facts: &Facts<'_>) -> Vec<(usize, At<i64>)> {
    let code = &facts.code;
    let lists = code.assignments().filter(|(name, value)| says_retry(name) && holds_codes(facts, name, *value)).map(|(_, value)| value);
    let asks = |name: &str| {
        words(name).iter().any(|word| matches!(word.as_str(), "is" | "should" | "can" | "retryable" | "retriable" | "transient"))
    };
    let predicates =
        code.blocks.iter().filter(|block| block.form == Form::Function && says_retry(code.text(block.at)) && asks(code.text(block.at)));
    lists.chain(predicates.map(|block| block.body)).flat_map(|range| codes(facts, range)).collect()
}

/// Whether a list is of codes and not of delays: some codes are round numbers, as milliseconds are.
fn holds_codes(facts: &Facts<'_>, name: &str, value: Range) -> bool {
    let named = words(name).iter().any(|word| word.starts_with("code") || word.starts_with("err"));
    let numbers = value.indexes().take(600).filter_map(|at| facts.code.integer(at));
    named || numbers.filter(|number| facts.is_code(*number)).any(|number| number % 500 != 0)
}

fn codes(facts: &Facts<'_>, range: Range) -> Vec<(usize, At<i64>)> {
    let code = &facts.code;
    let numbers = range.indexes().take(600).filter_map(|at| Some((at, code.integer(at).or_else(|| code.string(at)?.parse().ok())?)));
    let known = numbers.filter(|(at, number)| facts.is_code(*number) && !measures(code, *at) && !turned_off(facts, *at));
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
    beside || refuses || negated(code, at)
}

/// Whether a name says "retry", and not "never retry".
fn says_retry(name: &str) -> bool {
    let words = words(name);
    let any = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    any(&["retry", "retryable", "retriable", "transient", "retries", "temporary", "again"])
        && !any(&[
            "no",
            "non",
            "not",
            "never",
            "dont",
            "fatal",
            "permanent",
            "max",
            "delay",
            "delays",
            "wait",
            "waits",
            "ms",
            "interval",
            "intervals",
            "backoff",
            "unretryable",
            "stop",
        ])
        && !words.concat().contains("nonretry")
}
