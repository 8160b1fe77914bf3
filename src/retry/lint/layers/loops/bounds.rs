//! What ends a loop: a count, a clock, or nothing.

use crate::retry::lint::blocks::{Block, Form};
use crate::retry::lint::code::{Range, last_part, words};
use crate::retry::lint::facts::{Attempts, Facts};
use crate::retry::lint::http::{self, has_word};
use crate::retry::lint::report::Language;
use crate::retry::lint::traits::Traits;
use crate::retry::lint::value;

use super::directly;

/// Whether something ends a loop that is endless by its head, and after how long.
pub(in super::super) fn bound(facts: &Facts<'_>, block: &Block) -> (bool, Option<f64>) {
    let code = &facts.code;
    let around = code.function_around(block.at);
    let inside = facts.map.own(block.body).with(facts.map.own(block.head)).has(Traits::CLOCK);
    let wrapped = code.any(around, |name| {
        matches!(last_part(name), "WithTimeout" | "WithDeadline" | "fail_after" | "move_on_after") || name == "AbortSignal.timeout"
    }) || code
        .any(code.all(), |name| matches!(name, "asyncio.wait_for" | "asyncio.timeout" | "Promise.race" | "async_timeout.timeout"));
    let counted = !matches!(attempts(facts, block), Attempts::Unbounded);
    (inside || wrapped || counted, limit(facts, around).or_else(|| counted_limit(facts, block)))
}

/// Seconds that a name such as `deadline` or `timeout` is given.
fn limit(facts: &Facts<'_>, around: Range) -> Option<f64> {
    let code = &facts.code;
    let unit = if facts.code.language == Language::JavaScript || facts.code.language == Language::Java { 1e-3 } else { 1.0 };
    let named = |name: &str| {
        has_word(name, &["deadline", "timeout", "max_wait", "wait", "budget"]) && has_word(name, &["deadline", "timeout", "budget", "max"])
    };
    let used = |name: &str| code.any(around, |word| word == name);
    let mut found = code.assignments().filter(|(name, _)| named(name) && used(name));
    found.find_map(|(_, range)| {
        let last = code.split(range, "+").last().copied()?;
        value::duration(code, range, unit).or_else(|| value::duration(code, last, unit))
    })
}

/// Attempts times interval.
fn counted_limit(facts: &Facts<'_>, block: &Block) -> Option<f64> {
    let Attempts::Times(times) = attempts(facts, block) else { return None };
    let mut sleeps = facts.code.calls_in(block.body).filter_map(|call| http::sleep(&facts.code, call));
    sleeps.next().map(|seconds| seconds * f64::from(times))
}

/// How often the body runs.
pub(super) fn attempts(facts: &Facts<'_>, block: &Block) -> Attempts {
    let code = &facts.code;
    let head = block.head;
    if let Some(call) = code.calls_in(head).find(|call| matches!(code.last(call.at), "range")) {
        return ranged(facts, call.args);
    }
    if code.any(head, |name| last_part(name) == "count") || endless(facts, block) {
        return leaving_count(facts, block);
    }
    compared(facts, head).unwrap_or(Attempts::Unknown)
}

fn ranged(facts: &Facts<'_>, args: Range) -> Attempts {
    let numbers: Vec<Option<f64>> = facts.code.split(args, ",").iter().map(|part| value::number(&facts.code, *part)).collect();
    let times = match numbers.as_slice() {
        [Some(stop)] => *stop,
        [Some(start), Some(stop), ..] => stop - start,
        _ => return Attempts::Unknown,
    };
    whole(times)
}

fn whole(times: f64) -> Attempts {
    if (0.0..1e6).contains(&times) { format!("{times:.0}").parse().map_or(Attempts::Unknown, Attempts::Times) } else { Attempts::Unknown }
}

/// Whether the head never ends the loop by itself.
fn endless(facts: &Facts<'_>, block: &Block) -> bool {
    let code = &facts.code;
    let words: Vec<&str> = block.head.indexes().map(|at| code.text(at)).filter(|text| !matches!(*text, "(" | ")" | ";")).collect();
    let tests_state = facts.map.own(block.head).has(Traits::STATE) || facts.map.own(block.head).has(Traits::CODE);
    let flag = matches!(words.as_slice(), ["not" | "!", _] | [_])
        && !words.iter().any(|word| has_word(word, &["attempt", "attempts", "retries", "tries", "left", "n", "i"]));
    words.is_empty()
        || matches!(words.as_slice(), ["true" | "True" | "1"])
        || tests_state
        || flag && code.text(block.at) != "for"
        || unread_counter(facts, block, &words)
}

/// `for (let i = 0; ; i++)` and `for n := 0; ; n++`.
fn unread_counter(facts: &Facts<'_>, block: &Block, words: &[&str]) -> bool {
    facts.code.text(block.at) == "for" && words.contains(&"++") && !words.iter().any(|word| word.contains('<') || word.contains('>'))
}

/// A comparison with a counter that leaves the loop.
fn leaving_count(facts: &Facts<'_>, block: &Block) -> Attempts {
    let leaving = directly(facts, block).filter(|inner| inner.form == Form::If);
    let mut found = leaving.filter_map(|branch| {
        let leaves =
            branch.body.indexes().take(80).any(|at| matches!(facts.code.text(at), "return" | "raise" | "throw" | "break" | "reject"));
        compared(facts, branch.head).filter(|_| leaves)
    });
    found.next().unwrap_or(Attempts::Unbounded)
}

/// The bound in a comparison of a counter: `attempt < 5`, `n >= MAX_RETRIES`.
pub(super) fn compared(facts: &Facts<'_>, head: Range) -> Option<Attempts> {
    let code = &facts.code;
    // `n + 1 == times` counts too.
    let counted = |at: usize| (head.from..at).rev().take(3).any(|before| code.is_name(before) && counter(code.text(before)));
    let compares = |at: &usize| matches!(code.text(*at), "<" | "<=" | ">" | ">=" | "==" | "===");
    let at = head.indexes().find(|at| compares(at) && counted(*at))?;
    let end = (at + 1..head.to).find(|index| matches!(code.text(*index), ";" | "&&" | "and" | "or" | "||" | ")" | ":")).unwrap_or(head.to);
    let Some(number) = value::number(code, Range::new(at + 1, end)) else { return Some(Attempts::Unknown) };
    if head.indexes().any(|at| matches!(code.text(at), "--" | "-=")) {
        let start = code.values_of(code.text(at.wrapping_sub(1))).iter().find_map(|value| value::number(code, *value));
        return Some(start.map_or(Attempts::Unknown, |start| whole(start - number + if code.text(at) == ">=" { 1.0 } else { 0.0 })));
    }
    let from_one = code.values_of(code.text(at.wrapping_sub(1))).iter().any(|value| value::number(code, *value) == Some(1.0));
    let more = match code.text(at) {
        "<=" if !from_one => 1.0,
        ">" => 1.0,
        "<" if from_one => -1.0,
        _ => 0.0,
    };
    Some(whole(number + more))
}

/// Whether a name counts attempts; a status or a size does not.
fn counter(name: &str) -> bool {
    let known = [
        "attempt", "attempts", "retries", "retry", "tries", "try", "n", "i", "count", "polls", "k", "tried", "failures", "waited", "total",
        "num", "left",
    ];
    words(name).iter().any(|word| known.contains(&word.as_str()))
}
