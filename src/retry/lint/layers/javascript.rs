//! axios-retry, p-retry, async-retry, got, fetch-retry and wrappers of the same shape.

use crate::retry::lint::code::{Call, Member, Range, last_part};
use crate::retry::lint::facts::{Attempts, Facts, Layer};
use crate::retry::lint::report::Jitter;
use crate::retry::lint::traits::Traits;

use super::options::Options;
use super::outcomes;

/// What bare numbers of delays count.
const UNIT: f64 = 1e-3;

pub(super) fn find(facts: &Facts<'_>) -> Vec<Layer> {
    facts.code.calls.iter().filter_map(|call| one(facts, call)).collect()
}

fn one(facts: &Facts<'_>, call: &Call) -> Option<Layer> {
    let code = &facts.code;
    let lower = code.text(call.at).to_ascii_lowercase();
    let args = code.members(call.args);
    if code.blocks.iter().any(|block| block.is_function() && block.at == call.at) {
        return None;
    }
    match lower.as_str() {
        "axiosretry" | "axiosretry.default" => Some(axios(facts, call, &args)),
        "pretry" | "pretry.default" => Some(wrapped(facts, call, &args, "p-retry")),
        "retry" | "asyncretry" | "promiseretry" if args.len() >= 2 && options(facts, &args, 1).is_some() => {
            Some(wrapped(facts, call, &args, "async-retry"))
        }
        "fetchretry" | "fetchbuilder" | "withretry" if options(facts, &args, 1).is_some() => fetch(facts, call, &args),
        _ if lower == "got" || lower.starts_with("got.") => got(facts, call, &args),
        _ => None,
    }
}

/// Members of the object that is the argument with this number, a name followed.
fn options<'a>(facts: &Facts<'a>, args: &[Member<'a>], index: usize) -> Option<Vec<Member<'a>>> {
    let code = &facts.code;
    let mut range = args.get(index)?.value;
    if range.to == range.from + 1 && code.is_name(range.from) {
        range = *code.values_of(code.text(range.from)).first()?;
    }
    if !code.is_open(range.from, b'{') {
        return None;
    }
    let mut members = code.members(code.inside(range.from));
    for member in &mut members {
        // A method such as `retryCondition(error) { .. }`, or a name alone.
        if member.key.is_empty() && code.is_name(member.value.from) {
            member.key = code.text(member.value.from);
        }
    }
    Some(members)
}

fn member<'b, 'a>(members: &'b [Member<'a>], key: &str) -> Option<&'b Member<'a>> {
    members.iter().find(|member| member.key == key)
}

fn axios(facts: &Facts<'_>, call: &Call, args: &[Member<'_>]) -> Layer {
    let code = &facts.code;
    let client = args.first().map(|arg| last_part(code.text(arg.value.from)).to_owned()).into_iter().collect();
    let mut layer = Layer {
        name: "axios-retry",
        at: call.at,
        line: code.line(call.at),
        attempts: Attempts::Times(4),
        clients: client,
        ..Layer::default()
    };
    let options = options(facts, args, 1).unwrap_or_default();
    Options { code, facts, unit: UNIT }.read(&options, &mut layer);
    layer.base_s = None;
    match member(&options, "retryDelay") {
        None => set_delay(&mut layer, call, facts, Some(Jitter::None)),
        Some(delay) => {
            let kind = delay_jitter(facts, delay.value);
            layer.jitter = kind;
            layer.delay_line = Some(delay.line);
        }
    }
    match member(&options, "retryCondition") {
        // The preset leaves out POST after an error of the server.
        None => layer.reads_only = true,
        Some(condition) => judge(facts, condition, &mut layer),
    }
    layer
}

fn set_delay(layer: &mut Layer, call: &Call, facts: &Facts<'_>, jitter: Option<Jitter>) {
    layer.jitter = jitter;
    layer.delay_line = Some(facts.code.line(call.at));
}

/// The jitter of a function or expression that computes a delay.
fn delay_jitter(facts: &Facts<'_>, range: Range) -> Option<Jitter> {
    let code = &facts.code;
    if code.any(range, |name| matches!(last_part(name), "exponentialDelay")) || facts.map.of(range).has(Traits::RANDOM) {
        return Some(Jitter::Other);
    }
    let computed = range
        .indexes()
        .any(|at| code.text(at) == "=>" || code.text(at) == "return" || code.kind(at) == Some(crate::retry::lint::lex::Kind::Number));
    (computed || code.any(range, |name| last_part(name) == "linearDelay")).then_some(Jitter::None)
}

