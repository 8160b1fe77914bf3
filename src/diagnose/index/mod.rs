//! Every phrase, name and word of the reference pages in one automaton, so that a paste is searched once.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::text_model;
use crate::knowledge::{CauseHead, Doc, Knowledge, Signal};
use crate::text::{Span, Text};

mod build;
use build::Builder;
pub(super) use build::anchors as anchor_phrases;

/// Longest text that a `<x>` of a phrase stands for.
const GAP: usize = 120;

/// What a pattern belongs to; numbers are positions in [`Knowledge`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Use {
    /// Phrase of a signal, by its number among those of all causes.
    Signal(usize),
    /// Vendor text of a message page.
    Message { page: usize, text: usize },
    /// The name of a gateway as people write it.
    GatewayName(usize),
    /// A host, path, header or phrase that only this gateway has.
    GatewayMark(usize),
    /// A gateway's own error text.
    GatewayText { gateway: usize, error: usize },
    /// The name of another service.
    ServiceName(usize),
    /// A host or text that only this other service has.
    ServiceMark(usize),
    /// A word of a concept.
    Concept(usize),
    /// A phrase that makes a reading.
    Reading(usize),
    /// A phrase that shows a myth at work.
    Myth(usize),
}

/// An occurrence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    /// What occurred.
    pub role: Use,
    /// Where.
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Edges {
    /// Both ends at word borders.
    Word,
    /// The beginning at a word border.
    Stem,
    /// Anywhere.
    Any,
}

#[derive(Debug)]
struct Pattern {
    before: Vec<String>,
    after: Vec<String>,
    edges: Edges,
    role: Use,
}

/// The automaton and what its patterns mean.
#[derive(Debug)]
pub(super) struct Index {
    finder: AhoCorasick,
    patterns: Vec<Pattern>,
    anchors: AhoCorasick,
    concepts: BTreeMap<String, usize>,
    readings: BTreeMap<String, u128>,
    /// Of all causes, in their order.
    signals: Vec<Names>,
    /// The number of each cause's first signal.
    first_signals: Vec<usize>,
    /// The page of each cause in the text model.
    pages: Vec<Option<usize>>,
}

/// The names of a signal as numbers, so that most signals are passed over by comparing bits.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Concepts, all of which must stand together.
    pub words: Vec<usize>,
    /// Readings, any of which must have been made; none given means no condition.
    pub any: u128,
    /// Readings, all of which must have been made.
    pub all: u128,
    /// Readings, none of which may have been made.
    pub none: u128,
    /// Whether phrases are given, one of which must stand somewhere.
    pub phrase: bool,
    /// Whether service codes are given.
    pub code: bool,
    /// Whether statuses are given.
    pub status: bool,
}

/// A bit for each reading.
fn bits(knowledge: &Knowledge) -> BTreeMap<String, u128> {
    let bit = |at| 1_u128.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
    knowledge.readings.iter().enumerate().map(|(at, row)| (row.name.clone(), bit(at))).collect()
}

fn names(readings: &BTreeMap<String, u128>, concepts: &BTreeMap<String, usize>, signal: &Signal) -> Names {
    let bits = |list: &[String]| list.iter().filter_map(|name| readings.get(name)).fold(0, |all, bit| all | bit);
    Names {
        words: signal.words.iter().filter_map(|word| concepts.get(word).copied()).collect(),
        any: bits(&signal.reading),
        all: bits(&signal.all),
        none: bits(&signal.without),
        phrase: !signal.phrase.is_empty(),
        code: !signal.code.is_empty(),
        status: !signal.status.is_empty(),
    }
}

