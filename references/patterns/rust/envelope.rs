//! Reads the answer of one Kling call: `code` in the body first, the HTTP status only where there is none.
//! HTTP 429 stands for six codes and four of them last, so the status cannot decide about a retry. The body may be
//! HTML or cut off; keep code, message and request_id in the log, support asks for them.

use serde_json::Value;

/// What came back from one call.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// 0: no answer came.
    pub status: u16,
    /// `None`: the body is not Kling's envelope.
    pub code: Option<i64>,
    pub message: String,
    pub request_id: String,
    pub data: Value,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Done,
    /// 1302, or a read that may be repeated: backoff from 1 s, with a bound.
    Retry,
    /// 1303: a slot frees when a running task ends.
    WaitForSlot,
    /// 1003, 1004: make a new token and send once more.
    SignAgain,
    /// A task may exist: look it up by its external id before sending again.
    Reconcile,
    FixFirst,
}

/// Reads status and body of an answer; give status 0 and the error's text when none came.
pub fn read_answer(status: u16, body: &str) -> Answer {
    let mut value: Value = serde_json::from_str(body).unwrap_or_default();
    let text = |name: &str| value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    match value.get("code").and_then(Value::as_i64) {
        None => Answer { status, code: None, message: body.chars().take(200).collect(), request_id: String::new(), data: Value::Null },
        code => {
            let (message, request_id) = (text("message"), text("request_id"));
            Answer { status, code, message, request_id, data: value.get_mut("data").map(Value::take).unwrap_or_default() }
        }
    }
}

/// What to do next. When the connection was refused or the name not resolved, nothing left: that may always be repeated.
pub fn verdict(answer: &Answer, create: bool) -> Verdict {
    match (answer.code, answer.status) {
        (Some(0), _) => Verdict::Done,
        (Some(1302), _) => Verdict::Retry,
        (Some(1303), _) => Verdict::WaitForSlot,
        (Some(1003 | 1004), _) => Verdict::SignAgain,
        // 1100, 1101, 1102 and 1304 are 429 too, and they last
        (Some(1000..5000), _) | (Some(..5000) | None, 300..500) => Verdict::FixFirst,
        _ if create => Verdict::Reconcile, // 5000, 5001, 5002, no answer, or one that says nothing
        _ => Verdict::Retry,
    }
}