/// A function that decides whether to go on.
fn judge(facts: &Facts<'_>, condition: &Member<'_>, layer: &mut Layer) {
    let code = &facts.code;
    let preset = |name: &str| matches!(last_part(name), "isRetryableError" | "isNetworkError");
    if let Some(at) = condition.value.indexes().find(|at| preset(code.text(*at))) {
        layer.ambiguous = Some(code.line(at));
    }
    if code.any(condition.value, |name| last_part(name) == "isNetworkOrIdempotentRequestError") {
        layer.reads_only = true;
    }
    let always = |range: &Range| {
        let words: Vec<&str> = range.indexes().map(|at| code.text(at)).take(6).collect();
        matches!(words.as_slice(), ["(", ")", "=>", "true"] | ["(", _, ")", "=>", "true"] | [_, "=>", "true"])
    };
    if always(&condition.value) {
        layer.ambiguous = Some(condition.line);
    }
    outcomes::lay(facts, condition.value, layer);
    for part in outcomes::resolved(facts, condition.value) {
        let above = part
            .indexes()
            .find(|at| matches!(code.text(*at), ">=" | ">") && code.integer(at + 1).is_some_and(|number| (400..=500).contains(&number)));
        // A request without an answer is one that nobody knows the outcome of.
        let no_answer = part.indexes().find(|at| code.is_mark(*at, "!") && matches!(last_part(code.text(at + 1)), "response"));
        if let Some(at) = above.or(no_answer) {
            let line = code.line(at);
            layer.ambiguous = Some(layer.ambiguous.map_or(line, |other| other.min(line)));
        }
    }
}

/// A library that repeats a function: anything that it throws, unless it asks.
fn wrapped(facts: &Facts<'_>, call: &Call, args: &[Member<'_>], name: &'static str) -> Layer {
    let code = &facts.code;
    let scope = args.first().map(|arg| arg.value).into_iter().collect();
    let mut layer = Layer { name, at: call.at, line: code.line(call.at), attempts: Attempts::Times(11), scope, ..Layer::default() };
    let options = options(facts, args, 1).unwrap_or_default();
    layer.jitter = Some(if name == "async-retry" { Jitter::Other } else { Jitter::None });
    layer.delay_line = Some(layer.line);
    Options { code, facts, unit: UNIT }.read(&options, &mut layer);
    if let Some(base) = member(&options, "minTimeout").filter(|_| layer.jitter == Some(Jitter::None)) {
        layer.delay_line = Some(base.line);
    }
    let asks =
        code.any(call.args, |word| matches!(last_part(word), "AbortError" | "bail" | "shouldRetry" | "abort")) || aborts(facts, call.args);
    if !asks {
        layer.ambiguous = Some(layer.line);
    }
    if let Some(condition) = member(&options, "shouldRetry") {
        judge(facts, condition, &mut layer);
    }
    layer
}

fn aborts(facts: &Facts<'_>, range: Range) -> bool {
    facts.map.bodies(range).any(|body| facts.code.any(body, |word| matches!(last_part(word), "AbortError" | "bail")))
}

fn fetch(facts: &Facts<'_>, call: &Call, args: &[Member<'_>]) -> Option<Layer> {
    let code = &facts.code;
    let options = options(facts, args, 1)?;
    let name = code.assignments().find(|(_, value)| value.contains(call.at)).map(|(name, _)| name.to_owned());
    let scope = args.first().map(|arg| arg.value).into_iter().collect();
    let mut layer = Layer {
        name: "fetch-retry",
        at: call.at,
        line: code.line(call.at),
        attempts: Attempts::Times(4),
        clients: name.into_iter().collect(),
        scope,
        ..Layer::default()
    };
    layer.jitter = Some(Jitter::None);
    layer.delay_line = Some(layer.line);
    Options { code, facts, unit: UNIT }.read(&options, &mut layer);
    if let Some(delay) = member(&options, "retryDelay") {
        layer.jitter = delay_jitter(facts, delay.value);
    }
    match member(&options, "retryOn") {
        Some(condition) => judge(facts, condition, &mut layer),
        None => layer.ambiguous = Some(layer.line),
    }
    Some(layer)
}

/// `got(.., { retry: { limit, methods } })` and `got.extend`.
fn got(facts: &Facts<'_>, call: &Call, args: &[Member<'_>]) -> Option<Layer> {
    let code = &facts.code;
    let given = (0..args.len()).find_map(|index| options(facts, args, index))?;
    let retry = member(&given, "retry")?;
    let line = retry.line;
    let client: Vec<String> = code.assignments().filter(|(_, value)| value.contains(call.at)).map(|(name, _)| name.to_owned()).collect();
    let extends = code.last(call.at) == "extend";
    let scope = if extends { Vec::new() } else { vec![Range::new(call.at, call.args.to)] };
    let clients = if extends { client } else { Vec::new() };
    let mut layer =
        Layer { name: "got", at: call.at, line, attempts: Attempts::Times(3), clients, scope, reads_only: true, ..Layer::default() };
    let inner = std::slice::from_ref(retry);
    let Some(members) = options(facts, inner, 0) else {
        let total = Member { key: "limit", ..*retry };
        Options { code, facts, unit: UNIT }.read(&[total], &mut layer);
        return Some(layer);
    };
    Options { code, facts, unit: UNIT }.read(&members, &mut layer);
    layer.jitter = Some(Jitter::Other);
    if let Some(delay) = member(&members, "calculateDelay") {
        layer.jitter = delay_jitter(facts, delay.value);
        layer.delay_line = Some(delay.line);
    }
    if !layer.reads_only {
        let methods = member(&members, "methods").map(|methods| methods.line);
        layer.ambiguous = layer.ambiguous.or(methods);
    }
    Some(layer)
}
