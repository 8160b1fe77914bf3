//! The loop waits for a word that this generation of the API never says.

use crate::retry::lint::code::last_part;
use crate::retry::lint::facts::Facts;
use crate::retry::lint::lex::Kind;

use super::Found;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Generation {
    Legacy,
    New,
}

impl Generation {
    /// Its word for a finished task, as the polling guide has it.
    const fn word(self) -> &'static str {
        match self {
            Self::Legacy => "succeed",
            Self::New => "succeeded",
        }
    }
}

/// Words that people take for success.
const GUESSES: [&str; 10] =
    ["succeed", "succeeded", "success", "successful", "completed", "complete", "done", "finished", "finish", "ready"];

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let Some(generation) = generation(facts) else { return };
    let words = compared(facts);
    let code = &facts.code;
    let knows_it = code.indexes().any(|at| code.string(at).is_some_and(|text| text.eq_ignore_ascii_case(generation.word())));
    if knows_it || accepts_prefix(facts) {
        return;
    }
    for (at, word) in words {
        found.add(
            facts.code.line(at),
            format!(
                "the code waits for \"{word}\"; the API generation it calls says \"{}\", so a finished task is never seen",
                generation.word()
            ),
            "accept \"succeed\" and \"succeeded\" as success, \"failed\" as failure, and log any other word",
        );
    }
}

/// The generation that the snippet calls, when it calls one only.
fn generation(facts: &Facts<'_>) -> Option<Generation> {
    let code = &facts.code;
    let addresses: Vec<&str> = code.indexes().filter_map(|at| code.string(at)).filter(|text| text.contains('/')).take(400).collect();
    let paths = |generation: &str| {
        let own = facts.knowledge.endpoints.iter().filter(|endpoint| endpoint.generation == generation);
        let fixed = |path: &str| path.split('{').next().unwrap_or("").to_owned();
        own.map(|endpoint| fixed(&endpoint.path)).any(|path| path.len() > 6 && addresses.iter().any(|text| text.contains(&path)))
    };
    let member = |names: &[&str]| code.any(code.all(), |text| names.contains(&last_part(text)));
    let holds = |part: &str| addresses.iter().any(|text| text.contains(part));
    let legacy = holds("/v1/") || paths("legacy") || member(&["task_status", "taskStatus", "TaskStatus", "getTaskStatus"]);
    let new = holds("task_ids=") || holds("/tasks?") || paths("new") || member(&["task_ids", "external_task_ids"]);
    match (legacy, new) {
        (true, false) => Some(Generation::Legacy),
        (false, true) => Some(Generation::New),
        _ => None,
    }
}

/// Success words that a state is compared with, and the token of each.
fn compared<'a>(facts: &Facts<'a>) -> Vec<(usize, &'a str)> {
    let code = &facts.code;
    let candidates = code.indexes().filter_map(|at| Some((at, code.string(at)?)));
    candidates.filter(|(_, word)| GUESSES.contains(&word.to_ascii_lowercase().as_str())).filter(|(at, _)| is_compared(facts, *at)).collect()
}

fn is_compared(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    let line = code.line_of(at);
    let compares = line.indexes().any(|index| {
        matches!(code.text(index), "==" | "===" | "!=" | "!==" | "in" | "case" | "switch")
            || matches!(
                last_part(code.text(index)),
                "equals" | "equalsIgnoreCase" | "includes" | "has" | "contains" | "EqualFold" | "indexOf"
            )
    });
    let of_state = code.any(line, |text| super::super::http::has_word(text, &["status", "state", "taskstatus"]));
    // `DONE = {"succeed", "failed"}`: a set of end states.
    let with_failure = line
        .indexes()
        .any(|index| code.kind(index) == Some(Kind::Text) && matches!(code.string(index), Some("failed" | "FAILED" | "Failed")));
    let case_of_state = code.text(line.from) == "case"
        && code
            .blocks
            .iter()
            .any(|block| block.body.contains(at) && code.any(block.head, |text| super::super::http::has_word(text, &["status", "state"])));
    compares && (of_state || case_of_state) || with_failure && (line.indexes().any(|index| code.is_mark(index, "=")) || compares)
}

/// `status.startswith("succe")` accepts both words.
fn accepts_prefix(facts: &Facts<'_>) -> bool {
    let code = &facts.code;
    code.calls.iter().any(|call| {
        matches!(code.last(call.at).to_ascii_lowercase().as_str(), "startswith" | "hasprefix")
            && code.any(call.args, |text| text.to_ascii_lowercase().starts_with("succ"))
    })
}
