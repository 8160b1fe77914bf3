//! What a client does: how creates are held back, what follows each kind of failure, and when tasks are looked at.

use crate::retry::backoff::Backoff;
use crate::retry::poll::Schedule;

/// How a create can fail, as far as a client can react differently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// All slots are in use.
    Busy,
    /// Too many requests.
    Rate,
    /// The account: units used up.
    Account,
    /// No answer, or a server error: a task may exist.
    Ambiguous,
}

/// What follows a failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// The job is given up.
    Stop,
    /// The create is sent again after a delay.
    Backoff,
    /// Back to the head of the slot queue; only where there is one.
    Queue,
    /// The task is looked for; the create is sent again only if it is not there.
    Reconcile,
}

/// A FIFO queue that holds creates back until a slot is free.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SlotQueue {
    /// Slots the client believes in.
    pub limit: u32,
    /// Whether the limit is only a first guess, to be learned from what is refused.
    pub learn: bool,
    /// After a refusal with free own slots: seconds until the next try.
    pub probe_s: f64,
    /// Whether a slot is given back as soon as the create was answered, while the task still runs.
    pub freed_on_create: bool,
}

/// A shared quota of retries.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quota {
    /// None.
    None,
    /// Of the AWS SDKs.
    Aws,
    /// So many retries a first attempt.
    PerRequest(f64),
}

/// A client's way to create and to poll.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// Name for people.
    pub name: String,
    /// The queue before creates, if any.
    pub queue: Option<SlotQueue>,
    /// What follows a refusal for busy slots.
    pub on_busy: Reaction,
    /// What follows a refusal for the rate.
    pub on_rate: Reaction,
    /// What follows a refusal for the account.
    pub on_account: Reaction,
    /// What follows a lost answer or a server error.
    pub on_ambiguous: Reaction,
    /// Delays after refusals.
    pub backoff: Backoff,
    /// Delays after ambiguous failures.
    pub transient: Backoff,
    /// Attempts a job may make, the first included.
    pub max_attempts: u32,
    /// A layer of retries inside: calls that it makes for each attempt, and its delays. `max_attempts` counts all calls.
    pub inner: Option<(u32, Backoff)>,
    /// Seconds from its arrival after which a job is not sent again.
    pub deadline_s: Option<f64>,
    /// Whether a refusal for the account ends the creates of all jobs.
    pub circuit: bool,
    /// What bounds the retries of all jobs together.
    pub quota: Quota,
    /// Seconds between the failure and each look for the task.
    pub looks_s: [f64; 2],
    /// When a task's state is asked; none means it is known at once.
    pub poll: Option<Schedule>,
}

impl Strategy {
    /// A client that backs off after every failure but those of the account, without a queue.
    pub fn backoff(name: &str, backoff: Backoff, max_attempts: u32) -> Self {
        Self {
            name: name.to_owned(),
            queue: None,
            on_busy: Reaction::Backoff,
            on_rate: Reaction::Backoff,
            on_account: Reaction::Stop,
            on_ambiguous: Reaction::Backoff,
            backoff,
            transient: backoff,
            max_attempts,
            inner: None,
            deadline_s: None,
            circuit: false,
            quota: Quota::None,
            looks_s: [0.0, 10.0],
            poll: None,
        }
    }

    /// A client with a FIFO queue of `limit` slots that looks for the task after an ambiguous failure.
    pub fn slot_queue(name: &str, limit: u32, probe_s: f64, backoff: Backoff) -> Self {
        Self {
            queue: Some(SlotQueue { limit, learn: false, probe_s, freed_on_create: false }),
            on_busy: Reaction::Queue,
            on_ambiguous: Reaction::Reconcile,
            circuit: true,
            ..Self::backoff(name, backoff, u32::MAX)
        }
    }

    pub(super) const fn reaction(&self, failure: Failure) -> Reaction {
        match failure {
            Failure::Busy => self.on_busy,
            Failure::Rate => self.on_rate,
            Failure::Account => self.on_account,
            Failure::Ambiguous => self.on_ambiguous,
        }
    }
}
