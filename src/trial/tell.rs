//! Puts what the service answered into the answer: its numbers, its words as untrusted text, and a diagnosis of both.

use serde_json::{Value, json};

use super::answer::{Answer, Foreign, Output, Response, TaskSeen};
use crate::diagnose::{self, Engine, Report, utc};
use crate::kling::{CreateOutcome, Evidence, MayExist, NotCreated, ReadError, Task};
use crate::media;
use tokio::time::Instant;

/// Longest excerpt of the service's words, in characters.
const EXCERPT: usize = 400;
/// Milliseconds that results are kept (30 days).
const KEPT_MS: i64 = 30 * 86_400_000;

/// Adds the numbers and the words of an answer.
pub(super) fn evidence(answer: &mut Answer, evidence: &Evidence) {
    if evidence.http_status.is_none() && evidence.message.is_empty() {
        return;
    }
    answer.response =
        Some(Response { http_status: evidence.http_status, service_code: evidence.service_code, request_id: evidence.request_id.clone() });
    // The word of success says nothing.
    if evidence.service_code != Some(0) {
        words(answer, "message of the service", &evidence.message);
    }
}

/// Adds words from outside, capped and without what a reader cannot see or a client would render.
pub(super) fn words(answer: &mut Answer, source: &str, text: &str) {
    if text.trim().is_empty() {
        return;
    }
    let harmless = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        '`' => '\'',
        '<' => '‹',
        '>' => '›',
        c => c,
    };
    let excerpt: String = text.chars().filter(|c| c.is_whitespace() || !crate::text::hidden(*c)).map(harmless).take(EXCERPT).collect();
    answer.untrusted.push(Foreign { source: source.to_owned(), excerpt: excerpt.trim().to_owned() });
}

/// Adds what a task shows.
pub(super) fn task(answer: &mut Answer, task: &Task, external_id: Option<&str>) {
    let output = |output: &crate::kling::Output| {
        let any = output.url.as_ref().or_else(|| output.more_urls.values().next());
        Output { kind: plain(&output.kind), url: any.map(|url| unsigned(url)), bytes: None }
    };
    let time = |ms: i64| utc(ms.div_euclid(1_000));
    answer.task = Some(TaskSeen {
        id: Some(task.id.clone()),
        external_id: external_id.map(str::to_owned).or_else(|| task.external_id.clone()),
        status: status(task),
        outputs: task.outputs.iter().map(output).collect(),
        created: task.created_ms.map(time),
        finished: task.updated_ms.filter(|_| task.status.is_final()).map(time),
        expires: task.updated_ms.filter(|_| !task.outputs.is_empty()).map(|ms| time(ms.saturating_add(KEPT_MS))),
    });
    words(answer, "task message of the service", &task.message);
}

/// The state as one of our words; a word that is not known is `other`.
pub(super) fn status(task: &Task) -> String {
    use crate::kling::Status::{Failed, Other, Processing, Submitted, Succeeded};
    match &task.status {
        Submitted => "submitted",
        Processing => "processing",
        Succeeded => "succeeded",
        Failed => "failed",
        Other(_) => "other",
    }
    .to_owned()
}

/// Letters, digits and a few marks of an identifier.
fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')).take(40).collect()
}

/// An address without the query, which may be a signature.
fn unsigned(url: &str) -> String {
    let bare = url.split(['?', '#']).next().unwrap_or(url);
    bare.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '`' | '(' | ')' | '[' | ']')).take(300).collect()
}

/// What a paste of this exchange would be diagnosed as.
pub(super) fn diagnosis(engine: &Engine, now: i64, endpoint: &str, report: &str, evidence: &Evidence) -> Option<Report> {
    let input = diagnose::Input {
        report,
        http_status: evidence.http_status,
        service_code: evidence.service_code,
        endpoint: Some(endpoint),
        now,
        ..diagnose::Input::default()
    };
    engine.diagnose(&input).ok()
}

