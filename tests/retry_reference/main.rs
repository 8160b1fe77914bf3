//! The simulator and the formulas against published and independently computed results, 30 seeds each.
//!
//! `cargo --config tests/retry_reference/optimised.toml test --test retry_reference`; ignored in debug builds, where it would take an hour.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on fails")]
#![expect(clippy::print_stdout, reason = "the figures are published")]
#![expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]

mod budgets;
mod contention;
mod metastable;
mod orbit;
mod polling;
#[path = "../it/retry_quality.rs"]
mod quality;
mod queues;
mod refusals;
mod seeds;
