//! Creates a Kling task so that a lost answer does not become a second bill.
//! Every job has an `external_task_id`, unique in the account and stored before the first send. When the outcome is
//! unclear the task is looked up by it, at once and again later; only a task that is not there is sent again.

use serde_json::Value;
use std::time::Duration;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// Kling said no and created nothing. 1302 and 1303 pass by waiting, nothing else at 429 does.
    Refused { status: u16, code: Option<i64>, message: String },
    /// The task may exist. Keep the external id and look it up later; do not make a new one.
    Unclear,
    /// Nothing was sent: a lost answer could not be looked up.
    NoExternalId,
}

/// Status, code, message and the task's id, where there are such.
fn read(reply: Option<(u16, String)>) -> (u16, Option<i64>, String, Option<String>) {
    let (status, body) = reply.unwrap_or_default();
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    let task = answer.get("data").map_or(&Value::Null, |data| data.get(0).unwrap_or(data));
    let id = ["task_id", "id"].iter().find_map(|name| task.get(name)?.as_str()).map(str::to_owned);
    let message = answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    (status, answer.get("code").and_then(Value::as_i64), message, id)
}

/// The task's id. `send` makes one call: URL and, for a POST, the body; `None`: no answer came.
/// The body carries the external id (letters, digits, `-`): at the top on legacy paths, else in `options`.
pub fn submit(
    mut send: impl FnMut(&str, Option<&Value>) -> Option<(u16, String)>,
    mut sleep: impl FnMut(Duration),
    (base_url, path): (&str, &str),
    body: &Value,
) -> Result<String, Problem> {
    let legacy = path.starts_with("/v1/");
    let place = if legacy { "/external_task_id" } else { "/options/external_task_id" };
    let Some(external_id) = body.pointer(place).and_then(Value::as_str) else { return Err(Problem::NoExternalId) };
    let create = format!("{base_url}{path}");
    let query = if legacy { format!("{create}/{external_id}") } else { format!("{base_url}/tasks?external_task_ids={external_id}") };
    for _ in ["create", "at most one more"] {
        let (status, code, message, id) = read(send(&create, Some(body)));
        let exists = code == Some(1201) && message.contains("already exists"); // an earlier send arrived
        match (code, status, id) {
            (Some(0), _, Some(id)) => return Ok(id),
            (Some(1000..5000), ..) | (Some(..0 | 1..1000) | None, 300..500, _) if !exists => {
                return Err(Problem::Refused { status, code, message });
            }
            _ => {}
        }
        for pause in [Duration::ZERO, Duration::from_secs(10)] {
            sleep(pause);
            match read(send(&query, None)) {
                (_, Some(0), _, Some(id)) => return Ok(id),
                (_, Some(0 | 1203), ..) => {} // there is none
                (_, Some(1201), message, _) if message.to_lowercase().contains("not found") => {}
                _ => return Err(Problem::Unclear), // a failed look-up proves nothing: do not send again
            }
        }
        if exists {
            break; // the id belongs to a task of another product
        }
    }
    Err(Problem::Unclear)
}
