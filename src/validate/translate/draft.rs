//! A body that is being written, and what the target takes.

use serde_json::{Map, Value};

use crate::knowledge::requests::{EndpointFields, Scalar};

use super::super::case::Case;

/// Where a request is translated to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'k> {
    /// What that takes.
    pub(super) fields: &'k EndpointFields,
    /// The model as it is called there.
    pub(super) model: &'k str,
}

impl Target<'_> {
    /// Whether the endpoint has a field, for this model.
    pub(super) fn has(&self, name: &str) -> bool {
        let mut rows = self.fields.fields.iter().filter(|row| row.name == name);
        rows.any(|row| row.models.is_empty() || row.models.iter().any(|id| id == self.model))
    }

    /// Whether a field takes a word.
    pub(super) fn allows(&self, name: &str, word: &str) -> bool {
        let mut values = self.fields.fields.iter().filter(|row| row.name == name).flat_map(|row| row.allowed.iter().flatten());
        self.has(name) && values.any(|value| matches!(value, Scalar::Text(text) if text == word))
    }
}

/// A body in the making.
#[derive(Debug, Default)]
pub(super) struct Draft {
    root: Map<String, Value>,
    contents: Vec<Value>,
    /// What cannot be said there.
    pub(super) losses: Vec<String>,
}

impl Draft {
    /// Sets `name` at the top.
    pub(super) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.root.insert(name.to_owned(), value.into());
    }

    /// Sets `name` inside the object `parent`.
    pub(super) fn set_in(&mut self, parent: &str, name: &str, value: impl Into<Value>) {
        let slot = self.root.entry(parent).or_insert_with(|| Value::Object(Map::new()));
        if let Value::Object(members) = slot {
            members.insert(name.to_owned(), value.into());
        }
    }

    /// Adds an item to the list `name`.
    pub(super) fn push(&mut self, name: &str, item: Value) {
        let slot = self.root.entry(name).or_insert_with(|| Value::Array(Vec::new()));
        if let Value::Array(items) = slot {
            items.push(item);
        }
    }

    /// Adds an item to `contents`.
    pub(super) fn content(&mut self, item: Value) {
        self.contents.push(item);
    }

    /// Notes what cannot be said, once.
    pub(super) fn lose(&mut self, what: impl Into<String>) {
        let what = what.into();
        if !self.losses.contains(&what) {
            self.losses.push(what);
        }
    }

    /// The body.
    pub(super) fn body(&self) -> Value {
        let mut root = self.root.clone();
        if !self.contents.is_empty() {
            root.insert("contents".to_owned(), Value::Array(self.contents.clone()));
        }
        Value::Object(root)
    }
}

/// The text of a setting, as given or by default.
pub(super) fn word(case: &Case<'_>, name: &str) -> Option<String> {
    let pointer = format!("/{}", name.replace('.', "/"));
    if case.given(&pointer) {
        return case.text(&pointer).map(str::to_owned);
    }
    match case.fields.fields.iter().find(|row| row.name == name)?.default.as_ref()? {
        Scalar::Text(word) => Some(word.clone()),
        Scalar::Flag(_) | Scalar::Integer(_) | Scalar::Number(_) => None,
    }
}

/// A member as JSON, where it is given.
pub(super) fn json(case: &Case<'_>, pointer: &str) -> Option<Value> {
    case.at(pointer).filter(|_| case.given(pointer)).map(crate::request::Node::to_json)
}
