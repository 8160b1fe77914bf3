//! What became of a create: made, not made, or not known. When in doubt it may exist.

use super::answer::{self, Answer, Body, Evidence};
use super::egress::Stage;
use super::exchange::{Broken, Lost, Raw};
use super::facts::{ACCEPTED, Facts};
use super::scrub::Scrub;
use super::task::Task;
use crate::knowledge::{Retry, TaskState};

/// The end of one create.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CreateOutcome {
    /// The service took it.
    Created {
        /// The task as the answer showed it.
        task: Task,
        /// What was answered.
        evidence: Evidence,
    },
    /// Nothing was created and nothing is billed.
    NotCreated {
        /// How that is known.
        why: NotCreated,
        /// What to do with the same request, by the page of the code; `None` without a code.
        retry: Option<Retry>,
        /// What was answered, if anything.
        evidence: Evidence,
    },
    /// A task may exist and may be billed. Look for it by its external id; do not send again.
    MayExist {
        /// Why it is not known.
        why: MayExist,
        /// What was answered, if anything.
        evidence: Evidence,
    },
}

/// How it is known that nothing was created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCreated {
    /// No byte of the request left this machine: how far it came, and why no further.
    Unsent(Stage, String),
    /// The service refused it with a code whose page says that nothing is created.
    Refused,
    /// An answer without a code, of a status whose pages all say that nothing is created.
    RefusedWithoutCode,
}

/// Why it is not known whether a task exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MayExist {
    /// The answer was lost, wholly or in part.
    AnswerLost(Lost),
    /// A server error: the task may have been made before it.
    ServerError,
    /// The answer cannot be read.
    Unreadable,
    /// The answer accepts and names no task.
    NoTaskId,
    /// A code that no page knows, or that is not Kling's, or that does not settle the question.
    UnsettledCode,
    /// A redirect, which was not followed.
    Redirected,
    /// A refusal that says that a task with this external id exists.
    AlreadyThere,
    /// A status without a code that does not settle the question.
    UnsettledStatus,
}

impl CreateOutcome {
    /// Whether a task may exist after it.
    pub const fn task_state(&self) -> TaskState {
        match self {
            Self::Created { .. } => TaskState::Exists,
            Self::NotCreated { .. } => TaskState::NotCreated,
            Self::MayExist { .. } => TaskState::MayExist,
        }
    }

    /// What was answered.
    pub const fn evidence(&self) -> &Evidence {
        match self {
            Self::Created { evidence, .. } | Self::NotCreated { evidence, .. } | Self::MayExist { evidence, .. } => evidence,
        }
    }

    pub(super) fn refused_here(detail: &str) -> Self {
        unsent(Stage::Local, detail.to_owned())
    }
}

/// The outcome of one exchange.
pub(super) fn outcome(facts: &Facts, scrub: &Scrub, ended: Result<Raw, Broken>) -> CreateOutcome {
    match ended {
        Err(Broken::Unsent { stage, detail }) => unsent(stage, detail),
        Err(Broken::Sent { lost, status }) => may_exist(MayExist::AnswerLost(lost), Evidence::status(status)),
        Ok(raw) => answered(facts, scrub, answer::read(&raw, scrub)),
    }
}

fn unsent(stage: Stage, detail: String) -> CreateOutcome {
    let retry = (stage != Stage::Local).then_some(Retry::Retry);
    CreateOutcome::NotCreated { why: NotCreated::Unsent(stage, detail), retry, evidence: Evidence::default() }
}

fn may_exist(why: MayExist, evidence: Evidence) -> CreateOutcome {
    CreateOutcome::MayExist { why, evidence }
}

fn answered(facts: &Facts, scrub: &Scrub, answer: Answer) -> CreateOutcome {
    let Answer { evidence, body } = answer;
    let status = evidence.http_status.unwrap_or_default();
    match (status, body, evidence.service_code) {
        (500.., ..) => may_exist(MayExist::ServerError, evidence),
        (300..=399, ..) => may_exist(MayExist::Redirected, evidence),
        (200, Body::Envelope(data), Some(ACCEPTED)) => accepted(scrub, &data, evidence),
        (200 | 400..=499, Body::Envelope(_), Some(code)) => refused(facts, code, evidence),
        (400..=499, Body::Html | Body::Json | Body::Other, _) if facts.harmless(status) => {
            CreateOutcome::NotCreated { why: NotCreated::RefusedWithoutCode, retry: None, evidence }
        }
        (_, Body::Cut, _) | (200..=299, ..) => may_exist(MayExist::Unreadable, evidence),
        _ => may_exist(MayExist::UnsettledStatus, evidence),
    }
}

fn accepted(scrub: &Scrub, data: &serde_json::Value, evidence: Evidence) -> CreateOutcome {
    match Task::read(data, scrub) {
        Some(task) => CreateOutcome::Created { task, evidence },
        None => may_exist(MayExist::NoTaskId, evidence),
    }
}

fn refused(facts: &Facts, code: i64, evidence: Evidence) -> CreateOutcome {
    match facts.code(code) {
        _ if facts.says_already_there(&evidence.message) => may_exist(MayExist::AlreadyThere, evidence),
        Some(fact) if fact.task_state == TaskState::NotCreated => {
            CreateOutcome::NotCreated { why: NotCreated::Refused, retry: Some(fact.retry_create), evidence }
        }
        _ => may_exist(MayExist::UnsettledCode, evidence),
    }
}
