//! The loop: takes the next event, moves the time on, keeps the sums.

use std::collections::VecDeque;

use rand::SeedableRng as _;
use rand_pcg::Pcg64Mcg;

use super::agenda::{Agenda, Kind, MOST_JOBS};
use super::{Arrivals, Call, Quota, Run, Stats, Strategy, World};
use crate::retry::budget::Budget;
use crate::retry::law::{Sampler, exponential};

/// A job of the caller, as client and server see it together.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Job {
    pub(super) arrival: f64,
    /// How long its task runs.
    pub(super) work: f64,
    pub(super) attempts: u32,
    /// Delay before the last attempt.
    pub(super) delay: f64,
    /// What the last retry took from the quota.
    pub(super) cost: f64,
    /// When the newest task of the job ends; zero without one.
    pub(super) task_end: f64,
    /// When the newest task of the job started.
    pub(super) task_start: f64,
    /// Tasks that were started for it.
    pub(super) tasks: u32,
    /// Looks since the last ambiguous outcome.
    pub(super) looks: u8,
    /// Whether the client knows of a task.
    pub(super) tracked: bool,
}

/// The client's view of the slots.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Held {
    /// Slots the client believes it may hold now.
    pub(super) allowed: u32,
    /// Slots it holds.
    pub(super) now: u32,
    /// Accepted creates in a row with all allowed slots held.
    pub(super) full: u32,
    /// Whether a probe is on the agenda.
    pub(super) probing: bool,
}

pub(super) struct Engine<'a> {
    pub(super) world: &'a World,
    pub(super) strategy: &'a Strategy,
    run: Run,
    pub(super) now: f64,
    pub(super) agenda: Agenda,
    pub(super) jobs: Vec<Job>,
    pub(super) stats: Stats,
    pub(super) sampler: Sampler,
    pub(super) client_rng: Pcg64Mcg,
    pub(super) world_rng: Pcg64Mcg,
    jobs_rng: Pcg64Mcg,
    next_arrival: f64,
    /// Slots in use, those of other users included.
    pub(super) busy: u32,
    pub(super) own_busy: u32,
    /// Creates that the rate limit lets pass now, and when that was true.
    pub(super) allowance: (f64, f64),
    pub(super) quota: Option<Budget>,
    pub(super) slots: Held,
    pub(super) waiting: VecDeque<u32>,
    /// How often each fault of the world could have befallen a call.
    pub(super) met: Vec<u32>,
    /// The calls so far, where they are wanted.
    pub(super) calls: Option<Vec<Call>>,
    /// Whether the loop that sends what is waiting runs.
    pub(super) dispatching: bool,
    /// Whether the account refuses and no create is sent any more.
    pub(super) closed: bool,
    /// Jobs neither done nor lost.
    open: u64,
    /// Jobs without an accepted create.
    unaccepted: u64,
}

impl<'a> Engine<'a> {
    pub(super) fn new(world: &'a World, strategy: &'a Strategy, run: Run) -> Self {
        let rng = |stream: u64| Pcg64Mcg::seed_from_u64(run.seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(stream));
        let quota = match strategy.quota {
            Quota::None => None,
            Quota::Aws => Some(Budget::aws()),
            Quota::PerRequest(ratio) => Some(Budget::per_request(ratio, 10.0)),
        };
        let jobs = run.jobs.min(MOST_JOBS);
        let mut engine = Self {
            world,
            strategy,
            run: Run { jobs, ..run },
            now: 0.0,
            agenda: Agenda::default(),
            jobs: Vec::with_capacity(jobs),
            stats: Stats::default(),
            sampler: world.law.sampler(),
            client_rng: rng(1),
            world_rng: rng(2),
            jobs_rng: rng(3),
            next_arrival: 0.0,
            busy: world.held_slots,
            own_busy: 0,
            allowance: (world.rate_per_s.unwrap_or_default().max(1.0), 0.0),
            quota,
            slots: Held { allowed: strategy.queue.map_or(0, |queue| queue.limit.max(world.slots_per_job)), ..Held::default() },
            waiting: VecDeque::new(),
            met: vec![0; world.faults.len()],
            calls: None,
            dispatching: false,
            closed: false,
            open: 0,
            unaccepted: 0,
        };
        engine.next_arrival = engine.arrival_after(0.0);
        if world.others_per_s > 0.0 {
            engine.schedule_other();
        }
        engine
    }

