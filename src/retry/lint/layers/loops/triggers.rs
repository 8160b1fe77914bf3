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
    let code = &facts.code;
    let leaves = ends(facts, branch.body);
    let turned = branch.head.indexes().any(|at| matches!(code.text(at), "not" | "!" | "!=" | "!=="))
        && !code.any(branch.head, |name| name == "nil" || name == "null");
    let failed_send = code.any(branch.head, |name| name == "nil") && code.any(branch.head, |name| has_word(name, &["err", "error"]));
    if failed_send {
        let equal = branch.head.indexes().any(|at| code.text(at) == "==");
        if leaves == equal
            && !selective(facts, branch.body)
            && (equal || facts.map.of(before(branch, block)).has(Traits::SEND))
            && falls_through(facts, block, branch, equal)
        {
            layer.ambiguous.get_or_insert(code.line(branch.at));
        }
        return;
    }
    if leaves && let Some(at) = branch.head.indexes().find(|at| code.is_mark(*at, "<") && code.integer(at + 1) == Some(500)) {
        let stays = good(facts, branch.head) && !falls_through(facts, block, branch, true);
        if !stays {
            layer.ambiguous.get_or_insert(code.line(at));
        }
    }
    if leaves == turned {
        outcomes::lay(facts, branch.head, layer);
        if !leaves {
            above(facts, branch, layer);
        }
    } else if leaves && good(facts, branch.head) && falls_through(facts, block, branch, true) {
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

/// Whether nothing behind the branch leaves the loop.
fn falls_through(facts: &Facts<'_>, block: &Block, branch: &Block, wanted: bool) -> bool {
    let rest = Range::new(branch.body.to, block.body.to.max(branch.body.to));
    let code = &facts.code;
    let own_branches = || {
        directly(facts, block).any(|inner| {
            inner.at > branch.at
                && inner.form == Form::If
                && inner.body.indexes().any(|at| matches!(code.text(at), "return" | "raise" | "throw" | "break"))
                && compared(facts, inner.head).is_none()
        })
    };
    !wanted || !ends(facts, rest) && !own_branches() && !facts.map.own(rest).has(Traits::CODE)
}
