//! The policy as data: what to do after each class of failure, and the numbers, each with its reason and formula.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::knowledge::{Knowledge, Retry};

use super::backoff::{Backoff, Jitter};
use super::classify::{account_codes, is_account};
use super::law::Law;
use super::num::{brief, whole};
use super::poll::{Schedule, best_schedule};
use super::simulate::{SlotQueue, Strategy};
use super::workload::Workload;

/// Name of the form; it changes when a member changes its meaning.
pub const SCHEMA: &str = "klingai-mcp/retry-policy/1";
/// Listed times of a poll schedule.
const LISTED_POLLS: usize = 8;
/// Load from which a lag of the poller costs other jobs a slot.
const CROWDED: f64 = 0.5;

/// A retry policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Name and version of the form.
    pub schema: String,
    /// Classes of failures of a create, and what follows.
    pub classes: Vec<Class>,
    /// Reads: query, list, download.
    pub reads: Reads,
    /// Seconds after which a job is given up.
    pub deadline_s: f64,
    /// The queue before creates.
    pub slots: Slots,
    /// When a task's state is asked.
    pub poll: Poll,
    /// What follows a create with an unclear outcome.
    pub reconcile: Reconcile,
    /// When creates of the account stop altogether.
    pub circuit: Circuit,
    /// Layers that may retry: one. SDK, gateway and workflow engine must not.
    pub retry_layers: u32,
    /// The reason and formula of each number, by its place.
    pub why: BTreeMap<String, String>,
}

/// A class of failures of a create.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Class {
    /// Its name.
    pub name: String,
    /// Service codes that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<i64>,
    /// Other outcomes that belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What follows.
    pub verdict: Retry,
    /// Attempts, the first included; none means until the deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub max_attempts: Option<u32>,
    /// Delays between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Backoff")]
    pub backoff: Option<Backoff>,
}

/// How reads are repeated.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reads {
    /// Attempts, the first included.
    pub max_attempts: u32,
    /// Delays between them.
    pub backoff: Backoff,
    /// Retries as a share of first attempts, shared by all reads.
    pub budget_ratio: f64,
}

/// The queue before creates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slots {
    /// Tasks in flight.
    pub limit: u32,
    /// Whether the limit is known; otherwise it is learned.
    pub known: bool,
    /// Slots one job takes.
    pub per_job: u32,
    /// `fifo`.
    pub order: String,
    /// `terminal_state`: success or failure of the task, never the answer of the create.
    pub release_on: String,
    /// What shares the slots.
    pub key: Vec<String>,
    /// After a refusal with free own slots: seconds until one job tries, with 20 % jitter either way.
    pub probe_s: f64,
    /// Where the limit is learned: accepted creates in a row at the limit before one more is tried.
    pub grow_after: u32,
}

/// When a task's state is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Poll {
    /// Seconds after the create.
    pub at_s: Vec<f64>,
    /// Gap after the last of them.
    pub then_every_s: f64,
    /// After this the job is marked unknown and looked at later; it is never created again for that.
    pub stop_after_s: f64,
    /// Share by which each time is moved at random.
    pub jitter: f64,
    /// Tasks that one query may ask for.
    pub ids_per_query: u32,
}

/// What follows a create with an unclear outcome.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    /// The id that is stored before the first send.
    pub by: String,
    /// Seconds after the failure at which the task is looked for.
    pub look_after_s: Vec<f64>,
    /// What follows when it is not there.
    pub then: String,
}

/// When creates of the account stop.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Circuit {
    /// Service codes that open it at once.
    pub codes: Vec<i64>,
    /// What closes it.
    pub until: String,
}

/// The schema of a policy, for everybody who reads one.
pub fn policy_schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12();
    settings.into_generator().into_root_schema_for::<Policy>().to_value()
}

/// The policy for the workload. `wait_s` is how long a job may wait for a slot, as the simulation showed.
pub fn policy(knowledge: &Knowledge, workload: &Workload, wait_s: f64) -> Policy {
    let numbers = &knowledge.retry;
    let number = |name: &str, otherwise: f64| numbers.number(name).unwrap_or(otherwise);
    let poll = poll(workload, whole(number("ids_per_query", 20.0)));
    let deadline_s = workload.deadline_s.unwrap_or_else(|| (wait_s + poll.stop_after_s).ceil());
    let backoff = Backoff::new(number("first_delay", 1.0), 60.0, Jitter::Full);
    let attempts = workload.max_attempts;
    Policy {
        schema: SCHEMA.to_owned(),
        classes: classes(knowledge, backoff, attempts),
        reads: Reads { max_attempts: 3, backoff: Backoff::new(backoff.base_s, 20.0, Jitter::Full), budget_ratio: 0.2 },
        deadline_s,
        slots: slots(workload),
        poll,
        reconcile: Reconcile {
            by: "external_task_id".to_owned(),
            look_after_s: vec![0.0, number("second_look", 10.0)],
            then: "resend with the same id".to_owned(),
        },
        circuit: Circuit { codes: account_codes(knowledge), until: "the owner acts".to_owned() },
        retry_layers: 1,
        why: why(workload),
    }
}

fn slots(workload: &Workload) -> Slots {
    Slots {
        limit: workload.usable(),
        known: workload.slots_known,
        per_job: workload.slots_per_job,
        order: "fifo".to_owned(),
        release_on: "terminal_state".to_owned(),
        key: ["account", "pack kind", "model version"].map(str::to_owned).to_vec(),
        probe_s: probe(workload),
        grow_after: 20,
    }
}

