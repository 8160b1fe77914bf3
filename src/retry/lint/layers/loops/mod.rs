//! Loops that send again: how often, after how long, after which outcomes.

use crate::retry::lint::blocks::{Block, Form};
use crate::retry::lint::code::{Range, last_part};
use crate::retry::lint::facts::{Attempts, Facts, Layer};
use crate::retry::lint::http::has_word;
use crate::retry::lint::traits::Traits;

mod bounds;
mod delays;
mod triggers;

use super::outcomes;
pub(super) use bounds::bound;
pub(in crate::retry::lint) use delays::expression;

/// Loops of a snippet that repeat a call after it failed.
pub(super) fn find(facts: &Facts<'_>) -> Vec<Layer> {
    let loops = facts.code.blocks.iter().filter(|block| block.form == Form::Loop).take(super::MAX_LOOPS);
    loops.filter(|block| repeats(facts, block)).map(|block| layer(facts, block)).collect()
}

fn repeats(facts: &Facts<'_>, block: &Block) -> bool {
    let code = &facts.code;
    let traits = facts.map.of(block.body);
    let sends = traits.has(Traits::SEND) || calls_parameter(facts, block);
    let polls = facts.polls.iter().any(|poll| poll.at == block.at);
    let tries_again = handlers(facts, block).next().is_some()
        || branches(facts, block).any(|branch| ends(facts, branch.body) && triggers::good(facts, branch.head))
        || branches(facts, block).any(|branch| !ends(facts, branch.body) && branch.body.indexes().any(|at| code.text(at) == "continue"))
        || facts.map.own(block.body).has(Traits::SLEEP) && !only_waits(facts, block, traits);
    sends && tries_again && !polls && !is_worker(facts, block) && !by_library(facts, block)
}

/// Whether a loop asks and sleeps without looking at failures: it waits for something.
fn only_waits(facts: &Facts<'_>, block: &Block, traits: Traits) -> bool {
    let judges = branches(facts, block).any(|branch| {
        let mut seen = Layer::default();
        outcomes::lay(facts, branch.head, &mut seen);
        let equal = branch.head.indexes().any(|at| facts.code.text(at) == "==");
        let of_error = facts.code.any(branch.head, |name| name == "nil") && ends(facts, branch.body) == equal;
        triggers::good(facts, branch.head) || !seen.statuses.is_empty() || of_error
    });
    traits.has(Traits::QUERY) && !traits.has(Traits::CREATE) && !judges
}

/// Whether the loop calls a function that a function around it was given.
fn calls_parameter(facts: &Facts<'_>, block: &Block) -> bool {
    let code = &facts.code;
    let given = |name: &str| around(facts, block).any(|outer| outer.head.indexes().any(|at| code.is_name(at) && code.text(at) == name));
    code.calls_in(block.body).any(|call| {
        let invokes = matches!(code.last(call.at), "get" | "call" | "run" | "apply" | "invoke") && call.args.is_empty();
        given(code.text(call.at)) || invokes && given(code.receiver(call.at))
    })
}

/// The functions around a loop.
fn around<'b>(facts: &'b Facts<'_>, block: &'b Block) -> impl Iterator<Item = &'b Block> {
    facts.code.blocks.iter().filter(|other| other.is_function() && other.body.encloses(block.body))
}

/// What the loop repeats: its body, and where it calls a parameter, what is handed to the functions around it.
fn scope(facts: &Facts<'_>, block: &Block) -> Vec<Range> {
    let code = &facts.code;
    let mut scope = vec![block.body];
    if !calls_parameter(facts, block) {
        return scope;
    }
    let wrappers: Vec<&Block> = around(facts, block).collect();
    let uses = code
        .indexes()
        .filter(|at| code.is_name(*at) && wrappers.iter().any(|outer| outer.at != *at && code.last(outer.at) == code.last(*at)));
    for at in uses.take(20) {
        let decorates = at.checked_sub(1).is_some_and(|before| code.is_mark(before, "@"));
        let below = code.blocks.iter().find(|other| decorates && other.is_function() && other.at > at);
        scope.extend(below.map(|function| function.body));
        scope.extend(code.calls_in(Range::new(at, at + 1)).map(|call| call.args));
    }
    scope
}

