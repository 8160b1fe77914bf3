//! The local slot is freed when the create returns, while Kling holds its own until the task has ended.

use crate::retry::lint::blocks::Form;
use crate::retry::lint::code::{Call, Range, words};
use crate::retry::lint::facts::Facts;
use crate::retry::lint::report::Language;
use crate::retry::lint::traits::Traits;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let mut held = with_blocks(facts);
    held.extend(limited(facts));
    held.extend(pairs(facts));
    for (line, range) in held {
        let does = facts.map.of(range);
        if does.has(Traits::CREATE) && !does.has(Traits::POLL) {
            found.add(
                line,
                "the slot is freed when the create returns; Kling holds its slot until the task has ended, so the next create is refused",
                "free the slot when the task's state is final (also when it failed), not when the create has returned",
            );
        }
    }
}

/// Whether a name speaks of a limit on parallel work.
fn slot(name: &str) -> bool {
    words(name).iter().any(|word| {
        matches!(
            word.as_str(),
            "sem" | "sema" | "semaphore" | "slot" | "slots" | "semaphores" | "permits" | "concurrency" | "inflight" | "gate"
        )
    })
}

/// `with semaphore:` and `async with slots:`.
fn with_blocks(facts: &Facts<'_>) -> Vec<(u32, Range)> {
    let code = &facts.code;
    let blocks = code.blocks.iter().filter(|block| block.form == Form::With && code.any(block.head, slot));
    blocks.map(|block| (code.line(block.at), block.body)).collect()
}

/// `limit(() => create())` of p-limit, and `queue.add(() => create())`.
fn limited(facts: &Facts<'_>) -> Vec<(u32, Range)> {
    let code = &facts.code;
    let limits: Vec<&str> = code
        .assignments()
        .filter(|(_, value)| code.any(*value, |word| matches!(word, "pLimit" | "PQueue" | "Sema")))
        .map(|(name, _)| name)
        .collect();
    let through = |call: &&Call| {
        let name = code.text(call.at);
        limits.iter().any(|limit| name == *limit || name.strip_prefix(*limit).is_some_and(|rest| rest == ".add" || rest == ".schedule"))
    };
    let wraps = code.calls.iter().filter(through).filter(|call| code.language == Language::JavaScript && !call.args.is_empty());
    wraps.map(|call| (code.line(call.at), call.args)).collect()
}

/// From taking a slot to giving it back in the same function.
fn pairs(facts: &Facts<'_>) -> Vec<(u32, Range)> {
    let code = &facts.code;
    let taken = code.indexes().filter(|at| takes(facts, *at));
    taken
        .take(100)
        .filter_map(|at| {
            let function = code.function_around(at);
            let release = (at + 1..function.to).find(|index| gives(facts, *index))?;
            let end = if deferred(facts, release) { function.to } else { release };
            Some((code.line(release), Range::new(at, end)))
        })
        .collect()
}

fn takes(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    let by_call = matches!(code.last(at), "acquire" | "Acquire" | "tryAcquire") && slot(code.receiver(at)) && code.is_open(at + 1, b'(');
    let by_channel =
        code.language == Language::Go && code.is_mark(at, "<-") && slot(code.text(at.wrapping_sub(1))) && code.is_name(at.wrapping_sub(1));
    by_call || by_channel
}

fn gives(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    let by_call = matches!(code.last(at), "release" | "Release") && slot(code.receiver(at));
    let by_channel =
        code.language == Language::Go && code.is_mark(at, "<-") && slot(code.text(at + 1)) && !code.is_name(at.wrapping_sub(1));
    by_call || by_channel
}

/// Whether the release runs when the function ends.
fn deferred(facts: &Facts<'_>, release: usize) -> bool {
    let line = facts.code.line_of(release);
    facts.code.any(line, |word| word == "defer")
}
