//! hashicorp/go-retryablehttp, cenkalti/backoff and avast/retry-go.

use crate::retry::lint::code::{Call, Member, Range, last_part};
use crate::retry::lint::facts::{Attempts, Facts, Layer};
use crate::retry::lint::report::Jitter;
use crate::retry::lint::value;

use super::options::Options;

/// What bare numbers of delays count.
const UNIT: f64 = 1e-9;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Layer> {
    facts.code.calls.iter().filter_map(|call| one(facts, call)).collect()
}

fn one(facts: &Facts<'_>, call: &Call) -> Option<Layer> {
    match facts.code.text(call.at) {
        "retryablehttp.NewClient" => Some(retryable(facts, call)),
        "backoff.Retry" | "backoff.RetryNotify" | "backoff.RetryWithData" => Some(cenkalti(facts, call)),
        "retry.Do" | "retry.DoWithData" => Some(avast(facts, call)),
        _ => None,
    }
}

/// Members that are set later as `name.Member = value`.
fn members_set<'a>(facts: &Facts<'a>, names: &[String]) -> Vec<Member<'a>> {
    let code = &facts.code;
    let set = code.assignments().filter(|(name, _)| {
        name.rsplit_once('.').is_some_and(|(head, _)| names.iter().any(|known| known == head || last_part(head) == known))
    });
    let mut found: Vec<Member<'a>> = set.map(|(name, value)| Member { key: last_part(name), value, line: code.line(value.from) }).collect();
    found.sort_by_key(|member| member.value.from);
    found
}

/// Names that a call's result is given.
fn names_of(facts: &Facts<'_>, at: usize) -> Vec<String> {
    facts.code.assignments().filter(|(_, value)| value.contains(at)).map(|(name, _)| name.to_owned()).collect()
}

fn retryable(facts: &Facts<'_>, call: &Call) -> Layer {
    let code = &facts.code;
    let names = names_of(facts, call.at);
    let mut clients: Vec<String> = names.iter().map(|name| last_part(name).to_owned()).collect();
    // `StandardClient` wraps the same client under another name.
    let wraps = |value: &Range| code.any(*value, |word| names.iter().any(|name| word.starts_with(&format!("{name}.StandardClient"))));
    clients.extend(code.assignments().filter(|(_, value)| wraps(value)).map(|(name, _)| last_part(name).to_owned()));
    let members = members_set(facts, &names);
    let mut layer =
        Layer { name: "retryablehttp", at: call.at, line: code.line(call.at), attempts: Attempts::Times(5), clients, ..Layer::default() };
    Options { code, facts, unit: UNIT }.read(&members, &mut layer);
    let member = |key: &str| members.iter().find(|member| member.key == key);
    let jittered = |member: &Member<'_>| code.any(member.value, |word| last_part(word) == "LinearJitterBackoff" || word.contains("itter"));
    let backoff = member("Backoff");
    layer.jitter = match backoff {
        None => Some(Jitter::None),
        Some(member) if jittered(member) => Some(Jitter::Other),
        Some(member) if code.any(member.value, |word| last_part(word) == "DefaultBackoff") => Some(Jitter::None),
        Some(_) => None,
    };
    layer.delay_line = Some(backoff.map_or(layer.line, |member| member.line));
    if let Some(check) = member("CheckRetry") {
        super::outcomes::lay(facts, check.value, &mut layer);
    } else {
        // The preset repeats every method after lost connections, 429 and 5xx.
        layer.ambiguous = Some(layer.line);
        super::options::push(&mut layer.statuses, 429, layer.line);
    }
    layer
}

