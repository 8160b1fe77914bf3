//! tenacity, backoff, urllib3 and aiohttp_retry.

use crate::retry::lint::code::{Call, Member, Range, last_part};
use crate::retry::lint::facts::{Attempts, Facts, Layer};
use crate::retry::lint::report::Jitter;
use crate::retry::lint::traits::Traits;
use crate::retry::lint::value;

use super::options::Options;
use super::outcomes;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Layer> {
    facts.code.calls.iter().filter_map(|call| one(facts, call)).chain(bare(facts)).collect()
}

fn one(facts: &Facts<'_>, call: &Call) -> Option<Layer> {
    let code = &facts.code;
    let members = code.members(call.args);
    let has = |key: &str| members.iter().any(|member| member.key == key);
    let urllib3 = has("status_forcelist") || has("backoff_factor") || has("allowed_methods") || has("total");
    match code.text(call.at) {
        "retry" | "tenacity.retry" | "Retrying" | "AsyncRetrying" | "tenacity.Retrying" | "tenacity.AsyncRetrying" if !urllib3 => {
            Some(tenacity(facts, call, &members))
        }
        "backoff.on_exception" | "backoff.on_predicate" | "on_exception" | "on_predicate" => Some(backoff(facts, call, &members)),
        "Retry" | "urllib3.Retry" | "urllib3.util.Retry" | "requests.packages.urllib3.util.retry.Retry" => {
            Some(adapter(facts, call, &members))
        }
        "ExponentialRetry" | "JitterRetry" | "RandomRetry" | "FibonacciRetry" => Some(aiohttp(facts, call, &members)),
        "HTTPAdapter" | "requests.adapters.HTTPAdapter" => counted_adapter(facts, call, &members),
        _ => None,
    }
}

/// `@retry` without brackets repeats for ever.
fn bare(facts: &Facts<'_>) -> impl Iterator<Item = Layer> {
    let code = &facts.code;
    let marked =
        code.indexes().filter(|at| code.is_mark(*at, "@") && code.first(*at) && matches!(code.text(*at + 1), "retry" | "tenacity.retry"));
    marked.filter(|at| !code.is_open(*at + 2, b'(')).map(|at| {
        let mut layer = start(facts, at + 1, "tenacity");
        layer.attempts = Attempts::Unbounded;
        layer.ambiguous = Some(layer.line);
        layer.jitter = Some(Jitter::None);
        layer.delay_line = Some(layer.line);
        layer
    })
}

fn start(facts: &Facts<'_>, at: usize, name: &'static str) -> Layer {
    Layer { name, at, line: facts.code.line(at), scope: decorated(facts, at), ..Layer::default() }
}

/// The function under a decorator, or what stands around a call with functions.
fn decorated(facts: &Facts<'_>, at: usize) -> Vec<Range> {
    let code = &facts.code;
    if at.checked_sub(1).is_some_and(|before| code.is_mark(before, "@")) {
        return code
            .blocks
            .iter()
            .find(|block| block.is_function() && block.at > at && code.text(block.at) != "lambda")
            .map(|block| vec![block.body])
            .into_iter()
            .flatten()
            .collect();
    }
    let loops = code.blocks.iter().filter(|block| block.is_loop() && block.head.contains(at));
    let mut scope: Vec<Range> = loops.map(|block| block.body).collect();
    if scope.is_empty() {
        scope.push(code.line_of(at));
        scope.extend(uses(facts, at));
    }
    scope
}

/// Lines that mention the name which this call is assigned to.
fn uses(facts: &Facts<'_>, at: usize) -> Vec<Range> {
    let code = &facts.code;
    let name = code.assignments().find(|(_, value)| value.contains(at)).map(|(name, _)| last_part(name));
    let Some(name) = name else { return Vec::new() };
    let mut found = Vec::new();
    for index in code.indexes().filter(|index| code.is_name(*index) && *index > at) {
        if last_part(code.text(index)) == name || code.text(index).split('.').any(|part| part == name) {
            found.push(code.line_of(index));
            if code.is_mark(index.wrapping_sub(1), "@") {
                found.extend(code.blocks.iter().find(|block| block.is_function() && block.at > index).map(|block| block.body));
            }
            let head = code.blocks.iter().find(|block| block.is_loop() && block.head.contains(index));
            found.extend(head.map(|block| block.body));
        }
    }
    found.truncate(30);
    found
}

