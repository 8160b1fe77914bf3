//! The loop waits for a word that this generation of the API never says.

use crate::knowledge::StateWords;
use crate::retry::lint::code::last_part;
use crate::retry::lint::facts::Facts;
use crate::retry::lint::lex::Kind;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let Some(said) = generation(facts).and_then(|name| facts.knowledge.retry.states_of(name)) else { return };
    let words = compared(facts);
    let code = &facts.code;
    let knows_it = code.indexes().any(|at| code.string(at).is_some_and(|text| text.eq_ignore_ascii_case(&said.success)));
    if knows_it || accepts_prefix(facts) {
        return;
    }
    for (at, word) in words {
        found.add(
            facts.code.line(at),
            format!(
                "the code waits for \"{word}\"; the API generation it calls says \"{}\", so a finished task is never seen",
                said.success
            ),
            advice(facts),
        );
    }
}

/// What to accept: the words of every generation.
fn advice(facts: &Facts<'_>) -> String {
    let states = &facts.knowledge.retry.states;
    let list = |of: &dyn Fn(&StateWords) -> &str| {
        let mut words: Vec<String> = states.iter().map(|words| format!("\"{}\"", of(words))).collect();
        words.dedup();
        words.join(" and ")
    };
    let (success, failure) = (list(&|words| &words.success), list(&|words| &words.failure));
    format!("accept {success} as success, {failure} as failure, and log any other word")
}

/// The generation that the snippet calls, when it calls one only.
fn generation(facts: &Facts<'_>) -> Option<&'static str> {
    let code = &facts.code;
    let addresses: Vec<&str> = code.indexes().filter_map(|at| code.string(at)).filter(|text| text.contains('/')).take(400).collect();
    let paths = |generation: &str| {
        let own = facts.knowledge.endpoints.iter().filter(|endpoint| endpoint.generation == generation);
        let fixed = |path: &str| path.split('{').next().unwrap_or("").to_owned();
        own.map(|endpoint| fixed(&endpoint.path)).any(|path| path.len() > 6 && addresses.iter().any(|text| text.contains(&path)))
    };
    let member = |names: &[String]| code.any(code.all(), |text| names.iter().any(|name| name == last_part(text)));
    let holds = |part: &str| addresses.iter().any(|text| text.contains(part));
    let legacy = holds("/v1/") || paths("legacy") || facts.knowledge.retry.states_of("legacy").is_some_and(|words| member(&words.members));
    let new = holds("task_ids=")
        || holds("/tasks?")
        || paths("new")
        || code.any(code.all(), |text| matches!(last_part(text), "task_ids" | "external_task_ids"));
    match (legacy, new) {
        (true, false) => Some("legacy"),
        (false, true) => Some("new"),
        _ => None,
    }
}

/// Success words that a state is compared with, and the token of each.
fn compared<'a>(facts: &Facts<'a>) -> Vec<(usize, &'a str)> {
    let code = &facts.code;
    let candidates = code.indexes().filter_map(|at| Some((at, code.string(at)?)));
    let guesses = &facts.knowledge.retry.success_guesses;
    let is_guess = |word: &str| guesses.iter().any(|guess| guess.eq_ignore_ascii_case(word));
    candidates.filter(|(_, word)| is_guess(word)).filter(|(at, _)| is_compared(facts, *at)).collect()
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
        .any(|index| code.kind(index) == Some(Kind::Text) && matches!(code.string(index), Some(word) if says_failure(facts, word)));
    let case_of_state = code.text(line.from) == "case"
        && code
            .blocks
            .iter()
            .any(|block| block.body.contains(at) && code.any(block.head, |text| super::super::http::has_word(text, &["status", "state"])));
    compares && (of_state || case_of_state) || with_failure && (line.indexes().any(|index| code.is_mark(index, "=")) || compares)
}

/// Whether a word is that of a failed task, in small letters, capitals, or with a capital first.
fn says_failure(facts: &Facts<'_>, word: &str) -> bool {
    facts.knowledge.retry.states.iter().any(|words| words.failure.eq_ignore_ascii_case(word))
}

/// `status.startswith("succe")` accepts both words.
fn accepts_prefix(facts: &Facts<'_>) -> bool {
    let code = &facts.code;
    code.calls.iter().any(|call| {
        matches!(code.last(call.at).to_ascii_lowercase().as_str(), "startswith" | "hasprefix")
            && code.any(call.args, |text| text.to_ascii_lowercase().starts_with("succ"))
    })
}