fn cenkalti(facts: &Facts<'_>, call: &Call) -> Layer {
    let code = &facts.code;
    let scope: Vec<Range> = code.members(call.args).iter().take(2).map(|member| member.value).collect();
    let mut layer = Layer { name: "cenkalti/backoff", at: call.at, line: code.line(call.at), scope, ..Layer::default() };
    // An exponential back-off is randomised by half and ends after 15 minutes unless it is told otherwise.
    layer.jitter = Some(Jitter::Other);
    let permanent = code.any(code.all(), |word| last_part(word) == "Permanent");
    layer.ambiguous = (!permanent).then_some(layer.line);
    let parts = super::outcomes::resolved(facts, call.args);
    let names: Vec<String> = makers(facts, &parts);
    Options { code, facts, unit: UNIT }.read(&members_set(facts, &names), &mut layer);
    for part in &parts {
        for inner in code.calls_in(*part) {
            policy(facts, inner, &mut layer);
        }
    }
    if layer.deadline_s == Some(0.0) && !matches!(layer.attempts, Attempts::Times(_)) {
        layer.attempts = Attempts::Unbounded;
    }
    layer
}

/// Names of the back-offs that are handed over.
fn makers(facts: &Facts<'_>, parts: &[Range]) -> Vec<String> {
    let code = &facts.code;
    let mut names: Vec<String> =
        parts.iter().flat_map(|part| part.indexes().take(60)).filter(|at| code.is_name(*at)).map(|at| code.text(at).to_owned()).collect();
    names.retain(|name| !name.contains('.'));
    names.sort();
    names.dedup();
    names
}

fn policy(facts: &Facts<'_>, call: &Call, layer: &mut Layer) {
    let code = &facts.code;
    let args = code.members(call.args);
    let count = |index: usize| args.get(index).and_then(|member| value::count(code, member.value));
    match code.last(call.at) {
        "WithMaxRetries" => layer.attempts = count(1).map_or(Attempts::Unknown, |count| Attempts::Times(count.saturating_add(1))),
        "WithMaxTries" => layer.attempts = count(0).map_or(Attempts::Unknown, Attempts::Times),
        "WithMaxElapsedTime" => layer.deadline_s = args.first().and_then(|member| value::duration(code, member.value, UNIT)),
        "NewConstantBackOff" | "ZeroBackOff" => {
            layer.jitter = Some(Jitter::None);
            layer.delay_line = Some(code.line(call.at));
            layer.base_s = args.first().and_then(|member| value::duration(code, member.value, UNIT));
            if layer.attempts == Attempts::Unknown && !layer.has_deadline {
                layer.attempts = bounded_elsewhere(facts);
            }
        }
        _ => {}
    }
}

/// A constant back-off has no end of its own.
fn bounded_elsewhere(facts: &Facts<'_>) -> Attempts {
    let bounds = ["WithMaxRetries", "WithMaxTries", "WithMaxElapsedTime", "WithTimeout", "WithDeadline", "WithContext"];
    if facts.code.any(facts.code.all(), |word| bounds.contains(&last_part(word))) { Attempts::Unknown } else { Attempts::Unbounded }
}

fn avast(facts: &Facts<'_>, call: &Call) -> Layer {
    let code = &facts.code;
    let args = code.members(call.args);
    let scope: Vec<Range> = args.iter().take(1).map(|member| member.value).collect();
    let mut layer =
        Layer { name: "retry-go", at: call.at, line: code.line(call.at), attempts: Attempts::Times(10), scope, ..Layer::default() };
    layer.jitter = Some(Jitter::Other);
    let mut asks = code.any(call.args, |word| last_part(word) == "Unrecoverable");
    for option in code.calls_in(call.args) {
        let first = code.members(option.args).first().map(|member| member.value);
        match code.text(option.at) {
            "retry.Attempts" => {
                layer.attempts = first
                    .and_then(|range| value::count(code, range))
                    .map_or(Attempts::Unknown, |n| if n == 0 { Attempts::Unbounded } else { Attempts::Times(n) });
            }
            "retry.Delay" => layer.base_s = first.and_then(|range| value::duration(code, range, UNIT)),
            "retry.MaxDelay" => layer.cap_s = first.and_then(|range| value::duration(code, range, UNIT)),
            "retry.DelayType"
                if !code.any(option.args, |word| matches!(last_part(word), "RandomDelay" | "CombineDelay" | "FullJitterBackoffDelay")) =>
            {
                layer.jitter = Some(Jitter::None);
                layer.delay_line = Some(code.line(option.at));
            }
            "retry.RetryIf" => asks = true,
            _ => {}
        }
    }
    layer.ambiguous = (!asks).then_some(layer.line);
    layer
}
