//! A signed token is made before a long loop and used in it until it has expired.

use crate::retry::lint::code::{Range, last_part, words};
use crate::retry::lint::facts::Facts;
use crate::retry::lint::http::has_word;
use crate::retry::lint::traits::Traits;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    let minted: Vec<(&str, Range)> = code.assignments().filter(|(name, value)| holds_token(name) && mints(facts, *value)).collect();
    for (name, value) in minted {
        let carriers = carriers(facts, name);
        let uses = |range: Range| {
            code.any(range, |word| {
                carriers.iter().any(|carrier| word == *carrier || last_part(word) == *carrier || in_template(word, carrier))
            })
        };
        let renewed = |range: Range| range.contains(value.from) || mints(facts, range);
        let long = long_loops(facts)
            .into_iter()
            .find(|range| !renewed(*range) && (uses(*range) || facts.map.bodies(*range).any(|body| uses(body) && !renewed(body))));
        if long.is_some() {
            found.add(
                code.line(value.from.saturating_sub(1)),
                "the token is made once, before a loop that may outlive it: later calls are refused as expired",
                "make the token inside the loop, or again some minutes before its end",
            );
        }
    }
}

fn holds_token(name: &str) -> bool {
    has_word(name, &["token", "jwt", "headers", "auth", "authorization", "bearer", "session", "tok"])
}

/// Whether a token is signed here: a fixed key is none.
fn mints(facts: &Facts<'_>, range: Range) -> bool {
    facts.map.of(range).has(Traits::MINT)
}

/// Names that carry the token on: `headers = {"Authorization": f"Bearer {token}"}`.
fn carriers<'a>(facts: &Facts<'a>, name: &'a str) -> Vec<&'a str> {
    let mut found = vec![last_part(name)];
    for (other, value) in facts.code.assignments() {
        if facts.code.any(value, |word| last_part(word) == last_part(name) || in_template(word, name)) && value.to - value.from < 40 {
            found.push(last_part(other));
        }
    }
    found.retain(|name| {
        has_word(
            name,
            &[
                "token",
                "jwt",
                "headers",
                "auth",
                "authorization",
                "bearer",
                "header",
                "session",
                "tok",
                "client",
                "h",
                "opts",
                "options",
                "config",
            ],
        )
    });
    found
}

/// Whether the name stands inside a formatted string.
fn in_template(text: &str, name: &str) -> bool {
    text.contains('{') && text.split(|c: char| !(c.is_alphanumeric() || c == '_')).any(|word| word == name)
}

/// Loops that may last longer than a token: polls without a short limit, and loops over jobs that wait for each.
fn long_loops(facts: &Facts<'_>) -> Vec<Range> {
    let code = &facts.code;
    let life = facts.knowledge.retry.number("token_life").unwrap_or(f64::INFINITY);
    let short = |limit: Option<f64>| limit.is_some_and(|seconds| seconds < life);
    let mut found: Vec<Range> =
        facts.polls.iter().filter(|poll| !short(poll.limit_s) && !word_of_work(code.text(poll.at))).map(|poll| poll.body).collect();
    let jobs = code.blocks.iter().filter(|block| block.is_loop());
    found.extend(
        jobs.filter(|block| facts.map.of(block.body).has(Traits::CREATE) && facts.map.of(block.body).has(Traits::POLL))
            .map(|block| block.body),
    );
    found
}

fn word_of_work(name: &str) -> bool {
    words(name).is_empty()
}
