//! Random numbers in a delay that do not spread the retries.

use crate::retry::lint::code::{Call, Code, Range, last_part};
use crate::retry::lint::facts::{Facts, Layer};
use crate::retry::lint::http::{self, has_word};
use crate::retry::lint::layers::expression;
use crate::retry::lint::lex::Kind;
use crate::retry::lint::traits::Traits;
use crate::retry::lint::value;

use super::Found;

const FULL: &str = "use full jitter: a number drawn from 0 to min(cap, base * 2^n), the cap applied first";

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for layer in &facts.layers {
        let sleeps = sleeps(facts, layer);
        let never_grows = sleeps.iter().all(|sleep| is_constant(facts, layer, *sleep));
        for sleep in sleeps {
            for part in expression(facts, sleep) {
                one(facts, part, found);
            }
            if never_grows {
                let line = facts.code.line(sleep.from);
                found.add(
                    line,
                    "the delay is random and never grows: under a long refusal every attempt costs the same as the first",
                    FULL,
                );
            }
        }
    }
    if !facts.layers.is_empty() {
        seeded(facts, found);
    }
}

/// Delays of a layer that are computed in the snippet.
fn sleeps(facts: &Facts<'_>, layer: &Layer) -> Vec<Range> {
    let code = &facts.code;
    let mut found: Vec<Range> =
        layer.scope.iter().flat_map(|scope| code.calls_in(*scope)).filter_map(|call| http::sleep_argument(code, call)).collect();
    let by_key =
        |at: &usize| matches!(code.last(*at), "retryDelay" | "calculateDelay") && (code.is_mark(at + 1, ":") || code.is_open(at + 1, b'('));
    if layer.name != "loop" {
        found.extend(code.indexes().filter(by_key).map(|at| Range::new(at + 2, code.value_end(at + 2))));
    }
    found.truncate(20);
    found
}

fn one(facts: &Facts<'_>, part: Range, found: &mut Found) {
    let code = &facts.code;
    for call in code.calls_in(part).filter(|call| matches!(last_part(code.text(call.at)), "min" | "Min")) {
        let limits = code.split(call.args, ",");
        let random = limits.iter().any(|limit| random(facts, *limit) && grows(code, *limit) && !decorrelated(code, *limit));
        if random {
            found.add(
                code.line(call.at),
                "the jitter is applied before the cap: once the delay has grown past the cap every worker waits exactly the cap",
                FULL,
            );
        }
    }
    added(facts, part, found);
}

fn random(facts: &Facts<'_>, range: Range) -> bool {
    facts.map.own(range).has(Traits::RANDOM)
}

/// Whether the delay grows with the attempt.
fn grows(code: &Code<'_>, range: Range) -> bool {
    range.indexes().any(|at| matches!(code.text(at), "**" | "<<") || matches!(last_part(code.text(at)), "pow" | "Pow" | "exp2"))
}

/// `uniform(base, previous * 3)` is capped after the draw by its definition.
fn decorrelated(code: &Code<'_>, range: Range) -> bool {
    range.indexes().any(|at| code.integer(at) == Some(3)) && !grows(code, range)
}

/// A delay plus a random part that is too small to matter.
fn added(facts: &Facts<'_>, part: Range, found: &mut Found) {
    let code = &facts.code;
    let summands = code.split(part, "+");
    if summands.len() != 2 {
        return;
    }
    let Some(draw) = summands.iter().find(|summand| random(facts, **summand)) else { return };
    let Some(other) = summands.iter().find(|summand| !random(facts, **summand)) else { return };
    let (Some(width), Some(base)) = (amplitude(code, *draw), smallest(code, *other)) else { return };
    if base > 0.0 && width < 0.1 * base {
        found.add(
            code.line(draw.from),
            format!("the random part is at most {:.0} % of the delay: workers stay together", 100.0 * width / base),
            FULL,
        );
    }
}

/// The largest number that a draw can give, in the units of the snippet.
fn amplitude(code: &Code<'_>, range: Range) -> Option<f64> {
    let call = code
        .calls_in(range)
        .find(|call| has_word(code.text(call.at), &["random", "uniform", "randint", "intn", "int63n", "nextint", "nextlong"]))?;
    let scale = scale(code, range);
    let args = code.split(call.args, ",");
    match last_part(code.text(call.at)) {
        "uniform" | "randint" => value::number(code, *args.get(1)?).map(|high| high * scale),
        "random" | "Float64" => Some(scale),
        "nextInt" | "nextLong" | "Intn" | "Int63n" => value::number(code, *args.last()?).map(|high| high * scale),
        _ => None,
    }
}

/// Plain factors beside a call.
fn scale(code: &Code<'_>, range: Range) -> f64 {
    let factors = code.split(range, "*").into_iter().filter(|factor| factor.to == factor.from + 1);
    factors.filter_map(|factor| value::number(code, factor)).product()
}

/// The smallest delay of a term: its plain factors, with the growth taken as one.
fn smallest(code: &Code<'_>, range: Range) -> Option<f64> {
    if let Some(number) = value::number(code, range) {
        return Some(number);
    }
    let grows = grows(code, range);
    let range = if code.is_open(range.from, b'(') && code.skip(range.from) == range.to { code.inside(range.from) } else { range };
    let factors = code.split(range, "*");
    let plain: Vec<f64> = factors.iter().filter_map(|factor| value::number(code, *factor)).collect();
    (grows && !plain.is_empty()).then(|| plain.iter().product()).or_else(|| (grows && factors.len() == 1).then_some(1.0))
}

/// A random delay that never grows, in a loop of several attempts.
fn is_constant(facts: &Facts<'_>, layer: &Layer, sleep: Range) -> bool {
    let code = &facts.code;
    let drawn = ["random", "rand", "uniform", "math", "time", "thread", "current", "randint", "secrets"];
    let fixed = |at: usize| {
        let name = code.text(at);
        let constant = || value::number(code, Range::new(at, at + 1)).is_some() && code.values_of(name).len() == 1 && !changed(code, name);
        code.kind(at) != Some(Kind::Name) || has_word(name, &drawn) || constant()
    };
    layer.name == "loop" && random(facts, sleep) && !grows(code, sleep) && sleep.indexes().all(fixed)
}

/// Whether a name is changed in place.
fn changed(code: &Code<'_>, name: &str) -> bool {
    code.indexes().any(|at| code.is_name(at) && code.text(at) == name && matches!(code.text(at + 1), "*=" | "+=" | "++" | "<<"))
}

/// Generators that every worker seeds with the same number.
fn seeded(facts: &Facts<'_>, found: &mut Found) {
    let code = &facts.code;
    let fixed = |call: &&Call| {
        let name = code.text(call.at);
        let seeds = matches!(name, "random.seed" | "rand.Seed" | "rand.NewSource" | "random.Random" | "np.random.seed")
            || name == "Random" && code.text(call.at.wrapping_sub(1)) == "new"
            || name == "seedrandom";
        seeds
            && call.args.to == call.args.from + 1
            && (code.kind(call.args.from) == Some(Kind::Number) || code.kind(call.args.from) == Some(Kind::Text))
    };
    for call in code.calls.iter().filter(fixed) {
        found.add(code.line(call.at), "the generator has a fixed seed: every worker draws the same delays", "leave the seed to the system");
    }
}
