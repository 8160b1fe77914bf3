//! Task objects and callbacks: state, reason, result, age.

use crate::diagnose::evidence::{Evidence, readings as r};
use crate::text::Span;

use super::json::{Object, Value};
use super::times::length;

/// Unfinished for longer than this is worth saying.
const OLD: i64 = 1_800;
/// Results are wiped after 30 days (`docs-updates`, 2024-10-25).
const WIPED: i64 = 30 * 86_400;

/// Reads every task-like object.
pub(crate) fn read(evidence: &mut Evidence<'_>, now: i64) {
    let objects = std::mem::take(&mut evidence.objects);
    for object in &objects {
        if let Some(state) = state(object) {
            task(evidence, &objects, object, state, now);
        }
        generation(evidence, object);
    }
    evidence.objects = objects;
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Submitted,
    Processing,
    Succeeded,
    Failed,
}

/// The state of a task, from `task_status` or from `status` beside an id or result.
fn state(object: &Object) -> Option<State> {
    let word = match object.text("task_status") {
        Some(word) => word,
        None if object.has_any(&[
            "id",
            "task_id",
            "taskId",
            "outputs",
            "output",
            "external_id",
            "urls",
            "error",
            "generated",
            "request_id",
        ]) =>
        {
            object.text("status").or_else(|| object.text("state"))?
        }
        None => return None,
    };
    match word.to_ascii_lowercase().as_str() {
        "submitted" | "queued" | "pending" | "in_queue" | "created" | "waiting" | "staged" | "queuing" | "starting" => {
            Some(State::Submitted)
        }
        "processing" | "in_progress" | "running" | "generating" => Some(State::Processing),
        "succeed" | "succeeded" | "success" | "completed" | "complete" | "finished" => Some(State::Succeeded),
        "failed" | "fail" | "failure" | "error" | "nsfw" | "canceled" | "cancelled" => Some(State::Failed),
        _ => None,
    }
}

fn task(evidence: &mut Evidence<'_>, objects: &[Object], object: &Object, state: State, now: i64) {
    let name = match state {
        State::Submitted => r::TASK_SUBMITTED,
        State::Processing => r::TASK_PROCESSING,
        State::Succeeded => r::TASK_SUCCEEDED,
        State::Failed => r::TASK_FAILED,
    };
    evidence.read(name, object.span, None);
    match state {
        State::Failed => failed(evidence, objects, object),
        State::Succeeded => succeeded(evidence, objects, object, now),
        State::Submitted | State::Processing => unfinished(evidence, object),
    }
    if object.has_any(&["task_info", "task_result", "external_id", "outputs"])
        && object.has_any(&["update_time", "updated_at"])
        && !around(objects, object).any(|outer| outer.get("code").is_some())
    {
        evidence.read(r::CALLBACK_PAYLOAD, object.span, None);
    }
}

/// The objects that enclose this one.
fn around<'o>(objects: &'o [Object], object: &'o Object) -> impl Iterator<Item = &'o Object> {
    std::iter::successors(object.parent.and_then(|index| objects.get(index)), |outer| outer.parent.and_then(|index| objects.get(index)))
}

fn failed(evidence: &mut Evidence<'_>, objects: &[Object], object: &Object) {
    let reasons = ["task_status_msg", "message", "error", "failMsg", "fail_reason", "msg", "detail", "failure_reason", "error_message"];
    let said = reasons.iter().any(|key| match object.get(key).map(|member| &member.value) {
        Some(Value::Text(text)) => !text.trim().is_empty(),
        Some(Value::Object(_) | Value::Array) => true,
        _ => false,
    });
    if !said && object.closed {
        evidence.read(r::TASK_FAILED_SILENT, object.span, None);
    }
    let wrapped = around(objects, object).any(|outer| outer.int("code") == Some(0));
    if wrapped {
        evidence.read(r::ENVELOPE_SUCCEED_FAILED, object.span, Some("code 0 speaks of the query; the task in it failed".into()));
    }
}