/// The exchange of a create as text that the engine reads.
pub(super) fn exchange_of(url: &str, outcome: &CreateOutcome) -> String {
    match outcome {
        CreateOutcome::NotCreated { why: NotCreated::Unsent(stage, detail), .. } => {
            format!("POST {url}\nconnection failed before the request was sent ({stage:?}): {detail}")
        }
        CreateOutcome::MayExist { why: MayExist::AnswerLost(lost), evidence } if evidence.http_status.is_none() => {
            format!(
                "POST {url}\nthe create was sent and its answer was lost ({lost:?}): connection reset or read timed out while waiting for the response"
            )
        }
        other => format!("POST {url}\n{}", body_of(other.evidence())),
    }
}

/// The exchange of a free call as text that the engine reads.
pub(super) fn read_of(url: &str, error: &ReadError) -> String {
    error.evidence().map_or_else(|| format!("GET {url}\n{error}"), |evidence| answer_of(url, evidence))
}

/// The answer to a free call as text that the engine reads.
pub(super) fn answer_of(url: &str, evidence: &Evidence) -> String {
    format!("GET {url}\n{}", body_of(evidence))
}

/// A failed task as text that the engine reads.
pub(super) fn failed_task(task: &Task) -> String {
    json!({"code": 0, "message": "SUCCEED", "data": {"task_id": task.id, "task_status": "failed", "task_status_msg": task.message}})
        .to_string()
}

fn body_of(evidence: &Evidence) -> String {
    let status = evidence.http_status.map(|status| format!("HTTP/1.1 {status}\n\n")).unwrap_or_default();
    match evidence.service_code {
        Some(code) => {
            let body: Value = json!({"code": code, "message": evidence.message, "request_id": evidence.request_id});
            format!("{status}{body}")
        }
        None => format!("{status}{}", evidence.message),
    }
}

/// What the bytes of a result are, in a word or two; `None` when they are no media file.
pub(super) fn kind_of(bytes: &[u8]) -> Option<String> {
    media::format_of(bytes).map(|format| format.name().to_owned())
}

/// What a create came to, in our words.
pub(super) fn told(outcome: &CreateOutcome) -> String {
    match outcome {
        CreateOutcome::Created { .. } => "accepted: a task exists".to_owned(),
        CreateOutcome::NotCreated { why, .. } => format!("nothing was created: {}", why_not(why)),
        CreateOutcome::MayExist { why, .. } => format!("a task may exist: {}", why_unknown(*why)),
    }
}

fn why_not(why: &crate::kling::NotCreated) -> String {
    use crate::kling::NotCreated::{Refused, RefusedWithoutCode, Unsent};
    match why {
        Unsent(stage, detail) => format!("no byte was sent ({stage:?}: {detail})"),
        Refused => "the service refused it with a code after which nothing exists".to_owned(),
        RefusedWithoutCode => "it was refused with a status after which nothing exists".to_owned(),
    }
}

fn why_unknown(why: crate::kling::MayExist) -> &'static str {
    use crate::kling::MayExist::{AlreadyThere, AnswerLost, NoTaskId, Redirected, ServerError, Unreadable, UnsettledCode, UnsettledStatus};
    match why {
        AnswerLost(_) => "the answer was lost",
        ServerError => "the server failed after it may have made the task",
        Unreadable => "the answer cannot be read",
        NoTaskId => "the answer accepts and names no task",
        UnsettledCode => "the code does not settle it",
        Redirected => "the answer was a redirect, which is not followed",
        AlreadyThere => "the service says that a task with this external id exists",
        UnsettledStatus => "the status does not settle it",
    }
}

/// The summary of a failure: what happened here and what the diagnosis says.
pub(super) fn failed(answer: &Answer, what: &str) -> String {
    let diagnosis = answer.diagnosis.as_ref().map(|report| format!(" {}", report.summary)).unwrap_or_default();
    format!("{what}.{diagnosis}")
}

/// Milliseconds since `started`.
pub(super) fn elapsed(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
