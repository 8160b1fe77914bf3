//! Retry settings as a map: JSON, YAML, TOML, properties, nodes of n8n.

mod lines;
mod map;
mod n8n;

use super::facts::{At, Attempts, Layer, Origin, Poll};
use super::layers::{Meaning, meaning, push};
use super::report::Jitter;
use super::value;
use crate::knowledge::Knowledge;

/// One value, or one list of values, of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// Names from the root down, its own the last.
    pub(super) path: Vec<String>,
    pub(super) values: Vec<String>,
    pub(super) line: u32,
    /// Line of each value.
    pub(super) lines: Vec<u32>,
}

impl Entry {
    fn key(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }

    fn first(&self) -> &str {
        self.values.first().map_or("", String::as_str)
    }
}

/// More entries are not read.
const MAX_ENTRIES: usize = 4_000;

/// The layers and poll settings of a map.
pub(super) fn read(text: &str, knowledge: &Knowledge) -> (Vec<Layer>, Vec<Poll>) {
    let mut entries =
        if text.trim_start().starts_with(['{', '[']) && !lines::has_sections(text) { map::read(text) } else { lines::read(text) };
    entries.truncate(MAX_ENTRIES);
    let mut layers = n8n::layers(&entries);
    let mut polls = n8n::polls(&entries);
    if layers.is_empty() && polls.is_empty() {
        layers = groups(&entries).into_iter().filter_map(|group| layer(&group, knowledge)).take(60).collect();
        polls = entries.iter().filter_map(poll).take(40).collect();
    }
    (layers, polls)
}

fn says(name: &str, list: &[&str]) -> bool {
    super::http::has_word(name, list)
}

/// Entries that belong to one policy: those under a name that speaks of retries, else those of one map.
fn groups(entries: &[Entry]) -> Vec<Vec<&Entry>> {
    let mut found: Vec<(Vec<String>, Vec<&Entry>)> = Vec::new();
    for entry in entries
        .iter()
        .filter(|entry| !entry.path.iter().any(|name| says(name, &["poll", "polling", "poller", "health", "healthcheck", "probe"])))
    {
        let parents = entry.path.split_last().map_or(&[][..], |(_, parents)| parents);
        let instance = parents.iter().position(|name| name == "instances" || name == "configs").map(|at| at + 2);
        let named = parents.iter().position(|name| says(name, &["retry", "retries", "retrying"])).map(|at| at + 1);
        let root = parents.get(..instance.or(named).unwrap_or(parents.len())).unwrap_or(parents).to_vec();
        match found.iter().position(|(known, _)| *known == root).and_then(|at| found.get_mut(at)) {
            Some((_, list)) => list.push(entry),
            None => found.push((root, vec![entry])),
        }
    }
    found.into_iter().map(|(_, list)| list).collect()
}

fn layer(group: &[&Entry], knowledge: &Knowledge) -> Option<Layer> {
    let understood: Vec<(&Entry, Meaning, Option<f64>)> =
        group.iter().filter_map(|entry| meaning(entry.key()).map(|(meaning, unit)| (*entry, meaning, unit))).collect();
    let speaks = group.iter().any(|entry| entry.path.iter().any(|name| says(name, &["retry", "retries", "retrying", "retryable"])));
    let counts = understood.iter().any(|(_, meaning, _)| matches!(meaning, Meaning::Attempts | Meaning::Retries | Meaning::Forever));
    if understood.is_empty() || !(speaks || counts && understood.len() > 1) {
        return None;
    }
    let line = understood.iter().map(|(entry, _, _)| entry.line).min()?;
    let mut layer = Layer { name: "settings", line, origin: Origin::Settings, ..Layer::default() };
    for (entry, meaning, unit) in understood {
        one(entry, meaning, unit, &mut layer, knowledge);
    }
    finish(group, &mut layer);
    Some(layer)
}

fn one(entry: &Entry, meaning: Meaning, unit: Option<f64>, layer: &mut Layer, knowledge: &Knowledge) {
    let seconds = || seconds(entry.first(), unit);
    match meaning {
        Meaning::Attempts => layer.attempts = attempts(entry.first(), 0),
        Meaning::Retries => layer.attempts = attempts(entry.first(), 1),
        Meaning::Base => (layer.base_s, layer.delay_line) = (seconds(), Some(entry.line)),
        Meaning::Cap => layer.cap_s = seconds(),
        Meaning::Deadline => (layer.deadline_s, layer.has_deadline) = (seconds(), !is_off(entry.first())),
        Meaning::Jitter => layer.jitter = Some(jitter(entry.first())),
        Meaning::Methods => layer.reads_only = !entry.values.iter().any(|value| value.eq_ignore_ascii_case("post")),
        Meaning::Forever => layer.attempts = if is_off(entry.first()) { layer.attempts } else { Attempts::Unbounded },
        Meaning::Statuses | Meaning::Codes => outcomes(entry, layer, knowledge),
    }
}

