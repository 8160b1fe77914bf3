//! Everything the rules ask about a snippet: its layers of retries, its poll loops, its parts.

use crate::knowledge::Knowledge;

use super::blocks::{Block, Form};
use super::code::{Code, Range, last_part};
use super::layers;
use super::report::{Jitter, Language};
use super::traits::{Map, Traits};

/// How often a layer calls, the first call included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Attempts {
    /// There is a bound; its number is not written here.
    #[default]
    Unknown,
    Unbounded,
    Times(u32),
}

/// What a layer was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Origin {
    #[default]
    Code,
    /// A map, which has no code around it to ask.
    Settings,
}

/// Something retried, and the line that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct At<T> {
    pub(super) what: T,
    pub(super) line: u32,
}

/// One place that repeats a call.
#[derive(Debug, Clone, Default)]
pub(super) struct Layer {
    /// Library or construct.
    pub(super) name: &'static str,
    /// Its first token; 0 in settings.
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) attempts: Attempts,
    /// Whether a clock ends it.
    pub(super) has_deadline: bool,
    pub(super) deadline_s: Option<f64>,
    pub(super) base_s: Option<f64>,
    pub(super) cap_s: Option<f64>,
    /// Unknown when absent.
    pub(super) jitter: Option<Jitter>,
    /// Where the delay is written.
    pub(super) delay_line: Option<u32>,
    pub(super) statuses: Vec<At<u16>>,
    pub(super) codes: Vec<At<i64>>,
    /// Where an outcome is repeated that may have made a task: timeout, reset, 5xx, anything.
    pub(super) ambiguous: Option<u32>,
    /// Whether it leaves creates alone by its methods.
    pub(super) reads_only: bool,
    /// What it repeats.
    pub(super) scope: Vec<Range>,
    /// The names of the client whose calls it repeats, if it is not tied to a place.
    pub(super) clients: Vec<String>,
    /// Whether it repeats a create; told by settings, else by its scope.
    pub(super) creates: bool,
    /// What it was read from.
    pub(super) origin: Origin,
}

/// A loop that waits for the end of a task.
#[derive(Debug, Clone, Copy)]
pub(super) struct Poll {
    pub(super) at: usize,
    pub(super) line: u32,
    pub(super) body: Range,
    /// Whether it ends by count or clock.
    pub(super) bounded: bool,
    pub(super) limit_s: Option<f64>,
    /// Line and seconds of its waiting.
    pub(super) interval: Option<At<f64>>,
}

/// A snippet with what was found in it.
pub(super) struct Facts<'a> {
    pub(super) code: Code<'a>,
    pub(super) map: Map,
    pub(super) layers: Vec<Layer>,
    pub(super) polls: Vec<Poll>,
    pub(super) knowledge: &'a Knowledge,
    /// Where control leaves a block, in order of the text.
    leaves: Vec<Leave>,
}

/// A statement after which control leaves, such as `return`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leave {
    pub(super) at: usize,
    /// Body of the innermost block around it that may be passed over; all of the text if there is none.
    pub(super) within: Range,
}

/// More of them are not looked at; it keeps the time bounded.
const MAX_LEAVES: usize = 2_000;

fn leaves(code: &Code<'_>) -> Vec<Leave> {
    let words = ["return", "raise", "throw", "break", "panic", "bail", "reject"];
    let found = code.indexes().filter(|at| code.is_name(*at) && words.contains(&code.text(*at))).take(MAX_LEAVES);
    let passes = |block: &&Block| !matches!(block.form, Form::Try | Form::With);
    found
        .map(|at| {
            let around = code.blocks.iter().filter(passes).filter(|block| block.body.contains(at));
            let within = around.map(|block| block.body).min_by_key(|body| body.to - body.from).unwrap_or(code.all());
            Leave { at, within }
        })
        .collect()
}

impl<'a> Facts<'a> {
    pub(super) fn read(code: Code<'a>, knowledge: &'a Knowledge) -> Self {
        let map = Map::read(&code, knowledge);
        let leaves = leaves(&code);
        let mut facts = Self { code, map, layers: Vec::new(), polls: Vec::new(), knowledge, leaves };
        facts.polls = layers::polls::find(&facts);
        facts.layers = layers::find(&facts);
        for index in 0..facts.layers.len() {
            let aliases = facts.layers.get(index).map(|layer| facts.aliases(layer)).unwrap_or_default();
            if let Some(layer) = facts.layers.get_mut(index) {
                layer.clients = aliases;
            }
            let creates = facts.layers.get(index).is_some_and(|layer| facts.repeats_create(layer));
            if let Some(layer) = facts.layers.get_mut(index) {
                layer.creates |= creates;
            }
        }
        facts
    }

