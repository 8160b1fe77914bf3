//! The policy as read, from the layers and poll loops.

use super::facts::{Attempts, Facts, Layer};
use super::report::{LayerSeen, Recognised};
use super::rules;

/// The policy; none when nothing repeats a call.
pub(super) fn recognised(facts: &Facts<'_>) -> Option<Recognised> {
    let polls = facts.polls.iter().find_map(|poll| poll.interval).map(|interval| interval.what);
    let Some(main) = facts.layers.iter().max_by_key(|layer| (layer.creates, !layer.reads_only, std::cmp::Reverse(layer.line))) else {
        return polls.map(|seconds| Recognised { poll_interval_s: Some(seconds), ..Recognised::default() });
    };
    Some(Recognised {
        attempts: times(main),
        base_s: main.base_s,
        cap_s: main.cap_s,
        jitter: main.jitter,
        statuses: sorted(facts.layers.iter().flat_map(|layer| layer.statuses.iter().map(|at| at.what))),
        codes: sorted(facts.layers.iter().flat_map(|layer| layer.codes.iter().map(|at| at.what))),
        deadline_s: main.deadline_s,
        layers: facts.layers.iter().map(seen).collect(),
        calls_at_most: rules::product(facts),
        poll_interval_s: polls,
    })
}

fn times(layer: &Layer) -> Option<u32> {
    match layer.attempts {
        Attempts::Times(times) => Some(times),
        Attempts::Unknown | Attempts::Unbounded => None,
    }
}

fn seen(layer: &Layer) -> LayerSeen {
    LayerSeen { name: layer.name.to_owned(), line: layer.line, attempts: times(layer) }
}

fn sorted<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort();
    values.dedup();
    values
}
