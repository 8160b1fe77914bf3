//! resilience4j, Spring Retry and Failsafe.

use crate::retry::lint::blocks::Block;
use crate::retry::lint::code::{Call, Range, last_part};
use crate::retry::lint::facts::{Attempts, Facts, Layer};
use crate::retry::lint::report::Jitter;
use crate::retry::lint::value;

use super::options::Options;
use super::outcomes;

/// What bare numbers of delays count.
const UNIT: f64 = 1e-3;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Layer> {
    let code = &facts.code;
    let mut found: Vec<Layer> = code.calls.iter().filter_map(|call| one(facts, call)).collect();
    found.extend(code.indexes().filter(|at| annotation(facts, *at, "Retryable")).map(|at| spring(facts, at)));
    found
}

fn annotation(facts: &Facts<'_>, at: usize, name: &str) -> bool {
    let code = &facts.code;
    code.text(at) == name && at.checked_sub(1).is_some_and(|before| code.is_mark(before, "@"))
}

fn one(facts: &Facts<'_>, call: &Call) -> Option<Layer> {
    let text = facts.code.text(call.at);
    match text {
        "RetryConfig.custom" => Some(resilience(facts, call)),
        // `RetryConfig.<Envelope>custom()`
        "custom" if generic(facts, call, "RetryConfig") => Some(resilience(facts, call)),
        "RetryConfig.ofDefaults" | "Retry.ofDefaults" => Some(preset(facts, call)),
        "RetryTemplate.builder" => Some(template(facts, call)),
        "RetryPolicy.builder" => Some(failsafe(facts, call)),
        _ => None,
    }
}

/// Whether a call stands behind a class with type arguments between them.
fn generic(facts: &Facts<'_>, call: &Call, class: &str) -> bool {
    let line = facts.code.line_of(call.at);
    (line.from..call.at).rev().take(14).any(|at| facts.code.text(at) == class)
}

/// Calls of a builder's chain, in order.
fn chain(facts: &Facts<'_>, call: &Call) -> Vec<Call> {
    let code = &facts.code;
    let mut found = vec![*call];
    let mut next = call.args.to + 1;
    while code.is_name(next) && code.text(next).starts_with('.') && found.len() < 40 {
        let Some(link) = code.calls.iter().find(|other| other.at == next) else { break };
        found.push(*link);
        next = link.args.to + 1;
    }
    found
}

/// Methods whose call is repeated: all that the snippet has, since a registry ties them by name.
fn everything(facts: &Facts<'_>) -> Vec<Range> {
    vec![facts.code.all()]
}

fn preset(facts: &Facts<'_>, call: &Call) -> Layer {
    let line = facts.code.line(call.at);
    Layer {
        name: "resilience4j",
        at: call.at,
        line,
        attempts: Attempts::Times(3),
        base_s: Some(0.5),
        jitter: Some(Jitter::None),
        delay_line: Some(line),
        ambiguous: Some(line),
        scope: everything(facts),
        ..Layer::default()
    }
}

fn resilience(facts: &Facts<'_>, call: &Call) -> Layer {
    let code = &facts.code;
    let mut layer = Layer { ambiguous: None, ..preset(facts, call) };
    // Every exception is repeated unless some are named.
    let mut chooses = false;
    for link in chain(facts, call) {
        match code.last(link.at) {
            "maxAttempts" => layer.attempts = value::count(code, link.args).map_or(Attempts::Unknown, Attempts::Times),
            "waitDuration" => {
                layer.base_s = value::duration(code, link.args, UNIT);
                layer.delay_line = Some(code.line(link.at));
            }
            "intervalFunction" | "intervalBiFunction" => interval(facts, &link, &mut layer),
            "retryOnResult" => outcomes::lay(facts, link.args, &mut layer),
            "retryOnException" | "retryExceptions" => {
                chooses = true;
                outcomes::lay(facts, link.args, &mut layer);
                let lost = outcomes::ambiguous_exception(code, link.args).map(|at| code.line(at));
                layer.ambiguous = layer.ambiguous.or(lost);
            }
            _ => {}
        }
    }
    if !chooses {
        layer.ambiguous = Some(layer.line);
    }
    layer
}

