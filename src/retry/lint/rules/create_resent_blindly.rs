//! A create is sent again although the first one may have made a task.

use crate::knowledge::Retry;
use crate::retry::lint::facts::{Facts, Layer};
use crate::retry::lint::traits::Traits;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for layer in facts.layers.iter().filter(|layer| layer.creates && !reconciles(facts, layer)) {
        if let Some(line) = blind(facts, layer) {
            found.add(
                line,
                format!("{} sends the create again after an outcome that may have made a task (timeout, lost connection, 5xx): a second task is billed", layer.name),
                "after such an outcome query the task by its external_task_id first, and send again only when it is not found",
            );
        }
    }
}

/// The line that lets an unclear outcome be repeated.
pub(in crate::retry::lint) fn blind(facts: &Facts<'_>, layer: &Layer) -> Option<u32> {
    let unclear = |code: i64| facts.knowledge.verdict(code, true) == Some(Retry::Reconcile);
    let by_code = layer.codes.iter().find(|code| unclear(code.what)).map(|code| code.line);
    layer.ambiguous.or(by_code)
}

/// Whether the repeated code looks for the first task.
pub(in crate::retry::lint) fn reconciles(facts: &Facts<'_>, layer: &Layer) -> bool {
    let inside = layer.scope.iter().any(|range| facts.map.of(*range).has(Traits::RECONCILE));
    inside || !layer.clients.is_empty() && facts.map.own(facts.code.all()).has(Traits::RECONCILE)
}
