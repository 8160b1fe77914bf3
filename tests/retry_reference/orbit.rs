//! R6, R7: clients that retry until a slot is free.

use klingai_mcp::retry::backoff::{Backoff, Jitter};
use klingai_mcp::retry::law::Law;
use klingai_mcp::retry::simulate::{Arrivals, Run, Stats, Strategy, World, simulate};

use crate::seeds::figures;

const S: f64 = 180.0;

fn orbit(c: u32, a: f64, law: Law, gap: f64, jobs: usize, seed: u64) -> Stats {
    let world = World::new(c, Arrivals::Poisson(a / S), law);
    let strategy = Strategy::backoff("until free", Backoff::new(gap, gap, Jitter::Memoryless), u32::MAX);
    simulate(&world, &strategy, Run { warmup: jobs / 10, ..Run::new(jobs, seed) })
}

/// Mean wait and creates a job of the retrial queue with one slot (Falin and Templeton).
fn one_slot(rho: f64, gap: f64, law: Law) -> (f64, f64) {
    let lambda = rho / S;
    let second_moment = S * S * (1.0 + law.scv());
    let waiting = lambda * lambda * second_moment / (2.0 * (1.0 - rho)) + lambda * rho * gap / (1.0 - rho);
    (waiting / lambda, 1.0 + waiting / lambda / gap)
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r6_one_slot_behaves_as_the_retrial_queue() {
    assert!((one_slot(0.8, 10.0, Law::Exponential(S)).0 - 760.0).abs() < 0.1 && (one_slot(0.5, 180.0, Law::Fixed(S)).1 - 2.5).abs() < 1e-6);
    for law in [Law::Exponential(S), Law::Fixed(S)] {
        for (rho, gap, jobs) in [
            (0.5, 10.0, 30_000),
            (0.5, 60.0, 60_000),
            (0.5, 180.0, 60_000),
            (0.8, 10.0, 40_000),
            (0.8, 60.0, 80_000),
            (0.8, 180.0, 100_000),
        ] {
            let (wait, creates) = one_slot(rho, gap, law);
            let [got_wait, got_creates] = figures(|seed| {
                let stats = orbit(1, rho, law, gap, jobs, seed);
                [stats.mean_wait(), stats.creates_per_job()]
            });
            let name = format!("R6 rho={rho} R={gap} {law:?}");
            got_wait.exactly(&format!("{name} W"), wait, 0.04);
            got_creates.exactly(&format!("{name} creates"), creates, 0.04);
        }
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r7_five_slots_behave_as_the_markov_chain() {
    for (gap, waiting, blocked, creates) in
        [(10.0, 2.4167, 0.5330, 11.875), (30.0, 2.7834, 0.5086, 5.175), (60.0, 3.3003, 0.4881, 3.475), (180.0, 5.2614, 0.4553, 2.315)]
    {
        let [wait, first, per_job] = figures(|seed| {
            let stats = orbit(5, 4.0, Law::Exponential(S), gap, 110_000, seed);
            [stats.mean_wait(), stats.first_busy as f64 / stats.jobs as f64, stats.creates_per_job()]
        });
        wait.exactly(&format!("R7 R={gap} W"), waiting * S / 4.0, 0.03);
        first.exactly(&format!("R7 R={gap} P(block)"), blocked, 0.03);
        per_job.exactly(&format!("R7 R={gap} creates"), creates, 0.03);
    }
}
