//! Retry policies that circulate, to be compared with the suggestion.

use super::backoff::{Backoff, Jitter};
use super::simulate::{Quota, Reaction, Strategy};

const UNBOUNDED: u32 = u32::MAX;

/// The policies of [`named`] and three that answers leave out: what the suggestion is held against on random workloads.
pub fn baselines() -> Vec<Strategy> {
    let backoff = |cap, jitter| Backoff::new(1.0, cap, jitter);
    let mut all = named();
    all.extend([
        Strategy::backoff("10 attempts, full jitter", backoff(60.0, Jitter::Full), 10),
        Strategy::backoff("equal jitter, unbounded", backoff(60.0, Jitter::Equal), UNBOUNDED),
        Strategy::backoff("full jitter, unbounded, cap 600 s", backoff(600.0, Jitter::Full), UNBOUNDED),
    ]);
    all
}

/// Each policy by the name that answers show. None of them has a queue or looks for a task before it sends again.
pub fn named() -> Vec<Strategy> {
    let full = |base, cap| Backoff::new(base, cap, Jitter::Full);
    let fixed = |seconds| Backoff::new(seconds, seconds, Jitter::Fixed);
    vec![
        Strategy { on_ambiguous: Reaction::Stop, ..Strategy::backoff("no retry", fixed(1.0), 1) },
        // Three attempts, 1 s for throttling, 50 ms for transient failures, cap 20 s, quota 500.
        Strategy { quota: Quota::Aws, transient: full(0.05, 20.0), ..Strategy::backoff("AWS standard 2026", full(1.0, 20.0), 3) },
        Strategy::backoff("5 attempts, full jitter", full(1.0, 60.0), 5),
        // 2^n seconds without jitter, five attempts, for every 429 and 5xx whatever the code.
        Strategy {
            on_account: Reaction::Backoff,
            ..Strategy::backoff("widely copied 429 backoff", Backoff::new(1.0, 16.0, Jitter::None), 5)
        },
        // Exponential without jitter, ten attempts, whatever was raised.
        Strategy { on_account: Reaction::Backoff, ..Strategy::backoff("naive tenacity", Backoff::new(1.0, 60.0, Jitter::None), 10) },
        Strategy::backoff("fixed 10 s", fixed(10.0), UNBOUNDED),
        Strategy::backoff("fixed 30 s", fixed(30.0), UNBOUNDED),
        Strategy::backoff("decorrelated, unbounded", Backoff::new(1.0, 60.0, Jitter::Decorrelated), UNBOUNDED),
        Strategy::backoff("full jitter, unbounded", full(1.0, 60.0), UNBOUNDED),
    ]
}
