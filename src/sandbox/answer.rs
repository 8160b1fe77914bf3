//! What goes back: status, headers, body, and what a scenario does to the connection.

use serde_json::{Value, json};

use super::scenario::Step;
use super::world::World;

/// An answer before it is written.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) kind: String,
    pub(super) body: Vec<u8>,
    /// The service code in it.
    pub(super) code: Option<i64>,
    /// Id of the task that this request created.
    pub(super) created: Option<String>,
    pub(super) wire: Wire,
}

/// How it is written.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Wire {
    /// Real seconds before the first byte.
    pub(super) delay_s: f64,
    /// The connection is reset: at once, or after the bytes of `cut_after`.
    pub(super) reset: bool,
    /// The body ends after so many bytes, and the connection with it.
    pub(super) cut_after: Option<usize>,
    pub(super) bytes_per_s: Option<u32>,
}

const JSON: &str = "application/json;charset=utf-8";
const HTML: &str = "text/html;charset=utf-8";

impl Answer {
    /// An answer with these bytes.
    pub(super) fn new(status: u16, kind: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { status, kind: kind.into(), body: body.into(), code: None, created: None, wire: Wire::default() }
    }

    /// JSON without an envelope.
    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::new(status, JSON, value.to_string())
    }

    /// The service accepted the call.
    pub(super) fn accepted(world: &World, request_id: &str, data: &Value) -> Self {
        let (code, message) = words(world, "accepted", &[]);
        let value = json!({"code": code, "message": message, "request_id": request_id, "data": data});
        Self { code: Some(code), ..Self::json(world.code(code).0, &value) }
    }

    /// A refusal in the words of `references/sandbox.toml`.
    pub(super) fn refused(world: &World, request_id: &str, text: &str, fill: &[&str]) -> Self {
        let (code, message) = words(world, text, fill);
        Self::coded(world, request_id, code, &message)
    }

    /// A refusal with this code and these words.
    pub(super) fn coded(world: &World, request_id: &str, code: i64, message: &str) -> Self {
        let value = json!({"code": code, "message": message, "request_id": request_id});
        Self { code: Some(code), ..Self::json(world.code(code).0, &value) }
    }

    /// Whether the service did what was asked.
    pub(super) fn is_success(&self) -> bool {
        self.code == Some(0) || (self.code.is_none() && self.status < 300)
    }

    /// The answer after a scenario's step: another one, or the same in another way.
    pub(super) fn after(mut self, world: &World, request_id: &str, step: &Step) -> Self {
        let created = self.created.take();
        let mut answer = told(world, request_id, step).unwrap_or(self);
        answer.created = created;
        answer.wire =
            Wire { delay_s: step.delay_s.unwrap_or_default(), reset: step.reset, cut_after: step.cut_after, bytes_per_s: step.bytes_per_s };
        answer
    }
}

/// The code and the words of a text.
fn words(world: &World, id: &str, fill: &[&str]) -> (i64, String) {
    let Some(text) = world.text(id) else { return (-1, format!("[sandbox: no words are called {id}]")) };
    let message = text.text.as_ref().map_or_else(|| world.code(text.code).1, |words| filled(words, fill));
    (text.code, message)
}

/// The words with the values in place of each `<x>`.
pub(super) fn filled(words: &str, fill: &[impl AsRef<str>]) -> String {
    fill.iter().fold(words.to_owned(), |words, value| words.replacen("<x>", value.as_ref(), 1))
}

/// The answer that a step asks for, if it asks for one.
fn told(world: &World, request_id: &str, step: &Step) -> Option<Answer> {
    if let Some(code) = step.answer {
        let known = world.table.texts.iter().find(|text| text.code == code && text.text.as_ref().is_some_and(|text| !text.contains("<x>")));
        let recorded = known.filter(|text| world.table.texts.iter().filter(|other| other.code == text.code).count() == 1);
        let words = step.text.clone().or_else(|| recorded.and_then(|text| text.text.clone())).unwrap_or_else(|| world.code(code).1);
        return Some(Answer::coded(world, request_id, code, &words));
    }
    if let Some(page) = &step.page {
        return Some(of_page(world, page));
    }
    let status = step.status?;
    Some(Answer::new(status, step.content_type.clone().unwrap_or_else(|| HTML.to_owned()), step.body.clone().unwrap_or_default()))
}

/// The answer in the first example of a page on answers without an envelope.
fn of_page(world: &World, id: &str) -> Answer {
    let Some(page) = world.knowledge.http.iter().find(|page| page.head.id == id) else { return Answer::new(500, HTML, Vec::new()) };
    let status = page.head.status.first().copied().unwrap_or(500);
    let example = page.page.fences().into_iter().filter(|fence| fence.value("diagnose").is_some()).find_map(|fence| {
        let (_, answer) =
            fence.text.split_once("HTTP/1.1 ").filter(|(before, _)| !before.contains("HTTP/1.1\n") || before.contains("\n\n"))?;
        let (head, body) = answer.split_once("\n\n").unwrap_or((answer, ""));
        let kind = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-type:").map(|kind| kind.trim().to_owned()));
        Some((kind.unwrap_or_else(|| HTML.to_owned()), body.trim().to_owned()))
    });
    let (kind, body) = example.unwrap_or_else(|| (HTML.to_owned(), format!("<html><body><h1>{status}</h1></body></html>")));
    Answer::new(status, kind, body)
}
