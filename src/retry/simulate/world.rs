//! The world of a simulation: the account, its users, the service and its faults. Times are seconds.

use super::Fault;
use crate::retry::law::Law;

/// When jobs come.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrivals {
    /// All at the start.
    Batch,
    /// Independently, so many a second.
    Poisson(f64),
    /// At these times, ascending; after the last one no more come.
    Trace(Vec<f64>),
}

/// The account and the service.
#[derive(Debug, Clone, PartialEq)]
pub struct World {
    /// Task slots of the account.
    pub slots: u32,
    /// Slots that one job takes.
    pub slots_per_job: u32,
    /// When jobs come.
    pub arrivals: Arrivals,
    /// How long tasks run.
    pub law: Law,
    /// Slots that other users hold all the time.
    pub held_slots: u32,
    /// Tasks a second that other users of the account start; they take one slot each and give up when refused.
    pub others_per_s: f64,
    /// Creates a second before the service refuses for their rate; none without a limit.
    pub rate_per_s: Option<f64>,
    /// Share of creates that are lost before the service sees them.
    pub lost_request: f64,
    /// Share of accepted creates whose answer is lost.
    pub lost_answer: f64,
    /// After this the client takes an answer for lost.
    pub timeout_s: f64,
    /// Start and length of spans in which every create fails with a server error and nothing is made.
    pub outages: Vec<(f64, f64)>,
    /// Tasks that the resource pack pays for; none without an end.
    pub pack_tasks: Option<u64>,
    /// After this a new task shows up in queries.
    pub visible_after_s: f64,
    /// How long the tasks of the first jobs run, where that is known; the others follow the law.
    pub known_s: Vec<f64>,
    /// What befalls single calls.
    pub faults: Vec<Fault>,
}

impl World {
    /// Slots for video jobs, without faults, other users or an end of the pack.
    pub fn new(slots: u32, arrivals: Arrivals, law: Law) -> Self {
        Self {
            slots,
            slots_per_job: 1,
            arrivals,
            law,
            held_slots: 0,
            others_per_s: 0.0,
            rate_per_s: None,
            lost_request: 0.0,
            lost_answer: 0.0,
            timeout_s: 30.0,
            outages: Vec::new(),
            pack_tasks: None,
            visible_after_s: 1.0,
            known_s: Vec::new(),
            faults: Vec::new(),
        }
    }

    /// Whether `now` lies in an outage.
    pub(super) fn is_down(&self, now: f64) -> bool {
        self.outages.iter().any(|&(start, length)| now >= start && now < start + length)
    }
}
