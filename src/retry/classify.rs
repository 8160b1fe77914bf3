//! What a failed call means for the next one: retry, wait for a slot, reconcile, fix first or never.
//!
//! Classifiers run from the general to the specific: how the call ended, its HTTP status, the cause that was diagnosed, the
//! service code. Each has no opinion, says a verdict, which a more specific one may override, or forbids a repeat, which ends the
//! run. What a code, a status or a cause means stands on its page.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::knowledge::{Category, CauseHead, Knowledge, Retry, TaskState};

/// What the call does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Operation {
    /// Makes a task.
    #[default]
    Create,
    /// Asks for a task or a list.
    Query,
    /// Fetches a result.
    Download,
    /// Is sent by Kling to the caller.
    Callback,
}

/// How a call ended when no answer can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transport {
    /// The name was not resolved.
    NameUnknown,
    /// The connection was refused.
    ConnectionRefused,
    /// The TLS handshake failed.
    TlsFailed,
    /// No answer came in time.
    TimedOut,
    /// The connection broke, or the answer was cut.
    Reset,
}

impl Transport {
    /// All outcomes.
    pub const ALL: [Self; 5] = [Self::NameUnknown, Self::ConnectionRefused, Self::TlsFailed, Self::TimedOut, Self::Reset];

    /// The page that speaks of it.
    pub const fn cause(self) -> &'static str {
        match self {
            Self::NameUnknown => "network.dns",
            Self::ConnectionRefused => "network.refused",
            Self::TlsFailed => "network.tls",
            Self::TimedOut => "network.answer_lost",
            Self::Reset => "network.reset",
        }
    }
}

/// What is known of a failed call.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Service code of the body.
    pub code: Option<i64>,
    /// HTTP status.
    pub status: Option<u16>,
    /// How it ended without an answer.
    pub transport: Option<Transport>,
    /// Cause page that a diagnosis named.
    pub cause: Option<String>,
}

/// A verdict with its reason.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// What to do with the call.
    pub verdict: Retry,
    /// Why.
    pub reason: String,
    /// First sensible delay in seconds.
    pub after_s: Option<u32>,
    /// Whether a task may exist.
    pub task_state: TaskState,
    /// The page behind it.
    pub reference: Option<String>,
}

/// What one classifier thinks.
#[derive(Debug, Clone, PartialEq)]
pub enum Opinion {
    /// Nothing.
    None,
    /// This, unless a more specific classifier knows better.
    Says(Ruling),
    /// This, whatever others think.
    Forbids(Ruling),
}

type Classifier = fn(&Knowledge, Operation, &Outcome) -> Opinion;

/// From the general to the specific.
const CLASSIFIERS: &[Classifier] = &[by_operation, by_transport, by_status, by_cause, by_code];

