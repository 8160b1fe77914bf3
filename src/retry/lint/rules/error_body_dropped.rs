//! The answer that names the cause is thrown away before anybody reads it.

use crate::retry::lint::blocks::{Block, Form};
use crate::retry::lint::code::{Code, Range, last_part};
use crate::retry::lint::facts::Facts;
use crate::retry::lint::http::has_word;
use crate::retry::lint::layers::ambiguous_exception;
use crate::retry::lint::report::Language;
use crate::retry::lint::traits::Traits;

use super::Found;

const READ_FIRST: &str = "read the body before judging the status, and keep `code`, `message` and `request_id`";

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    raised_first(facts, found);
    thrown_by_status(facts, found);
    silenced(facts, found);
}

/// `raise_for_status()` before the JSON is read, and no handler that looks at the response.
fn raised_first(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    let handled = code.any(code.all(), |text| text.contains(".response.") || text.ends_with(".response"));
    for call in code.calls.iter().filter(|call| code.last(call.at) == "raise_for_status" && !handled) {
        let around = code.function_around(call.at);
        let response = code.receiver(call.at);
        let before = Range::new(last_given(code, response, call.at).max(around.from), call.at);
        let reads = |range: Range| code.any(range, |text| reads_body(response, text));
        if !reads(before) && reads(Range::new(call.at + 1, around.to)) {
            found.add(
                code.line(call.at),
                "raise_for_status() throws before the body is read: the code that says whether a retry can help is lost",
                READ_FIRST,
            );
        }
    }
}

/// Where a name was given its value last.
fn last_given(code: &Code<'_>, name: &str, before: usize) -> usize {
    code.values_of(name).iter().map(|value| value.from).filter(|at| *at < before).max().unwrap_or(0)
}

fn reads_body(response: &str, text: &str) -> bool {
    let rest = text.strip_prefix(response).unwrap_or("");
    matches!(rest, ".json" | ".text" | ".content" | ".read" | ".body")
}

/// `if (!res.ok) throw new Error(..)` without a look at the body.
fn thrown_by_status(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    for block in code.blocks.iter().filter(|block| block.form == Form::If && bad_status(code, block.head)) {
        let around = code.function_around(block.at);
        let read_before =
            code.any(Range::new(around.from, block.at), takes_body) || facts.map.own(Range::new(around.from, block.at)).has(Traits::CODE);
        let read_inside = code.any(block.body, takes_body) || facts.map.of(block.body).has(Traits::CODE);
        let thrown = block.body.indexes().take(12).find(|at| matches!(last_part(code.text(*at)), "throw" | "raise" | "Errorf"));
        let parsed_later = code.any(Range::new(block.body.to, around.to), takes_body);
        if let Some(at) = thrown.filter(|_| !read_before && !read_inside && parsed_later) {
            found.add(
                code.line(at),
                "the status alone is thrown: the body with the code that says whether a retry can help is lost",
                READ_FIRST,
            );
        }
    }
}

/// A head that asks whether the status is bad, whatever it is.
fn bad_status(code: &Code<'_>, head: Range) -> bool {
    let negated = head.indexes().any(|at| matches!(code.text(at), "!" | "not" | "!=" | "!=="));
    let names = |list: &[&str]| code.any(head, |text| list.contains(&last_part(text)));
    let ok = negated && names(&["ok", "is_success", "isSuccessful"]);
    let number = |number: i64| head.indexes().any(|at| code.integer(at) == Some(number));
    let status = names(&["status", "status_code", "statusCode", "StatusCode", "getStatusCode", "code"]);
    let unequal = negated && (number(200) || names(&["StatusOK"])) && status;
    let above = status && (number(400) || number(300) || number(299)) && head.indexes().any(|at| matches!(code.text(at), ">=" | ">"));
    ok || unequal || above
}

fn takes_body(text: &str) -> bool {
    matches!(
        last_part(text),
        "json"
            | "text"
            | "body"
            | "ReadAll"
            | "NewDecoder"
            | "Decode"
            | "Unmarshal"
            | "read"
            | "readValue"
            | "content"
            | "Body"
            | "getBody"
            | "readTree"
            | "string"
    ) && text.contains('.')
        && !text.contains("req")
}

/// A handler that drops everything it caught.
fn silenced(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    for handler in code.blocks.iter().filter(|block| block.form == Form::Catch && broad(code, block) && drops(code, block)) {
        let tries =
            code.blocks.iter().filter(|block| block.form == Form::Try && block.body.to <= handler.at).max_by_key(|block| block.body.to);
        let sends = tries.is_some_and(|block| facts.map.of(block.body).has(Traits::SEND) && could_hold_body(facts, block));
        if sends {
            found.add(
                code.line(handler.at),
                "the error is swallowed: whatever Kling said is gone, and every failure looks the same",
                "log the body, and decide by its code what to do next",
            );
        }
    }
}

/// Whether the try can throw something that carries an answer.
fn could_hold_body(facts: &Facts<'_>, block: &Block) -> bool {
    let code = &facts.code;
    match code.language {
        Language::JavaScript => {
            code.any(block.body, |text| has_word(text, &["axios", "got", "ky", "throw"])) || code.any(block.body, |text| text == "throw")
        }
        _ => true,
    }
}

fn broad(code: &Code<'_>, block: &Block) -> bool {
    if code.language == Language::JavaScript || block.head.is_empty() {
        return true;
    }
    let named = ambiguous_exception(code, block.head).map(|at| last_part(code.text(at)));
    matches!(
        named,
        Some(
            "Exception"
                | "BaseException"
                | "HTTPError"
                | "HTTPStatusError"
                | "RequestException"
                | "ClientError"
                | "RuntimeException"
                | "RestClientException"
        )
    )
}

/// A body of nothing but `pass`, `continue` and waiting.
fn drops(code: &Code<'_>, block: &Block) -> bool {
    let caught: Vec<&str> = block.head.indexes().filter(|at| code.is_name(*at)).map(|at| code.text(at)).collect();
    let binding = caught.last().copied().filter(|_| code.language != Language::Python || caught.contains(&"as")).unwrap_or("");
    let uses = !binding.is_empty()
        && code
            .any(block.body, |text| text == binding || text.starts_with(&format!("{binding}.")) || text.contains(&format!("{{{binding}")));
    let speaks = code.any(block.body, |text| {
        has_word(
            text,
            &[
                "log",
                "logger",
                "logging",
                "print",
                "console",
                "raise",
                "throw",
                "return",
                "warn",
                "warning",
                "error",
                "exception",
                "println",
            ],
        )
    });
    let text_of_print = block.body.indexes().any(|at| matches!(code.text(at), "print" | "raise" | "throw" | "return" | "break"));
    !uses && !speaks && !text_of_print
}
