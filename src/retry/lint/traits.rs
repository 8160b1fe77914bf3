//! What each part of a snippet does, its own functions followed: sends, creates, polls, reads the body's code, and so on.

use std::collections::BTreeMap;

use crate::knowledge::Knowledge;

use super::code::{Call, Code, Range, last_part, words};
use super::http::{self, Verb, has_word};
use super::lex::Kind;

/// A set of things that code does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Traits(u16);

impl Traits {
    /// Makes a task.
    pub(super) const CREATE: Self = Self(1);
    /// Sends any request.
    pub(super) const SEND: Self = Self(1 << 1);
    /// Asks for something.
    pub(super) const QUERY: Self = Self(1 << 2);
    /// Waits.
    pub(super) const SLEEP: Self = Self(1 << 3);
    /// Looks at the state of a task.
    pub(super) const STATE: Self = Self(1 << 4);
    /// Reads the service code of a body.
    pub(super) const CODE: Self = Self(1 << 5);
    /// Looks for a task that may exist already.
    pub(super) const RECONCILE: Self = Self(1 << 6);
    /// Signs or fetches a token.
    pub(super) const MINT: Self = Self(1 << 7);
    /// Draws random numbers.
    pub(super) const RANDOM: Self = Self(1 << 8);
    /// Reads a clock or honours a deadline.
    pub(super) const CLOCK: Self = Self(1 << 9);
    /// Waits for the end of a task.
    pub(super) const POLL: Self = Self(1 << 10);
    /// Reads by a verb that is written down.
    pub(super) const GET: Self = Self(1 << 11);
    /// Sends by a verb that is written elsewhere.
    pub(super) const OPEN: Self = Self(1 << 12);

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(super) const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The traits of a snippet by place.
pub(super) struct Map {
    /// What single tokens do, in order of the text.
    events: Vec<(usize, Traits)>,
    /// Mentions of the snippet's own functions: token and number of the function.
    mentions: Vec<(usize, usize)>,
    /// Body and full traits of each own function.
    functions: Vec<(Range, Traits)>,
}

impl Map {
    pub(super) fn read(code: &Code<'_>, knowledge: &Knowledge) -> Self {
        let functions: Vec<(usize, Range)> = code.blocks.iter().filter(|b| b.is_function()).map(|b| (b.at, b.body)).take(300).collect();
        let mut events: Vec<(usize, Traits)> = code.calls.iter().map(|call| (call.at, of_call(code, call, knowledge))).collect();
        events.extend(code.indexes().map(|at| (at, of_token(code, at, knowledge))));
        events.retain(|(_, traits)| *traits != Traits::default());
        events.sort_by_key(|(at, _)| *at);
        let mentions = mentions(code, &functions);
        let functions = functions.into_iter().map(|(_, body)| (body, Traits::default())).collect();
        let mut map = Self { events, mentions, functions };
        map.add_polls(code);
        map.close();
        map
    }

    /// A loop that looks at the state and waits is the wait for the end.
    fn add_polls(&mut self, code: &Code<'_>) {
        let loops = code.blocks.iter().filter(|block| block.is_loop());
        let polls = loops.filter(|block| {
            let traits = self.own(block.body).with(self.own(block.head));
            traits.has(Traits::STATE) && (traits.has(Traits::SLEEP) || traits.has(Traits::QUERY))
        });
        let found: Vec<(usize, Traits)> = polls.map(|block| (block.body.from, Traits::POLL)).collect();
        self.events.extend(found);
        self.events.sort_by_key(|(at, _)| *at);
    }

    /// Lets every function have the traits of those it calls.
    fn close(&mut self) {
        for _ in 0..4 {
            let next: Vec<(Range, Traits)> = self.functions.iter().map(|(body, _)| (*body, self.of(*body))).collect();
            if next == self.functions {
                return;
            }
            self.functions = next;
        }
    }

    /// What stands in the range itself.
    pub(super) fn own(&self, range: Range) -> Traits {
        let from = self.events.partition_point(|(at, _)| *at < range.from);
        let inside = self.events.get(from..).unwrap_or(&[]).iter().take_while(|(at, _)| *at < range.to);
        inside.fold(Traits::default(), |all, (_, traits)| all.with(*traits))
    }

    /// What the range does, functions that it mentions included.
    pub(super) fn of(&self, range: Range) -> Traits {
        let called = self.called(range).filter_map(|index| self.functions.get(index));
        called.fold(self.own(range), |all, (_, traits)| all.with(*traits))
    }