fn interval(facts: &Facts<'_>, link: &Call, layer: &mut Layer) {
    let code = &facts.code;
    let parts = outcomes::resolved(facts, link.args);
    let named = |word: &str| parts.iter().any(|part| code.any(*part, |name| last_part(name) == word));
    layer.delay_line = Some(code.line(link.at));
    layer.jitter = if named("ofExponentialRandomBackoff") || named("ofRandomized") {
        Some(Jitter::Other)
    } else if named("ofExponentialBackoff") || named("of") || named("ofDefaults") {
        Some(Jitter::None)
    } else {
        None
    };
    let call = parts.iter().find_map(|part| code.calls_in(*part).find(|call| code.text(call.at).contains("IntervalFunction")));
    layer.base_s = call.and_then(|call| value::duration(code, code.members(call.args).first()?.value, UNIT));
}

fn template(facts: &Facts<'_>, call: &Call) -> Layer {
    let code = &facts.code;
    let mut layer = preset(facts, call);
    layer.name = "Spring RetryTemplate";
    layer.base_s = None;
    for link in chain(facts, call) {
        let line = code.line(link.at);
        match code.last(link.at) {
            "maxAttempts" => layer.attempts = value::count(code, link.args).map_or(Attempts::Unknown, Attempts::Times),
            "infiniteRetry" => layer.attempts = Attempts::Unbounded,
            "withinMillis" | "withTimeout" => layer.has_deadline = true,
            "fixedBackoff" => (layer.jitter, layer.delay_line) = (Some(Jitter::None), Some(line)),
            "exponentialBackoff" => {
                let random = code.any(link.args, |word| word == "true");
                (layer.jitter, layer.delay_line) = (Some(if random { Jitter::Other } else { Jitter::None }), Some(line));
            }
            "uniformRandomBackoff" => layer.jitter = Some(Jitter::Other),
            "retryOn" => layer.ambiguous = outcomes::ambiguous_exception(code, link.args).map(|at| code.line(at)),
            _ => {}
        }
    }
    layer
}

fn failsafe(facts: &Facts<'_>, call: &Call) -> Layer {
    let code = &facts.code;
    let mut layer = preset(facts, call);
    layer.name = "Failsafe";
    for link in chain(facts, call) {
        let line = code.line(link.at);
        match code.last(link.at) {
            "withMaxRetries" => {
                layer.attempts = value::count(code, link.args).map_or(Attempts::Unbounded, |n| Attempts::Times(n.saturating_add(1)));
            }
            "withMaxDuration" => layer.has_deadline = true,
            "withJitter" => layer.jitter = Some(Jitter::Other),
            "withDelay" | "withBackoff" => layer.delay_line = Some(line),
            "handle" | "handleIf" | "handleResultIf" => {
                layer.ambiguous = outcomes::ambiguous_exception(code, link.args).map(|at| code.line(at));
            }
            _ => {}
        }
    }
    layer
}

/// `@Retryable(..)` over a method.
fn spring(facts: &Facts<'_>, at: usize) -> Layer {
    let code = &facts.code;
    let line = code.line(at);
    let scope: Vec<Range> =
        code.blocks.iter().find(|block: &&Block| block.is_function() && block.at > at).map(|block| block.body).into_iter().collect();
    let mut layer =
        Layer { name: "Spring @Retryable", at, line, attempts: Attempts::Times(3), base_s: Some(1.0), scope, ..Layer::default() };
    (layer.jitter, layer.delay_line, layer.ambiguous) = (Some(Jitter::None), Some(line), Some(line));
    if !code.is_open(at + 1, b'(') {
        return layer;
    }
    let members = code.members(code.inside(at + 1));
    Options { code, facts, unit: UNIT }.read(&members, &mut layer);
    for member in &members {
        match member.key {
            "backoff" => backoff(facts, member.value, &mut layer),
            "value" | "include" | "retryFor" | "" => {
                layer.ambiguous = outcomes::ambiguous_exception(code, member.value).map(|at| code.line(at));
            }
            "maxAttempts" if layer.attempts == Attempts::Times(u32::MAX) => layer.attempts = Attempts::Unbounded,
            _ => {}
        }
    }
    layer
}

fn backoff(facts: &Facts<'_>, range: Range, layer: &mut Layer) {
    let code = &facts.code;
    layer.base_s = None;
    layer.delay_line = Some(code.line(range.from));
    layer.jitter = Some(Jitter::None);
    for call in code.calls_in(range) {
        let members = code.members(call.args);
        let mut inner = Layer { jitter: Some(Jitter::None), ..Layer::default() };
        Options { code, facts, unit: UNIT }.read(&members, &mut inner);
        (layer.base_s, layer.cap_s, layer.jitter) = (inner.base_s, inner.cap_s, inner.jitter);
    }
}
