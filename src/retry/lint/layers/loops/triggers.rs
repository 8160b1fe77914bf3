//! The outcomes after which a loop goes on.

use crate::retry::lint::blocks::{Block, Form};
use crate::retry::lint::code::{Range, last_part};
use crate::retry::lint::facts::{Facts, Layer};
use crate::retry::lint::http::has_word;
use crate::retry::lint::report::Language;
use crate::retry::lint::traits::Traits;

use super::super::outcomes;
use super::bounds::compared;
use super::{branches, calls_parameter, directly, ends, handlers};

/// Outcomes after which the loop goes on.
pub(super) fn triggers(facts: &Facts<'_>, block: &Block, layer: &mut Layer) {
    for branch in branches(facts, block) {
        by_branch(facts, block, branch, layer);
    }
    for handler in handlers(facts, block).filter(|handler| !ends(facts, handler.body) && !selective(facts, handler.body)) {
        let code = &facts.code;
        let bare = handler.head.is_empty() || code.language == Language::JavaScript;
        if bare && (sends_in_try(facts, handler) || calls_parameter(facts, block))
            || outcomes::ambiguous_exception(code, handler.head).is_some()
        {
            layer.ambiguous = Some(layer.ambiguous.map_or(code.line(handler.at), |line| line.min(code.line(handler.at))));
        }
    }
}

fn sends_in_try(facts: &Facts<'_>, handler: &Block) -> bool {
    let before = facts.code.blocks.iter().filter(|b| b.form == Form::Try && b.body.to <= handler.at);
    before.max_by_key(|b| b.body.to).is_none_or(|attempt| facts.map.of(attempt.body).has(Traits::SEND))
}

/// Whether the body lets some outcomes go by a test that is no count of attempts.
fn selective(facts: &Facts<'_>, body: Range) -> bool {
    let code = &facts.code;
    let inside = code.blocks.iter().filter(|b| b.form == Form::If && body.encloses(b.body));
    inside
        .filter(|b| b.body.indexes().any(|at| matches!(code.text(at), "throw" | "raise" | "return" | "break")))
        .any(|b| compared(facts, b.head).is_none() || facts.map.of(b.head).has(Traits::CODE))
}

fn by_branch(facts: &Facts<'_>, block: &Block, branch: &Block, layer: &mut Layer) {
    // Each part of `a or b` is a way out of its own.
    let parts = if ends(facts, branch.body) { alternatives(facts, branch.head) } else { vec![branch.head] };
    for head in parts {
        by_test(facts, block, &Block { head, ..*branch }, layer);
    }
}

fn alternatives(facts: &Facts<'_>, head: Range) -> Vec<Range> {
    let code = &facts.code;
    let (mut parts, mut from, mut at) = (Vec::new(), head.from, head.from);
    while at < head.to {
        if matches!(code.text(at), "||" | "or") {
            parts.push(Range::new(from, at));
            from = at + 1;
        }
        at = code.skip(at);
    }
    parts.push(Range::new(from, head.to));
    parts
}

fn by_test(facts: &Facts<'_>, block: &Block, branch: &Block, layer: &mut Layer) {
    let code = &facts.code;
    let leaves = ends(facts, branch.body);
    if code.any(branch.head, |name| name == "nil") && code.any(branch.head, |name| has_word(name, &["err", "error"])) {
        by_error(facts, block, branch, layer);
        return;
    }
    let below = |at: &usize| code.is_mark(*at, "<") && code.integer(at + 1) == Some(500);
    if let Some(at) = branch.head.indexes().find(below).filter(|_| leaves && passes_on(facts, block, branch)) {
        layer.ambiguous.get_or_insert(code.line(at));
    }
    let turned = branch.head.indexes().any(|at| matches!(code.text(at), "not" | "!" | "!=" | "!=="));
    if leaves == (turned && !code.any(branch.head, |name| name == "null")) {
        outcomes::lay(facts, branch.head, layer);
        if !leaves {
            above(facts, branch, layer);
        }
    } else if leaves && good(facts, branch.head) && falls_through(facts, block, branch) {
        layer.ambiguous.get_or_insert(code.line(branch.at));
    }
}

/// Whether what the test does not let out is sent again.
fn passes_on(facts: &Facts<'_>, block: &Block, branch: &Block) -> bool {
    !good(facts, branch.head) || falls_through(facts, block, branch)
}

/// `err != nil` that stays in the loop, and `err == nil` that leaves it.
fn by_error(facts: &Facts<'_>, block: &Block, branch: &Block, layer: &mut Layer) {
    let code = &facts.code;
    let good = branch.head.indexes().any(|at| code.text(at) == "==");
    let repeats = if good { falls_through(facts, block, branch) } else { facts.map.of(before(branch, block)).has(Traits::SEND) };
    if ends(facts, branch.body) == good && repeats && !selective(facts, branch.body) {
        layer.ambiguous.get_or_insert(code.line(branch.at));
    }
}

/// What stands in the loop before the branch.
fn before(branch: &Block, block: &Block) -> Range {
    Range::new(block.body.from, branch.body.from.max(block.body.from))
}

/// `status >= 500` that goes on.
fn above(facts: &Facts<'_>, branch: &Block, layer: &mut Layer) {
    let code = &facts.code;
    let found = branch.head.indexes().find(|at| {
        matches!(code.text(*at), ">=" | ">") && code.integer(at + 1).is_some_and(|number| (400..=500).contains(&number) || number == 499)
    });
    let status = branch.head.indexes().find(|at| code.is_name(*at) && last_part(code.text(*at)) == "is5xxServerError");
    if let Some(at) = found.or(status) {
        layer.ambiguous.get_or_insert(code.line(at));
    }
}

/// Whether the head tests for a good answer.
pub(super) fn good(facts: &Facts<'_>, head: Range) -> bool {
    let code = &facts.code;
    let ok = code.any(head, |name| matches!(last_part(name), "ok" | "StatusOK" | "is_success" | "isSuccessful" | "is2xxSuccessful"));
    let number =
        head.indexes().any(|at| matches!(code.integer(at), Some(200 | 201 | 300 | 400)) && !code.is_mark(at.wrapping_sub(1), "!="));
    let below = head.indexes().any(|at| code.is_mark(at, "<") && code.integer(at + 1) == Some(500));
    ok || number || below
}

/// Whether nothing behind the branch leaves the loop, or looks at the code of the body.
fn falls_through(facts: &Facts<'_>, block: &Block, branch: &Block) -> bool {
    let code = &facts.code;
    let rest = Range::new(branch.body.to, block.body.to.max(branch.body.to));
    let leaves = |inner: &Block| inner.body.indexes().any(|at| matches!(code.text(at), "return" | "raise" | "throw" | "break"));
    let later = |inner: &&Block| inner.at > branch.at && inner.form == Form::If;
    let chooses = directly(facts, block).filter(later).any(|inner| leaves(inner) && compared(facts, inner.head).is_none());
    !ends(facts, rest) && !chooses && !facts.map.own(rest).has(Traits::CODE)
}
