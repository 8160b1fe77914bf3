//! The service: accepts or refuses creates, runs tasks, serves other users.

use rand::RngExt as _;

use super::agenda::Kind;
use super::engine::Engine;
use super::{Asked, Came, Failure};
use crate::retry::law::exponential;

/// What a client gets back for a create.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Answer {
    /// A task was made.
    Accepted,
    /// Nothing was made.
    Refused(Failure),
    /// No answer comes; whether a task was made is not known to the client.
    Silent,
}

impl Answer {
    /// As the client of the create sees it.
    pub(super) fn came(self) -> Came {
        match self {
            Self::Accepted => Came::Ok,
            Self::Refused(failure) => failure.into(),
            Self::Silent => Came::Unclear,
        }
    }
}

impl Engine<'_> {
    /// The service takes a create.
    pub(super) fn create(&mut self, id: u32) -> Answer {
        if !self.world.faults.is_empty()
            && let Some(fault) = self.fault(Asked::Create)
        {
            if fault.accepted && self.refusal().is_none() {
                self.start_task(id);
            }
            return Answer::Refused(fault.failure);
        }
        if !self.world.outages.is_empty() && self.world.is_down(self.now) {
            return Answer::Refused(Failure::Ambiguous);
        }
        if self.happens(self.world.lost_request) {
            return Answer::Silent;
        }
        if let Some(failure) = self.refusal() {
            return Answer::Refused(failure);
        }
        self.start_task(id);
        if self.happens(self.world.lost_answer) { Answer::Silent } else { Answer::Accepted }
    }

    fn refusal(&mut self) -> Option<Failure> {
        if self.world.pack_tasks.is_some_and(|most| self.stats.tasks >= most) {
            return Some(Failure::Account);
        }
        if self.world.rate_per_s.is_some_and(|per_s| !self.rate_allows(per_s)) {
            return Some(Failure::Rate);
        }
        (self.busy + self.world.slots_per_job > self.world.slots).then_some(Failure::Busy)
    }

    /// A token bucket with room for one second of creates, one at least.
    fn rate_allows(&mut self, per_s: f64) -> bool {
        let (tokens, since) = self.allowance;
        let tokens = (tokens + (self.now - since) * per_s).min(per_s.max(1.0));
        let passes = tokens >= 1.0 - 1e-9;
        self.allowance = (if passes { tokens - 1.0 } else { tokens }, self.now);
        passes
    }

    fn start_task(&mut self, id: u32) {
        let now = self.now;
        let Some(job) = self.job(id) else { return };
        let end = now + job.work;
        (job.task_start, job.task_end) = (now, end);
        job.tasks += 1;
        let again = job.tasks > 1;
        self.stats.duplicates += u64::from(again);
        self.stats.tasks += 1;
        self.busy += self.world.slots_per_job;
        self.own_busy += self.world.slots_per_job;
        self.agenda.push(end, Kind::End, id);
    }

    pub(super) fn end_task(&mut self, id: u32) {
        self.busy = self.busy.saturating_sub(self.world.slots_per_job);
        self.own_busy = self.own_busy.saturating_sub(self.world.slots_per_job);
        let newest = |end: f64, now: f64| end.to_bits() == now.to_bits();
        let now = self.now;
        if self.strategy.poll.is_none() && self.job(id).is_some_and(|job| job.tracked && newest(job.task_end, now)) {
            self.seen(id);
        }
    }

    pub(super) fn schedule_other(&mut self) {
        let gap = exponential(&mut self.world_rng) / self.world.others_per_s;
        self.agenda.push(self.now + gap, Kind::Other, 0);
    }

    pub(super) fn other_arrives(&mut self) {
        if self.busy < self.world.slots {
            self.busy += 1;
            let end = self.now + self.sampler.sample(&mut self.world_rng);
            self.agenda.push(end, Kind::OtherEnd, 0);
        }
        self.schedule_other();
    }

    fn happens(&mut self, share: f64) -> bool {
        share > 0.0 && self.world_rng.random::<f64>() < share
    }
}
