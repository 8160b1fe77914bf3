//! Runs of the recommended policy and of the named ones on the same jobs, and their means.

use super::named::named;
use super::num::{brief, quantile, real, size, whole};
use super::report::{Simulation, Tally};
use super::simulate::{Arrivals, Run, Stats, Strategy, World, simulate};
use super::theirs::Theirs;
use super::workload::Workload;

/// Runs of the recommended policy.
const SEEDS: u32 = 20;
/// Runs of each other policy.
const COMPARED_SEEDS: u32 = 4;
/// Events after which a run of another policy is stopped.
const MOST_EVENTS: u64 = 200_000;

/// What was played.
pub(super) struct Played {
    /// The answer's part.
    pub(super) simulation: Simulation,
    /// The runs of the recommended policy.
    pub(super) runs: Vec<Stats>,
    /// One run of each other policy, for charts.
    pub(super) others: Vec<(String, Stats)>,
}

/// The world of a workload. `lost` is the share of creates whose answer is lost, half of them before the service has seen them.
pub(super) fn world(workload: &Workload, lost: f64) -> World {
    let conditions = &workload.conditions;
    let new = World::new(workload.slots, arrivals(workload), workload.law);
    World {
        slots_per_job: workload.slots_per_job,
        held_slots: conditions.held_slots,
        others_per_s: conditions.others_per_hour / 3_600.0,
        rate_per_s: conditions.rate_per_s,
        lost_answer: lost / 2.0,
        lost_request: lost / 2.0,
        timeout_s: conditions.timeout_s.unwrap_or(new.timeout_s),
        outages: conditions.outages.clone(),
        pack_tasks: conditions.pack_of(workload.simulated(), workload.jobs),
        ..new
    }
}

/// A trace keeps its form at another rate than its own.
fn arrivals(workload: &Workload) -> Arrivals {
    let trace = &workload.conditions.trace;
    match (workload.per_hour, workload.conditions.trace_per_hour()) {
        (Some(wanted), Some(own)) => Arrivals::Trace(trace.iter().map(|at| at * own / wanted).collect()),
        (Some(per_hour), None) => Arrivals::Poisson(per_hour / 3_600.0),
        (None, _) => Arrivals::Batch,
    }
}

/// Runs of one policy from the first seed on.
pub(super) fn runs(world: &World, strategy: &Strategy, jobs: usize, seed: u64, seeds: u32) -> Vec<Stats> {
    (0..u64::from(seeds)).map(|n| simulate(world, strategy, Run::new(jobs, seed.wrapping_add(n)))).collect()
}

/// Plays the recommended policy, the caller's own code if there is one, and every named policy.
pub(super) fn compare(workload: &Workload, world: &World, strategy: &Strategy, theirs: Option<Theirs>, full: bool) -> Played {
    let jobs = workload.simulated();
    let runs = runs(world, strategy, jobs, workload.seed, SEEDS);
    let mut simulation = Simulation {
        jobs: u64::try_from(jobs).unwrap_or_default(),
        seeds: SEEDS,
        compared_seeds: COMPARED_SEEDS,
        seed: workload.seed,
        recommended: tally(world, &strategy.name, &runs, true),
        compared: Vec::new(),
    };
    let mut others = Vec::new();
    if let Some(Theirs { strategy, assumed }) = theirs {
        let mut played = bounded(world, &strategy, jobs, workload.seed);
        simulation.compared.push(Tally { assumed, ..tally(world, &strategy.name, &played, true) });
        if !played.is_empty() {
            others.push((strategy.name, played.swap_remove(0)));
        }
    }
    for mut other in named() {
        other.poll.clone_from(&strategy.poll);
        let mut played = bounded(world, &other, jobs, workload.seed);
        simulation.compared.push(tally(world, &other.name, &played, full));
        if !played.is_empty() {
            others.push((other.name, played.swap_remove(0)));
        }
    }
    Played { simulation, runs, others }
}

/// Runs until one has to be stopped.
fn bounded(world: &World, strategy: &Strategy, jobs: usize, seed: u64) -> Vec<Stats> {
    let mut played = Vec::new();
    for n in 0..u64::from(COMPARED_SEEDS) {
        let run = Run { most_events: MOST_EVENTS, ..Run::new(jobs, seed.wrapping_add(n)) };
        let stats = simulate(world, strategy, run);
        let stopped = stats.cut;
        played.push(stats);
        if stopped {
            break;
        }
    }
    played
}

/// Means over the runs; `full` with the further figures.
pub(super) fn tally(world: &World, name: &str, runs: &[Stats], full: bool) -> Tally {
    let mean = |of: &dyn Fn(&Stats) -> f64| runs.iter().map(of).sum::<f64>() / size(runs.len().max(1));
    let completion = |q| brief(mean(&|stats| stats.completion_quantile(q).unwrap_or_default()));
    let count = |of: &dyn Fn(&Stats) -> u64| whole(mean(&|stats| real(of(stats))).round());
    Tally {
        name: name.to_owned(),
        done: full.then(|| count(&|stats| stats.done)),
        lost: count(&|stats| stats.lost),
        p50_s: completion(0.5),
        p95_s: completion(0.95),
        creates_per_job: brief(mean(&Stats::creates_per_job)),
        wasted_calls: full.then(|| count(&Stats::wasted)),
        units_at_risk: brief(mean(&|stats| real(stats.at_risk))),
        mean_s: full.then(|| brief(mean(&Stats::mean_completion))),
        wait_p95_s: full.then(|| brief(mean(&|stats| stats.wait_quantile(0.95).unwrap_or_default()))),
        duplicates: full.then(|| count(&|stats| stats.duplicates)),
        utilisation: full.then(|| brief(mean(&|stats| utilisation(world, stats)))),
        stopped: runs.iter().any(|stats| stats.cut),
        assumed: Vec::new(),
    }
}

fn utilisation(world: &World, stats: &Stats) -> f64 {
    stats.slot_seconds / (stats.end_s * f64::from(world.slots)).max(f64::MIN_POSITIVE)
}

/// The quantile over runs or jobs of one figure.
pub(super) fn over(values: impl Iterator<Item = f64>, q: f64) -> f64 {
    quantile(&mut values.collect::<Vec<_>>(), q).unwrap_or_default()
}
