//! One paid create and all that is known of it.

use serde::{Deserialize, Serialize};

use super::{State, Units};

/// Longest identifier of the service that is kept.
const LONGEST_ID: usize = 128;

/// Who agreed to the price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// A person, asked by the client, accepted the quote.
    Asked,
    /// Nobody was asked: the operator allows this price unattended (`KLING_MCP_UNATTENDED_UNITS`).
    Unattended,
}

/// Whether the final amount was more than a tenth above the estimate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Drift {
    /// It was not, or is not known.
    #[default]
    None,
    /// It was: no further paid call until somebody acknowledges it.
    Open,
    /// It was, and somebody has seen it.
    Acknowledged,
}

/// What the service's answer to the create said, as far as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Status of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub http_status: Option<u16>,
    /// `code` of the envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service_code: Option<i64>,
    /// `request_id` of the envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One paid create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// The `external_task_id` that the create carries; also the name of the intent.
    pub external_id: String,
    /// The quote that was agreed to.
    pub quote: String,
    /// For whom it is made.
    pub principal: String,
    /// Fingerprint of the account that pays.
    pub account: String,
    /// Endpoint of the create.
    pub endpoint: String,
    /// SHA-256 of the canonical arguments, in hexadecimal.
    pub digest: String,
    /// The estimate that is set aside.
    pub units: Units,
    /// What was charged in the end, when settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub final_units: Option<Units>,
    /// Where it stands.
    pub state: State,
    /// Who agreed.
    pub consent: Consent,
    /// Whether the final amount stops further calls.
    #[serde(default)]
    pub drift: Drift,
    /// The opening of the ledger that made it.
    pub owner: String,
    /// When it was reserved, in seconds since 1970 by the time of the ledger.
    pub reserved_at: i64,
    /// When it was last changed.
    pub changed_at: i64,
    /// Task id of the service, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub task_id: Option<String>,
    /// What the answer said.
    #[serde(flatten)]
    pub receipt: Receipt,
}

impl Intent {
    /// What it takes from the caps: the estimate until it is settled, then the final amount; nothing when released.
    pub fn counts(&self) -> Units {
        match self.state {
            State::Settled => self.final_units.unwrap_or(self.units),
            state if state.is_released() => Units::ZERO,
            _ => self.units,
        }
    }

    /// Whether it ended without a charge, so that the same arguments may be tried again.
    pub fn ended_free(&self) -> bool {
        self.state.is_released() || (self.state == State::Settled && self.counts() == Units::ZERO)
    }
}

/// What became of a create, or of the search for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Proven that no task exists: the amount is released.
    NotCreated(Receipt),
    /// The service gave this task id, at once or when it was looked for.
    Created {
        /// Id of the task.
        task_id: String,
        /// What the answer said.
        receipt: Receipt,
    },
    /// The answer was lost, unreadable or a failure of the server: the task may exist.
    MayExist(Receipt),
    /// Looked for until the end of the schedule and not found. That is no proof: it is held until the user decides.
    NeverFound,
    /// The task ended well.
    Succeeded,
    /// The task failed.
    Failed,
}

impl Outcome {
    /// The state that follows `from`.
    pub(in crate::ledger) fn leads_to(&self, from: State) -> State {
        match self {
            Self::NotCreated(_) if matches!(from, State::Unknown | State::Held | State::RejectedByReconcile) => State::RejectedByReconcile,
            Self::NotCreated(_) => State::Rejected,
            Self::Created { .. } => State::Accepted,
            Self::MayExist(_) => State::Unknown,
            Self::NeverFound => State::Held,
            Self::Succeeded => State::Succeeded,
            Self::Failed => State::Failed,
        }
    }

    /// Lays what was learned over the intent; what was known and is not learned anew stays.
    pub(in crate::ledger) fn tell(&self, intent: &mut Intent) {
        match self {
            Self::NotCreated(receipt) | Self::MayExist(receipt) => intent.receipt.learn(receipt),
            Self::Created { task_id, receipt } => {
                intent.task_id = Some(plain(task_id));
                intent.receipt.learn(receipt);
            }
            Self::NeverFound | Self::Succeeded | Self::Failed => {}
        }
    }
}

impl Receipt {
    fn learn(&mut self, new: &Self) {
        self.http_status = new.http_status.or(self.http_status);
        self.service_code = new.service_code.or(self.service_code);
        self.request_id = new.request_id.as_deref().map(plain).or(self.request_id.take());
    }
}

/// An identifier of the service as it is kept: letters, digits and `-_.:`, at most 128. The service's words are not trusted.
pub(in crate::ledger) fn plain(id: &str) -> String {
    id.chars().filter(|c| c.is_ascii_alphanumeric() || "-_.:".contains(*c)).take(LONGEST_ID).collect()
}
