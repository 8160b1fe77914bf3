//! The client of the official API: both generations, both kinds of credential, and an outcome for every create.
//!
//! A create ends as created, not created or may exist ([`CreateOutcome`]), and is sent at most once: no redirect, no repeat, no
//! pooled connection. [`Client<Live>`](Client) needs a [`Permit`](crate::ledger::Permit) for it, [`Client<Local>`](Client)
//! reaches nothing but this machine. What a code or a host means is asked of [`Knowledge`](crate::knowledge::Knowledge)
//! through [`Facts`]. It keeps no record and decides on no repeat.

mod answer;
mod base;
mod client;
mod clock;
pub mod credentials;
mod download;
mod egress;
mod exchange;
mod facts;
pub mod jwt;
mod outcome;
mod packs;
mod probe;
mod reads;
mod scrub;
mod task;

pub use answer::Evidence;
pub use base::{Base, BaseError};
pub use client::{Client, CreateRequest, Live, Local, Settings, SetupError};
pub use clock::{Clock, LARGEST_SKEW_S};
pub use download::Download;
pub use egress::Stage;
pub use exchange::Lost;
pub use facts::Facts;
pub use outcome::{CreateOutcome, MayExist, NotCreated};
pub use packs::{Pack, PackStatus};
pub use probe::{Ladder, Report, Step};
pub use reads::{Product, ReadError, Wanted};
pub use task::{Charge, Output, Status, Task};

/// Log targets of the libraries below: at their debug levels they write whole headers, so they stay silent whatever the
/// filter says.
pub const SILENT_TARGETS: &[&str] =
    &["reqwest", "hyper", "hyper_util", "hyper_rustls", "rustls", "rustls_platform_verifier", "tokio_rustls", "tower", "h2"];

#[cfg(test)]
mod tests;