    /// What a map of settings says; there is no code to look at.
    pub(super) fn of_settings(layers: Vec<Layer>, polls: Vec<Poll>, knowledge: &'a Knowledge) -> Self {
        let code = Code::read("", Language::Settings);
        let map = Map::read(&code, knowledge);
        Self { code, map, layers, polls, knowledge, leaves: Vec::new() }
    }

    /// Statements in a range after which control leaves.
    pub(super) fn leaves_in(&self, range: Range) -> impl Iterator<Item = &Leave> {
        let from = self.leaves.partition_point(|leave| leave.at < range.from);
        self.leaves.get(from..).unwrap_or(&[]).iter().take_while(move |leave| leave.at < range.to)
    }

    fn repeats_create(&self, layer: &Layer) -> bool {
        let in_scope = || layer.scope.iter().any(|range| self.map.of(*range).has(Traits::CREATE));
        let by_client = || self.calls_of(layer).any(|at| self.creates_at(at));
        !layer.reads_only && (in_scope() || by_client() || self.handed_a_post(layer))
    }

    /// Whether a call makes a task, or sends a request that its function made for one.
    pub(super) fn creates_at(&self, at: usize) -> bool {
        let own = self.map.own(Range::new(at, at + 1));
        own.has(Traits::CREATE) || own.has(Traits::OPEN) && self.map.own(self.code.function_around(at)).has(Traits::CREATE)
    }

    /// Whether the layer sends what it is given, and somebody gives it a POST.
    fn handed_a_post(&self, layer: &Layer) -> bool {
        let sends = layer.scope.iter().any(|range| self.map.own(*range).has(Traits::OPEN));
        let around =
            self.code.blocks.iter().filter(|block| block.is_function() && layer.scope.iter().any(|scope| block.body.encloses(*scope)));
        let names: Vec<&str> = around.map(|block| self.code.last(block.at)).collect();
        let posts = |args: Range| self.code.any(args, |text| text.eq_ignore_ascii_case("post") || last_part(text) == "MethodPost");
        sends && self.code.calls.iter().any(|call| names.contains(&self.code.last(call.at)) && posts(call.args))
    }

    /// Other names of a client: members and variables that it is given to, and what its maker returns.
    fn aliases(&self, layer: &Layer) -> Vec<String> {
        let code = &self.code;
        let mut names = layer.clients.clone();
        if names.is_empty() {
            return names;
        }
        let makers =
            code.blocks.iter().filter(|block| block.is_function() && block.body.contains(layer.at)).map(|block| code.last(block.at));
        for maker in makers {
            let made = |value: &Range| code.calls_in(*value).any(|call| code.last(call.at) == maker);
            names.extend(code.assignments().filter(|(_, value)| made(value)).map(|(name, _)| last_part(name).to_owned()));
        }
        let given = code
            .indexes()
            .filter(|at| (code.is_mark(*at, ":") || code.is_mark(*at, "=")) && code.is_name(*at + 1) && !code.is_open(*at + 2, b'('));
        for at in given.filter(|at| layer.clients.iter().any(|client| code.text(*at + 1) == client)) {
            let name = at.checked_sub(1).map_or("", |before| code.text(before));
            names.push(last_part(name).to_owned());
        }
        names.retain(|name| !name.is_empty());
        names.sort();
        names.dedup();
        names
    }

    /// Names of calls that go through the client of a layer.
    pub(super) fn calls_of<'b>(&'b self, layer: &'b Layer) -> impl Iterator<Item = usize> + 'b {
        self.code.calls.iter().map(|call| call.at).filter(move |at| {
            let receiver = last_part(self.code.receiver(*at));
            let is = |client: &String| receiver == client || self.code.text(*at) == client;
            *at != layer.at && layer.clients.iter().any(is)
        })
    }

    /// Whether a number is a code of Kling's.
    pub(super) fn is_code(&self, number: i64) -> bool {
        number > 599 && self.knowledge.code(number).is_some_and(|doc| doc.head.kling)
    }
}