    pub(super) fn play(mut self) -> Stats {
        self.drive();
        self.stats
    }

    /// Plays and keeps the calls instead of the counts, and whether the run was cut.
    pub(super) fn calls(mut self) -> (Vec<Call>, bool) {
        self.calls = Some(Vec::new());
        self.drive();
        (self.calls.unwrap_or_default(), self.stats.cut)
    }

    fn drive(&mut self) {
        while self.open > 0 || self.next_arrival.is_finite() {
            self.stats.events += 1;
            if self.stats.events > self.run.most_events {
                self.stats.cut = true;
                break;
            }
            match self.agenda.pop_until(self.next_arrival) {
                Some((time, kind, job)) => {
                    self.advance(time);
                    self.handle(kind, job);
                }
                None if self.next_arrival.is_finite() => self.arrive(),
                None => break,
            }
        }
        self.stats.end_s = self.stats.end_s.max(if self.stats.cut { self.now } else { 0.0 });
    }

    fn handle(&mut self, kind: Kind, job: u32) {
        match kind {
            Kind::End => self.end_task(job),
            Kind::Seen => self.seen(job),
            Kind::Send => self.send(job),
            Kind::Silence => self.ambiguous(job),
            Kind::Look => self.look(job),
            Kind::Probe => self.probe(),
            Kind::Other => self.other_arrives(),
            Kind::OtherEnd => self.busy = self.busy.saturating_sub(1),
        }
    }

    fn advance(&mut self, time: f64) {
        let span = time - self.now;
        self.stats.slot_seconds += span * f64::from(self.own_busy);
        self.stats.waiting_seconds += span * crate::retry::num::real(self.unaccepted);
        self.now = time;
    }

    fn arrive(&mut self) {
        self.advance(self.next_arrival);
        let Ok(id) = u32::try_from(self.jobs.len()) else { return };
        let drawn = self.sampler.sample(&mut self.jobs_rng);
        let work = self.world.known_s.get(self.jobs.len()).copied().unwrap_or(drawn);
        self.jobs.push(Job { arrival: self.now, work, ..Job::default() });
        self.stats.jobs += 1;
        self.open += 1;
        self.unaccepted += 1;
        self.next_arrival = self.arrival_after(self.now);
        self.begin(id);
    }

    fn arrival_after(&mut self, now: f64) -> f64 {
        if self.jobs.len() >= self.run.jobs {
            return f64::INFINITY;
        }
        match &self.world.arrivals {
            Arrivals::Batch => now,
            Arrivals::Poisson(per_s) => now + exponential(&mut self.jobs_rng) / per_s,
            Arrivals::Trace(times) => times.get(self.jobs.len()).map_or(f64::INFINITY, |time| time.max(now)),
        }
    }

    pub(super) fn job(&mut self, id: u32) -> Option<&mut Job> {
        self.jobs.get_mut(id as usize)
    }

    fn is_counted(&self, id: u32) -> bool {
        id as usize >= self.run.warmup
    }

    /// The client knows of a task of the job.
    pub(super) fn count_accepted(&mut self, id: u32, arrival: f64) {
        let wait = self.now - arrival;
        self.unaccepted = self.unaccepted.saturating_sub(1);
        self.stats.wait_sum += wait;
        if self.is_counted(id) {
            self.stats.waits.push(wait);
        }
    }

    /// The client has the result.
    pub(super) fn count_done(&mut self, id: u32, job: Job) {
        self.end(job.tasks, 1);
        self.stats.done += 1;
        self.stats.done_at.push(self.now);
        if self.is_counted(id) {
            self.stats.completions.push(self.now - job.arrival);
        }
    }

    /// The client gives the job up.
    pub(super) fn count_lost(&mut self, job: Job) {
        self.end(job.tasks, 0);
        self.unaccepted = self.unaccepted.saturating_sub(1);
        self.stats.wait_sum += self.now - job.arrival;
        self.stats.lost += 1;
    }

    fn end(&mut self, tasks: u32, used: u32) {
        self.open = self.open.saturating_sub(1);
        self.stats.end_s = self.now;
        self.stats.at_risk += u64::from(tasks.saturating_sub(used));
    }
}