impl Index {
    /// Builds the automaton.
    ///
    /// # Errors
    /// Fails when the pages hold more text than an automaton can.
    pub(super) fn new(knowledge: &Knowledge) -> Result<Self, aho_corasick::BuildError> {
        let builder = Builder::all(knowledge);
        let finder =
            AhoCorasick::builder().kind(Some(AhoCorasickKind::ContiguousNFA)).match_kind(MatchKind::Standard).build(&builder.keys)?;
        let anchors =
            AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst).build(build::anchors(knowledge))?;
        let concepts = knowledge.lexicon.keys().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        let readings = bits(knowledge);
        let signals = knowledge.causes.iter().flat_map(|doc| &doc.head.signals).map(|row| names(&readings, &concepts, row)).collect();
        let begin = |next: &mut usize, doc: &Doc<CauseHead>| Some(std::mem::replace(next, *next + doc.head.signals.len()));
        let first_signals = knowledge.causes.iter().scan(0, begin).collect();
        let pages = knowledge.causes.iter().map(|doc| text_model::page(&doc.head.id)).collect();
        Ok(Self { finder, patterns: builder.patterns, anchors, concepts, readings, signals, first_signals, pages })
    }

    /// Places worth a close look in a long text: a cheap pass that may point at too much, rarely at too little.
    pub(super) fn anchors<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.anchors.find_iter(text).map(|found| found.start())
    }

    /// The signals of a cause with their numbers.
    pub(super) fn signals<'k>(&self, cause: usize, head: &'k CauseHead) -> impl Iterator<Item = (usize, &'k Signal)> {
        let first = self.first_signals.get(cause).copied().unwrap_or_default();
        head.signals.iter().enumerate().map(move |(at, signal)| (first + at, signal))
    }

    /// The cause of a signal, and its place among those of the cause.
    pub(super) fn place_of_signal(&self, number: usize) -> Option<(usize, usize)> {
        let cause = self.first_signals.partition_point(|first| *first <= number).checked_sub(1)?;
        Some((cause, number - self.first_signals.get(cause)?))
    }

    /// How many signals all causes have.
    pub(super) fn signal_count(&self) -> usize {
        self.signals.len()
    }

    /// The names of a signal as numbers.
    pub(super) fn names(&self, signal: usize) -> Option<&Names> {
        self.signals.get(signal)
    }

    /// The bit of a reading; none for an unknown one.
    pub(super) fn bit(&self, reading: &str) -> u128 {
        self.readings.get(reading).copied().unwrap_or(0)
    }

    /// The page of a cause in the text model.
    pub(super) fn page(&self, cause: usize) -> Option<usize> {
        self.pages.get(cause).copied().flatten()
    }

    /// Number of a concept.
    pub(super) fn concept(&self, name: &str) -> Option<usize> {
        self.concepts.get(name).copied()
    }

    /// All occurrences, in order of their ends.
    pub(super) fn hits(&self, text: &Text) -> Vec<Hit> {
        let mut hits = Vec::new();
        for found in self.finder.find_overlapping_iter(&text.lower) {
            let Some(pattern) = self.patterns.get(found.pattern().as_usize()) else { continue };
            let key = Span::new(found.start(), found.end());
            if let Some(span) = borders(text, key, pattern.edges).then(|| around(text, key, pattern)).flatten() {
                hits.push(Hit { role: pattern.role, span });
            }
        }
        hits
    }
}

/// The whole span of a phrase with gaps, if its other parts stand where they must.
fn around(text: &Text, key: Span, pattern: &Pattern) -> Option<Span> {
    let line = text.line_span(key.start);
    let mut span = key;
    for part in pattern.before.iter().rev() {
        let from = span.start.saturating_sub(GAP + part.len()).max(line.start);
        let window = text.lower_slice(Span::new(from, span.start));
        let at = window.rfind(part.as_str())?;
        span.start = span.start - window.len() + at;
    }
    for part in &pattern.after {
        let window = text.lower_slice(Span::new(span.end, (span.end + GAP + part.len()).min(line.end)));
        span.end += window.find(part.as_str())? + part.len();
    }
    Some(span)
}

fn borders(text: &Text, span: Span, edges: Edges) -> bool {
    match edges {
        Edges::Any => true,
        Edges::Stem => border_before(text, span.start),
        Edges::Word => border_before(text, span.start) && border_after(text, span.end),
    }
}

/// A word begins here: no letter or digit before, or a capital after a small letter.
fn border_before(text: &Text, at: usize) -> bool {
    let head = text.plain.get(..at).unwrap_or("");
    let Some(previous) = head.chars().next_back() else { return true };
    let next = text.plain.get(at..).and_then(|t| t.chars().next());
    let escaped = head.ends_with("\\n") || head.ends_with("\\t");
    !previous.is_alphanumeric() || unspaced(previous) || escaped || (previous.is_lowercase() && next.is_some_and(char::is_uppercase))
}

fn border_after(text: &Text, at: usize) -> bool {
    let Some(next) = text.plain.get(at..).and_then(|t| t.chars().next()) else { return true };
    let previous = text.plain.get(..at).and_then(|t| t.chars().next_back());
    !next.is_alphanumeric() || unspaced(next) || (next.is_uppercase() && previous.is_some_and(char::is_lowercase))
}

/// Scripts in which a word border cannot be seen.
fn unspaced(c: char) -> bool {
    matches!(c, '\u{0590}'..='\u{06FF}' | '\u{0900}'..='\u{0E7F}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7AF}')
}
