//! R1: backoff under optimistic concurrency, the model of the AWS simulator of 2015.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use klingai_mcp::retry::backoff::{Backoff, Jitter};
use rand::SeedableRng as _;
use rand_distr::{Distribution as _, Normal};
use rand_pcg::Pcg64Mcg;

use crate::seeds::Figure;

#[derive(Clone, Copy)]
enum Step {
    Read,
    Write { version: u32 },
}

/// Time of the last answer and number of writes, for `clients` that each need one successful versioned write.
fn contend(clients: usize, backoff: Option<Backoff>, seed: u64) -> [f64; 2] {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let message: Normal<f64> = Normal::new(10.0, 2.0).unwrap();
    let mut events = BinaryHeap::new();
    let (mut steps, mut failures, mut delays) = (vec![Step::Read; clients], vec![0_u32; clients], vec![0.0_f64; clients]);
    for client in 0..clients {
        events.push(Reverse((message.sample(&mut rng).abs().to_bits(), client)));
    }
    let (mut version, mut calls, mut last) = (0_u32, 0_u32, 0.0_f64);
    while let Some(Reverse((bits, client))) = events.pop() {
        let now = f64::from_bits(bits);
        let mut hop = || message.sample(&mut rng).abs();
        let next = match steps[client] {
            Step::Read => {
                steps[client] = Step::Write { version };
                now + hop() + hop()
            }
            Step::Write { version: expected } => {
                calls += 1;
                let answered = now + hop();
                if expected == version {
                    version += 1;
                    last = last.max(answered);
                    continue;
                }
                failures[client] += 1;
                let hop = hop();
                let delay = backoff.map_or(0.0, |rule| rule.delay(failures[client], delays[client], &mut rng));
                delays[client] = delay;
                steps[client] = Step::Read;
                answered + delay + hop
            }
        };
        events.push(Reverse((next.to_bits(), client)));
    }
    [last, f64::from(calls)]
}

#[test]
#[cfg_attr(debug_assertions, ignore = "takes minutes without optimisation")]
fn r1_jitter_saves_calls_and_time_as_in_the_simulator_of_2015() {
    let rule = |jitter| Some(Backoff::new(5.0, 2_000.0, jitter));
    let columns = [rule(Jitter::None), rule(Jitter::Decorrelated), rule(Jitter::Equal), rule(Jitter::Full), None];
    let table = [
        (10, 400, [(3_402.0, 50.8), (435.0, 37.7), (729.0, 42.4), (472.0, 38.9), (376.0, 50.7)]),
        (50, 400, [(36_524.0, 623.3), (2_198.0, 374.0), (4_310.0, 347.4), (2_926.0, 333.1), (1_147.0, 690.1)]),
        (100, 400, [(63_371.0, 1_855.9), (4_598.0, 1_000.7), (6_623.0, 811.9), (4_900.0, 796.0), (2_026.0, 2_420.0)]),
        (190, 100, [(101_296.0, 5_179.9), (7_928.0, 2_438.3), (9_490.0, 1_761.4), (7_386.0, 1_774.0), (3_537.0, 8_011.9)]),
    ];
    for (clients, runs, row) in table {
        for (backoff, (time, calls)) in columns.into_iter().zip(row) {
            let measured: Vec<[f64; 2]> = (0..runs).map(|seed| contend(clients, backoff, seed)).collect();
            let got = |at: usize| Figure::of(&measured.iter().map(|run| run[at]).collect::<Vec<_>>());
            let name = format!("R1 N={clients} {:?}", backoff.map(|rule| rule.jitter));
            for (figure, wanted, tolerance) in [(got(0), time, 0.03), (got(1), calls, 0.01)] {
                println!("{name}: {:.1} for {wanted}", figure.mean);
                // Both sides were simulated: two standard errors of each are allowed beside the tolerance.
                assert!((figure.mean - wanted).abs() <= tolerance * wanted + 4.0 * figure.error, "{name}: {figure:?} for {wanted}");
            }
        }
    }
}
