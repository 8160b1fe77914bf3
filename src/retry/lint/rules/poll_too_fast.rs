//! A task is asked for more often than its state can change usefully.

use crate::retry::lint::facts::Facts;

use super::Found;

pub(super) fn check(facts: &Facts<'_>, found: &mut Found) {
    let useful_s = facts.knowledge.retry.number("least_gap").unwrap_or_default();
    for poll in &facts.polls {
        if let Some(interval) = poll.interval.filter(|interval| interval.what < useful_s) {
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