    /// Bodies of own functions that the range mentions.
    pub(super) fn bodies(&self, range: Range) -> impl Iterator<Item = Range> {
        self.called(range).filter_map(|index| self.functions.get(index)).map(|(body, _)| *body)
    }

    fn called(&self, range: Range) -> impl Iterator<Item = usize> {
        let from = self.mentions.partition_point(|(at, _)| *at < range.from);
        let inside = self.mentions.get(from..).unwrap_or(&[]).iter().take_while(move |(at, _)| *at < range.to);
        inside.map(|(_, function)| *function)
    }

    /// First token of the range, or of a function that it mentions, with this trait.
    pub(super) fn first(&self, range: Range, wanted: Traits) -> Option<usize> {
        let here = |range: Range| {
            let from = self.events.partition_point(|(at, _)| *at < range.from);
            let inside = self.events.get(from..).unwrap_or(&[]).iter().take_while(|(at, _)| *at < range.to);
            inside.into_iter().find(|(_, traits)| traits.has(wanted)).map(|(at, _)| *at)
        };
        here(range).or_else(|| self.bodies(range).find_map(here))
    }
}

/// Names of functions that are too common to be told from methods of other things.
const COMMON: [&str; 16] =
    ["get", "set", "post", "send", "run", "call", "execute", "close", "json", "text", "main", "next", "put", "then", "apply", "accept"];

fn mentions(code: &Code<'_>, functions: &[(usize, Range)]) -> Vec<(usize, usize)> {
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, (at, _)) in functions.iter().enumerate() {
        let name = code.last(*at);
        if name.len() > 1 && name != "async" && !matches!(name, "function" | "func" | "lambda") {
            by_name.entry(name).or_default().push(index);
        }
    }
    let own = |at: usize, name: &str| {
        let receiver = code.receiver(at);
        !COMMON.contains(&name) || (receiver.is_empty() && !code.text(at).starts_with('.')) || matches!(receiver, "self" | "this")
    };
    let mut found = Vec::new();
    for at in code.indexes().filter(|at| code.is_name(*at)) {
        let name = code.last(at);
        let Some(indexes) = by_name.get(name).filter(|_| own(at, name)) else { continue };
        found.extend(indexes.iter().filter(|index| functions.get(**index).is_some_and(|(def, _)| *def != at)).map(|index| (at, *index)));
    }
    found
}

fn of_call(code: &Code<'_>, call: &Call, knowledge: &Knowledge) -> Traits {
    let mut traits = Traits::default();
    let mut add = |holds: bool, more: Traits| traits = if holds { traits.with(more) } else { traits };
    let verb = http::verb(code, call);
    let creates = http::creates(code, call, knowledge);
    add(creates, Traits::CREATE);
    add(creates || verb.is_some(), Traits::SEND);
    add(matches!(verb, Some(Verb::Get | Verb::Send)) || named_query(code.text(call.at)), Traits::QUERY);
    add(verb == Some(Verb::Get), Traits::GET);
    add(verb == Some(Verb::Send), Traits::OPEN);
    add(http::sleep_argument(code, call).is_some(), Traits::SLEEP);
    add(reconciles(code, call, verb), Traits::RECONCILE);
    add(mints(code.text(call.at)), Traits::MINT);
    add(waits_for_end(code, call), Traits::POLL);
    traits
}

fn named_query(name: &str) -> bool {
    let last = words(last_part(name));
    let verb = last.iter().any(|word| matches!(word.as_str(), "get" | "query" | "fetch" | "check" | "retrieve" | "poll"));
    verb && last.iter().any(|word| matches!(word.as_str(), "task" | "status" | "state" | "job" | "result"))
}

fn reconciles(code: &Code<'_>, call: &Call, verb: Option<Verb>) -> bool {
    let last = words(code.last(call.at));
    let has = |list: &[&str]| last.iter().any(|word| list.contains(&word.as_str()));
    let named =
        has(&["reconcile", "lookup", "recover", "dedupe"]) || last.len() > 1 && has(&["find", "exists", "existing", "external", "locate"]);
    let asks = verb == Some(Verb::Get) || named_query(code.text(call.at));
    let by_external = || code.any(call.args, |text| text.to_ascii_lowercase().contains("external"));
    named && !has(&["create", "submit", "generate", "make", "new"]) || asks && by_external()
}