/// `for attempt in Retrying(..)` is read with its library.
fn by_library(facts: &Facts<'_>, block: &Block) -> bool {
    facts.code.any(block.head, |name| matches!(last_part(name), "Retrying" | "AsyncRetrying"))
}

/// Whether the loop takes work from a queue and does not repeat one call.
pub(in super::super) fn is_worker(facts: &Facts<'_>, block: &Block) -> bool {
    let code = &facts.code;
    let takes = |at: usize| {
        let name = code.last(at);
        matches!(
            name,
            "pop" | "popleft" | "shift" | "take" | "get_nowait" | "recv" | "receive" | "dequeue" | "blpop" | "brpop" | "readline"
        ) || matches!(name, "get" | "poll") && has_word(code.receiver(at), &["queue", "q", "jobs", "pending", "work"])
    };
    let receives = |at: usize| code.is_mark(at, "<-") && at.checked_sub(1).is_some_and(|before| matches!(code.text(before), ":=" | "="));
    let tests_queue = code.any(block.head, |name| has_word(name, &["queue", "jobs", "pending", "todo", "remaining", "hasnext", "scanner"]));
    code.calls_in(block.body).any(|call| takes(call.at)) || block.body.indexes().take(40).any(receives) || tests_queue
}

/// Handlers of exceptions whose nearest loop is this one.
fn handlers<'b>(facts: &'b Facts<'_>, block: &'b Block) -> impl Iterator<Item = &'b Block> {
    directly(facts, block).filter(|inner| inner.form == Form::Catch)
}

fn branches<'b>(facts: &'b Facts<'_>, block: &'b Block) -> impl Iterator<Item = &'b Block> {
    directly(facts, block).filter(|inner| matches!(inner.form, Form::If | Form::Case))
}

/// Blocks inside a loop that stand in no other loop or function of it.
fn directly<'b>(facts: &'b Facts<'_>, block: &'b Block) -> impl Iterator<Item = &'b Block> {
    let own: Vec<Range> = facts
        .code
        .blocks
        .iter()
        .filter(|b| (b.is_loop() || b.is_function()) && b.at != block.at && block.body.encloses(b.body))
        .map(|b| b.body)
        .collect();
    let inside = facts.code.blocks.iter().filter(|inner| inner.at > block.at && block.body.encloses(inner.body));
    inside.filter(move |inner| !own.iter().any(|body| body.encloses(inner.body)))
}

/// Whether control leaves the loop at the end of this body, whatever its branches do.
fn ends(facts: &Facts<'_>, body: Range) -> bool {
    leaves(facts, body, true)
}

/// `handlers` tells whether an exception that is caught around the body counts as staying.
fn leaves(facts: &Facts<'_>, body: Range, handlers: bool) -> bool {
    facts.leaves_in(body).any(|leave| {
        let nested = body.encloses(leave.within) && body != leave.within;
        !(nested || handlers && caught(facts, leave.at))
    })
}

/// Whether what is thrown here is caught and repeated by a handler around it.
fn caught(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    if !matches!(code.text(at), "raise" | "throw") {
        return false;
    }
    let around = code.blocks.iter().filter(|block| block.form == Form::Try && block.body.contains(at));
    let Some(attempt) = around.min_by_key(|block| block.body.to - block.body.from) else { return false };
    let after = attempt.body.to;
    let handler = code.blocks.iter().find(|block| block.form == Form::Catch && block.at >= after && block.at <= after + 2);
    handler.is_some_and(|handler| !leaves(facts, handler.body, false))
}

fn layer(facts: &Facts<'_>, block: &Block) -> Layer {
    let (bounded, deadline_s) = bounds::bound(facts, block);
    let by_clock = facts.map.own(block.body).with(facts.map.own(block.head)).has(Traits::CLOCK);
    let attempts = match bounds::attempts(facts, block) {
        Attempts::Unbounded if bounded => Attempts::Unknown,
        attempts => attempts,
    };
    let line = facts.code.line(block.at);
    let mut layer = Layer {
        name: "loop",
        at: block.at,
        line,
        attempts,
        has_deadline: by_clock,
        deadline_s,
        scope: scope(facts, block),
        ..Layer::default()
    };
    delays::delays(facts, block, &mut layer);
    triggers::triggers(facts, block, &mut layer);
    layer
}
