//! Whether any policy that circulates beats the suggestion: random workloads, the same jobs for all.
//!
//! A policy beats the suggestion if it loses no more jobs, makes no more creates for each job, and its p95 time to the result is
//! more than 5 % shorter. Twenty workloads in debug builds, two hundred in the optimised run, which holds the table of the guide to them;
//! `UPDATE=1` writes it.

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "small numbers that were drawn here"
)]

use std::fmt::Write as _;

use klingai_mcp::docs::{POLICIES_BEGIN, POLICIES_END};
use klingai_mcp::knowledge::Knowledge;
use klingai_mcp::retry::Input;
use klingai_mcp::retry::law::Law;
use klingai_mcp::retry::named::baselines;
use klingai_mcp::retry::policy::policy;
use klingai_mcp::retry::simulate::{Arrivals, Run, Stats, Strategy, World, simulate};
use klingai_mcp::retry::workload::Workload;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

const WORKLOADS: u64 = if cfg!(debug_assertions) { 20 } else { 200 };
const SEEDS: u64 = if cfg!(debug_assertions) { 2 } else { 5 };
/// Events after which a run is stopped: policies without end.
const MOST_EVENTS: u64 = if cfg!(debug_assertions) { 100_000 } else { 400_000 };
const JOBS: usize = 400;

/// A random workload and its world.
fn draw(knowledge: &Knowledge, seed: u64) -> (Workload, World) {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut pick = |low: f64, high: f64| low + (high - low) * rng.random::<f64>();
    let slots_per_job = [1.0, 1.0, 1.0, 2.0, 3.0][pick(0.0, 5.0) as usize];
    let slots = pick(slots_per_job, 21.0).floor();
    let mean = pick(20.0, 400.0);
    let input = Input {
        slots: Some(slots as i64),
        slots_per_job: Some(slots_per_job as i64),
        job_seconds: vec![mean],
        jobs: Some(JOBS as i64),
        ..Input::default()
    };
    let mut workload = Workload::new(knowledge, &input).unwrap();
    workload.law = [
        workload.law,
        Law::Exponential(mean),
        Law::Fixed(mean),
        Law::Lognormal { mean, sigma: 1.0 },
        Law::Gamma { mean, shape: 9.0 },
        Law::Uniform { low: 0.5 * mean, high: 1.5 * mean },
    ][pick(0.0, 6.0) as usize];
    let arrivals = if pick(0.0, 1.0) < 0.3 {
        Arrivals::Batch
    } else {
        let per_hour = pick(0.2, 1.1) * workload.capacity_per_hour();
        workload.per_hour = Some(per_hour);
        Arrivals::Poisson(per_hour / 3_600.0)
    };
    let others = if pick(0.0, 1.0) < 0.25 { pick(0.05, 0.3) * slots / mean } else { 0.0 };
    let lost = if pick(0.0, 1.0) < 0.5 { pick(0.0, 0.02) } else { 0.0 };
    let world = World {
        slots_per_job: slots_per_job as u32,
        others_per_s: others,
        lost_answer: lost,
        lost_request: lost,
        rate_per_s: (pick(0.0, 1.0) < 0.2).then(|| pick(0.2, 2.0)),
        outages: if pick(0.0, 1.0) < 0.15 { vec![(pick(100.0, 1_000.0), pick(30.0, 300.0))] } else { Vec::new() },
        ..World::new(slots as u32, arrivals, workload.law)
    };
    (workload, world)
}

#[derive(Debug, Clone, Copy)]
struct Score {
    lost: f64,
    creates: f64,
    p95: f64,
    duplicates: u64,
    stopped: bool,
}

fn score(world: &World, strategy: &Strategy) -> Score {
    let runs: Vec<Stats> =
        (0..SEEDS).map(|seed| simulate(world, strategy, Run { most_events: MOST_EVENTS, ..Run::new(JOBS, 100 + seed) })).collect();
    let mean = |of: &dyn Fn(&Stats) -> f64| runs.iter().map(of).sum::<f64>() / SEEDS as f64;
    Score {
        lost: mean(&Stats::lost_share),
        creates: mean(&Stats::creates_per_job),
        p95: mean(&|stats| stats.completion_quantile(0.95).unwrap_or(f64::INFINITY)),
        duplicates: runs.iter().map(|stats| stats.duplicates).sum(),
        stopped: runs.iter().any(|stats| stats.cut),
    }
}