fn succeeded(evidence: &mut Evidence<'_>, objects: &[Object], object: &Object, now: i64) {
    let holds_url = |inner: &Object| {
        inner.members.iter().any(|member| member.key.contains("url") && matches!(&member.value, Value::Text(text) if !text.is_empty()))
    };
    let below = objects.iter().filter(|inner| object.span.start <= inner.span.start && inner.span.end <= object.span.end);
    let empty = object.closed
        && !below.clone().any(holds_url)
        && !below.clone().any(|inner| inner.has_any(&["url", "videos", "mp3_url", "element_id", "voice_id"]));
    let listed = object.has_any(&["task_result", "outputs", "output", "result", "data", "videos"]);
    if empty && (listed || object.members.len() > 2) {
        evidence.read(r::TASK_NO_OUTPUT, object.span, None);
    }
    let fetched = !evidence.statuses.is_empty() || evidence.has(r::OP_DOWNLOAD);
    if let Some(age) = age(object, now).filter(|age| *age > WIPED && fetched) {
        evidence.read(
            r::TASK_RESULT_OLD,
            object.span,
            Some(format!("the task was last changed {} ago; results are kept for 30 days", length(age))),
        );
    }
}

fn unfinished(evidence: &mut Evidence<'_>, object: &Object) {
    let created = ["created_at", "create_time"].iter().find_map(|key| time(object, key));
    let latest = ["updated_at", "update_time"].iter().find_map(|key| time(object, key)).max(evidence.server_time);
    if let (Some(created), Some(latest)) = (created, latest)
        && latest - created > OLD
    {
        let text = format!("the task was created {} before the newest time in the paste and is not finished", length(latest - created));
        evidence.read(r::TASK_OLD, object.span, Some(text));
    }
}

/// Seconds since the object's own newest time.
fn age(object: &Object, now: i64) -> Option<i64> {
    ["updated_at", "update_time", "created_at", "create_time"].iter().find_map(|key| time(object, key)).map(|time| now - time)
}

/// A time of the object in seconds; milliseconds in the data.
fn time(object: &Object, key: &str) -> Option<i64> {
    let time = object.int(key)?;
    let seconds = if time > 100_000_000_000 { time / 1_000 } else { time };
    (seconds > 1_500_000_000).then_some(seconds)
}

/// Members and words that only one API generation uses.
fn generation(evidence: &mut Evidence<'_>, object: &Object) {
    const LEGACY: &[&str] = &["task_status", "task_status_msg", "task_result", "model_name", "image_tail", "final_unit_deduction"];
    const NEW: &[&str] = &["outputs", "billing", "contents", "settings"];
    let place = |keys: &[&str]| keys.iter().find_map(|key| object.get(key)).map(|member| member.span);
    if let Some(span) = place(LEGACY) {
        evidence.read(r::WORDS_LEGACY, span, None);
    }
    if let Some(span) = place(NEW).filter(|_| object.has_any(&["id", "prompt", "options", "contents"])) {
        evidence.read(r::WORDS_NEW, span, None);
    }
}

/// Request bodies that do not fit the generation of the path they were sent to.
pub(crate) fn bodies(evidence: &mut Evidence<'_>) {
    let (new, legacy) = (evidence.has(r::PATH_NEW), evidence.has(r::PATH_LEGACY));
    let mut found: Vec<(&'static str, Span)> = Vec::new();
    for object in &evidence.objects {
        let settings = object.name.as_deref() == Some("settings");
        if settings && new && object.text("duration").is_some() {
            found.push((r::CODE_DURATION_STRING, object.span));
        }
        let request = object.has_any(&["prompt", "image", "contents", "image_list"]) && !object.has_any(&["task_status", "task_id"]);
        if !request {
            continue;
        }
        if new && !legacy && object.has_any(&["model_name", "image_tail", "mode", "cfg_scale", "negative_prompt", "sound"]) {
            found.push((r::REQUEST_LEGACY_ON_NEW, object.span));
        }
        if new && !legacy && object.has_any(&["duration", "aspect_ratio", "callback_url", "external_task_id", "seed"]) {
            found.push((r::REQUEST_GHOST, object.span));
        }
        if legacy && !new && object.has_any(&["settings", "contents", "options"]) {
            found.push((r::REQUEST_NEW_ON_LEGACY, object.span));
        }
        if legacy && !new && object.get("duration").is_some_and(|member| matches!(member.value, Value::Int(_))) {
            found.push((r::CODE_DURATION_NUMBER, object.span));
        }
        if legacy && !new && object.get("model").is_some() && object.get("model_name").is_none() {
            found.push((r::CODE_MODEL_MEMBER, object.span));
        }
    }
    for (name, span) in found {
        evidence.read(name, span, None);
    }
}