fn mints(name: &str) -> bool {
    let all = words(name);
    let has = |list: &[&str]| all.iter().any(|word| list.contains(&word.as_str()));
    let makes =
        ["encode", "sign", "make", "generate", "create", "build", "mint", "new", "get", "issue", "gen", "fresh", "signed", "refresh"];
    has(&["jwt", "token", "jwts", "auth", "jws"]) && has(&makes) || matches!(last_part(name), "SignedString" | "NewWithClaims")
}

/// A call whose name says that it returns when the task has ended.
fn waits_for_end(code: &Code<'_>, call: &Call) -> bool {
    let name = code.text(call.at);
    let foreign = has_word(code.receiver(call.at), &["asyncio", "wg", "group", "g", "limiter", "cond", "event", "thread", "latch", "sem"]);
    let last = words(last_part(name));
    let says = last.iter().any(|word| matches!(word.as_str(), "poll" | "wait" | "until" | "monitor" | "watch" | "finish" | "await"));
    let plain_sleep =
        http::sleep_argument(code, call).is_some() || last.len() == 1 && last.iter().any(|word| word == "wait" || word == "await");
    says && !foreign
        && !plain_sleep
        && !last.iter().any(|word| word == "slot" || word == "seconds" || word == "time" || word == "exponential")
}

fn of_token(code: &Code<'_>, at: usize, knowledge: &Knowledge) -> Traits {
    let Some(kind) = code.kind(at) else { return Traits::default() };
    let text = match kind {
        Kind::Text => code.string(at).unwrap_or(""),
        Kind::Name => code.text(at),
        _ => return Traits::default(),
    };
    let mut traits = Traits::default();
    let mut add = |holds: bool, more: Traits| traits = if holds { traits.with(more) } else { traits };
    let last = last_part(text);
    let states = &knowledge.retry.states;
    add(kind == Kind::Text && knowledge.retry.is_state(text), Traits::STATE);
    add(
        states.iter().any(|words| words.members.iter().any(|name| name == last) || words.success.to_ascii_uppercase() == last),
        Traits::STATE,
    );
    add(reads_code(code, at, kind), Traits::CODE);
    add(text.contains("external_task_ids="), Traits::RECONCILE);
    if kind == Kind::Name {
        add(
            has_word(text, &["random", "rand", "jitter", "uniform", "randint", "randrange", "randomized", "int63n", "nextdouble"]),
            Traits::RANDOM,
        );
        add(clock(text), Traits::CLOCK);
    }
    traits
}

fn clock(name: &str) -> bool {
    let known = [
        "time.time",
        "time.monotonic",
        "Date.now",
        "performance.now",
        "time.Since",
        "time.Now",
        "time.After",
        "ctx.Done",
        "ctx.Err",
        "loop.time",
        "System.nanoTime",
        "System.currentTimeMillis",
        "Instant.now",
        "asyncio.timeout",
        "asyncio.wait_for",
        "time.perf_counter",
        "datetime.now",
        "datetime.utcnow",
        "anyio.fail_after",
        "anyio.move_on_after",
        "AbortSignal.timeout",
        "signal.aborted",
        "context.WithTimeout",
        "monotonic",
        "context.WithDeadline",
        "perf_counter",
        "time.Until",
    ];
    known.contains(&name) || has_word(name, &["deadline", "elapsed", "expired"])
}

/// Names under which the service code of a body is read.
const CODES: [&str; 14] = [
    "code",
    "Code",
    "service_code",
    "serviceCode",
    "getCode",
    "error_code",
    "errorCode",
    "errCode",
    "err_code",
    "biz_code",
    "bizCode",
    "kling_code",
    "klingCode",
    "ServiceCode",
];

fn reads_code(code: &Code<'_>, at: usize, kind: Kind) -> bool {
    let text = code.text(at);
    if kind == Kind::Text {
        return code.string(at) == Some("code") || text.contains("json:\"code");
    }
    if !CODES.contains(&last_part(text)) {
        return false;
    }
    let of_transport = (at + 1..at + 4).any(|next| code.string(next).is_some_and(|text| text.starts_with('E')));
    let of_answer = code.is_open(at + 1, b'(') && has_word(code.receiver(at), &["response", "resp", "res"]);
    let is_status = |value: &Range| code.any(*value, |word| has_word(word, &["status", "statuscode"]));
    !of_transport && !of_answer && !code.values_of(text).iter().any(is_status) && !text.contains("status")
}
