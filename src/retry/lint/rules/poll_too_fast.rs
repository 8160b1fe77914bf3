//! A task is asked for more often than its state can change usefully.

use crate::retry::lint::facts::Facts;

use super::Found;

/// Seconds below which a query tells nothing new: the shortest recorded tasks take several.
const USEFUL_S: f64 = 2.0;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    for poll in &facts.polls {
        if let Some(interval) = poll.interval.filter(|interval| interval.what < USEFUL_S) {
            found.add(
                interval.line,
                format!("the task is asked for every {} s, and a video takes from half a minute to several", round(interval.what)),
                "wait about 10 s before the first query, then 5 to 30 s with some jitter",
            );
        }
    }
}

fn round(seconds: f64) -> f64 {
    (seconds * 1000.0).round() / 1000.0
}
