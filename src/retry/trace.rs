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
/// Events after which a run that does not end is stopped.
const MOST_EVENTS: u64 = 20_000;

/// What the recommended policy sends.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Trace {
    /// Jobs that were played, all of them or the first thousand.
    pub jobs: usize,
    /// Tasks in flight at most.
    pub slots: u32,
    /// Seed of job times and delays.
    pub seed: u64,
    /// The schedule of the queries.
    pub poll: Poll,
    /// Whether the run was stopped, because it goes on like this: a scenario that refuses every create never ends.
    pub cut: bool,
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
    let run = Run { most_events: MOST_EVENTS, ..Run::new(workload.simulated().min(MOST_JOBS), workload.seed) };
    let (calls, cut) = calls(&world, &policy.strategy(&workload), run);
    Ok(Trace { jobs: run.jobs, slots: policy.slots.limit, seed: workload.seed, poll: policy.poll, cut, calls })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::retry::simulate::{Asked, Came, Failure};

    fn of(faults: Vec<Fault>, task_s: Vec<f64>) -> Result<Trace, InputError> {
        let input = Input { jobs: Some(5), slots: Some(3), job_seconds: vec![2.0], ..Input::default() };
        trace(&Knowledge::load().unwrap(), &input, faults, task_s)
    }

    fn creates(trace: &Trace) -> Vec<(u32, Came)> {
        trace.calls.iter().filter(|call| call.call == Asked::Create).map(|call| (call.job, call.came)).collect()
    }

    #[test]
    fn tasks_that_run_as_long_as_told_are_asked_for_until_the_first_time_after_their_end() {
        let trace = of(Vec::new(), vec![3.5; 5]).unwrap();
        assert_eq!(creates(&trace), (0..5).map(|job| (job, Came::Ok)).collect::<Vec<_>>());
        let first: Vec<(f64, Asked, Came)> =
            trace.calls.iter().filter(|call| call.job == 0).map(|call| (call.at_s, call.call, call.came)).collect();
        assert_eq!(first, [(0.0, Asked::Create, Came::Ok), (2.0, Asked::Query, Came::Running), (4.0, Asked::Query, Came::Ended)]);
        assert_eq!(of(Vec::new(), vec![3.5; 5]).unwrap(), trace, "the same arguments give the same calls");
    }

    #[test]
    fn refusals_for_want_of_a_slot_hold_all_creates_back_and_lose_nothing() {
        let busy = Fault { creates_only: true, first: Some(3), accepted: false, failure: Failure::Busy };
        let expected =
            [(0, Came::Busy), (0, Came::Busy), (0, Came::Busy), (0, Came::Ok), (1, Came::Ok), (2, Came::Ok), (3, Came::Ok), (4, Came::Ok)];
        assert_eq!(creates(&of(vec![busy], Vec::new()).unwrap()), expected);
    }

    #[test]
    fn an_accepted_create_is_found_and_never_sent_again() {
        let lost = Fault { creates_only: true, first: Some(1), accepted: true, failure: Failure::Ambiguous };
        let trace = of(vec![lost], Vec::new()).unwrap();
        let first: Vec<(Asked, Came)> =
            trace.calls.iter().filter(|call| call.job == 0).map(|call| (call.call, call.came)).take(2).collect();
        assert_eq!(first, [(Asked::Create, Came::Unclear), (Asked::Look, Came::Found)]);
        assert_eq!(creates(&trace).len(), 5);
    }

    #[test]
    fn an_outage_is_no_proof_that_nothing_was_made() {
        let down = Fault { creates_only: false, first: Some(6), accepted: false, failure: Failure::Ambiguous };
        let trace = of(vec![down], Vec::new()).unwrap();
        let looks: Vec<Came> = trace.calls.iter().filter(|call| call.job == 2 && call.call == Asked::Look).map(|call| call.came).collect();
        assert_eq!(looks, [Came::Failed, Came::NotFound, Came::NotFound]);
        assert_eq!(creates(&trace).iter().map(|create| create.0).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2, 3, 4]);
    }

    #[test]
    fn a_scenario_without_an_end_is_cut_and_says_so() {
        for failure in [Failure::Busy, Failure::Rate, Failure::Ambiguous] {
            let always = Fault { creates_only: true, first: None, accepted: false, failure };
            let trace = of(vec![always], Vec::new()).unwrap();
            assert!(trace.cut && trace.calls.len() > 1_000, "{failure:?}: {} calls", trace.calls.len());
        }
        assert!(!of(Vec::new(), Vec::new()).unwrap().cut);
    }

    #[test]
    fn times_that_cannot_be_are_refused() {
        for seconds in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(of(Vec::new(), vec![seconds]).unwrap_err().argument, "task_s");
        }
    }
}
