//! A last way to correct an error that no rule knows how to: fill in a stand-in, drop an optional member, shorten a list.
//!
//! Everything here is a guess and is marked so.

use serde_json::{Value as Json, json};

use crate::knowledge::requests::{Carrier, EndpointFields, Field, JsonType, Required};
use crate::request::{Node, Value};

use super::found::{Finding, Fix, Op, Operation, Severity};
use super::values;

/// Gives every error without a correction one, where that is possible.
pub(super) fn complete(findings: &mut [Finding], fields: &EndpointFields, body: &Node) {
    for finding in findings.iter_mut().filter(|f| f.severity == Severity::Error && f.fix.is_none() && f.pointer.starts_with('/')) {
        finding.fix = fix(fields, body, &finding.pointer, &finding.rule);
    }
}

fn fix(fields: &EndpointFields, body: &Node, pointer: &str, rule: &str) -> Option<Fix> {
    let row = row(fields, pointer);
    let key = pointer.rsplit('/').next().unwrap_or_default();
    match body.pointer(pointer).map(|node| &node.value) {
        None => stand_in(fields, row?, key, pointer, Op::Add),
        Some(Value::Array(items))
            if rule == "items" && row.is_some_and(|row| row.min_items.is_some_and(|least| items.len() < least as usize)) =>
        {
            Some(Fix::guess(
                "add an item to replace with your own",
                vec![Operation::set(Op::Add, format!("{pointer}/{}", items.len()), item(fields, row?, key))],
            ))
        }
        Some(Value::Array(items)) if items.len() > 1 => {
            Some(Fix::guess("leave out the last item", vec![Operation::remove(format!("{pointer}/{}", items.len() - 1))]))
        }
        // What the caller wrote into a list is never thrown away as a whole.
        Some(Value::Array(items)) if !items.is_empty() => None,
        Some(_) if row.is_none_or(|row| row.required == Required::Never) => {
            Some(Fix::guess("leave it out", vec![Operation::remove(pointer)]))
        }
        Some(_) => stand_in(fields, row?, key, pointer, Op::Replace),
    }
}

/// A value of the right type that the caller replaces.
fn stand_in(fields: &EndpointFields, row: &Field, key: &str, pointer: &str, op: Op) -> Option<Fix> {
    let value = match row.types.first()? {
        JsonType::Object => json!({}),
        JsonType::Array => json!([item(fields, row, key)]),
        _ => return values::filled_in(row, key, pointer),
    };
    Some(Fix::guess("a value to replace with your own", vec![Operation::set(op, pointer, value)]))
}

/// An item for a list: an object to be filled, or a stand-in text.
fn item(fields: &EndpointFields, row: &Field, key: &str) -> Json {
    let inner = format!("{}[].", row.name);
    if fields.fields.iter().any(|row| row.name.starts_with(&inner)) { json!({}) } else { json!(format!("<{key}>")) }
}

/// The row of a pointer: list positions become `[]`.
fn row<'f>(fields: &'f EndpointFields, pointer: &str) -> Option<&'f Field> {
    let mut name = String::new();
    for part in pointer.split('/').skip(1) {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            name.push_str("[]");
        } else {
            if !name.is_empty() {
                name.push('.');
            }
            name.push_str(part);
        }
    }
    fields.fields.iter().find(|row| row.carrier == Carrier::Body && row.name == name)
}
