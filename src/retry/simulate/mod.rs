//! A discrete-event simulation of an account's slots and of the clients that compete for them.
//!
//! It knows no clock: time is a number, randomness a seed. Arrivals and job times are drawn from one stream in order of arrival, so
//! different strategies meet the same jobs. Status queries are counted from the schedule instead of being played as events.

mod agenda;
mod client;
mod engine;
mod server;
mod stats;
mod strategy;
mod trace;
mod world;

pub use stats::Stats;
pub use strategy::{Failure, Quota, Reaction, SlotQueue, Strategy};
pub use trace::{Asked, Call, Came, Fault, trace};
pub use world::{Arrivals, World};

/// How far a simulation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run {
    /// Jobs that come.
    pub jobs: usize,
    /// Jobs at the start whose times are not counted.
    pub warmup: usize,
    /// Seed of all randomness.
    pub seed: u64,
    /// Events after which the run is stopped.
    pub most_events: u64,
}

impl Run {
    /// All jobs counted, without a bound on events.
    pub const fn new(jobs: usize, seed: u64) -> Self {
        Self { jobs, warmup: 0, seed, most_events: u64::MAX }
    }
}

/// Plays one run: the same arguments give the same counts.
pub fn simulate(world: &World, strategy: &Strategy, run: Run) -> Stats {
    engine::Engine::new(world, strategy, run).play()
}

#[cfg(test)]
mod tests;
