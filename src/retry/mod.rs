//! Retry without paying twice: what a failed call means for the next one, a policy with numbers from the workload, and its simulation.
//!
//! Pure: no clock, no network, no files; randomness comes from a seed. It uses [`crate::knowledge`] alone: what a code, a
//! status or a cause means for a repeat stands on the pages.

pub mod backoff;
pub mod budget;
pub mod law;
pub(crate) mod num;
pub mod poll;
pub mod queueing;
pub mod simulate;
mod special;
