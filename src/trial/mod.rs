//! `test_generation`: a fix is proven for free, or by one bounded paid task that cannot be paid twice.
//!
//! It joins the request check, the ledger, the client and the sandbox; each mode is one file that reads top to bottom.

mod answer;
mod input;
mod plan;

pub use answer::{Answer, CostSeen, Foreign, Mode, NextCall, Outcome, Output, QuoteSeen, Response, Sent, Step, TaskSeen};
pub use input::{Input, LONGEST_WAIT_S};
