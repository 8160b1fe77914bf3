//! What a run counted.

use crate::retry::num::{quantile, real, size};

/// Counts, times and areas of one run. Times are seconds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stats {
    /// Jobs that came.
    pub jobs: u64,
    /// Jobs whose result the client saw.
    pub done: u64,
    /// Jobs that the client gave up.
    pub lost: u64,
    /// Creates sent.
    pub creates: u64,
    /// Creates refused because no slot was free.
    pub busy: u64,
    /// First creates of a job refused because no slot was free.
    pub first_busy: u64,
    /// Creates refused for their rate.
    pub rate: u64,
    /// Creates refused because the pack was used up.
    pub account: u64,
    /// Creates with an ambiguous outcome.
    pub ambiguous: u64,
    /// Tasks that the service started for the jobs.
    pub tasks: u64,
    /// Tasks beyond the first of their job.
    pub duplicates: u64,
    /// Tasks whose result no client looks at: billed, or to be billed, for nothing.
    pub at_risk: u64,
    /// Looks for tasks after ambiguous outcomes.
    pub looks: u64,
    /// Status queries.
    pub polls: u64,
    /// Events that were worked off.
    pub events: u64,
    /// Whether the run was stopped at its most events; the counts are of the part before.
    pub cut: bool,
    /// When the last job was done or given up.
    pub end_s: f64,
    /// Slots in use by own tasks, summed over time.
    pub slot_seconds: f64,
    /// Jobs waiting for an accepted create, summed over time.
    pub waiting_seconds: f64,
    /// From arrival to the accepted create, of each job that was accepted, after the warm-up.
    pub waits: Vec<f64>,
    /// From arrival to the result, of each job done, after the warm-up.
    pub completions: Vec<f64>,
    /// When each job was done, ascending.
    pub done_at: Vec<f64>,
    /// Sum over all jobs of the time from arrival to the accepted create or to giving up.
    pub wait_sum: f64,
}

impl Stats {
    /// Creates for each job.
    pub fn creates_per_job(&self) -> f64 {
        real(self.creates) / real(self.jobs.max(1))
    }

    /// Creates that brought nothing: refused, lost, or made a second task.
    pub fn wasted(&self) -> u64 {
        self.creates.saturating_sub(self.tasks) + self.duplicates
    }

    /// Share of the jobs that were lost.
    pub fn lost_share(&self) -> f64 {
        real(self.lost) / real(self.jobs.max(1))
    }

    /// Mean wait of the jobs after the warm-up.
    pub fn mean_wait(&self) -> f64 {
        mean(&self.waits)
    }

    /// Mean time to the result of the jobs after the warm-up.
    pub fn mean_completion(&self) -> f64 {
        mean(&self.completions)
    }

    /// The wait that the share `q` of the jobs stays below.
    pub fn wait_quantile(&self, q: f64) -> Option<f64> {
        quantile(&mut self.waits.clone(), q)
    }

    /// The time to the result that the share `q` of the done jobs stays below.
    pub fn completion_quantile(&self, q: f64) -> Option<f64> {
        quantile(&mut self.completions.clone(), q)
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / size(values.len().max(1))
}
