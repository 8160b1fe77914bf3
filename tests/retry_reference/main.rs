//! The simulator and the formulas against published and independently computed results, 30 seeds each.
//!
//! `cargo test --release --test retry_reference`; ignored in debug builds, where it would take an hour.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test that cannot go on fails")]

mod budgets;
mod contention;
mod metastable;
mod orbit;
mod polling;
mod queues;
mod refusals;
#[path = "../it/retry_quality.rs"]
mod quality;
mod seeds;
