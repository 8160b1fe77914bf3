//! Which outcomes lead to another attempt: statuses, service codes, exceptions.

use crate::retry::lint::blocks::{Block, Form};
use crate::retry::lint::code::{Code, Range, last_part, words};
use crate::retry::lint::facts::{Facts, Layer};
use crate::retry::lint::lex::Kind;

use super::options::push;

/// The range itself, values of the names in it, and bodies of own functions that it mentions.
pub(super) fn resolved(facts: &Facts<'_>, range: Range) -> Vec<Range> {
    let mut found = vec![range];
    for at in range.indexes().take(400).filter(|at| facts.code.is_name(*at)) {
        let name = facts.code.text(at);
        if permanent(name) {
            continue;
        }
        let values = facts.code.values_of(name);
        let values = if values.is_empty() { facts.code.values_of(last_part(name)) } else { values };
        // A comparison is an answer and no list of outcomes.
        let lists = values
            .iter()
            .filter(|value| value.to > value.from + 1 || equated(facts, at))
            .filter(|value| !value.indexes().any(|at| matches!(facts.code.text(at), "==" | "===" | "!=" | "!==")));
        found.extend(lists.take(3));
    }
    found.extend(facts.map.bodies(range).take(6));
    found.truncate(40);
    found
}

/// Whether a name stands beside a test for equality, and not beside a bound.
fn equated(facts: &Facts<'_>, at: usize) -> bool {
    let equal = |index: usize| matches!(facts.code.text(index), "==" | "===" | "!=" | "!==");
    equal(at + 1) || at.checked_sub(1).is_some_and(equal) || facts.code.blocks.is_empty()
}

/// Whether a number counts or measures: it stands beside arithmetic or a bound.
pub(in crate::retry::lint) fn measures(code: &Code<'_>, at: usize) -> bool {
    let beside =
        |index: usize| matches!(code.text(index), "*" | "/" | "+" | "-" | "**" | "<" | ">" | "<=" | ">=" | "<<" | "%" | "*=" | "+=");
    beside(at + 1) || at.checked_sub(1).is_some_and(beside)
}

/// Lays the statuses and codes of a range, names followed, into the layer.
pub(super) fn lay(facts: &Facts<'_>, range: Range, layer: &mut Layer) {
    for part in resolved(facts, range) {
        for at in part.indexes() {
            number(facts, at, layer);
        }
    }
}

/// Takes one number or named status.
fn number(facts: &Facts<'_>, at: usize, layer: &mut Layer) {
    let code = &facts.code;
    if refused(code, at) {
        return;
    }
    let line = code.line(at);
    if let Some(status) = status(code, at) {
        let below = at.checked_sub(1).is_some_and(|before| matches!(code.text(before), "<" | "<="));
        if !below {
            push(&mut layer.statuses, status, line);
        }
        if status >= 500 && !below {
            layer.ambiguous.get_or_insert(line);
        }
        return;
    }
    let number = code.integer(at).or_else(|| code.string(at).and_then(|text| text.parse().ok()));
    if let Some(number) = number.filter(|number| facts.is_code(*number) && !measures(code, at)) {
        push(&mut layer.codes, number, line);
    }
}

/// An HTTP error status as a number or a name.
fn status(code: &Code<'_>, at: usize) -> Option<u16> {
    let name = match code.kind(at)? {
        Kind::Number => return code.integer(at).and_then(|number| u16::try_from(number).ok()).filter(|status| (400..600).contains(status)),
        Kind::Name => last_part(code.text(at)),
        _ => return None,
    };
    Some(match name {
        "StatusTooManyRequests" | "TOO_MANY_REQUESTS" | "TooManyRequests" => 429,
        "StatusInternalServerError" | "INTERNAL_SERVER_ERROR" | "is5xxServerError" | "is_server_error" => 500,
        "StatusBadGateway" | "BAD_GATEWAY" => 502,
        "StatusServiceUnavailable" | "SERVICE_UNAVAILABLE" => 503,
        "StatusGatewayTimeout" | "GATEWAY_TIMEOUT" => 504,
        _ => return None,
    })
}

/// Whether the token stands where the answer is "do not retry": a branch that refuses, or a comparison that is turned round.
fn refused(code: &Code<'_>, at: usize) -> bool {
    let around = code
        .blocks
        .iter()
        .filter(|block| matches!(block.form, Form::If | Form::Case) && (block.head.contains(at) || block.body.contains(at)));
    let branch = around.min_by_key(|block| block.body.to - block.head.from);
    let refuses = branch.is_some_and(|block| refuses(code, block));
    let in_head = branch.is_some_and(|block| block.head.contains(at));
    refuses != (in_head && negated(code, at)) || (!in_head && negated(code, at))
}

fn refuses(code: &Code<'_>, block: &Block) -> bool {
    block.body.indexes().take(4).any(|index| matches!(code.text(index), "false" | "False" | "throw" | "raise" | "return" | "break"))
        && !block.body.indexes().take(3).any(|index| matches!(code.text(index), "true" | "True"))
}

/// Whether the comparison that the token belongs to is turned round.
pub(in crate::retry::lint) fn negated(code: &Code<'_>, at: usize) -> bool {
    let part = (at.saturating_sub(30)..at).rev().take_while(|index| {
        code.line(*index) == code.line(at) && !matches!(code.text(*index), "return" | "or" | "||" | "and" | "&&" | ";" | "if" | "=" | "=>")
    });
    part.into_iter().any(|index| matches!(code.text(index), "not" | "!" | "!=" | "!=="))
}

/// Whether a name says that its codes never pass.
pub(super) fn permanent(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|word| {
        matches!(
            word.as_str(),
            "permanent" | "fatal" | "never" | "non" | "no" | "stop" | "terminal" | "unretryable" | "nonretryable" | "abort"
        )
    })
}

/// Exceptions after which nobody knows whether the request arrived.
const AMBIGUOUS: [&str; 30] = [
    "Exception",
    "BaseException",
    "Timeout",
    "ReadTimeout",
    "WriteTimeout",
    "ConnectionError",
    "HTTPError",
    "HTTPStatusError",
    "RequestException",
    "RequestError",
    "TransportError",
    "ClientError",
    "TimeoutException",
    "TimeoutError",
    "OSError",
    "IOError",
    "IOException",
    "URLError",
    "ClientConnectionError",
    "ServerTimeoutError",
    "ServerDisconnectedError",
    "ReadError",
    "ResourceAccessException",
    "HttpServerErrorException",
    "RestClientException",
    "HttpTimeoutException",
    "SocketTimeoutException",
    "RuntimeException",
    "RemoteProtocolError",
    "ClientResponseError",
];

/// First token of a range that names such an exception.
pub(in crate::retry::lint) fn ambiguous_exception(code: &Code<'_>, range: Range) -> Option<usize> {
    let single = range.indexes().filter(|at| code.is_name(*at));
    let found = single.clone().find(|at| AMBIGUOUS.contains(&last_part(code.text(*at)).trim_end_matches(".class")) || class_of(code, *at));
    found.or_else(|| {
        single
            .filter_map(|at| code.values_of(code.text(at)).first().copied())
            .find_map(|value| value.indexes().find(|at| AMBIGUOUS.contains(&code.last(*at))))
    })
}

/// `IOException.class` of Java.
fn class_of(code: &Code<'_>, at: usize) -> bool {
    let name = code.text(at);
    name.strip_suffix(".class").is_some_and(|name| AMBIGUOUS.contains(&last_part(name)))
}
