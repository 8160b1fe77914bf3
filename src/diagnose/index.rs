//! Every phrase, name and word of the reference pages in one automaton, so that a paste is searched once.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use crate::knowledge::{Knowledge, Recognise};
use crate::text::{Span, Text, lower};

/// Longest text that a `<x>` of a phrase stands for.
const GAP: usize = 120;

/// What a pattern belongs to; numbers are positions in [`Knowledge`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Phrase of a cause's signal.
    Signal { cause: usize, signal: usize },
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
pub struct Hit {
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
pub struct Index {
    finder: AhoCorasick,
    patterns: Vec<Pattern>,
    anchors: AhoCorasick,
    concepts: BTreeMap<String, usize>,
}

impl Index {
    /// Builds the automaton.
    ///
    /// # Errors
    /// Fails when the pages hold more text than an automaton can.
    pub fn new(knowledge: &Knowledge) -> Result<Self, aho_corasick::BuildError> {
        let mut builder = Builder { keys: Vec::new(), patterns: Vec::new() };
        builder.causes(knowledge);
        builder.messages(knowledge);
        builder.gateways(knowledge);
        builder.services(knowledge);
        builder.words(knowledge);
        let finder = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .match_kind(MatchKind::Standard)
            .build(&builder.keys)?;
        let anchors = AhoCorasick::builder().ascii_case_insensitive(true).match_kind(MatchKind::LeftmostFirst).build(anchors(knowledge))?;
        let concepts = knowledge.lexicon.keys().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Ok(Self { finder, patterns: builder.patterns, anchors, concepts })
    }

    /// Places worth a close look in a long text: a cheap pass that may point at too much, rarely at too little.
    pub(super) fn anchors<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        self.anchors.find_iter(text).map(|found| found.start())
    }

    /// Number of a concept.
    pub fn concept(&self, name: &str) -> Option<usize> {
        self.concepts.get(name).copied()
    }

