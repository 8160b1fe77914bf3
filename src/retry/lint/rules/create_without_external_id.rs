//! A create that is repeated carries no id of the caller's own, so that nobody can look for the first one.

use crate::retry::lint::code::Range;
use crate::retry::lint::facts::Facts;
use crate::retry::lint::http;
use crate::retry::lint::traits::Traits;

use super::Found;
use super::create_resent_blindly::{blind, reconciles};

/// Members that only the body of a create has.
const BODY: [&str; 6] = ["prompt", "model_name", "modelName", "image_tail", "negative_prompt", "aspect_ratio"];

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    let names_id = |text: &str| {
        let lower = text.to_ascii_lowercase();
        lower.contains("external") || lower.contains("idempot")
    };
    if code.any(code.all(), names_id) {
        return;
    }
    for layer in facts.layers.iter().filter(|layer| layer.creates && !reconciles(facts, layer) && blind(facts, layer).is_some()) {
        let Some(at) = create_in(facts, &layer.scope).or_else(|| facts.calls_of(layer).find(|at| facts.creates_at(*at))) else {
            continue;
        };
        if shows_body(facts, at) {
            found.add(
                code.line(at),
                "the create is repeated without an external_task_id: after a lost answer the first task cannot be found",
                "make one external_task_id before the first attempt, store it, and send the same one each time",
            );
        }
    }
}

fn create_in(facts: &Facts<'_>, scope: &[Range]) -> Option<usize> {
    scope.iter().find_map(|range| facts.map.first(*range, Traits::CREATE))
}

/// Whether the body of the request is written where it is sent, so that a missing id is really missing.
fn shows_body(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    let sends = code.calls.iter().find(|call| call.at == at).is_some_and(|call| http::verb(code, call).is_some());
    let member = |text: &str| BODY.contains(&text) || text.contains("\"prompt\"");
    sends && code.any(code.function_around(at), member)
}
