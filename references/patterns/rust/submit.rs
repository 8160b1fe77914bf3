//! Creates a Kling task so that a lost answer does not become a second bill.
//! Every job has an `external_task_id`, unique in the account and stored before the first send. When the outcome is
//! unclear the task is looked up by it, at once and again later; only a task that is not there is sent again.

use serde_json::{Value, json};
use std::time::Duration;

#[derive(Debug, PartialEq, Eq)]
pub enum Problem {
    /// Kling said no and created nothing. 1302 and 1303 pass by waiting, nothing else at 429 does.
    Refused { status: u16, code: Option<i64>, message: String },
    /// The task may exist. Keep the external id and look it up later; do not make a new one.
    Unclear,
}

/// Sends one call: URL and, for a POST, the body; gives HTTP status and body, or `None` when no answer came.
pub trait Send: FnMut(&str, Option<&Value>) -> Option<(u16, String)> {}
impl<F: FnMut(&str, Option<&Value>) -> Option<(u16, String)>> Send for F {}

fn call(send: &mut impl Send, url: &str, body: Option<&Value>) -> (u16, Option<i64>, String, Option<String>) {
    let (status, body) = send(url, body).unwrap_or_default();
    let answer: Value = serde_json::from_str(&body).unwrap_or_default();
    let task = answer.get("data").map(|data| data.get(0).unwrap_or(data)).unwrap_or(&Value::Null);
    let id = ["task_id", "id"].iter().find_map(|name| task.get(name)?.as_str()).map(str::to_owned);
    let message = answer.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
    (status, answer.get("code").and_then(Value::as_i64), message, id)
}

/// Gives the task's id. `sleep` waits between the two look-ups: about 10 s.
pub fn submit(
    mut send: impl Send, mut sleep: impl FnMut(Duration), base_url: &str, path: &str, mut body: Value, external_id: &str,
) -> Result<String, Problem> {
    let legacy = path.starts_with("/v1/");
    let holder = if legacy { &mut body } else { &mut body["options"] };
    holder["external_task_id"] = json!(external_id);
    let query = if legacy { format!("{base_url}{path}/{external_id}") } else { format!("{base_url}/tasks?external_task_ids={external_id}") };
    for _ in 0..2 {
        // one create, and at most one more
        let (status, code, message, id) = call(&mut send, &format!("{base_url}{path}"), Some(&body));
        let exists = code == Some(1201) && message.contains("already exists"); // an earlier send arrived
        match (code, status, id) {
            (Some(0), _, Some(id)) => return Ok(id),
            (Some(1000..5000), ..) | (None, 300..500, _) if !exists => return Err(Problem::Refused { status, code, message }),
            _ => {}
        }
        for pause in [Duration::ZERO, Duration::from_secs(10)] {
            sleep(pause);
            match call(&mut send, &query, None) {
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
