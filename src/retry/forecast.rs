//! When the work is done, and the inverse questions: with how many slots, up to how many jobs, up to which rate.

use super::compare::{over, runs, world};
use super::num::{brief, real, size, whole};
use super::queueing;
use super::report::{Forecast, Tally};
use super::simulate::{Stats, Strategy};
use super::workload::{USUAL_LOAD, Workload};

/// Runs of each step of a search.
const SEARCH_SEEDS: u32 = 3;
/// Steps of a search.
const STEPS: u32 = 12;
/// Most slots that are looked at.
const MOST_SLOTS: u32 = 10_000;

/// The forecast from the runs of the recommended policy.
pub(super) fn forecast(workload: &Workload, strategy: &Strategy, played: &[Stats], tally: &Tally, lost: f64) -> Forecast {
    let finish = Finish::of(workload, played);
    let load = workload.load();
    let keeps_up = workload.per_hour.is_none() || load < 1.0;
    let in_time = keeps_up && workload.deadline_s.is_none_or(|deadline| finish.p95 <= deadline);
    let pack = workload.conditions.pack_jobs;
    let paid = pack.is_none_or(|pack| !workload.jobs_known || pack >= workload.jobs);
    let alone = !workload.conditions.has_others() && workload.conditions.trace.is_empty();
    let capacity = workload.capacity_per_hour();
    let workers = workload.workers();
    let asked = workload.deadline_s.is_some() || !in_time;
    let search = Search { workload, strategy, feasible: in_time, lost };
    Forecast {
        throughput_per_hour: brief(throughput(workload, played).min(workload.per_hour.unwrap_or(f64::INFINITY))),
        capacity_per_hour: brief(capacity),
        finish_of: finish.of,
        finish_p50_s: brief(finish.p50),
        finish_p95_s: brief(finish.p95),
        utilisation: tally.utilisation.unwrap_or_default(),
        feasible: in_time && paid,
        wait_share: workload.offered().filter(|_| alone && load < 1.0).map(|offered| brief(queueing::erlang_c(workers, offered))),
        mean_wait_s: workload
            .offered()
            .filter(|_| alone)
            .and_then(|offered| queueing::allen_cunneen(workers, offered, workload.law))
            .map(brief),
        slots_needed: (!in_time).then(|| search.slots()).flatten(),
        feasible_up_to_per_hour: workload.per_hour.filter(|_| asked).map(|_| brief(search.rate())),
        feasible_up_to_jobs: workload.deadline_s.filter(|_| workload.per_hour.is_none()).map(|_| search.jobs()),
        pack_covers_jobs: pack.map(|pack| pack.min(workload.jobs)),
        pack_lasts_s: pack.filter(|pack| !workload.jobs_known || *pack < workload.jobs).map(|pack| brief(lasts(workload, pack))),
        queue_grows_per_hour: workload.per_hour.filter(|_| load >= 1.0).map(|per_hour| brief(per_hour - capacity)),
    }
}

/// Seconds until a pack is used up, at the pace of the arrivals or of the slots.
fn lasts(workload: &Workload, pack: u64) -> f64 {
    let per_hour = workload.per_hour.unwrap_or(f64::INFINITY).min(workload.capacity_per_hour());
    real(pack) / per_hour * 3_600.0
}

/// Jobs an hour over the whole run.
fn throughput(workload: &Workload, played: &[Stats]) -> f64 {
    let hours = played.iter().map(|stats| stats.end_s / 3_600.0).sum::<f64>();
    let done = played.iter().map(|stats| real(stats.done)).sum::<f64>();
    if hours > 0.0 { done / hours } else { workload.capacity_per_hour() }
}

/// When the batch is done, or one job that comes.
struct Finish {
    of: String,
    p50: f64,
    p95: f64,
}