fn tenacity(facts: &Facts<'_>, call: &Call, members: &[Member<'_>]) -> Layer {
    let mut layer = start(facts, call.at, "tenacity");
    layer.attempts = Attempts::Unbounded;
    let member = |key: &str| members.iter().find(|member| member.key == key);
    if let Some(stop) = member("stop") {
        stops(facts, stop, &mut layer);
    }
    if let Some(wait) = member("wait") {
        waits(facts, wait, &mut layer);
    } else {
        layer.jitter = Some(Jitter::None);
        layer.delay_line = Some(layer.line);
    }
    match member("retry") {
        Some(retry) => condition(facts, retry, &mut layer),
        None => layer.ambiguous = Some(layer.line),
    }
    layer
}

fn stops(facts: &Facts<'_>, stop: &Member<'_>, layer: &mut Layer) {
    let code = &facts.code;
    layer.attempts = Attempts::Unknown;
    for call in outcomes::resolved(facts, stop.value).into_iter().flat_map(|range| code.calls_in(range).copied().collect::<Vec<_>>()) {
        let first = code.members(call.args).first().map_or(call.args, |member| member.value);
        match code.last(call.at) {
            "stop_after_attempt" => layer.attempts = value::count(code, first).map_or(Attempts::Unknown, Attempts::Times),
            "stop_after_delay" | "stop_before_delay" => {
                layer.has_deadline = true;
                layer.deadline_s = value::duration(code, first, 1.0);
            }
            _ => {}
        }
    }
    if code.any(stop.value, |name| last_part(name) == "stop_never") {
        layer.attempts = Attempts::Unbounded;
    }
}

fn waits(facts: &Facts<'_>, wait: &Member<'_>, layer: &mut Layer) {
    let code = &facts.code;
    layer.delay_line = Some(wait.line);
    let parts = outcomes::resolved(facts, wait.value);
    let named = |word: &str| parts.iter().any(|part| code.any(*part, |name| last_part(name) == word));
    layer.jitter = if named("wait_random_exponential") || named("wait_full_jitter") {
        Some(Jitter::Full)
    } else if named("wait_random") || named("wait_exponential_jitter") || parts.iter().any(|part| facts.map.of(*part).has(Traits::RANDOM)) {
        Some(Jitter::Other)
    } else if named("wait_fixed") || named("wait_exponential") || named("wait_incrementing") || named("wait_none") || named("wait_chain") {
        Some(Jitter::None)
    } else {
        None
    };
    let Some(call) = parts.iter().find_map(|part| code.calls_in(*part).find(|call| last_part(code.text(call.at)).starts_with("wait_")))
    else {
        return;
    };
    for member in code.members(call.args) {
        let seconds = value::duration(code, member.value, 1.0);
        match member.key {
            "max" => layer.cap_s = seconds,
            "multiplier" | "initial" | "wait" | "start" | "" => layer.base_s = layer.base_s.or(seconds),
            _ => {}
        }
    }
}

fn condition(facts: &Facts<'_>, retry: &Member<'_>, layer: &mut Layer) {
    let code = &facts.code;
    let excludes = code.any(retry.value, |name| matches!(last_part(name), "retry_if_not_exception_type" | "retry_unless_exception_type"));
    if let Some(at) = outcomes::ambiguous_exception(code, retry.value).filter(|_| !excludes) {
        layer.ambiguous = Some(code.line(at));
    }
    outcomes::lay(facts, retry.value, layer);
}

fn backoff(facts: &Facts<'_>, call: &Call, members: &[Member<'_>]) -> Layer {
    let code = &facts.code;
    let mut layer = start(facts, call.at, "backoff");
    layer.attempts = Attempts::Unbounded;
    layer.jitter = Some(Jitter::Full);
    let on_exception = code.last(call.at) == "on_exception";
    for member in members {
        match member.key {
            "max_value" => layer.cap_s = value::duration(code, member.value, 1.0),
            "factor" | "interval" => layer.base_s = value::duration(code, member.value, 1.0),
            _ => {}
        }
    }
    let known: Vec<Member<'_>> =
        members.iter().filter(|member| matches!(member.key, "max_tries" | "max_time" | "jitter")).copied().collect();
    Options { code, facts, unit: 1.0 }.read(&known, &mut layer);
    if layer.jitter != Some(Jitter::None) {
        layer.jitter = Some(Jitter::Full);
    }
    if layer.has_deadline && layer.attempts == Attempts::Unbounded {
        layer.attempts = Attempts::Unknown;
    }
    if on_exception && !members.iter().any(|member| member.key == "giveup") {
        let exceptions = members.iter().filter(|member| member.key.is_empty()).nth(1);
        let at = exceptions.and_then(|member| outcomes::ambiguous_exception(code, member.value));
        layer.ambiguous = at.map(|at| code.line(at));
    }
    layer
}

