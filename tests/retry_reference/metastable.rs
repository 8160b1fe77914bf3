//! R13: retries on time-out lock an overloaded server in, unless a budget bounds them.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use klingai_mcp::retry::budget::Budget;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

use crate::seeds::SEEDS;

const STALL: (f64, f64) = (60.0, 70.0);
const SERVED_PER_S: f64 = 100.0;
const TIMEOUT: f64 = 1.0;

/// Answers within the time-out from 300 to 400 s, for each arrival of that span.
fn goodput(per_s: f64, mut budget: Option<Budget>, seed: u64) -> f64 {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut gap = move |rate: f64| -(1.0 - rng.random::<f64>()).ln() / rate;
    let mut sends = BinaryHeap::from([Reverse((gap(per_s).to_bits(), 0_u8))]);
    let (mut free_at, mut good) = (0.0_f64, 0_u32);
    while let Some(Reverse((bits, retries))) = sends.pop() {
        let now = f64::from_bits(bits);
        if now > 420.0 {
            break;
        }
        if retries == 0 {
            sends.push(Reverse(((now + gap(per_s)).to_bits(), 0)));
            if let Some(budget) = &mut budget {
                budget.requested();
            }
        }
        free_at = serve(free_at.max(now), gap(SERVED_PER_S));
        if free_at - now <= TIMEOUT {
            good += u32::from((300.0..400.0).contains(&free_at));
        } else if retries < 2 && budget.as_mut().is_none_or(|budget| budget.take(1.0)) {
            sends.push(Reverse(((now + TIMEOUT).to_bits(), retries + 1)));
        }
    }
    f64::from(good) / (per_s * 100.0)
}

/// When a service that begins at `start` ends; nothing moves during the stall.
fn serve(start: f64, work: f64) -> f64 {
    let begins = if start >= STALL.0 && start < STALL.1 { STALL.1 } else { start };
    let ends = begins + work;
    if begins < STALL.0 && ends > STALL.0 { ends + STALL.1 - STALL.0 } else { ends }
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r13_the_server_recovers_only_if_it_could_serve_every_retry() {
    for seed in 0..SEEDS {
        for per_s in [20.0, 30.0] {
            assert!(goodput(per_s, None, seed) > 0.9, "seed {seed}: {per_s} a second should recover");
        }
        for per_s in [36.0, 40.0, 60.0, 80.0] {
            assert!(goodput(per_s, None, seed) < 0.05, "seed {seed}: {per_s} a second should stay locked");
            let budget = Budget::per_request(0.1, per_s + 10.0);
            assert!(goodput(per_s, Some(budget), seed) > 0.9, "seed {seed}: a budget should free {per_s} a second");
        }
    }
}
