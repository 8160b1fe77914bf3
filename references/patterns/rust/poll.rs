//! Waits for a Kling task of either generation, with a deadline and a growing interval.
//! Queries are free and take no slot. The task outlives the client: when the deadline passes, keep the id and ask
//! again later, because a second create makes and bills a second task.

use serde_json::Value;
use std::time::Duration;

/// The outside world, so that this file needs no HTTP crate and a test needs no time.
pub trait World {
    /// GET with a fresh Authorization header (a long wait outlives a JWT): HTTP status and body; `None`: no answer came.
    fn get(&mut self, url: &str) -> Option<(u16, String)>;
    /// Time since any fixed moment, for example of an `Instant`.
    fn elapsed(&self) -> Duration;
    fn sleep(&mut self, pause: Duration);
}

#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// The whole task object, with its results.
    Succeeded(Value),
    Failed(String),
    /// The query was refused, the task is not known, or its state is a new word: the body says it.
    Refused(String),
    /// The deadline passed. The task may still end well: keep its id, do not create it again.
    StillRunning,
}

/// A legacy task is asked for under the path that created it, any other under `/tasks`.
pub fn query_path(task_id: &str, create_path: &str) -> String {
    if create_path.starts_with("/v1/") { format!("{create_path}/{task_id}") } else { format!("/tasks?task_ids={task_id}") }
}

/// Sensible waits: a deadline of 20 minutes, first 10 s, growing to 30 s. No official interval is known.
pub fn wait_for_task(world: &mut impl World, url: &str, deadline: Duration, first: Duration, longest: Duration) -> Ended {
    let (end, mut pause) = (world.elapsed() + deadline, first);
    while world.elapsed() < end {
        world.sleep(pause.min(end.saturating_sub(world.elapsed())));
        pause = (pause * 3 / 2).min(longest);
        let Some((status, body)) = world.get(url) else { continue };
        let answer: Value = serde_json::from_str(&body).unwrap_or_default();
        match (answer.get("code").and_then(Value::as_i64), status) {
            (Some(0), _) => {}
            (Some(1302 | 1303 | 5000..), _) | (None, ..300 | 500..) => continue,
            _ => return Ended::Refused(body), // every other refusal lasts, whatever its HTTP status
        }
        let task = answer.get("data").map_or(&Value::Null, |data| data.get(0).unwrap_or(data));
        let text = |names: [&str; 2]| names.iter().find_map(|name| task.get(name)?.as_str()).unwrap_or_default();
        match text(["task_status", "status"]) {
            "submitted" | "processing" => {}
            "succeed" | "succeeded" => return Ended::Succeeded(task.clone()), // legacy, new generation
            "failed" => return Ended::Failed(text(["task_status_msg", "message"]).to_owned()), // may be empty
            // GET /tasks answers an unknown id with an empty list
            _ => return Ended::Refused(body),
        }
    }
    Ended::StillRunning
}
