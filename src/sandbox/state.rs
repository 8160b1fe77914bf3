//! Everything that changes while a sandbox runs: tasks and their indices, the account, the scenario in play.

use std::collections::BTreeMap;

use rand::{RngExt as _, SeedableRng as _};
use rand_distr::{Distribution as _, Normal};
use rand_pcg::Pcg64;

use super::account::{Account, NoPlace};
use super::scenario::{Play, Scenario};
use super::task::Task;
use super::world::World;
use crate::knowledge::sandbox::Job;

/// More tasks than this are not kept: the oldest are forgotten.
const MOST_TASKS: usize = 200_000;

/// The changing part of a sandbox.
#[derive(Debug)]
pub(super) struct State {
    tasks: BTreeMap<u64, Task>,
    by_id: BTreeMap<String, u64>,
    by_external: BTreeMap<String, u64>,
    pub(super) account: Account,
    pub(super) play: Play,
    next: u64,
    seed: u64,
    /// Virtual milliseconds of the start or of the last reset.
    pub(super) start: i64,
}

/// A create that has passed every check of its request.
#[derive(Debug)]
pub(super) struct Wanted<'w> {
    /// The task, without id, place and times.
    pub(super) task: Task,
    /// Its law of run times.
    pub(super) job: Option<&'w Job>,
    pub(super) never_ends: bool,
}

/// Why a create is refused by the state of the account.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NotCreated {
    ExternalIdUsed,
    NoPlace(NoPlace),
}

impl State {
    pub(super) fn new(world: &World, scenario: &Scenario, seed: u64, slots: Option<usize>, now: i64) -> Self {
        Self {
            tasks: BTreeMap::new(),
            by_id: BTreeMap::new(),
            by_external: BTreeMap::new(),
            account: Account::new(&world.table.packs, slots, &scenario.account, now),
            play: Play::new(scenario.clone()),
            next: 0,
            seed,
            start: now,
        }
    }

    /// Creates a task, or says why not. A used external id comes before packs and slots, so that a lost answer can be found again.
    pub(super) fn create(&mut self, wanted: Wanted<'_>, now: i64) -> Result<&Task, NotCreated> {
        let Wanted { mut task, job, never_ends } = wanted;
        if task.external_id.as_ref().is_some_and(|id| self.by_external.contains_key(id)) {
            return Err(NotCreated::ExternalIdUsed);
        }
        let model = task.model.clone().unwrap_or_default();
        self.account.place(task.product, &model, task.slots, task.cost_milli, now).map_err(NotCreated::NoPlace)?;
        let takes = self.run_time(job, task.seconds);
        task.seq = self.next;
        task.id = self.id();
        (task.created, task.starts) = (now, now + takes / 10);
        task.ends = if never_ends { i64::MAX } else { now + takes };
        self.account.take(&task);
        Ok(self.keep(task))
    }

    fn keep(&mut self, task: Task) -> &Task {
        while self.tasks.len() >= MOST_TASKS {
            self.forget_oldest();
        }
        self.by_id.insert(task.id.clone(), task.seq);
        if let Some(external) = &task.external_id {
            self.by_external.insert(external.clone(), task.seq);
        }
        self.next += 1;
        self.tasks.entry(task.seq).or_insert(task)
    }

    fn forget_oldest(&mut self) {
        if let Some((_, task)) = self.tasks.pop_first() {
            self.by_id.remove(&task.id);
            if let Some(external) = &task.external_id {
                self.by_external.remove(external);
            }
        }
    }

    /// A fresh id for what ends at once.
    pub(super) fn id_at_once(&mut self) -> String {
        let id = self.id();
        self.next += 1;
        id
    }

    /// 18 digits that differ between seeds.
    fn id(&self) -> String {
        let base: u64 = Pcg64::seed_from_u64(self.seed).random_range(8_000_000..9_000_000);
        (base * 100_000_000_000 + self.next).to_string()
    }

    /// Milliseconds from the create to the end.
    fn run_time(&self, job: Option<&Job>, seconds: f64) -> i64 {
        let (base, per, spread) = job.map_or((60.0, 0.0, 0.0), |job| (job.base_s, job.per_s, job.spread));
        let mut random = Pcg64::seed_from_u64(self.seed ^ self.next.wrapping_mul(0x9E37_79B9_7F4A_7C15));
        let factor = Normal::new(0.0, spread).map_or(1.0, |law| law.sample(&mut random).exp()).clamp(0.5, 2.0);
        #[expect(clippy::cast_possible_truncation, reason = "seconds of a video, bounded")]
        let milliseconds = ((base + per * seconds.clamp(0.0, 3600.0)) * factor * 1000.0) as i64;
        milliseconds
    }

    /// The task with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Task> {
        self.tasks.get(self.by_id.get(id)?)
    }

    /// The task with this external id.
    pub(super) fn by_external(&self, id: &str) -> Option<&Task> {
        self.tasks.get(self.by_external.get(id)?)
    }

    /// All tasks, newest first.
    pub(super) fn newest(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values().rev()
    }

    /// Tasks older than a place, newest first.
    pub(super) fn before(&self, seq: u64) -> impl Iterator<Item = &Task> {
        self.tasks.range(..seq).rev().map(|(_, task)| task)
    }
}