    /// All occurrences, in order of their ends.
    pub fn hits(&self, text: &Text) -> Vec<Hit> {
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

/// Words of failure, service codes, and the vendor's own texts.
fn anchors(knowledge: &Knowledge) -> Vec<String> {
    const FAILURE: &[&str] = &["error", "fail", "exception", "traceback", "timed out", "timeout", "refused", "reset", "denied", "http/1.1 4", "http/1.1 5", "http/2 4", "http/2 5", "错误", "失败", "超时", "异常"];
    let codes = knowledge.codes.iter().filter(|doc| doc.head.code > 999).map(|doc| doc.head.code.to_string());
    let texts = knowledge.messages.iter().flat_map(|doc| &doc.head.texts).filter_map(|row| parts(&row.text).into_iter().max_by_key(String::len));
    FAILURE.iter().map(|word| (*word).to_owned()).chain(codes).chain(texts.filter(|text| text.len() > 7)).collect()
}

struct Builder {
    keys: Vec<String>,
    patterns: Vec<Pattern>,
}

impl Builder {
    fn causes(&mut self, knowledge: &Knowledge) {
        for (cause, doc) in knowledge.causes.iter().enumerate() {
            for (signal, row) in doc.head.signals.iter().enumerate() {
                for phrase in &row.phrase {
                    self.phrase(phrase, Use::Signal { cause, signal });
                }
            }
        }
    }

    fn messages(&mut self, knowledge: &Knowledge) {
        for (page, doc) in knowledge.messages.iter().enumerate() {
            for (text, row) in doc.head.texts.iter().enumerate() {
                self.phrase(&row.text, Use::Message { page, text });
            }
        }
    }

    fn gateways(&mut self, knowledge: &Knowledge) {
        for (at, doc) in knowledge.gateways.iter().enumerate() {
            let Recognise { hosts, paths, headers, phrases, names, .. } = &doc.head.recognise;
            for mark in hosts.iter().chain(paths).chain(phrases) {
                self.phrase(mark, Use::GatewayMark(at));
            }
            for mark in headers {
                self.add(mark, Edges::Word, Use::GatewayMark(at));
            }
            for name in names {
                self.add(name, Edges::Word, Use::GatewayName(at));
            }
            for (error, row) in doc.head.errors.iter().enumerate() {
                if let Some(text) = &row.text {
                    self.phrase(text, Use::GatewayText { gateway: at, error });
                }
            }
        }
    }

    fn services(&mut self, knowledge: &Knowledge) {
        for (at, row) in knowledge.services.iter().enumerate() {
            for name in &row.names {
                self.add(name, Edges::Word, Use::ServiceName(at));
            }
            for mark in row.hosts.iter().chain(&row.phrases) {
                self.phrase(mark, Use::ServiceMark(at));
            }
        }
    }

    fn words(&mut self, knowledge: &Knowledge) {
        for (at, words) in knowledge.lexicon.values().enumerate() {
            for word in words {
                let stem = word.strip_suffix('*');
                let open = word.chars().next().is_some_and(unspaced);
                let edges = if open { Edges::Any } else if stem.is_some() { Edges::Stem } else { Edges::Word };
                self.add(stem.unwrap_or(word), edges, Use::Concept(at));
            }
        }
        for (at, row) in knowledge.readings.iter().enumerate() {
            for phrase in &row.phrases {
                self.phrase(phrase, Use::Reading(at));
            }
        }
        for (at, doc) in knowledge.myths.iter().enumerate() {
            for phrase in &doc.head.notice {
                self.phrase(phrase, Use::Myth(at));
            }
        }
    }

    fn add(&mut self, word: &str, edges: Edges, role: Use) {
        self.keys.push(lower(word));
        self.patterns.push(Pattern { before: Vec::new(), after: Vec::new(), edges, role });
    }

    /// The longest part between the gaps is searched, the others are looked for around it.
    fn phrase(&mut self, phrase: &str, role: Use) {
        let mut parts = parts(phrase);
        let Some(at) = (0..parts.len()).max_by_key(|at| (parts.get(*at).map_or(0, String::len), usize::MAX - at)) else { return };
        let after = parts.split_off(at + 1);
        let Some(key) = parts.pop() else { return };
        self.keys.push(key);
        self.patterns.push(Pattern { before: parts, after, edges: Edges::Any, role });
    }
}

/// Lower-case parts of a phrase between its `<x>` gaps. `<<<x>>>` is no gap.
pub(crate) fn parts(phrase: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = phrase;
    let mut current = String::new();
    while let Some(open) = rest.find('<') {
        let (head, tail) = rest.split_at(open);
        current.push_str(head);
        match gap_length(tail).filter(|_| !head.ends_with('<')) {
            Some(length) => {
                parts.push(std::mem::take(&mut current));
                rest = tail.get(length..).unwrap_or("");
            }
            None => {
                current.push('<');
                rest = tail.get(1..).unwrap_or("");
            }
        }
    }
    current.push_str(rest);
    parts.push(current);
    parts.into_iter().map(|part| lower(&part)).filter(|part| !part.trim().is_empty()).collect()
}

fn gap_length(text: &str) -> Option<usize> {
    let close = text.find('>')?;
    let name = text.get(1..close)?;
    let plain = !name.is_empty() && name.len() < 24 && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ' | '/' | ','));
    (plain && text.get(close + 1..).is_none_or(|rest| !rest.starts_with('>'))).then_some(close + 1)
}

#[cfg(test)]
mod tests {
    use super::parts;

    #[test]
    fn gaps_split_a_phrase_and_prompt_references_do_not() {
        assert_eq!(parts("mode value '<x>' is invalid"), ["mode value '", "' is invalid"]);
        assert_eq!(parts("Task not found: <id>"), ["task not found: "]);
        assert_eq!(parts("write <<<image_1>>> here"), ["write <<<image_1>>> here"]);
        assert_eq!(parts("<html"), ["<html"]);
    }
}
