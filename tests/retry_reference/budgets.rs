//! R9: retry budgets; R10: the adaptive throttle; R11: the sawtooth of AIMD; R14: fan-out.

use std::collections::VecDeque;

use klingai_mcp::retry::budget::Budget;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;

use crate::seeds::figures;

const REQUESTS: u32 = 100_000;

/// Load and share of successes with at most four attempts that fail independently with probability `p`.
fn spend(mut budget: Budget, p: f64, seed: u64) -> [f64; 2] {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let (mut sent, mut good) = (0_u32, 0_u32);
    for _ in 0..REQUESTS {
        budget.requested();
        for attempt in 1..=4 {
            sent += 1;
            if rng.random::<f64>() >= p {
                good += 1;
                budget.succeeded();
                break;
            }
            if attempt == 4 || !budget.take(1.0) {
                break;
            }
        }
    }
    [f64::from(sent) / f64::from(REQUESTS), f64::from(good) / f64::from(REQUESTS)]
}

#[test]
fn r9_a_budget_bounds_the_load_when_everything_fails() {
    let rows = [
        (0.01, 1.0101, 1.0),
        (0.05, 1.0526, 1.0),
        (0.1, 1.0989, 0.989),
        (0.2, 1.0870, 0.870),
        (0.5, 1.0526, 0.526),
        (0.9, 1.0101, 0.1),
        (1.0, 1.0, 0.0),
    ];
    for (p, load, good) in rows {
        let [got_load, got_good] = figures(|seed| spend(Budget::per_success(0.1, 100.0), p, seed));
        got_load.near(&format!("R9 success deposit p={p} load"), load, 0.01);
        assert!((got_good.mean - good).abs() <= 0.01, "p={p}: {got_good:?}");
    }
    for (p, load) in [(0.05, 1.0526), (0.1, 1.1110), (0.2, 1.2), (0.5, 1.2), (1.0, 1.2)] {
        let [got, _] = figures(|seed| spend(Budget::per_request(0.2, 100.0), p, seed));
        got.near(&format!("R9 request deposit p={p} load"), load, 0.01);
    }
}

/// Requests forwarded and accepted a second, over the second half of ten minutes.
fn throttle(k: f64, seed: u64) -> [f64; 2] {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut window: VecDeque<(u32, u32)> = VecDeque::new();
    let (mut requests, mut accepts, mut forwarded, mut accepted) = (0_u32, 0_u32, 0_u32, 0_u32);
    for second in 0..600 {
        window.push_back((0, 0));
        if window.len() > 120 {
            let (old_requests, old_accepts) = window.pop_front().unwrap();
            requests -= old_requests;
            accepts -= old_accepts;
        }
        let mut taken = 0;
        for _ in 0..1_000 {
            let rejected = ((f64::from(requests) - k * f64::from(accepts)) / (f64::from(requests) + 1.0)).max(0.0);
            requests += 1;
            window.back_mut().unwrap().0 += 1;
            if rng.random::<f64>() < rejected {
                continue;
            }
            forwarded += u32::from(second >= 300);
            if taken < 100 {
                taken += 1;
                accepts += 1;
                window.back_mut().unwrap().1 += 1;
                accepted += u32::from(second >= 300);
            }
        }
    }
    [f64::from(forwarded) / 300.0, f64::from(accepted) / 300.0]
}

#[test]
fn r10_the_adaptive_throttle_forwards_k_times_the_capacity() {
    for (k, forwarded, accepted) in [(2.0, 199.6, 100.0), (1.1, 107.7, 98.6)] {
        let [got_forwarded, got_accepted] = figures(|seed| throttle(k, seed));
        got_forwarded.near(&format!("R10 K={k} forwarded"), forwarded, 0.03);
        got_accepted.near(&format!("R10 K={k} accepted"), accepted, 0.03);
    }
}

#[test]
fn r11_the_sawtooth_has_its_mean_and_its_root_law() {
    for (beta, mean, root) in [(0.5_f64, 0.75, 1.2247), (0.7, 0.85, 1.6833), (0.9, 0.95, 3.0822)] {
        let (mut window, mut sum, mut steps, mut losses) = (100.0_f64, 0.0, 0.0, 0.0);
        while steps < 1_000_000.0 {
            window += 1.0;
            sum += window;
            steps += 1.0;
            if window >= 200.0 {
                losses += 1.0;
                window *= beta;
            }
        }
        let average = sum / steps;
        assert!((average / 200.0 / mean - 1.0).abs() <= 0.01, "beta {beta}: {average}");
        let law = average * f64::sqrt(losses / sum);
        assert!((law / root - 1.0).abs() <= 0.03, "beta {beta}: {law}");
    }
}

#[test]
fn r14_one_slow_answer_in_a_hundred_meets_two_fans_in_three() {
    assert!((1.0 - 0.99_f64.powi(100) - 0.633_97).abs() < 1e-5);
}
