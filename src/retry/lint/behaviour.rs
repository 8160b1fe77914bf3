//! What the caller's code does with creates, as far as it was read, so that it can be played beside the recommended policy.
//!
//! Nothing is filled in here: what was not read stays absent.

use crate::knowledge::Retry;
use crate::retry::classify::account_codes;

use super::code::{Call, Code, Range, last_part};
use super::facts::{Attempts, Facts, Layer, Origin};
use super::report::{Jitter, Language, Problem};
use super::rules::{self, codes_with};
use super::traits::Traits;
use super::{pace, value};

/// Delays and attempts of one layer.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pace {
    /// Library or construct.
    pub name: String,
    /// Calls at most, the first included; the largest number where there is no bound.
    pub attempts: Option<u32>,
    /// First delay in seconds.
    pub base_s: Option<f64>,
    /// Largest delay in seconds.
    pub cap_s: Option<f64>,
    /// Whether delays double.
    pub grows: Option<bool>,
    /// How delays are randomised.
    pub jitter: Option<Jitter>,
}

/// A bound on creates in flight that the code keeps itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotUse {
    /// Its number.
    pub limit: Option<u32>,
    /// Whether a place is free again when the create has returned.
    pub freed_on_create: bool,
}

/// What code does with creates.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Behaviour {
    /// Layers that repeat a create, the outermost first; none when it is sent once.
    pub paces: Vec<Pace>,
    /// Whether a refusal for busy slots is repeated.
    pub after_busy: Option<bool>,
    /// Whether a refusal for the rate is repeated.
    pub after_rate: Option<bool>,
    /// Whether a refusal for the account is repeated.
    pub after_account: Option<bool>,
    /// Whether a create is sent again after a lost answer or an error of the server.
    pub after_unclear: bool,
    /// Whether the task is looked for before that.
    pub reconciles: bool,
    /// Time limit over all attempts in seconds.
    pub deadline_s: Option<f64>,
    /// Its own bound on creates in flight.
    pub slots: Option<SlotUse>,
    /// Seconds between two task queries.
    pub poll_s: Option<f64>,
    /// What of the code is not played.
    pub left_out: Vec<String>,
}

/// The behaviour; none when the snippet neither makes a task nor repeats what may be a create.
pub(super) fn behaviour(facts: &Facts<'_>, problems: &[Problem]) -> Option<Behaviour> {
    let mut layers = rules::deepest(facts);
    let mut left_out = Vec::new();
    if layers.is_empty() {
        let open: Vec<&Layer> = facts.layers.iter().filter(|layer| may_create(facts, layer)).collect();
        if let Some(first) = open.first() {
            left_out.push(format!("no create was seen inside {}: taken for what repeats it", first.name));
        }
        layers = open.into_iter().take(1).collect();
    }
    if layers.is_empty() && !facts.map.of(facts.code.all()).has(Traits::CREATE) {
        return None;
    }
    let after = |of: fn(&Facts<'_>, &Layer) -> Option<bool>| any(layers.iter().map(|layer| of(facts, layer)));
    if problems.iter().any(|problem| problem.rule == "success-word") {
        left_out.push("it waits for a word that never comes: played as if it saw the end of a task".to_owned());
    }
    Some(Behaviour {
        paces: layers.iter().map(|layer| pace::pace(facts, layer)).collect(),
        after_busy: after(|facts, layer| repeats(facts, layer, Retry::WaitForSlot)),
        after_rate: after(|facts, layer| repeats(facts, layer, Retry::Retry)),
        after_account: after(|facts, layer| repeats(facts, layer, Retry::FixFirst)),
        after_unclear: layers.iter().any(|layer| unclear(facts, layer)),
        reconciles: layers.iter().any(|layer| rules::reconciles(facts, layer)),
        deadline_s: layers
            .iter()
            .filter(|layer| layer.has_deadline)
            .filter_map(|layer| layer.deadline_s)
            .filter(|seconds| *seconds > 0.0)
            .reduce(f64::min),
        slots: slots(&facts.code, problems),
        poll_s: facts.polls.iter().find_map(|poll| poll.interval).map(|interval| interval.what).filter(|seconds| *seconds > 0.0),
        left_out,
    })
}

/// True where one says yes, false where all say no.
fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let answers: Vec<Option<bool>> = answers.collect();
    if answers.contains(&Some(true)) {
        return Some(true);
    }
    (!answers.contains(&None)).then_some(false)
}

/// Whether a layer without a create in sight may be one for creates: it is not for reads alone.
fn may_create(facts: &Facts<'_>, layer: &Layer) -> bool {
    let does = layer.scope.iter().fold(Traits::default(), |all, range| all.with(facts.map.of(*range)));
    let asks = does.has(Traits::GET) || does.has(Traits::QUERY) && !does.has(Traits::OPEN);
    !layer.reads_only && !asks && !matches!(layer.attempts, Attempts::Times(0 | 1))
}

