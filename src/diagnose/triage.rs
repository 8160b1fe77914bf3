//! Long logs: every line is counted, the telling ones are kept for close reading.
//!
//! A line's fingerprint is the line without its digits and hexadecimal runs; lines with equal fingerprints are one kind.

use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};

use crate::redact::Secret;
use crate::text::{Span, Text};

use super::Engine;

/// Up to here a paste is read whole.
const WHOLE: usize = 96 * 1024;
/// Close reading of a long paste ends here.
const CLOSE: usize = 64 * 1024;
/// A line is read up to here.
const LINE: usize = 4 * 1024;
/// Kinds of telling lines that are remembered.
const KINDS: usize = 4_000;

/// A kind of line and how often it came.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    /// How many lines are of this kind.
    pub count: usize,
    /// Last such line.
    pub last: usize,
    /// Time of the first and the last line, when they have one.
    pub times: (Option<i64>, Option<i64>),
}

/// What is left of a paste after triage.
#[derive(Debug)]
pub(super) struct Log {
    /// The text for close reading.
    pub text: Text,
    /// Secrets, with places in that text.
    pub secrets: Vec<Secret>,
    /// Kinds of lines of a long paste, by fingerprint; empty for a short one.
    pub kinds: BTreeMap<u64, Kind>,
}

impl Log {
    /// The kind of a line, when the paste was long.
    pub(super) fn kind(&self, line: &str) -> Option<&Kind> {
        self.kinds.get(&fingerprint(line))
    }
}

/// Keeps a short paste as it is; of a long one the beginning, the end, and the first lines of every telling kind.
pub(super) fn triage(engine: &Engine, text: String, secrets: &[Secret]) -> Log {
    if text.len() <= WHOLE {
        return Log { text: Text::new(text), secrets: secrets.to_vec(), kinds: BTreeMap::new() };
    }
    let mut kinds: BTreeMap<u64, Kind> = BTreeMap::new();
    let mut kept: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
    let mut budget = CLOSE;
    let mut last: BTreeMap<u64, (usize, usize, usize)> = BTreeMap::new();
    for line in telling(engine, &text) {
        let body = text.get(line.start..line.end).unwrap_or("");
        let print = fingerprint(body);
        let known = kinds.contains_key(&print);
        if !known && kinds.len() >= KINDS {
            continue;
        }
        let kind = kinds.entry(print).or_insert(Kind { count: 0, last: line.number, times: (None, None) });
        kind.count += 1;
        kind.last = line.number;
        if kind.count <= 2 && budget > body.len() {
            budget -= body.len().min(LINE);
            kept.insert(line.number, (line.start, line.end));
        }
        last.insert(print, (line.number, line.start, line.end));
    }
    for (print, (_, start, end)) in &last {
        if let Some(kind) = kinds.get_mut(print) {
            kind.times.1 = text.get(*start..*end).and_then(super::extract::times::stamp);
        }
    }
    edges(&text, &mut kept);
    let chosen: Vec<(usize, usize, &str)> =
        kept.iter().filter_map(|(number, (start, end))| Some((*number, *start, cut(text.get(*start..*end)?)))).collect();
    for (_, _, line) in &chosen {
        if let Some(kind) = kinds.get_mut(&fingerprint(line)) {
            kind.times.0 = kind.times.0.or_else(|| super::extract::times::stamp(line));
        }
    }
    Log { secrets: moved(secrets, &chosen), text: Text::of_lines(&chosen), kinds }
}

struct Line {
    number: usize,
    start: usize,
    end: usize,
}

