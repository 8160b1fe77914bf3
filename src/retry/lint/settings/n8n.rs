//! Nodes of n8n: "Retry On Fail", its tries and its wait.

use crate::retry::lint::code::Range;
use crate::retry::lint::facts::{At, Attempts, Layer, Origin, Poll};

use super::Entry;

/// What n8n does when `maxTries` is not set.
const PRESET_TRIES: u32 = 3;

pub(super) fn layers(entries: &[Entry]) -> Vec<Layer> {
    entries
        .iter()
        .filter(|entry| entry.key() == "retryOnFail" && entry.first() == "true")
        .take(60)
        .map(|entry| layer(entries, entry))
        .collect()
}

/// Values of the node that an entry belongs to.
fn of_node<'a>(entries: &'a [Entry], entry: &Entry, path: &[&str]) -> Option<&'a Entry> {
    let node = entry.path.len().checked_sub(1)?;
    let root = entry.path.get(..node)?;
    entries.iter().find(|other| other.path.starts_with(root) && other.path.get(node..).is_some_and(|rest| rest.iter().eq(path.iter())))
}

fn layer(entries: &[Entry], entry: &Entry) -> Layer {
    let value = |path: &[&str]| of_node(entries, entry, path);
    let number = |key: &str| value(&[key]).and_then(|entry| entry.first().parse::<f64>().ok());
    let tries = value(&["maxTries"]).and_then(|entry| entry.first().parse().ok()).unwrap_or(PRESET_TRIES);
    let method = value(&["parameters", "method"]).or_else(|| value(&["parameters", "requestMethod"]));
    let posts = method.is_some_and(|entry| entry.first().eq_ignore_ascii_case("post"));
    Layer {
        name: "n8n",
        line: entry.line,
        attempts: Attempts::Times(tries),
        base_s: number("waitBetweenTries").map(|ms| ms / 1000.0),
        // It repeats after every failure, lost answers included.
        ambiguous: Some(entry.line),
        reads_only: !posts,
        creates: posts,
        origin: Origin::Settings,
        ..Layer::default()
    }
}

/// Wait nodes of a workflow: what a poll loop of n8n waits with.
pub(super) fn polls(entries: &[Entry]) -> Vec<Poll> {
    let waits = entries.iter().filter(|entry| entry.key() == "type" && entry.first() == "n8n-nodes-base.wait");
    waits
        .filter_map(|entry| {
            let amount = of_node(entries, entry, &["parameters", "amount"])?;
            let unit = of_node(entries, entry, &["parameters", "unit"]).map_or("seconds", Entry::first);
            let factor = if unit == "seconds" { 1.0 } else { 60.0 };
            let what = amount.first().parse::<f64>().ok()? * factor;
            let interval = Some(At { what, line: amount.line });
            Some(Poll { at: 0, line: amount.line, body: Range::default(), bounded: true, limit_s: None, interval })
        })
        .take(40)
        .collect()
}
