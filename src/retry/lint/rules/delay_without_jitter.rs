//! Retries that all workers make at the same moments.

use crate::retry::lint::facts::{Attempts, Facts, Layer};
use crate::retry::lint::report::Jitter;

use super::Found;
use super::create_resent_blindly::reconciles;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    // Where the first task is looked for, the wait is there to let it appear.
    let waits_for_task = |layer: &Layer| reconciles(facts, layer);
    let plain = |layer: &&Layer| layer.jitter == Some(Jitter::None) && layer.attempts != Attempts::Times(1) && !waits_for_task(layer);
    for layer in facts.layers.iter().filter(plain) {
        let Some(line) = layer.delay_line else { continue };
        found.add(line, message(layer), "draw each delay from 0 to min(cap, base * 2^n) (full jitter)");
    }
}

fn message(layer: &Layer) -> String {
    if layer.base_s.is_none() && layer.delay_line == Some(layer.line) {
        return format!(
            "{} repeats with delays that have no jitter, or at once: workers that failed together meet again together",
            layer.name
        );
    }
    "the delay has no jitter: workers that failed together meet again together".into()
}
