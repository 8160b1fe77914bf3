//! The client: queue, sends, reactions to failures, looks for lost tasks, and the end of a job.

use rand::RngExt as _;

use super::agenda::Kind;
use super::engine::{Engine, Job};
use super::server::Answer;
use super::{Asked, Came, Failure, Quota, Reaction, SlotQueue};
use crate::retry::backoff::Backoff;
use crate::retry::budget::{AWS_THROTTLE_COST, AWS_TRANSIENT_COST};
use crate::retry::poll::Schedule;

/// Accepted creates in a row at the limit after which a learned limit grows by one.
const GROW_AFTER: u32 = 20;

impl Engine<'_> {
    /// A job has come.
    pub(super) fn begin(&mut self, id: u32) {
        if let Some(quota) = &mut self.quota {
            quota.requested();
        }
        if self.closed {
            return self.refuse_unsent(id);
        }
        if self.strategy.queue.is_none() {
            return self.send(id);
        }
        self.waiting.push_back(id);
        self.dispatch();
    }

    /// Sends what the free slots allow. A slot that is given back by a send here is used by the same loop.
    fn dispatch(&mut self) {
        if self.dispatching {
            return;
        }
        self.dispatching = true;
        let each = self.world.slots_per_job;
        while self.slots.now + each <= self.slots.allowed {
            let Some(id) = self.waiting.pop_front() else { break };
            self.slots.now += each;
            self.send(id);
        }
        self.dispatching = false;
    }

    pub(super) fn send(&mut self, id: u32) {
        let Some(job) = self.job(id) else { return };
        job.attempts += 1;
        let first = job.attempts == 1;
        self.stats.creates += 1;
        let answer = self.create(id);
        self.note(self.now, id, Asked::Create, answer.came());
        match answer {
            Answer::Accepted => self.accepted(id, first),
            Answer::Refused(Failure::Ambiguous) => self.ambiguous(id),
            Answer::Refused(failure) => self.refused(id, failure, first),
            Answer::Silent => self.agenda.push(self.now + self.world.timeout_s, Kind::Silence, id),
        }
    }

    fn accepted(&mut self, id: u32, first: bool) {
        self.reward(id, first);
        self.learn_from_success();
        self.track(id);
    }

    fn reward(&mut self, id: u32, first: bool) {
        let cost = self.job(id).map_or(0.0, |job| job.cost);
        if let Some(quota) = &mut self.quota {
            if first { quota.succeeded() } else { quota.refund(cost) }
        }
    }

    /// The client knows the newest task of the job and follows it.
    fn track(&mut self, id: u32) {
        let Some(job) = self.job(id) else { return };
        job.tracked = true;
        let (arrival, start, end) = (job.arrival, job.task_start, job.task_end);
        self.count_accepted(id, arrival);
        if self.frees_on_create() {
            self.release();
        }
        match &self.strategy.poll {
            Some(schedule) => {
                let (seen, polls) = schedule.sees(end - start, self.now - start);
                if self.calls.is_some() {
                    self.note_queries(id, schedule, start, end);
                }
                self.stats.polls += polls;
                self.agenda.push((start + seen).max(self.now), Kind::Seen, id);
            }
            None if end <= self.now => self.seen(id),
            None => {}
        }
    }

    fn note_queries(&mut self, id: u32, schedule: &Schedule, start: f64, end: f64) {
        for offset in schedule.offsets(end - start, self.now - start) {
            let came = if start + offset < end { Came::Running } else { Came::Ended };
            self.note((start + offset).max(self.now), id, Asked::Query, came);
        }
    }

    pub(super) fn seen(&mut self, id: u32) {
        let Some(job) = self.job(id).copied() else { return };
        self.count_done(id, job);
        if !self.frees_on_create() {
            self.release();
        }
    }

    fn frees_on_create(&self) -> bool {
        self.strategy.queue.is_some_and(|queue| queue.freed_on_create)
    }

    fn release(&mut self) {
        if self.strategy.queue.is_some() {
            self.slots.now = self.slots.now.saturating_sub(self.world.slots_per_job);
            self.dispatch();
        }
    }

    fn refused(&mut self, id: u32, failure: Failure, first: bool) {
        match failure {
            Failure::Busy => {
                self.stats.busy += 1;
                self.stats.first_busy += u64::from(first);
            }
            Failure::Rate => self.stats.rate += 1,
            Failure::Account => {
                self.stats.account += 1;
                self.close();
            }
            Failure::Ambiguous => {}
        }
        self.react(id, failure);
    }

    /// Opens the circuit of the account: what waits is given up without a call.
    fn close(&mut self) {
        if !self.strategy.circuit {
            return;
        }
        self.closed = true;
        for id in std::mem::take(&mut self.waiting) {
            self.refuse_unsent(id);
        }
    }

    /// Gives a job up that holds no slot.
    fn refuse_unsent(&mut self, id: u32) {
        if let Some(job) = self.job(id).copied() {
            self.count_lost(job);
        }
    }

    pub(super) fn ambiguous(&mut self, id: u32) {
        self.stats.ambiguous += 1;
        self.react(id, Failure::Ambiguous);
    }

    fn react(&mut self, id: u32, failure: Failure) {
        match self.strategy.reaction(failure) {
            Reaction::Stop => self.give_up(id),
            Reaction::Backoff => self.back_off(id, failure),
            Reaction::Queue => self.requeue(id),
            Reaction::Reconcile => {
                if let Some(job) = self.job(id) {
                    job.looks = 0;
                }
                let [first, _] = self.strategy.looks_s;
                self.agenda.push(self.now + first, Kind::Look, id);
            }
        }
    }

    fn give_up(&mut self, id: u32) {
        let Some(job) = self.job(id).copied() else { return };
        self.count_lost(job);
        self.release();
    }

    fn back_off(&mut self, id: u32, failure: Failure) {
        let Some(job) = self.job(id).copied() else { return };
        let transient = failure == Failure::Ambiguous;
        if job.attempts >= self.strategy.max_attempts || !self.pay(id, transient) {
            return self.give_up(id);
        }
        let (rule, retries) = self.pace(job.attempts, transient);
        let delay = rule.delay(retries, job.delay, &mut self.client_rng);
        if self.strategy.deadline_s.is_some_and(|deadline| self.now + delay - job.arrival > deadline) {
            return self.give_up(id);
        }
        if let Some(job) = self.job(id) {
            job.delay = delay;
        }
        self.agenda.push(self.now + delay, Kind::Send, id);
    }

    /// The rule for the delay after this attempt, and how many delays of the rule came before.
    fn pace(&self, attempts: u32, transient: bool) -> (Backoff, u32) {
        let outer = if transient { self.strategy.transient } else { self.strategy.backoff };
        match self.strategy.inner {
            Some((times, inner)) if !attempts.is_multiple_of(times) => (inner, attempts % times - 1),
            Some((times, _)) => (outer, (attempts / times.max(1)).saturating_sub(1)),
            None => (outer, attempts - 1),
        }
    }

    fn pay(&mut self, id: u32, transient: bool) -> bool {
        let cost = match self.strategy.quota {
            Quota::Aws if transient => AWS_TRANSIENT_COST,
            Quota::Aws => AWS_THROTTLE_COST,
            Quota::None | Quota::PerRequest(_) => 1.0,
        };
        if let Some(job) = self.job(id) {
            job.cost = cost;
        }
        self.quota.as_mut().is_none_or(|quota| quota.take(cost))
    }

    /// A refusal with free own slots: somebody else uses the account, or the limit was guessed too high.
    fn requeue(&mut self, id: u32) {
        let Some(queue) = self.strategy.queue else { return self.give_up(id) };
        self.waiting.push_front(id);
        self.slots.now = self.slots.now.saturating_sub(self.world.slots_per_job);
        self.slots.allowed = self.slots.now;
        self.slots.full = 0;
        if !(queue.learn && self.slots.now > 0) {
            self.schedule_probe(queue);
        }
    }

    fn schedule_probe(&mut self, queue: SlotQueue) {
        if !self.slots.probing {
            self.slots.probing = true;
            let gap = queue.probe_s * (0.8 + 0.4 * self.client_rng.random::<f64>());
            self.agenda.push(self.now + gap, Kind::Probe, 0);
        }
    }

    /// Tries one job more than was allowed; each that passes lets the next one try.
    pub(super) fn probe(&mut self) {
        self.slots.probing = false;
        let Some(queue) = self.strategy.queue else { return };
        let ceiling = if queue.learn { u32::MAX } else { queue.limit };
        while !self.slots.probing && self.slots.allowed < ceiling && !self.waiting.is_empty() {
            self.slots.allowed += self.world.slots_per_job;
            self.dispatch();
            if queue.learn {
                break;
            }
        }
    }

    fn learn_from_success(&mut self) {
        let Some(queue) = self.strategy.queue.filter(|queue| queue.learn) else { return };
        if self.slots.now + self.world.slots_per_job <= self.slots.allowed {
            return;
        }
        self.slots.full += 1;
        if self.slots.full >= GROW_AFTER && !self.waiting.is_empty() {
            self.slots.full = 0;
            self.schedule_probe(SlotQueue { probe_s: 0.0, ..queue });
        }
    }

    pub(super) fn look(&mut self, id: u32) {
        self.stats.looks += 1;
        let (now, visible) = (self.now, self.world.visible_after_s);
        let down = self.world.is_down(now) || (!self.world.faults.is_empty() && self.fault(Asked::Look).is_some());
        let Some(job) = self.job(id) else { return };
        let found = !down && is_visible(job, now, visible);
        self.note(
            now,
            id,
            Asked::Look,
            if down {
                Came::Failed
            } else if found {
                Came::Found
            } else {
                Came::NotFound
            },
        );
        if found {
            return self.track(id);
        }
        let Some(job) = self.job(id) else { return };
        job.looks += u8::from(!down);
        if job.looks < 2 {
            let [_, second] = self.strategy.looks_s;
            return self.agenda.push(now + second, Kind::Look, id);
        }
        job.looks = 0;
        self.send(id);
    }
}

fn is_visible(job: &Job, now: f64, after: f64) -> bool {
    job.tasks > 0 && now >= job.task_start + after
}
