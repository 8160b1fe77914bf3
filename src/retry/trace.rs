//! The calls that the policy of a workload leads to, one by one, when the first of them meet faults.

use schemars::JsonSchema;
use serde::Serialize;

use crate::knowledge::Knowledge;

use super::compare::world;
use super::policy::{Poll, policy};
use super::simulate::{Call, Fault, Run, World, trace as calls};
use super::workload::{Input, InputError, Workload};

/// Jobs of a trace at most.
const MOST_JOBS: usize = 1_000;

/// What the recommended policy sends.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trace {
    /// Tasks in flight at most.
    pub slots: u32,
    /// Seed of job times and delays.
    pub seed: u64,
    /// The schedule of the queries.
    pub poll: Poll,
    /// The calls in order of time.
    pub calls: Vec<Call>,
}

/// The calls for the workload. `task_s` is how long the tasks of the first jobs run; other times are drawn.
///
/// # Errors
/// Names the argument that cannot be used.
pub fn trace(knowledge: &Knowledge, input: &Input, faults: Vec<Fault>, task_s: Vec<f64>) -> Result<Trace, InputError> {
    let workload = Workload::new(knowledge, input)?;
    if !task_s.iter().all(|&seconds| seconds > 0.0 && seconds.is_finite()) {
        return Err(InputError { argument: "task_s", what: "expected seconds above 0".to_owned(), example: "180 or 170,185" });
    }
    let policy = policy(knowledge, &workload, 0.0);
    let world = World { known_s: task_s, visible_after_s: 0.0, faults, ..world(&workload, 0.0) };
    let run = Run::new(workload.simulated().min(MOST_JOBS), workload.seed);
    let calls = calls(&world, &policy.strategy(&workload), run);
    Ok(Trace { slots: policy.slots.limit, seed: workload.seed, poll: policy.poll, calls })
}
