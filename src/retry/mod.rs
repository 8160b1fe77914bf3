//! Retry without paying twice: what a failed call means for the next one, a policy with numbers from the workload, and its simulation.
//!
//! Pure: no clock, no network, no files; randomness comes from a seed. It uses [`crate::knowledge`] alone: what a code, a
//! status or a cause means for a repeat stands on the pages.

pub mod backoff;
pub mod budget;
pub mod chart;
pub mod classify;
mod compare;
mod conditions;
mod forecast;
pub mod form;
pub mod law;
pub mod lint;
mod markdown;
pub mod named;
pub(crate) mod num;
pub mod policy;
pub mod poll;
pub mod queueing;
pub mod render;
pub mod report;
pub mod simulate;
mod special;
mod suggest;
mod theirs;
mod trace;
mod verdicts;
pub mod workload;

pub use classify::Operation;
pub use form::{Form, workload_schema};
pub use markdown::markdown;
pub use policy::policy_schema;
pub use render::{Language, render};
pub use suggest::{MOST_ERROR, Reading, Suggestion, suggest};
pub use trace::{Trace, trace};
pub use workload::{Input, InputError, times};
