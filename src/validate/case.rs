//! A request as the rules see it: its endpoint, its model, its body, the day, and short questions about them.

use crate::knowledge::requests::EndpointFields;
use crate::knowledge::{Certainty, Endpoint, Knowledge, RequestKnowledge};
use crate::request::{Node, Value};

use super::found::{Finding, Fix, Severity};

/// What a check looks at.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// General tables.
    pub knowledge: &'a Knowledge,
    /// Fields, capabilities, prices.
    pub requests: &'a RequestKnowledge,
    /// The endpoint that was recognised.
    pub endpoint: &'a Endpoint,
    /// What its body may carry.
    pub fields: &'a EndpointFields,
    /// Model id: of the path in the new generation, `model_name` in the legacy one, else the field's default.
    pub model: Option<&'a str>,
    /// The body; an object.
    pub body: &'a Node,
    /// The day the rules are asked at, `YYYY-MM-DD`.
    pub as_of: &'a str,
}

impl<'a> Case<'a> {
    /// Whether the endpoint is of the new generation.
    pub fn new_generation(&self) -> bool {
        self.endpoint.generation == "new"
    }

    /// Whether the endpoint has this id.
    pub fn is(&self, id: &str) -> bool {
        self.endpoint.id == id
    }

    /// Whether the model is one of these ids.
    pub fn model_is(&self, ids: &[&str]) -> bool {
        self.model.is_some_and(|model| ids.contains(&model))
    }

    /// The value at a pointer.
    pub fn at(&self, pointer: &str) -> Option<&'a Node> {
        self.body.pointer(pointer)
    }

    /// Whether a value is there and is neither null nor an empty text, list or object. Unknowns count as there.
    pub fn given(&self, pointer: &str) -> bool {
        self.at(pointer).is_some_and(|node| filled(&node.value))
    }

    /// Text at a pointer.
    pub fn text(&self, pointer: &str) -> Option<&'a str> {
        text(self.at(pointer)?)
    }

    /// Number at a pointer; a number in quotes counts.
    pub fn number(&self, pointer: &str) -> Option<f64> {
        number(self.at(pointer)?)
    }

    /// Truth value at a pointer.
    pub fn flag(&self, pointer: &str) -> Option<bool> {
        match self.at(pointer)?.value {
            Value::Bool(flag) => Some(flag),
            _ => None,
        }
    }

    /// Whether the value is there but only running the snippet would tell it.
    pub fn unknown(&self, pointer: &str) -> bool {
        self.at(pointer).is_some_and(|node| matches!(node.value, Value::Unknown(_)))
    }

    /// Items of the list at a pointer, each with its own pointer.
    pub fn items(&self, pointer: &str) -> Vec<(String, &'a Node)> {
        match self.at(pointer).map(|node| &node.value) {
            Some(Value::Array(items)) => items.iter().enumerate().map(|(i, item)| (format!("{pointer}/{i}"), item)).collect(),
            _ => Vec::new(),
        }
    }

    /// Items of `contents` of this type, each with its pointer.
    pub fn contents(&self, kind: &str) -> Vec<(String, &'a Node)> {
        self.items("/contents").into_iter().filter(|(_, item)| item.get("type").and_then(text) == Some(kind)).collect()
    }

    /// A finding of a rule page: severity and certainty come from the page, the message says what is wrong here.
    pub fn finding(&self, rule: &str, pointer: impl Into<String>, message: impl Into<String>) -> Finding {
        let page = self.knowledge.rules.iter().find(|doc| doc.head.id == rule);
        Finding {
            rule: rule.to_owned(),
            severity: page.map_or(Severity::Warning, |doc| severity(&doc.head.severity)),
            pointer: pointer.into(),
            message: message.into(),
            help: page.map(|doc| doc.page.prose("Do this")).unwrap_or_default(),
            certainty: page.map_or(Certainty::Inferred, |doc| doc.head.certainty),
            fix: None,
            reference: format!("kling://rules/{rule}"),
            place: None,
        }
    }
}

impl Finding {
    /// The same finding with a correction.
    #[must_use]
    pub fn with_fix(mut self, fix: Fix) -> Self {
        self.fix = Some(fix);
        self
    }

    /// The same finding with another severity.
    #[must_use]
    pub fn as_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }
}

fn severity(word: &str) -> Severity {
    match word {
        "error" => Severity::Error,
        "info" => Severity::Info,
        _ => Severity::Warning,
    }
}

/// Neither null nor empty.
pub(super) fn filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        Value::Bool(_) | Value::Number(_) | Value::Unknown(_) => true,
    }
}

/// The text of a node.
pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The number of a node; a number in quotes counts.
pub(super) fn number(node: &Node) -> Option<f64> {
    match &node.value {
        Value::Number(digits) | Value::String(digits) => digits.trim().parse().ok(),
        _ => None,
    }
}

/// A value that may be repeated in a message: short, of letters, digits and a few marks. Anything else is not shown.
pub(super) fn shown(node: &Node) -> String {
    let plain = |text: &str| {
        !text.is_empty() && text.len() <= 40 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':'))
    };
    match &node.value {
        Value::String(text) if plain(text) => format!("`{text}`"),
        Value::Number(digits) if plain(digits) => digits.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Null => "null".to_owned(),
        Value::String(_) => "this text".to_owned(),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        Value::Number(_) => "this number".to_owned(),
        Value::Unknown(_) => "a value that is not known".to_owned(),
    }
}
