//! R3, R4, R5: the FIFO queue before the slots; R14: Little's law on the same runs.

use klingai_mcp::retry::backoff::{Backoff, Jitter};
use klingai_mcp::retry::law::Law;
use klingai_mcp::retry::queueing;
use klingai_mcp::retry::simulate::{Arrivals, Run, Stats, Strategy, World, simulate};

use crate::seeds::{SEEDS, figures};

const S: f64 = 180.0;
const LOGNORMAL: Law = Law::Lognormal { mean: S, sigma: 1.0 };

fn queue(c: u32, a: f64, law: Law, jobs: usize, seed: u64) -> Stats {
    let world = World::new(c, Arrivals::Poisson(a / S), law);
    let strategy = Strategy::slot_queue("queue", c, S, Backoff::new(1.0, 60.0, Jitter::Full));
    let stats = simulate(&world, &strategy, Run { warmup: jobs / 10, ..Run::new(jobs, seed) });
    let little = (stats.waiting_seconds - stats.wait_sum).abs() / stats.waiting_seconds;
    assert!(little <= 0.005, "seed {seed}: Little's law is off by {little}");
    assert_eq!((stats.lost, stats.creates, stats.busy), (0, jobs as u64, 0), "seed {seed}");
    stats
}

/// Mean wait, share that waits, share that waits longer than a job takes.
fn waits(stats: &Stats) -> [f64; 3] {
    let share = |bound: f64| stats.waits.iter().filter(|&&wait| wait > bound).count() as f64 / stats.waits.len() as f64;
    [stats.mean_wait() / S, share(0.0), share(S)]
}

/// At many slots few jobs wait as long as a job takes, so it takes more of them to see how many.
const fn jobs(c: u32) -> usize {
    match c {
        50.. => 3_300_000,
        20.. => 2_200_000,
        _ => 220_000,
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r3_exponential_jobs_wait_as_erlang_c_says() {
    for (c, a, tolerance) in [
        (1, 0.8, 0.03),
        (3, 2.4, 0.03),
        (5, 4.0, 0.03),
        (5, 3.0, 0.03),
        (10, 8.0, 0.03),
        (10, 9.0, 0.06),
        (20, 16.0, 0.03),
        (50, 45.0, 0.06),
    ] {
        let [wait, any, long] = figures(|seed| waits(&queue(c, a, Law::Exponential(S), jobs(c), seed)));
        let name = format!("R3 c={c} a={a}");
        wait.exactly(&format!("{name} Wq/S"), queueing::mean_wait(c, a, S).unwrap() / S, tolerance);
        any.exactly(&format!("{name} P(wait)"), queueing::erlang_c(c, a), tolerance);
        long.exactly(&format!("{name} P(W>S)"), queueing::wait_tail(c, a, S, S), tolerance);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r4_one_slot_waits_as_pollaczek_and_khinchine_say() {
    for (law, wanted, tolerance) in [(Law::Exponential(S), 4.0, 0.03), (Law::Fixed(S), 2.0, 0.03), (LOGNORMAL, 5.4366, 0.08)] {
        let [wait] = figures(|seed| [queue(1, 0.8, law, 220_000, seed).mean_wait() / S]);
        wait.exactly(&format!("R4 {law:?}"), wanted, tolerance);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r5_other_job_times_wait_as_long_runs_showed() {
    let rows = [
        (5, 4.0, Law::Fixed(S), 0.28913, 0.00017),
        (5, 4.0, LOGNORMAL, 0.70394, 0.00087),
        (10, 9.0, Law::Fixed(S), 0.34482, 0.00040),
        (10, 9.0, LOGNORMAL, 0.85896, 0.00159),
        (10, 8.0, Law::Fixed(S), 0.10991, 0.00009),
        (10, 8.0, LOGNORMAL, 0.24780, 0.00036),
    ];
    for (c, a, law, wanted, error) in rows {
        let [wait] = figures(|seed| [queue(c, a, law, 220_000, seed).mean_wait() / S]);
        let name = format!("R5 c={c} a={a} {law:?}");
        wait.near(&name, wanted, 0.03);
        wait.within_errors(&name, wanted, error);
        if c == 5 {
            let formula = queueing::allen_cunneen(c, a, law).unwrap() / S;
            assert!((wait.mean / formula - 1.0).abs() <= 0.08, "{name}: {} beside the approximation {formula}", wait.mean);
        }
    }
}

#[test]
fn the_queue_is_right_within_a_tenth_on_few_jobs() {
    let mean = (0..SEEDS / 3).map(|seed| queue(5, 4.0, Law::Exponential(S), 20_000, seed).mean_wait() / S).sum::<f64>() / 10.0;
    assert!((mean / 0.554_113 - 1.0).abs() < 0.1, "{mean}");
}