/// Half the mean time between two ends of tasks when all slots are in use: `S / (2c)`.
fn probe(workload: &Workload) -> f64 {
    brief((workload.law.mean() / (2.0 * f64::from(workload.workers()))).max(workload.least_gap_s))
}

fn poll(workload: &Workload, ids: u64) -> Poll {
    let schedule = schedule(workload);
    Poll {
        at_s: schedule.at_s,
        then_every_s: schedule.then_every_s,
        stop_after_s: (3.0 * workload.law.quantile(0.999)).ceil(),
        jitter: 0.1,
        ids_per_query: u32::try_from(ids).unwrap_or(20),
    }
}

/// Seconds of lag that one query is worth: much where nobody waits for the slot, little where jobs do.
fn worth(workload: &Workload) -> f64 {
    if workload.load() >= CROWDED { 0.5 } else { 5.0 }
}

/// The best schedule for the job times, cut to the times worth listing.
pub(super) fn schedule(workload: &Workload) -> Schedule {
    if let Law::Fixed(mean) = workload.law {
        return Schedule { at_s: vec![mean.ceil()], then_every_s: (mean / 20.0).max(workload.least_gap_s).ceil() };
    }
    let best = best_schedule(workload.law, worth(workload));
    let mut at_s: Vec<f64> = Vec::new();
    for &at in &best.at_s {
        if at_s.last().is_none_or(|last| at - last >= workload.least_gap_s) {
            at_s.push(at);
        }
    }
    at_s.truncate(LISTED_POLLS);
    let gap = match at_s.as_slice() {
        [.., before, last] => last - before,
        _ => best.then_every_s,
    };
    Schedule { at_s, then_every_s: gap.max(workload.least_gap_s) }
}

/// Classes of the codes by verdict, account codes apart.
fn classes(knowledge: &Knowledge, backoff: Backoff, attempts: Option<u32>) -> Vec<Class> {
    let class = |name: &str, verdict: Retry, account: bool, also: &[&str]| Class {
        name: name.to_owned(),
        codes: codes(knowledge, verdict, account),
        also: also.iter().map(|&text| text.to_owned()).collect(),
        verdict,
        max_attempts: matches!(verdict, Retry::FixFirst).then_some(1).or(attempts),
        backoff: (verdict == Retry::Retry).then_some(backoff),
    };
    vec![
        class("slots", Retry::WaitForSlot, false, &[]),
        class("rate", Retry::Retry, false, &["name not resolved", "connection refused"]),
        class("ambiguous", Retry::Reconcile, false, &["timeout", "reset", "cut answer", "HTTP 5xx without a code"]),
        class("account", Retry::FixFirst, true, &[]),
        class("request", Retry::FixFirst, false, &["TLS failed"]),
    ]
}

/// Codes of the service whose creates get this verdict, ascending.
pub(super) fn codes(knowledge: &Knowledge, verdict: Retry, account: bool) -> Vec<i64> {
    let of_account = |causes: &[String]| causes.first().and_then(|id| knowledge.cause(id)).is_some_and(|doc| is_account(&doc.head));
    let heads = knowledge.codes.iter().map(|doc| &doc.head).filter(|head| head.kling && head.retry == verdict);
    heads.filter(|head| verdict != Retry::FixFirst || of_account(&head.causes) == account).map(|head| head.code).collect()
}

fn why(workload: &Workload) -> BTreeMap<String, String> {
    let mean = brief(workload.law.mean());
    let limit = if workload.slots_known { "as you said" } else { "smallest pack seen; learned" };
    let limit = match workload.conditions.held_slots {
        0 => limit.to_owned(),
        held => format!("{limit}; {held} of {} held by others", workload.slots),
    };
    let deadline = match workload.deadline_s {
        Some(_) => "as you said".to_owned(),
        None => "p99 wait (simulated) + poll.stop_after_s".to_owned(),
    };
    let rows = [
        ("classes.rate.backoff", "vendor: >= 1 s; delay U(0, min(cap, base*2^n))".to_owned()),
        ("deadline_s", deadline),
        ("poll.at_s", format!("least E[polls + lag/{} s]", worth(workload))),
        ("poll.stop_after_s", "3 x p99.9 of the job time".to_owned()),
        ("reads", "load <= 1 + budget_ratio when all fail".to_owned()),
        ("reconcile.look_after_s", "visibility delay unknown: look twice".to_owned()),
        ("retry_layers", "k attempts in n layers: k^n calls".to_owned()),
        ("slots.limit", limit),
        ("slots.probe_s", format!("S/(2c) = {mean}/(2*{}); at least {}", workload.workers(), workload.least_gap_s)),
    ];
    rows.into_iter().map(|(place, why)| (place.to_owned(), why)).collect()
}

impl Policy {
    /// The policy as a client of the simulation.
    pub fn strategy(&self, workload: &Workload) -> Strategy {
        let backoff = self.classes.iter().find_map(|class| class.backoff).unwrap_or(self.reads.backoff);
        let mut strategy = Strategy::slot_queue("recommended", self.slots.limit, self.slots.probe_s, backoff);
        strategy.queue =
            Some(SlotQueue { limit: self.slots.limit, learn: !self.slots.known, probe_s: self.slots.probe_s, freed_on_create: false });
        if let [first, second] = self.reconcile.look_after_s.as_slice() {
            strategy.looks_s = [*first, *second];
        }
        strategy.max_attempts = workload.max_attempts.unwrap_or(u32::MAX);
        strategy.poll = Some(Schedule { at_s: self.poll.at_s.clone(), then_every_s: self.poll.then_every_s });
        strategy
    }
}
