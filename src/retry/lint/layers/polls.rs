//! Loops that wait for the end of a task.

use crate::retry::lint::blocks::Block;
use crate::retry::lint::code::{Range, words};
use crate::retry::lint::facts::{At, Facts, Poll};
use crate::retry::lint::http;
use crate::retry::lint::lex::Kind;
use crate::retry::lint::report::Language;
use crate::retry::lint::traits::Traits;
use crate::retry::lint::value;

use super::{MAX_LOOPS, loops};

/// The poll loops of a snippet, `setInterval` included.
pub(in crate::retry::lint) fn find(facts: &Facts<'_>) -> Vec<Poll> {
    let code = &facts.code;
    let loops = code.blocks.iter().filter(|block| block.is_loop()).take(MAX_LOOPS);
    let polls: Vec<&Block> = loops.filter(|block| is_poll(facts, block)).collect();
    let innermost = |block: &&&Block| !polls.iter().any(|other| other.at != block.at && block.body.encloses(other.body));
    let mut found: Vec<Poll> = polls.iter().filter(innermost).map(|block| poll(facts, block)).collect();
    found
        .extend(code.calls.iter().filter(|call| code.last(call.at) == "setInterval").take(MAX_LOOPS).filter_map(|call| timer(facts, call)));
    found
}

fn is_poll(facts: &Facts<'_>, block: &Block) -> bool {
    let own = facts.map.own(block.body).with(facts.map.own(block.head));
    let all = facts.map.of(block.body).with(facts.map.of(block.head));
    let looks = own.has(Traits::STATE) || all.has(Traits::STATE) && all.has(Traits::QUERY);
    let asks = all.has(Traits::QUERY) || all.has(Traits::SLEEP);
    looks && asks && !all.has(Traits::CREATE) && !loops::is_worker(facts, block) && !(block.form == crate::retry::lint::blocks::Form::Each)
}

fn poll(facts: &Facts<'_>, block: &Block) -> Poll {
    let code = &facts.code;
    let mut sleeps = code.calls_in(block.body);
    let interval = sleeps.find_map(|call| Some(At { what: http::sleep(code, call)?, line: code.line(call.at) }));
    let (bounded, limit_s) = loops::bound(facts, block);
    Poll { at: block.at, line: code.line(block.at), body: block.body, bounded, limit_s, interval }
}

/// `setInterval(check, 1000)` whose function looks at a state.
fn timer(facts: &Facts<'_>, call: &crate::retry::lint::code::Call) -> Option<Poll> {
    let code = &facts.code;
    let members = code.members(call.args);
    let looks = facts.map.of(call.args).has(Traits::STATE);
    let wait = members.get(1).filter(|_| looks && code.language == Language::JavaScript)?;
    let interval = value::duration(code, wait.value, 1e-3).map(|what| At { what, line: code.line(wait.value.from) });
    let line = code.line(call.at);
    let stops = code.any(code.function_around(call.at), |name| {
        name == "setTimeout" || words(name).iter().any(|word| word == "attempts" || word == "tries")
    });
    let bounded = stops || facts.map.of(call.args).has(Traits::CLOCK) || counts(facts, call.args);
    Some(Poll { at: call.at, line, body: call.args, bounded, limit_s: None, interval })
}

/// Whether something is counted up.
fn counts(facts: &Facts<'_>, range: Range) -> bool {
    range.indexes().any(|at| facts.code.kind(at) == Some(Kind::Mark) && matches!(facts.code.text(at), "++" | "+="))
}
