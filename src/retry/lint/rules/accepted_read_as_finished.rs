//! Code 0 says that the call was accepted; the code takes it for a finished video.

use crate::retry::lint::blocks::{Block, Form};
use crate::retry::lint::code::{Code, Range, last_part};
use crate::retry::lint::facts::Facts;
use crate::retry::lint::lex::Kind;
use crate::retry::lint::traits::Traits;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    for at in code.indexes().filter(|at| accepted(code, *at)).take(MAX_TESTS) {
        let around = code.function_around(at);
        let does = facts.map.of(around);
        if does.has(Traits::STATE) || does.has(Traits::POLL) {
            continue;
        }
        if branch(code, at).is_some_and(|block| takes_result(code, block.body)) || ends_wait(facts, at) {
            found.add(
                code.line(at),
                "code 0 only says that the call was accepted; the task has a state of its own, and a failed one comes with code 0 too",
                "read the task's state, and take the result only when it says that it is done",
            );
        }
    }
}

/// More comparisons are not looked at; it keeps the time bounded.
const MAX_TESTS: usize = 200;

/// A comparison of the body's code with 0.
fn accepted(code: &Code<'_>, at: usize) -> bool {
    if code.integer(at) != Some(0) || code.kind(at) != Some(Kind::Number) {
        return false;
    }
    let compared = matches!(code.text(at.wrapping_sub(1)), "==" | "===" | "!=" | "!==");
    let line = code.line_of(at);
    let names_code = (line.from..at).rev().take(8).any(|index| {
        code.string(index) == Some("code") || matches!(last_part(code.text(index)), "code" | "Code" | "getCode") && code.is_name(index)
    });
    compared && names_code
}

/// The branch that the comparison opens.
fn branch<'b>(code: &'b Code<'_>, at: usize) -> Option<&'b Block> {
    code.blocks.iter().find(|block| {
        block.form == Form::If && block.head.contains(at) && !block.head.indexes().any(|index| matches!(code.text(index), "!=" | "!=="))
    })
}

/// Whether a result is read, or the job is called done.
fn takes_result(code: &Code<'_>, range: Range) -> bool {
    let result = |text: &str| {
        matches!(
            last_part(text),
            "task_result"
                | "taskResult"
                | "TaskResult"
                | "outputs"
                | "videos"
                | "video_url"
                | "videoUrl"
                | "Outputs"
                | "Videos"
                | "getTaskResult"
                | "getVideos"
                | "download"
                | "download_video"
                | "downloadVideo"
        )
    };
    let done = |text: &str| matches!(text.to_ascii_lowercase().as_str(), "done" | "completed" | "finished");
    code.any(range, |text| result(text) || done(text))
}

/// A loop that waits, and ends on the code.
fn ends_wait(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    let around = code.blocks.iter().filter(|block| block.form == Form::Loop && (block.body.contains(at) || block.head.contains(at)));
    let Some(block) = around.min_by_key(|block| block.body.to - block.body.from) else { return false };
    let does = facts.map.of(block.body);
    let leaves =
        branch(code, at).is_some_and(|branch| branch.body.indexes().take(12).any(|index| matches!(code.text(index), "return" | "break")));
    let queries = does.has(Traits::QUERY) && does.has(Traits::SLEEP) && !does.has(Traits::CREATE);
    let uses_result = takes_result(code, code.function_around(at));
    queries && uses_result && (leaves || block.head.contains(at))
}