/// Names of the sessions that an adapter is mounted on.
fn sessions(facts: &Facts<'_>, at: usize) -> Vec<String> {
    let code = &facts.code;
    let mounts = code.calls.iter().filter(|call| code.last(call.at) == "mount");
    let mut names: Vec<String> = mounts.map(|call| last_part(code.receiver(call.at)).to_owned()).collect();
    let made = code.blocks.iter().filter(|block| block.is_function() && block.body.contains(at)).map(|block| code.last(block.at));
    for maker in made {
        let holds = |value: &Range| code.calls_in(*value).any(|call| code.last(call.at) == maker);
        names.extend(code.assignments().filter(|(_, value)| holds(value)).map(|(name, _)| last_part(name).to_owned()));
    }
    let assigned = code.assignments().filter(|(_, value)| value.contains(at) && code.any(*value, |name| last_part(name) == "RetryClient"));
    names.extend(assigned.map(|(name, _)| last_part(name).to_owned()));
    names.sort();
    names.dedup();
    names
}

fn adapter(facts: &Facts<'_>, call: &Call, members: &[Member<'_>]) -> Layer {
    let code = &facts.code;
    let mut layer =
        Layer { name: "urllib3 Retry", at: call.at, line: code.line(call.at), clients: sessions(facts, call.at), ..Layer::default() };
    // Without a list of methods urllib3 repeats reads only.
    layer.reads_only = true;
    layer.attempts = Attempts::Times(11);
    layer.jitter = Some(Jitter::None);
    layer.delay_line = Some(layer.line);
    let positional: Vec<Member<'_>> =
        members.iter().filter(|member| member.key.is_empty()).take(1).map(|m| Member { key: "total", ..*m }).collect();
    Options { code, facts, unit: 1.0 }.read(&positional, &mut layer);
    Options { code, facts, unit: 1.0 }.read(members, &mut layer);
    if !layer.reads_only {
        layer.ambiguous = layer.ambiguous.or(Some(layer.line));
    }
    layer
}

/// `HTTPAdapter(max_retries=3)` repeats connections only, before anything was sent.
fn counted_adapter(facts: &Facts<'_>, call: &Call, members: &[Member<'_>]) -> Option<Layer> {
    let code = &facts.code;
    let member = members.iter().find(|member| member.key == "max_retries")?;
    let times = value::count(code, member.value).filter(|times| *times > 0)?;
    let (at, line) = (call.at, member.line);
    let attempts = Attempts::Times(times.saturating_add(1));
    Some(Layer { name: "HTTPAdapter", at, line, attempts, reads_only: true, clients: sessions(facts, at), ..Layer::default() })
}

fn aiohttp(facts: &Facts<'_>, call: &Call, members: &[Member<'_>]) -> Layer {
    let code = &facts.code;
    let mut layer =
        Layer { name: "aiohttp_retry", at: call.at, line: code.line(call.at), attempts: Attempts::Times(3), ..Layer::default() };
    layer.clients = sessions(facts, call.at);
    let client = code.assignments().find(|(_, value)| value.contains(call.at)).map(|(name, _)| name);
    let through = code
        .calls
        .iter()
        .filter(|other| code.last(other.at) == "RetryClient" && client.is_some_and(|client| code.any(other.args, |name| name == client)));
    for maker in through {
        let names = code.assignments().filter(|(_, value)| value.contains(maker.at)).map(|(name, _)| last_part(name).to_owned());
        layer.clients.extend(names);
        layer.clients.extend(bound_by_with(facts, maker.at));
    }
    layer.clients.extend(bound_by_with(facts, call.at));
    Options { code, facts, unit: 1.0 }.read(members, &mut layer);
    layer.jitter = Some(if matches!(code.text(call.at), "JitterRetry" | "RandomRetry") { Jitter::Other } else { Jitter::None });
    layer.delay_line = layer.delay_line.or(Some(layer.line));
    // It repeats every method, and 5xx unless told otherwise.
    layer.ambiguous = layer.ambiguous.or(Some(layer.line));
    layer
}

/// The name behind `as` in `async with RetryClient(..) as client`.
fn bound_by_with(facts: &Facts<'_>, at: usize) -> Option<String> {
    let code = &facts.code;
    let line = code.line_of(at);
    let mark = line.indexes().find(|index| code.text(*index) == "as")?;
    Some(last_part(code.text(mark + 1)).to_owned())
}