fn outcomes(entry: &Entry, layer: &mut Layer, knowledge: &Knowledge) {
    for (value, line) in entry.values.iter().zip(&entry.lines) {
        if let Some(status) = value.parse::<u16>().ok().filter(|status| (400..600).contains(status)) {
            push(&mut layer.statuses, status, *line);
            if status >= 500 {
                layer.ambiguous.get_or_insert(*line);
            }
        } else if let Some(code) = value.parse::<i64>().ok().filter(|code| knowledge.code(*code).is_some_and(|doc| doc.head.kling)) {
            push(&mut layer.codes, code, *line);
        } else if says(value, &["timeout", "network", "5xx", "connection"]) || value.ends_with("IOException") || value.ends_with("5xx") {
            layer.ambiguous.get_or_insert(*line);
        }
    }
}

/// What only the whole group says: a delay without a word on jitter has none; a list of exceptions; the call it is for.
fn finish(group: &[&Entry], layer: &mut Layer) {
    let said = group.iter().find(|entry| matches!(meaning(entry.key()), Some((Meaning::Jitter, _))));
    layer.delay_line = said.map(|entry| entry.line).or(layer.delay_line);
    if layer.jitter.is_none() && layer.delay_line.is_some() {
        layer.jitter = Some(Jitter::None);
    }
    for entry in group.iter().filter(|entry| says(entry.key(), &["exceptions", "errors"]) && !says(entry.key(), &["ignore", "no"])) {
        let lost = entry.values.iter().zip(&entry.lines).find(|(value, _)| {
            ["Timeout", "IOException", "ResourceAccess", "timeout", "ECONNRESET", "ETIMEDOUT"].iter().any(|word| value.contains(word))
        });
        if let Some((_, line)) = lost {
            layer.ambiguous.get_or_insert(*line);
        }
    }
    let posts = |entry: &&&Entry| matches!(meaning(entry.key()), Some((Meaning::Methods, _))) || entry.key() == "method";
    let by_method = group.iter().filter(posts).any(|entry| entry.values.iter().any(|value| value.eq_ignore_ascii_case("post")));
    let create = |text: &str| says(text, &["create", "submit", "creates"]);
    let by_name = group.iter().any(|entry| {
        entry.path.iter().any(|name| create(name)) || matches!(entry.key(), "operation" | "applies_to" | "for") && create(entry.first())
    });
    layer.creates = by_method || by_name;
}

fn attempts(text: &str, more: u32) -> Attempts {
    match text.parse::<i64>() {
        Ok(number) if number < 0 => Attempts::Unbounded,
        Ok(number) => u32::try_from(number).map_or(Attempts::Unbounded, |number| Attempts::Times(number.saturating_add(more))),
        Err(_) if says(text, &["infinite", "infinity", "unlimited", "forever", "inf"]) => Attempts::Unbounded,
        Err(_) => Attempts::Unknown,
    }
}

fn is_off(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "" | "false" | "no" | "off" | "none" | "null" | "0" | "0.0" | "disabled")
}

fn jitter(text: &str) -> Jitter {
    match text.to_ascii_lowercase().as_str() {
        text if is_off(text) => Jitter::None,
        "full" => Jitter::Full,
        "equal" | "half" => Jitter::Equal,
        "decorrelated" => Jitter::Decorrelated,
        _ => Jitter::Other,
    }
}

/// A duration with its unit; without one, numbers from a hundred on are taken for milliseconds.
fn seconds(text: &str, unit: Option<f64>) -> Option<f64> {
    if let Some(value) = value::text(text) {
        return Some(value.number);
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.is_finite())?;
    Some(number * unit.unwrap_or(if number >= 100.0 { 1e-3 } else { 1.0 }))
}

/// The interval of a map that speaks of polling.
fn poll(entry: &Entry) -> Option<Poll> {
    if !entry.path.iter().any(|name| says(name, &["poll", "polling", "poller"]))
        || !says(entry.key(), &["interval", "every", "period", "delay", "poll"])
    {
        return None;
    }
    let key = entry.key();
    let unit = if key.ends_with("Ms") || key.ends_with("_ms") || key.ends_with("Millis") {
        Some(1e-3)
    } else if says(key, &["s", "sec", "seconds"]) {
        Some(1.0)
    } else {
        None
    };
    let what = seconds(entry.first(), unit)?;
    let interval = Some(At { what, line: entry.line });
    Some(Poll { at: 0, line: entry.line, body: super::code::Range::default(), bounded: true, limit_s: None, interval })
}