impl Finish {
    fn of(workload: &Workload, played: &[Stats]) -> Self {
        if workload.per_hour.is_some() {
            let quantile = |q| played.iter().filter_map(|stats| stats.completion_quantile(q)).sum::<f64>() / size(played.len().max(1));
            return Self { of: "one job, from its arrival".to_owned(), p50: quantile(0.5), p95: quantile(0.95) };
        }
        // What was not played goes on at the pace of what was.
        let rest = real(workload.jobs) - size(workload.simulated());
        let end = |stats: &Stats| stats.end_s * (1.0 + rest / size(workload.simulated().max(1)));
        let quantile = |q| over(played.iter().map(end), q);
        Self { of: format!("all {} jobs", workload.jobs), p50: quantile(0.5), p95: quantile(0.95) }
    }
}

struct Search<'a> {
    workload: &'a Workload,
    strategy: &'a Strategy,
    /// What the long runs said of the workload as it is: no search may contradict it.
    feasible: bool,
    /// Share of creates whose answer is lost.
    lost: f64,
}

impl Search<'_> {
    /// Whether a changed workload keeps up and meets its deadline.
    fn is_feasible(&self, workload: &Workload) -> bool {
        if workload.per_hour.is_some() && workload.load() >= 1.0 {
            return false;
        }
        let Some(deadline) = workload.deadline_s else { return workload.load() <= USUAL_LOAD };
        // The fluid bound is cheap and sure.
        if workload.per_hour.is_none()
            && real(workload.jobs) / workload.capacity_per_hour() * 3_600.0 > 1.02 * deadline + workload.law.mean()
        {
            return false;
        }
        let mut strategy = self.strategy.clone();
        if let Some(queue) = &mut strategy.queue {
            queue.limit = workload.usable();
        }
        let played = runs(&world(workload, self.lost), &strategy, workload.simulated(), workload.seed, SEARCH_SEEDS);
        Finish::of(workload, &played).p95 <= deadline
    }

    /// The least slots, more than there are; none if no number helps.
    fn slots(&self) -> Option<u32> {
        let with = |slots: u32| Workload { slots, ..self.workload.clone() };
        if self.workload.deadline_s.is_none() {
            return self.workload.slots_for_usual_load();
        }
        let most = u32::try_from(self.workload.jobs).unwrap_or(u32::MAX).saturating_mul(self.workload.slots_per_job).min(MOST_SLOTS);
        let (mut low, mut high) = (self.workload.slots, most.max(self.workload.slots + 1));
        if !self.is_feasible(&with(high)) {
            return None;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.is_feasible(&with(middle)) { high = middle } else { low = middle }
        }
        Some(high)
    }

    /// The highest rate of arrivals that is feasible, jobs an hour.
    fn rate(&self) -> f64 {
        let capacity = self.workload.capacity_per_hour();
        if self.workload.deadline_s.is_none() {
            return USUAL_LOAD * capacity;
        }
        let given = self.workload.per_hour.unwrap_or_default().min(capacity);
        let (mut low, mut high) = if self.feasible { (given, capacity) } else { (0.0, given) };
        for _ in 0..STEPS {
            let middle = f64::midpoint(low, high);
            let changed = Workload { per_hour: Some(middle), ..self.workload.clone() };
            if self.is_feasible(&changed) { low = middle } else { high = middle }
        }
        // Rounded down, so that what is named is feasible.
        (low * 10.0).floor() / 10.0
    }

    /// The largest batch that is done by the deadline.
    fn jobs(&self) -> u64 {
        let deadline = self.workload.deadline_s.unwrap_or_default();
        let most = whole(self.workload.capacity_per_hour() * deadline / 3_600.0) + u64::from(self.workload.workers());
        let (mut low, mut high) = if self.feasible {
            (self.workload.jobs, (most + 1).max(self.workload.jobs + 1))
        } else {
            (0, self.workload.jobs.min(most + 1))
        };
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if self.is_feasible(&Workload { jobs: middle, ..self.workload.clone() }) { low = middle } else { high = middle }
        }
        low
    }
}
