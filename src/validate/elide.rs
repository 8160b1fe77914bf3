//! Long values, inline media above all, are named by their length in an answer and not repeated.

use serde_json::{Value, json};

use super::found::{Finding, Operation};
use super::report::{Corrected, Sendable, Translation};

/// Longer texts are not repeated.
const LONGEST: usize = 1_200;

/// Shortens every value of an answer.
pub(super) fn findings(findings: &mut [Finding]) {
    findings.iter_mut().filter_map(|finding| finding.fix.as_mut()).for_each(|fix| operations(&mut fix.patch));
}

pub(super) fn corrected(corrected: &mut Corrected) {
    request(&mut corrected.request);
    operations(&mut corrected.patch);
    operations(&mut corrected.inverse);
}

pub(super) fn translation(translation: &mut Translation) {
    request(&mut translation.request);
}

fn request(request: &mut Sendable) {
    if let Some(body) = &mut request.body {
        value(body);
    }
}

fn operations(list: &mut [Operation]) {
    list.iter_mut().filter_map(|op| op.value.as_mut()).for_each(value);
}

fn value(given: &mut Value) {
    match given {
        Value::String(text) if text.len() > LONGEST => *given = json!(format!("<keep: {} characters>", text.chars().count())),
        Value::Array(items) => items.iter_mut().for_each(value),
        Value::Object(members) => members.values_mut().for_each(value),
        _ => {}
    }
}

/// Replaces secrets in the short texts of a body.
pub(super) fn secrets(given: &mut Value) {
    match given {
        Value::String(text) if text.len() <= LONGEST => *text = crate::redact::redact(text).text,
        Value::Array(items) => items.iter_mut().for_each(secrets),
        Value::Object(members) => members.values_mut().for_each(secrets),
        _ => {}
    }
}
