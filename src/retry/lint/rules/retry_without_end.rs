//! Retries that neither a count nor a clock ends.

use crate::retry::lint::facts::{Attempts, Facts};

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for layer in facts.layers.iter().filter(|layer| layer.attempts == Attempts::Unbounded && !layer.has_deadline) {
        found.add(
            layer.line,
            format!("{} repeats without a bound on attempts or time: a refusal that lasts is sent for ever", layer.name),
            "bound the attempts and give the whole job a deadline by the clock",
        );
    }
}
