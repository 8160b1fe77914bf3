//! The answer, as callers see it. Field names are public API.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::knowledge::Retry;

use super::classify::Operation;
use super::lint::{Problem, Recognised};
use super::policy::Policy;

/// Everything that is suggested, and why.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Advice {
    /// What to do, in a few sentences.
    pub summary: String,
    /// What a failure means for the next call.
    pub verdicts: Vec<VerdictRow>,
    /// The policy as data.
    pub policy: Policy,
    /// How it and others do on the workload.
    pub simulation: Simulation,
    /// When the work is done, and what it would take to be done sooner.
    pub forecast: Forecast,
    /// Bars and a timeline as text.
    pub chart: String,
    /// Address of the same as a picture, drawn anew when it is read; absent for the usual workload.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub chart_uri: Option<String>,
    /// Code that carries the policy out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Code")]
    pub code: Option<Code>,
    /// The caller's own policy, as it was read from `current`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Map<String, Value>")]
    pub recognised: Option<Recognised>,
    /// What is wrong with it, by line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What was assumed because it was not given.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumptions: Vec<String>,
    /// Newest date of the knowledge.
    pub knowledge_as_of: String,
}

/// The verdict on one kind of failure.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct VerdictRow {
    /// Codes, statuses or outcomes.
    #[serde(rename = "match")]
    pub matches: String,
    /// The call that failed.
    pub operation: Operation,
    /// What to do with it.
    pub verdict: Retry,
    /// Why.
    pub reason: String,
    /// First sensible delay in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub after_s: Option<u32>,
    /// The page behind it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub reference: Option<String>,
}

/// The simulation of the workload.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Simulation {
    /// Jobs of a run.
    pub jobs: u64,
    /// Runs of the recommended policy.
    pub seeds: u32,
    /// Runs of each other policy.
    pub compared_seeds: u32,
    /// First seed; the same one gives the same answer.
    pub seed: u64,
    /// The recommended policy.
    pub recommended: Tally,
    /// Policies that circulate, on the same jobs.
    pub compared: Vec<Tally>,
}

/// How a policy did, as means over the runs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Tally {
    /// Its name.
    pub name: String,
    /// Jobs done in a run; of other policies, like wasted calls and the last four, only in a full answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub done: Option<u64>,
    /// Jobs given up in a run.
    pub lost: u64,
    /// Seconds from arrival to result that half of the done jobs stay below.
    pub p50_s: f64,
    /// The same for 95 %.
    pub p95_s: f64,
    /// Creates for each job.
    pub creates_per_job: f64,
    /// Creates that brought nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub wasted_calls: Option<u64>,
    /// Tasks that are billed while nobody looks at them, in prices of one job.
    pub units_at_risk: f64,
    /// Mean seconds from arrival to result.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub mean_s: Option<f64>,
    /// Seconds until the create was accepted that 95 % stay below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub wait_p95_s: Option<f64>,
    /// Second tasks of a job.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub duplicates: Option<u64>,
    /// Share of the slots' time in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub utilisation: Option<f64>,
    /// Whether the run was stopped because the calls went on and on; its figures are of the first part.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub stopped: bool,
    /// Of the caller's own code: what could not be read and was filled in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub assumed: Vec<String>,
}

/// When the work is done.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Forecast {
    /// Jobs done in an hour.
    pub throughput_per_hour: f64,
    /// Jobs an hour that the slots can do at most.
    pub capacity_per_hour: f64,
    /// What the finish times speak of.
    pub finish_of: String,
    /// Seconds, in half of the runs or for half of the jobs.
    pub finish_p50_s: f64,
    /// The same for 95 %.
    pub finish_p95_s: f64,
    /// Share of the slots' time in use.
    pub utilisation: f64,
    /// Whether the slots keep up, and the deadline is met in 95 % of the cases.
    pub feasible: bool,
    /// Share of jobs that must wait for a slot (Erlang C).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub wait_share: Option<f64>,
    /// Mean wait for a slot in seconds (approximation of Allen and Cunneen).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub mean_wait_s: Option<f64>,
    /// Slots with which it is feasible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub slots_needed: Option<u32>,
    /// Jobs an hour up to which it is feasible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub feasible_up_to_per_hour: Option<f64>,
    /// Jobs of a batch up to which it is feasible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub feasible_up_to_jobs: Option<u64>,
    /// Jobs that the pack pays for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub pack_covers_jobs: Option<u64>,
    /// Seconds until the pack is used up, where that comes before the end of the work.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub pack_lasts_s: Option<f64>,
    /// Jobs by which the queue grows in an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub queue_grows_per_hour: Option<f64>,
}

/// Code in the caller's language.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Code {
    /// Its language.
    pub language: String,
    /// The files.
    pub files: Vec<CodeFile>,
    /// How it is called.
    pub usage: String,
}

/// A file of code.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct CodeFile {
    /// Its name.
    pub name: String,
    /// Its text.
    pub text: String,
}
