//! What was read out of a paste: typed facts with their places. It draws no conclusion.

pub(super) mod readings;

use crate::knowledge::Knowledge;
use crate::text::{Span, Text};

use super::extract::json::Object;
use super::extract::urls::Url;
use super::index::{Hit, Index};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Seen<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

/// A reading: its name, its place, and what it means here in our words.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    /// Name from `references/readings.toml`.
    pub name: &'static str,
    /// Where it was read.
    pub span: Span,
    /// Details made of our words, numbers and dates only.
    pub detail: Option<String>,
}

/// A party that was recognised: position in the knowledge, place, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Party {
    /// Position among the gateways or services.
    pub index: usize,
    /// Where.
    pub span: Span,
    /// True for a host, header, member or text that only it has; false for its mere name.
    pub marked: bool,
}

/// A gateway's own code or text.
#[derive(Debug, Clone, Copy)]
pub(super) struct GatewaySays {
    /// Position among the gateways.
    pub gateway: usize,
    /// Position among its errors.
    pub error: usize,
    /// Where.
    pub span: Span,
}

/// All that was read.
#[derive(Debug)]
pub(super) struct Evidence<'a> {
    /// The text.
    pub text: &'a Text,
    /// What is known.
    pub knowledge: &'a Knowledge,
    /// The phrases, by which concepts are numbered.
    pub index: &'a Index,
    /// Phrases, names and words.
    pub hits: Vec<Hit>,
    /// JSON-like objects.
    pub objects: Vec<Object>,
    /// Addresses and paths.
    pub urls: Vec<Url>,
    /// Service codes.
    pub codes: Vec<Seen<i64>>,
    /// HTTP statuses.
    pub statuses: Vec<Seen<u16>>,
    /// Readings.
    pub readings: Vec<Reading>,
    /// Gateways.
    pub gateways: Vec<Party>,
    /// What gateways said in their own codes and words.
    pub gateway_says: Vec<GatewaySays>,
    /// Other services.
    pub services: Vec<Party>,
    /// Clock of the server, in seconds, when an answer told it.
    pub server_time: Option<i64>,
}

impl Evidence<'_> {
    /// Adds a reading.
    pub(super) fn read(&mut self, name: &'static str, span: Span, detail: Option<String>) {
        if self.readings.iter().filter(|reading| reading.name == name).count() < 8 {
            self.readings.push(Reading { name, span, detail });
        }
    }

    /// The first reading of this name.
    pub(super) fn reading(&self, name: &str) -> Option<&Reading> {
        self.readings.iter().find(|reading| reading.name == name)
    }

    /// Whether this reading was made.
    pub(super) fn has(&self, name: &str) -> bool {
        self.reading(name).is_some()
    }

    /// The first sight of a service code.
    pub(super) fn code(&self, codes: &[i64]) -> Option<&Seen<i64>> {
        self.codes.iter().find(|seen| codes.contains(&seen.value))
    }

    /// The first sight of an HTTP status.
    pub(super) fn status(&self, statuses: &[u16]) -> Option<&Seen<u16>> {
        self.statuses.iter().find(|seen| statuses.contains(&seen.value))
    }

    /// Gateways that are not Kling itself, by certainty of the recognition.
    pub(super) fn reseller(&self) -> Option<Party> {
        let foreign = |party: &&Party| self.knowledge.gateways.get(party.index).is_some_and(|doc| !doc.head.official);
        let marked = self.gateways.iter().filter(foreign).find(|party| party.marked);
        marked.or_else(|| self.gateways.iter().find(foreign)).copied()
    }
}
