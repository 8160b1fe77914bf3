//! Reads tasks of both Kling generations out of a query answer, and says why one failed.
//! Around a failed task the envelope still says code 0 and SUCCEED, so the state inside decides. The generations
//! differ: `succeeded`, `message`, `outputs` (new), and `succeed`, `task_status_msg`, `task_result` (legacy).

use serde_json::Value;

#[derive(Debug, Clone, PartialEq)]
pub enum State {
    Running,
    /// The results: objects with `url` and more.
    Succeeded(Vec<Value>),
    /// The reason: a failed task has a text and no code of its own.
    Failed(String),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Task {
    pub id: String,
    pub state: State,
}

fn text<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// One task object; a callback's body has the same members. An unknown word is an error: do not take it for processing.
pub fn read_task(task: &Value) -> Result<Task, String> {
    let legacy = task.get("task_status").is_some();
    let [id, status, reason] = if legacy { ["task_id", "task_status", "task_status_msg"] } else { ["id", "status", "message"] };
    let state = match text(task, status) {
        "submitted" | "processing" => State::Running,
        "succeed" | "succeeded" => State::Succeeded(results(task)),
        "failed" if text(task, reason).is_empty() => State::Failed("no reason given".to_owned()),
        "failed" => State::Failed(text(task, reason).to_owned()),
        word => return Err(format!("unknown task state {word:?}")),
    };
    Ok(Task { id: text(task, id).to_owned(), state })
}

/// `outputs`, or the lists of `task_result`: videos, images, audios, elements, voices.
fn results(task: &Value) -> Vec<Value> {
    let legacy = task.get("task_result").and_then(Value::as_object).into_iter().flat_map(|lists| lists.values());
    task.get("outputs").into_iter().chain(legacy).filter_map(Value::as_array).flatten().cloned().collect()
}

/// `GET /tasks` answers with a list, which is empty for an unknown id; a legacy query answers with one object.
pub fn read_tasks(answer: &Value) -> Result<Vec<Task>, String> {
    if answer.get("code").and_then(Value::as_i64) != Some(0) {
        return Err(format!("query refused: {answer}"));
    }
    match answer.get("data") {
        Some(Value::Array(tasks)) => tasks.iter().map(read_task).collect(),
        Some(task @ Value::Object(_)) => Ok(vec![read_task(task)?]),
        _ => Ok(Vec::new()),
    }
}