/// Lines on which an anchor of the index stands.
fn telling<'t>(engine: &'t Engine, text: &'t str) -> impl Iterator<Item = Line> + 't {
    let bytes = text.as_bytes();
    let mut hits = engine.index.anchors(text).peekable();
    let (mut number, mut start) = (1, 0);
    std::iter::from_fn(move || {
        let at = hits.next()?;
        let before = bytes.get(start..at)?;
        number += memchr::memchr_iter(b'\n', before).count();
        start = memchr::memrchr(b'\n', before).map_or(start, |p| start + p + 1);
        let end = bytes.get(at..).and_then(|rest| memchr::memchr(b'\n', rest)).map_or(bytes.len(), |p| at + p);
        while hits.next_if(|hit| *hit < end).is_some() {}
        let line = Line { number, start, end };
        number += 1;
        start = (end + 1).min(bytes.len());
        Some(line)
    })
}

/// The first and the last lines are read whatever they say.
fn edges(text: &str, kept: &mut BTreeMap<usize, (usize, usize)>) {
    let mut add = |number: usize, start: usize, line: &str| {
        kept.entry(number).or_insert((start, start + line.len()));
    };
    let mut start = 0;
    for (index, line) in text.split('\n').take(60).enumerate() {
        add(index + 1, start, line);
        start += line.len() + 1;
    }
    let lines = memchr::memchr_iter(b'\n', text.as_bytes()).count() + 1;
    let mut end = text.len();
    for (index, line) in text.rsplit('\n').take(60).enumerate() {
        let begin = end - line.len();
        add(lines - index, begin, line);
        end = begin.saturating_sub(1);
    }
}

fn cut(line: &str) -> &str {
    line.get(..crate::text::floor_border(line, LINE)).unwrap_or(line)
}

/// Secrets on the chosen lines, with their new places.
fn moved(secrets: &[Secret], chosen: &[(usize, usize, &str)]) -> Vec<Secret> {
    let mut out = Vec::new();
    let mut at = 0;
    for (_, offset, line) in chosen {
        let from = secrets.partition_point(|secret| secret.span.start < *offset);
        for secret in secrets.iter().skip(from).take_while(|secret| secret.span.end <= offset + line.len()) {
            let mut here = secret.clone();
            here.span = Span::new(at + secret.span.start - offset, at + secret.span.end - offset);
            out.push(here);
        }
        at += line.len() + 1;
    }
    out
}

/// Equal for lines that differ only in numbers, ids and times. A short number after a word such as `code` keeps lines apart.
pub(super) fn fingerprint(line: &str) -> u64 {
    let mut hasher = std::hash::DefaultHasher::new();
    let mut word: Vec<u8> = Vec::with_capacity(32);
    let mut telling = false;
    for byte in cut(line).bytes().chain(std::iter::once(b' ')) {
        if byte.is_ascii_alphanumeric() {
            word.push(byte.to_ascii_lowercase());
            continue;
        }
        if !word.is_empty() {
            let number = word.iter().any(u8::is_ascii_digit);
            if !number || (telling && matches!(word.len(), 3 | 4)) {
                word.hash(&mut hasher);
            }
            telling = names_a_number(&word) || (telling && number && word.len() < 3);
            word.clear();
        }
        if !byte.is_ascii_whitespace() {
            byte.hash(&mut hasher);
        }
    }
    hasher.finish()
}

/// The number after this word is a status or code. `HTTP/1.1 429` has a version in between.
fn names_a_number(word: &[u8]) -> bool {
    matches!(word, b"code" | b"status" | b"http" | b"error" | b"errorcode" | b"statuscode" | b"returned" | b"kling")
}

#[cfg(test)]
mod tests {
    use super::fingerprint;

    #[test]
    fn lines_that_differ_in_ids_and_times_are_of_one_kind() {
        let one = fingerprint("2026-09-01 10:00:01 task 8831 code 1303 id=9f3a2b7c1d");
        assert_eq!(one, fingerprint("2026-09-02 11:30:59 task 99123 code 1303 id=0a1b2c3d4e"));
        assert_ne!(one, fingerprint("2026-09-02 11:30:59 task 99123 code 1102 id=0a1b2c3d4e"));
    }
}
