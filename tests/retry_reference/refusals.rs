//! R2: refusals at the first try; R8: attempts; and the comparison of policies at five slots and four erlang.

use klingai_mcp::retry::backoff::{Backoff, Jitter, mean_attempts};
use klingai_mcp::retry::law::Law;
use klingai_mcp::retry::queueing::erlang_b;
use klingai_mcp::retry::simulate::{Arrivals, Run, Stats, Strategy, World, simulate};

use crate::seeds::figures;

const S: f64 = 180.0;

fn once(c: u32, a: f64, law: Law, seed: u64) -> f64 {
    let world = World::new(c, Arrivals::Poisson(a / law.mean()), law);
    simulate(&world, &Strategy::backoff("none", Backoff::new(1.0, 1.0, Jitter::Fixed), 1), Run::new(100_000, seed)).lost_share()
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r2_first_tries_are_refused_as_erlang_b_says() {
    for (c, a) in [(3, 2.4), (5, 3.0), (5, 4.0), (10, 8.0), (10, 9.0), (20, 16.0), (50, 45.0), (1, 0.8)] {
        let [share] = figures(|seed| [once(c, a, Law::Exponential(S), seed)]);
        share.exactly(&format!("R2 B({c}, {a})"), erlang_b(c, a), 0.015);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r2_the_law_of_job_times_does_not_matter() {
    for law in [Law::Fixed(S), Law::Uniform { low: 0.0, high: 2.0 * S }, Law::Lognormal { mean: S, sigma: 1.0 }] {
        let [share] = figures(|seed| [once(5, 4.0, law, seed)]);
        share.exactly(&format!("R2 {law:?}"), 0.199_067, 0.015);
    }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r8_attempts_follow_the_geometric_sum() {
    for (p, n) in [(0.1, 3), (0.1, 4), (0.5, 3), (0.5, 4), (0.9, 3), (0.9, 4), (1.0, 3), (1.0, 4)] {
        let world = World { lost_request: p, ..World::new(1_000, Arrivals::Poisson(1.0), Law::Fixed(1.0)) };
        let strategy = Strategy::backoff("n attempts", Backoff::new(0.05, 20.0, Jitter::Full), n);
        let [attempts] = figures(|seed| [simulate(&world, &strategy, Run::new(50_000, seed)).creates_per_job()]);
        attempts.exactly(&format!("R8 p={p} n={n}"), mean_attempts(p, n), 0.005);
    }
}

/// Policy, lost share, creates a job, mean wait.
type Row = (&'static str, Option<Backoff>, u32, f64, f64, f64);

fn at_five_slots(backoff: Option<Backoff>, attempts: u32, seed: u64) -> Stats {
    let world = World::new(5, Arrivals::Poisson(4.0 / S), Law::Exponential(S));
    let strategy = backoff.map_or_else(
        || Strategy::slot_queue("queue", 5, S, Backoff::new(1.0, 60.0, Jitter::Full)),
        |backoff| Strategy::backoff("blind", backoff, attempts),
    );
    simulate(&world, &strategy, Run { warmup: 2_000, ..Run::new(52_000, seed) })
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn blind_retries_lose_jobs_or_waste_creates_where_a_queue_does_neither() {
    let full = |cap| Some(Backoff::new(1.0, cap, Jitter::Full));
    let rows: [Row; 9] = [
        ("AWS attempts, 1 s, cap 20", full(20.0), 3, 0.196, 1.41, 0.0),
        ("5 attempts, cap 60", full(60.0), 5, 0.186, 1.86, 0.3),
        ("10 attempts, cap 60", full(60.0), 10, 0.096, 3.40, 14.0),
        ("full jitter, cap 60", full(60.0), u32::MAX, 0.0, 7.43, 121.0),
        ("decorrelated, cap 60", Some(Backoff::new(1.0, 60.0, Jitter::Decorrelated)), u32::MAX, 0.0, 7.03, 113.0),
        ("fixed 10 s", Some(Backoff::new(10.0, 10.0, Jitter::Fixed)), u32::MAX, 0.0, 11.8, 108.0),
        ("fixed 30 s", Some(Backoff::new(30.0, 30.0, Jitter::Fixed)), u32::MAX, 0.0, 5.28, 128.0),
        ("full jitter, cap 600", full(600.0), u32::MAX, 0.0, 4.85, 183.0),
        ("slot queue", None, 0, 0.0, 1.0, 99.8),
    ];
    for (name, backoff, attempts, lost, creates, wait) in rows {
        let [got_lost, got_creates, got_wait] = figures(|seed| {
            let stats = at_five_slots(backoff, attempts, seed);
            [stats.lost_share(), stats.creates_per_job(), stats.mean_wait()]
        });
        println!("{name}: lost {:.3}, creates {:.2}, wait {:.1}", got_lost.mean, got_creates.mean, got_wait.mean);
        assert!((got_lost.mean - lost).abs() <= 0.005, "{name}: lost {got_lost:?}");
        // Creates and waits of the reference are one long run with a spread of some per cent.
        assert!((got_creates.mean / creates - 1.0).abs() <= 0.06, "{name}: creates {got_creates:?}");
        assert!((got_wait.mean - wait).abs() <= 0.06 * wait + 0.5, "{name}: wait {got_wait:?}");
    }
}
