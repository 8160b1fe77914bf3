//! How long a loop waits between attempts, and how that is randomised.

use crate::retry::lint::blocks::Block;
use crate::retry::lint::code::{Range, last_part};
use crate::retry::lint::facts::{Facts, Layer};
use crate::retry::lint::http::{self, has_word};
use crate::retry::lint::report::Jitter;
use crate::retry::lint::traits::Traits;
use crate::retry::lint::value;

use super::super::outcomes;

/// Delays of the loop and how they are randomised.
pub(super) fn delays(facts: &Facts<'_>, block: &Block, layer: &mut Layer) {
    let code = &facts.code;
    let sleeps: Vec<Range> = code.calls_in(block.body).filter_map(|call| http::sleep_argument(code, call)).collect();
    let Some(first) = sleeps.first() else {
        if facts.map.of(block.body).has(Traits::SLEEP) {
            return;
        }
        layer.jitter = Some(Jitter::None);
        layer.delay_line = Some(layer.line);
        return;
    };
    layer.delay_line = Some(code.line(first.from));
    layer.base_s = value::duration(code, *first, value::sleep_unit(code.language)).filter(|seconds| *seconds > 0.0);
    layer.jitter = jitter(facts, &sleeps);
    layer.cap_s = cap(facts, *first);
}

/// Expressions that make up a delay: the argument, values of its names, and own functions in it.
pub(in crate::retry::lint) fn expression(facts: &Facts<'_>, sleep: Range) -> Vec<Range> {
    let mut found = outcomes::resolved(facts, sleep);
    let more: Vec<Range> = found.iter().skip(1).take(6).flat_map(|range| outcomes::resolved(facts, *range).into_iter().skip(1)).collect();
    found.extend(more);
    found
}

fn jitter(facts: &Facts<'_>, sleeps: &[Range]) -> Option<Jitter> {
    let code = &facts.code;
    let parts: Vec<Range> = sleeps.iter().flat_map(|sleep| expression(facts, *sleep)).collect();
    if parts.iter().any(|part| facts.map.of(*part).has(Traits::RANDOM)) {
        let triples = parts.iter().any(|part| part.indexes().any(|at| code.integer(at) == Some(3)));
        let full = parts.iter().any(|part| code.any(*part, |name| matches!(last_part(name), "uniform")));
        return Some(if triples {
            Jitter::Decorrelated
        } else if full {
            Jitter::Full
        } else {
            Jitter::Other
        });
    }
    let given = sleeps.iter().any(|sleep| foreign(facts, *sleep));
    (!given).then_some(Jitter::None)
}

/// Whether the delay comes from a parameter or a function that is not shown, or from the server's own hint.
fn foreign(facts: &Facts<'_>, sleep: Range) -> bool {
    let code = &facts.code;
    let unknown_call = code.calls_in(sleep).any(|call| {
        let name = code.text(call.at);
        let arithmetic = matches!(
            last_part(name),
            "min"
                | "max"
                | "pow"
                | "Duration"
                | "int"
                | "float"
                | "Pow"
                | "ofSeconds"
                | "ofMillis"
                | "round"
                | "toMillis"
                | "floor"
                | "Min"
        );
        !arithmetic && facts.map.bodies(Range::new(call.at, call.at + 1)).next().is_none()
    });
    let by_name = sleep
        .indexes()
        .filter(|at| code.is_name(*at))
        .map(|at| code.text(at))
        .any(|name| has_word(name, &["after", "header", "headers", "hint"]));
    let values_call = outcomes::resolved(facts, sleep).iter().skip(1).any(|range| {
        code.any(*range, |word| word.eq_ignore_ascii_case("retry-after") || has_word(word, &["backoff"]))
            && code.calls_in(*range).next().is_some()
    });
    unknown_call || by_name || values_call
}

fn cap(facts: &Facts<'_>, sleep: Range) -> Option<f64> {
    let code = &facts.code;
    let unit = value::sleep_unit(code.language);
    expression(facts, sleep).into_iter().find_map(|part| {
        let call = code.calls_in(part).find(|call| matches!(code.last(call.at), "min" | "Min"))?;
        let limits = code.split(call.args, ",");
        limits
            .iter()
            .filter_map(|limit| value::duration(code, *limit, unit))
            .fold(None, |best: Option<f64>, seconds| Some(best.map_or(seconds, |b| b.max(seconds))))
    })
}
