//! Attempts and delays of one layer, and whether its delays grow.

use super::behaviour::Pace;
use super::code::{Range, last_part};
use super::facts::{Attempts, Facts, Layer, Origin};
use super::http::{self, has_word};
use super::layers::expression;

pub(super) fn pace(facts: &Facts<'_>, layer: &Layer) -> Pace {
    Pace {
        name: layer.name.to_owned(),
        attempts: match layer.attempts {
            Attempts::Times(times) => Some(times.max(1)),
            Attempts::Unbounded => Some(u32::MAX),
            Attempts::Unknown => layer.has_deadline.then_some(u32::MAX),
        },
        base_s: layer.base_s,
        cap_s: layer.cap_s,
        grows: grows(facts, layer),
        jitter: layer.jitter,
    }
}

/// Whether delays grow, where the text of the layer says it.
fn grows(facts: &Facts<'_>, layer: &Layer) -> Option<bool> {
    if layer.origin == Origin::Settings {
        return layer.cap_s.zip(layer.base_s).map(|(cap, base)| cap > base).or((layer.name == "n8n").then_some(false));
    }
    let parts = if layer.name == "loop" { of_loop(facts, layer) } else { of_call(facts, layer) };
    let any = |holds: &dyn Fn(&str) -> bool| parts.iter().any(|part| facts.code.any(*part, holds) || marks(facts, *part, holds));
    let doubles = |word: &str| {
        matches!(word, "**" | "<<" | "*=" | "<<=")
            || matches!(last_part(word), "expo" | "pow" | "Pow" | "exp" | "fibo")
            || has_word(word, &["exponential", "multiplier", "factor", "doubling"])
    };
    let stays = |word: &str| has_word(word, &["fixed", "constant", "linear"]) || last_part(word) == "wait_none";
    if any(&doubles) {
        return Some(true);
    }
    let written = layer.name == "loop" && layer.base_s.is_some() || any(&stays);
    written.then_some(false)
}

/// Whether a mark of the range holds; marks are no names.
fn marks(facts: &Facts<'_>, range: Range, holds: &dyn Fn(&str) -> bool) -> bool {
    range.indexes().any(|at| matches!(facts.code.text(at), "**" | "<<" | "*=" | "<<=") && holds(facts.code.text(at)))
}

/// The delays of a loop, and what its body does to their names.
fn of_loop(facts: &Facts<'_>, layer: &Layer) -> Vec<Range> {
    let code = &facts.code;
    let Some(body) = layer.scope.first() else { return Vec::new() };
    let sleeps: Vec<Range> = code.calls_in(*body).filter_map(|call| http::sleep_argument(code, call)).collect();
    let names: Vec<&str> = sleeps.iter().flat_map(|sleep| sleep.indexes()).filter(|at| code.is_name(*at)).map(|at| code.text(at)).collect();
    let changed = body.indexes().filter(|at| code.is_name(*at) && names.contains(&code.text(*at)));
    let lines: Vec<Range> = changed.filter(|at| assigns(facts, *at)).map(|at| code.line_of(at)).collect();
    sleeps.iter().flat_map(|sleep| expression(facts, *sleep)).chain(lines).collect()
}

/// `delay *= 2` and `delay = min(delay * 2, 60)`.
fn assigns(facts: &Facts<'_>, at: usize) -> bool {
    let code = &facts.code;
    match code.text(at + 1) {
        "*=" | "<<=" => true,
        "=" => code.line_of(at).indexes().filter(|index| code.text(*index) == code.text(at)).count() > 1,
        _ => false,
    }
}

/// The call that makes the layer with the rest of its statement, and the values of names in it.
fn of_call(facts: &Facts<'_>, layer: &Layer) -> Vec<Range> {
    let code = &facts.code;
    let Some(call) = code.calls.iter().find(|call| call.at == layer.at) else { return vec![code.line_of(layer.at)] };
    let mut end = call.args.to;
    while code.text(end + 1).starts_with('.') && end < call.args.to + 400 {
        end = (code.skip(end + 2) - 1).max(end + 1);
    }
    let whole = Range::new(layer.at, end);
    let names = whole.indexes().filter(|at| code.is_name(*at)).flat_map(|at| code.values_of(code.text(at)).iter().copied().take(1));
    let values: Vec<Range> = names.take(40).collect();
    std::iter::once(whole).chain(values).collect()
}