/// The verdict on repeating the call.
pub fn classify(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> Ruling {
    let mut ruling = unknown(operation);
    for classifier in CLASSIFIERS {
        match classifier(knowledge, operation, outcome) {
            Opinion::None => {}
            Opinion::Says(said) => ruling = said,
            Opinion::Forbids(said) => return said,
        }
    }
    guarded(operation, ruling)
}

/// A create is never simply repeated where a task may exist.
fn guarded(operation: Operation, ruling: Ruling) -> Ruling {
    let unclear = matches!(ruling.task_state, TaskState::MayExist | TaskState::Unknown);
    if operation == Operation::Create && ruling.verdict == Retry::Retry && unclear {
        let reason = "A task may exist: look for it by its external id before sending again.".to_owned();
        return Ruling { verdict: Retry::Reconcile, reason, ..ruling };
    }
    ruling
}

fn unknown(operation: Operation) -> Ruling {
    let (verdict, reason) = match operation {
        Operation::Create => {
            (Retry::Reconcile, "Not known here. A task may exist: look for it by its external id, and send again only if it is not there.")
        }
        _ => (Retry::Retry, "A read changes nothing: repeat it a few times with backoff."),
    };
    Ruling { verdict, reason: reason.to_owned(), after_s: None, task_state: TaskState::Unknown, reference: None }
}

fn by_operation(_: &Knowledge, operation: Operation, _: &Outcome) -> Opinion {
    if operation != Operation::Callback {
        return Opinion::None;
    }
    Opinion::Forbids(Ruling {
        verdict: Retry::Never,
        reason:
            "Kling sends callbacks, so there is nothing to send again: answer 200 at once, handle each task id once, and query the task."
                .to_owned(),
        after_s: None,
        task_state: TaskState::Exists,
        reference: Some("kling://guides/callbacks".to_owned()),
    })
}

fn by_transport(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> Opinion {
    outcome.transport.and_then(|how| from_cause(knowledge, operation, how.cause())).map_or(Opinion::None, Opinion::Says)
}

fn by_status(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> Opinion {
    let Some(status) = outcome.status else { return Opinion::None };
    if operation == Operation::Download {
        return downloaded(knowledge, status);
    }
    let page = knowledge.http.iter().find(|doc| doc.head.status.contains(&status));
    let found = page.and_then(|doc| Some((doc, from_cause(knowledge, operation, doc.head.causes.first()?)?)));
    match found {
        Some((doc, ruling)) => Opinion::Says(Ruling { reference: Some(format!("kling://http/{}", doc.head.id)), ..ruling }),
        None => by_class(status),
    }
}

/// A status without a page: a refusal lasts, anything else is left to the default.
fn by_class(status: u16) -> Opinion {
    if !(400..500).contains(&status) || status == 408 {
        return Opinion::None;
    }
    Opinion::Says(Ruling {
        verdict: Retry::FixFirst,
        reason: "The request was refused; the same request is refused again. Read the body for the code.".to_owned(),
        after_s: None,
        task_state: TaskState::NotCreated,
        reference: None,
    })
}

/// Results come from a file server without codes.
fn downloaded(knowledge: &Knowledge, status: u16) -> Opinion {
    let cause = match status {
        404 | 410 => "result.expired",
        400..=407 => "result.link_unusable",
        _ => return Opinion::None,
    };
    from_cause(knowledge, Operation::Download, cause).map_or(Opinion::None, Opinion::Says)
}

fn by_cause(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> Opinion {
    outcome.cause.as_deref().and_then(|id| from_cause(knowledge, operation, id)).map_or(Opinion::None, Opinion::Says)
}

fn by_code(knowledge: &Knowledge, operation: Operation, outcome: &Outcome) -> Opinion {
    let Some(head) = outcome.code.and_then(|code| knowledge.code(code)).map(|doc| &doc.head) else { return Opinion::None };
    let create = operation == Operation::Create;
    let verdict = if create { head.retry } else { head.retry_query };
    let causes = head.causes.iter().filter_map(|id| knowledge.cause(id)).map(|doc| &doc.head);
    // The cause that a diagnosis chose among those of the code speaks for it.
    let chosen = causes.clone().find(|cause| outcome.cause.as_deref() == Some(cause.id.as_str())).filter(|cause| cause.retry == verdict);
    let speaker = chosen.or_else(|| causes.clone().find(|cause| cause.retry == verdict));
    let ruling = Ruling {
        verdict,
        reason: speaker.map_or_else(|| general(verdict).to_owned(), |cause| cause.retry_reason.clone()),
        after_s: speaker.and_then(|cause| cause.after_s),
        task_state: if create { head.task_state } else { TaskState::Unknown },
        reference: Some(format!("kling://codes/{}", head.code)),
    };
    match verdict {
        Retry::FixFirst | Retry::Never => Opinion::Forbids(ruling),
        _ => Opinion::Says(ruling),
    }
}

fn from_cause(knowledge: &Knowledge, operation: Operation, id: &str) -> Option<Ruling> {
    let head = &knowledge.cause(id)?.head;
    let reference = Some(format!("kling://causes/{id}"));
    if operation != Operation::Create && matches!(head.retry, Retry::Reconcile | Retry::WaitForSlot) {
        let reason = general(Retry::Retry).to_owned();
        return Some(Ruling { verdict: Retry::Retry, reason, after_s: None, task_state: TaskState::Unknown, reference });
    }
    Some(Ruling { verdict: head.retry, reason: head.retry_reason.clone(), after_s: head.after_s, task_state: head.task_state, reference })
}

/// What a verdict means where no page speaks for a single case.
pub(super) const fn general(verdict: Retry) -> &'static str {
    match verdict {
        Retry::Retry => "A read changes nothing: repeat it with jitter, within the budget.",
        Retry::WaitForSlot => "A slot frees when a running task ends; nothing was created or charged.",
        Retry::Reconcile => "A task may exist and be billed: look for it by its external id first.",
        Retry::FixFirst => "Refused every time until something is corrected.",
        Retry::Never => "Accepted: poll the task. Sending again makes and bills a second one.",
    }
}

/// Whether the cause lasts until the account's owner acts, for every call of the account.
pub(super) const fn is_account(head: &CauseHead) -> bool {
    matches!(head.category, Category::BalanceDepleted | Category::AccountException | Category::IpBlocked)
}

/// Service codes that open the circuit of an account, ascending.
pub fn account_codes(knowledge: &Knowledge) -> Vec<i64> {
    let leading = |causes: &[String]| causes.first().and_then(|id| knowledge.cause(id)).is_some_and(|doc| is_account(&doc.head));
    let all = knowledge.codes.iter().map(|doc| &doc.head);
    all.filter(|head| head.kling && head.retry == Retry::FixFirst && leading(&head.causes)).map(|head| head.code).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(operation: Operation, code: Option<i64>, status: Option<u16>, transport: Option<Transport>) -> Retry {
        let knowledge = Knowledge::load().unwrap();
        classify(&knowledge, operation, &Outcome { code, status, transport, cause: None }).verdict
    }

    #[test]
    fn the_body_code_decides_before_the_status() {
        assert_eq!(rule(Operation::Create, Some(1102), Some(429), None), Retry::FixFirst);
        assert_eq!(rule(Operation::Create, Some(1303), Some(429), None), Retry::WaitForSlot);
        assert_eq!(rule(Operation::Create, Some(1302), Some(429), None), Retry::Retry);
        assert_eq!(rule(Operation::Create, Some(1201), Some(200), None), Retry::FixFirst, "a failure inside HTTP 200");
    }

    #[test]
    fn a_create_whose_answer_was_lost_is_looked_for_and_never_simply_repeated() {
        for status in [500, 502, 503, 504, 524, 599] {
            assert_eq!(rule(Operation::Create, None, Some(status), None), Retry::Reconcile, "{status}");
        }
        for how in [Transport::TimedOut, Transport::Reset] {
            assert_eq!(rule(Operation::Create, None, None, Some(how)), Retry::Reconcile, "{how:?}");
        }
        assert_eq!(rule(Operation::Create, Some(5_002), Some(504), None), Retry::Reconcile);
        assert_eq!(rule(Operation::Create, Some(9_999), None, None), Retry::Reconcile, "an unknown code");
    }

    #[test]
    fn a_create_that_never_left_may_be_sent_again() {
        assert_eq!(rule(Operation::Create, None, None, Some(Transport::NameUnknown)), Retry::Retry);
        assert_eq!(rule(Operation::Create, None, None, Some(Transport::TlsFailed)), Retry::FixFirst);
    }

    #[test]
    fn a_read_is_repeated_where_a_create_is_not() {
        for (code, status) in [(Some(5_000), Some(500)), (None, Some(504)), (Some(1303), Some(429)), (None, None)] {
            assert_eq!(rule(Operation::Query, code, status, None), Retry::Retry, "{code:?} {status:?}");
        }
        assert_eq!(rule(Operation::Query, Some(1102), Some(429), None), Retry::FixFirst);
        assert_eq!(rule(Operation::Download, None, Some(404), None), Retry::Never);
        assert_eq!(rule(Operation::Download, None, Some(503), None), Retry::Retry);
        assert_eq!(rule(Operation::Callback, Some(1302), None, None), Retry::Never);
    }

    #[test]
    fn every_code_has_the_verdict_of_its_page() {
        let knowledge = Knowledge::load().unwrap();
        for doc in &knowledge.codes {
            let outcome = Outcome { code: Some(doc.head.code), status: doc.head.http.first().copied(), ..Outcome::default() };
            assert_eq!(classify(&knowledge, Operation::Create, &outcome).verdict, doc.head.retry, "{}", doc.head.code);
            assert_eq!(classify(&knowledge, Operation::Query, &outcome).verdict, doc.head.retry_query, "{}", doc.head.code);
        }
        assert_eq!(account_codes(&knowledge), [1100, 1101, 1102, 1304]);
    }

    #[test]
    fn every_transport_outcome_has_its_page() {
        let knowledge = Knowledge::load().unwrap();
        assert!(Transport::ALL.iter().all(|how| knowledge.cause(how.cause()).is_some()));
    }
}
