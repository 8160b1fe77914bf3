//! Events a second of the simulator, on one core.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::time::Instant;

use klingai_mcp::retry::backoff::{Backoff, Jitter};
use klingai_mcp::retry::law::Law;
use klingai_mcp::retry::poll::Schedule;
use klingai_mcp::retry::simulate::{Arrivals, Run, Strategy, World, simulate};

const FULL: Backoff = Backoff::new(1.0, 60.0, Jitter::Full);

#[expect(clippy::disallowed_methods, clippy::cast_precision_loss, reason = "a benchmark measures time")]
fn main() {
    let world = World::new(5, Arrivals::Poisson(4.0 / 180.0), Law::Exponential(180.0));
    let mut polled = Strategy::slot_queue("slot queue, polled every 10 s", 5, 18.0, FULL);
    polled.poll = Some(Schedule::every(10.0));
    for (strategy, jobs) in [
        (Strategy::slot_queue("slot queue", 5, 18.0, FULL), 100_000),
        (polled, 100_000),
        (Strategy::backoff("full jitter until free", FULL, u32::MAX), 50_000),
    ] {
        let best = (0..20)
            .map(|seed| {
                let started = Instant::now();
                let stats = simulate(&world, &strategy, Run::new(jobs, seed));
                stats.events as f64 / started.elapsed().as_secs_f64()
            })
            .fold(0.0, f64::max);
        println!("{}: {:.1} million events a second ({jobs} jobs, best of 20)", strategy.name, best / 1e6);
    }
}