#[derive(Debug, Clone, Copy, Default)]
struct Column {
    eligible: u32,
    beaten: u32,
    lost: f64,
    creates: f64,
    ratio: f64,
    rows: f64,
    duplicates: u64,
}

#[test]
fn no_policy_that_circulates_beats_the_suggestion() {
    let knowledge = Knowledge::load().unwrap();
    let names: Vec<String> = std::iter::once("suggestion".to_owned()).chain(baselines().into_iter().map(|other| other.name)).collect();
    let mut columns = vec![Column::default(); names.len()];
    let mut faults = Vec::new();
    for seed in 0..WORKLOADS {
        let (workload, world) = draw(&knowledge, seed);
        let ours = policy(&knowledge, &workload, 0.0).strategy(&workload);
        let best = score(&world, &ours);
        if best.lost > 0.0 || best.duplicates > 0 {
            faults.push(format!("workload {seed}: the suggestion lost {} and doubled {}: {world:?}", best.lost, best.duplicates));
        }
        let others = baselines().into_iter().map(|other| Strategy { poll: ours.poll.clone(), ..other });
        for (at, strategy) in std::iter::once(ours.clone()).chain(others).enumerate() {
            let got = if at == 0 { best } else { score(&world, &strategy) };
            let eligible = at > 0 && !got.stopped && got.lost <= best.lost && got.creates <= best.creates + 1e-9;
            let beats = eligible && got.p95 < 0.95 * best.p95;
            if beats {
                faults.push(format!(
                    "workload {seed}: {} has p95 {:.0} for {:.0}, creates {:.3} for {:.3}: {world:?}",
                    strategy.name, got.p95, best.p95, got.creates, best.creates
                ));
            }
            let column = &mut columns[at];
            column.eligible += u32::from(eligible);
            column.beaten += u32::from(beats);
            column.lost += got.lost;
            column.creates += got.creates;
            column.duplicates += got.duplicates;
            if !got.stopped && got.lost < 0.05 {
                column.ratio += got.p95 / best.p95;
                column.rows += 1.0;
            }
        }
    }
    let n = WORKLOADS as f64;
    let mut table = String::from(
        "| Policy | Jobs lost | Creates per job | Second tasks per 1,000 jobs | p95 beside the suggestion (workloads) | As careful | Better |\n|---|---|---|---|---|---|---|\n",
    );
    for (name, column) in names.iter().zip(&columns) {
        let per_thousand = column.duplicates as f64 / (n * SEEDS as f64 * JOBS as f64) * 1_000.0;
        let _ = writeln!(
            table,
            "| {name} | {:.1} % | {:.2} | {per_thousand:.1} | {:.2} ({:.0}) | {} | {} |",
            column.lost / n * 100.0,
            column.creates / n,
            column.ratio / column.rows.max(1.0),
            column.rows,
            column.eligible,
            column.beaten
        );
    }
    println!("{table}");
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    if !cfg!(debug_assertions) {
        hold_the_guide_to(&table);
    }
}

/// The published table has these rows; numbers may differ by the last digits of another machine's logarithms.
fn hold_the_guide_to(table: &str) {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/references/guides/retry-policies.md");
    let page = std::fs::read_to_string(path).unwrap();
    let (before, rest) = page.split_once(POLICIES_BEGIN).unwrap();
    let (published, after) = rest.split_once(POLICIES_END).unwrap();
    #[expect(clippy::disallowed_methods, reason = "a switch of this test, not of the program")]
    let update = std::env::var("UPDATE").is_ok_and(|value| value == "1");
    if update {
        std::fs::write(path, format!("{before}{POLICIES_BEGIN}\n{table}{POLICIES_END}{after}")).unwrap();
        return;
    }
    let rows = |text: &str| text.trim().lines().map(|line| line.split(['|', ' ', '(', ')', '%']).map(str::to_owned).collect()).collect();
    let (published, computed): (Vec<Vec<String>>, Vec<Vec<String>>) = (rows(published), rows(table));
    assert_eq!(published.len(), computed.len(), "the guide has other rows: UPDATE=1 writes them\n{table}");
    for (old, new) in published.iter().zip(&computed) {
        let same = |(old, new): (&String, &String)| match (old.parse::<f64>(), new.parse::<f64>()) {
            (Ok(old), Ok(new)) => (old - new).abs() <= 0.11_f64.max(0.02 * new.abs()),
            _ => old == new,
        };
        assert!(old.len() == new.len() && old.iter().zip(new).all(same), "the guide is old: UPDATE=1 writes it\n{old:?}\n{new:?}");
    }
}