/// Whether a refusal with this verdict is sent again. Codes say it best, then statuses, then exceptions.
fn repeats(facts: &Facts<'_>, layer: &Layer, verdict: Retry) -> Option<bool> {
    let account = account_codes(facts.knowledge);
    let is = |code: i64, of: Option<Retry>| of == Some(verdict) && (verdict != Retry::FixFirst || account.contains(&code));
    let listed = rules::retried(facts);
    let codes: Vec<i64> = layer.codes.iter().map(|at| at.what).chain(listed.iter().map(|(_, at)| at.what)).collect();
    if !codes.is_empty() {
        return Some(codes.iter().any(|code| is(*code, facts.knowledge.verdict(*code, true))));
    }
    if !layer.statuses.is_empty() {
        let mut heads = layer.statuses.iter().flat_map(|at| codes_with(facts.knowledge, at.what));
        let named = heads.any(|head| is(head.code, Some(head.retry)));
        let reads_code = layer.scope.iter().any(|range| facts.map.own(*range).has(Traits::CODE));
        return if named && reads_code { None } else { Some(named) };
    }
    let line = layer.ambiguous?;
    match (layer.origin, layer.name) {
        (Origin::Settings, "n8n") => Some(true),
        (Origin::Settings, _) => None,
        (Origin::Code, _) if only_transport(&facts.code, line) => Some(false),
        (Origin::Code, _) => refusals_are_thrown(&facts.code).then_some(true),
    }
}

/// Exceptions of a connection; a refusal that was answered is none of them.
const TRANSPORT: [&str; 17] = [
    "Timeout",
    "ReadTimeout",
    "WriteTimeout",
    "ConnectTimeout",
    "ConnectionError",
    "TimeoutException",
    "TimeoutError",
    "TransportError",
    "ServerTimeoutError",
    "ServerDisconnectedError",
    "ReadError",
    "ResourceAccessException",
    "HttpTimeoutException",
    "SocketTimeoutException",
    "RemoteProtocolError",
    "IOException",
    "isNetworkError",
];

/// Whether the exceptions on a line are those of a connection and no others.
fn only_transport(code: &Code<'_>, line: u32) -> bool {
    let tokens = code.indexes().filter(|at| code.line(*at) == line && code.is_name(*at));
    let names = tokens.map(|at| last_part(code.text(at).trim_end_matches(".class")));
    let (mut transport, mut others) = (false, false);
    for name in names {
        let known = TRANSPORT.contains(&name);
        transport |= known;
        others |= !known && (name.ends_with("Exception") || name.ends_with("Error"));
    }
    transport && !others
}

/// Whether a refusal arrives as an exception: the client throws it, or the snippet does.
fn refusals_are_thrown(code: &Code<'_>) -> bool {
    let says = |names: &[&str]| code.any(code.all(), |name| names.contains(&last_part(name)) || names.contains(&first_part(name)));
    match code.language {
        Language::Python => says(&["raise_for_status", "raise", "aiohttp_retry", "urlopen"]),
        Language::JavaScript => says(&["axios", "got", "ky", "superagent", "throw", "axiosRetry"]),
        Language::Java => says(&["postForEntity", "postForObject", "exchange", "retrieve", "throw"]),
        Language::Go => says(&["Errorf", "errors"]),
        Language::Settings => false,
    }
}

fn first_part(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn unclear(facts: &Facts<'_>, layer: &Layer) -> bool {
    rules::blind(facts, layer).is_some() || layer.statuses.iter().any(|at| at.what >= 500)
}

/// A semaphore, limiter or pool that the snippet makes, and its number.
fn slots(code: &Code<'_>, problems: &[Problem]) -> Option<SlotUse> {
    let made = code.calls.iter().find_map(|call| limit(code, call))?;
    let limit = value::count(code, made).filter(|number| *number > 0);
    Some(SlotUse { limit, freed_on_create: problems.iter().any(|problem| problem.rule == "slot-freed-on-create") })
}

/// Where a call that makes a limiter says its number; empty where it does not.
fn limit(code: &Code<'_>, call: &Call) -> Option<Range> {
    let members = code.members(call.args);
    let named = |keys: &[&str]| members.iter().find(|member| keys.contains(&member.key)).map(|member| member.value);
    let place = |index: usize| members.get(index).map(|member| member.value);
    match code.last(call.at) {
        "Semaphore" | "BoundedSemaphore" | "NewWeighted" | "pLimit" | "Sema" => {
            Some(named(&["value"]).or_else(|| place(0)).unwrap_or_default())
        }
        "PQueue" | "Bottleneck" => {
            let inside = place(0).filter(|value| code.is_open(value.from, b'{')).map(|value| code.members(code.inside(value.from)));
            inside?.iter().find(|member| matches!(member.key, "concurrency" | "maxConcurrent")).map(|member| member.value)
        }
        "make" if code.any(call.args, |name| name == "chan") && code.any(call.args, |name| name == "struct") => place(1),
        _ => None,
    }
}
