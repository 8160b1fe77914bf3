//! One value against its row: type, enum, range, length, number of items.

use crate::knowledge::requests::{Field, JsonType, Scalar};
use crate::request::{Node, Value};
use serde_json::Value as Json;

use super::case::{Case, number, shown, text};
use super::fields::{Place, finding};
use super::found::{Fix, Found, Op, Operation, Severity};

/// Checks a value; true when its type is right, so that its insides may be looked at.
pub(super) fn check(case: &Case<'_>, found: &mut Found, row: &Field, node: &Node, place: &Place) -> bool {
    if !row.types.iter().any(|kind| is(node, *kind)) {
        wrong_type(case, found, row, node, place);
        return false;
    }
    if place.name != "model_name" {
        for_model(case, found, row, place);
        allowed(case, found, row, node, place);
    }
    range(case, found, row, node, place);
    sizes(case, found, row, node, place);
    true
}

fn is(node: &Node, kind: JsonType) -> bool {
    match (&node.value, kind) {
        (Value::String(_), JsonType::String)
        | (Value::Bool(_), JsonType::Boolean)
        | (Value::Object(_), JsonType::Object)
        | (Value::Array(_), JsonType::Array)
        | (Value::Number(_), JsonType::Number) => true,
        (Value::Number(digits), JsonType::Integer) => digits.parse::<i64>().is_ok(),
        _ => false,
    }
}

const fn word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::String => "a string",
        JsonType::Integer => "a whole number",
        JsonType::Number => "a number",
        JsonType::Boolean => "true or false",
        JsonType::Object => "an object",
        JsonType::Array => "a list",
    }
}

fn wrong_type(case: &Case<'_>, found: &mut Found, row: &Field, node: &Node, place: &Place) {
    let wanted: Vec<&str> = row.types.iter().map(|kind| word(*kind)).collect();
    let numeric_text = text(node).is_some() && number(node).is_some();
    let lenient = case.new_generation() && numeric_text;
    let severity = if lenient { Severity::Warning } else { Severity::Error };
    let message = format!("must be {}, is {}", wanted.join(" or "), kind_of(node));
    let mut finding = finding(case, Some(row), "type", severity, &place.pointer, message);
    if let Some(value) = converted(row, node) {
        finding = finding.with_fix(Fix::safe("write it in the right type", vec![Operation::set(Op::Replace, &place.pointer, value)]));
    }
    found.add(finding);
}

fn kind_of(node: &Node) -> &'static str {
    match &node.value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(digits) if digits.contains(['.', 'e', 'E']) => "a fraction",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
        Value::Unknown(_) => "not known",
    }
}

/// The same value in the type that the row wants.
fn converted(row: &Field, node: &Node) -> Option<Json> {
    match (&node.value, row.types.first()?) {
        (Value::Number(digits), JsonType::String) => Some(Json::from(digits.as_str())),
        (Value::String(digits), JsonType::Integer) => digits.trim().parse::<i64>().ok().map(Json::from),
        (Value::String(digits), JsonType::Number) => digits.trim().parse::<f64>().ok().map(Json::from),
        (Value::String(word), JsonType::Boolean) => match word.trim().to_ascii_lowercase().as_str() {
            "true" | "on" | "yes" => Some(Json::Bool(true)),
            "false" | "off" | "no" => Some(Json::Bool(false)),
            _ => None,
        },
        (Value::Number(digits), JsonType::Integer) => digits
            .parse::<f64>()
            .ok()
            .filter(|n| n.fract() == 0.0)
            .map(|n| format!("{n:.0}"))
            .and_then(|n| n.parse::<i64>().ok())
            .map(Json::from),
        _ => None,
    }
}

/// Members that only some models take.
fn for_model(case: &Case<'_>, found: &mut Found, row: &Field, place: &Place) {
    let Some(model) = case.model.filter(|model| !row.models.is_empty() && !row.models.iter().any(|id| id == model)) else { return };
    let listed = case.fields.fields.iter().any(|other| other.name == row.name && other.models.iter().any(|id| id == model));
    let known = case.knowledge.models.iter().any(|known| known.id == model);
    if known && !listed {
        let message = format!("{model} does not take this member; it is for {}", row.models.join(", "));
        let fix = Fix::guess("leave it out", vec![Operation::remove(&place.pointer)]);
        // The rows speak of current models; what a retired one took is not listed any more.
        let current = case.knowledge.models.iter().any(|known| known.id == model && known.status == "active");
        let severity = if current { Severity::Error } else { Severity::Warning };
        found.add(finding(case, Some(row), "model-lacks-member", severity, &place.pointer, message).with_fix(fix));
    }
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number(number) => number.to_string(),
        Scalar::Text(text) => text.clone(),
    }
}

fn as_json(value: &Scalar) -> Json {
    match value {
        Scalar::Flag(flag) => Json::Bool(*flag),
        Scalar::Integer(number) => Json::from(*number),
        Scalar::Number(number) => Json::from(*number),
        Scalar::Text(text) => Json::from(text.as_str()),
    }
}

fn spelled(node: &Node) -> Option<String> {
    match &node.value {
        Value::String(text) | Value::Number(text) => Some(text.trim().to_owned()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

fn allowed(case: &Case<'_>, found: &mut Found, row: &Field, node: &Node, place: &Place) {
    let (Some(allowed), Some(given)) = (&row.allowed, spelled(node)) else { return };
    if allowed.iter().chain(&row.retired).any(|value| scalar(value) == given) {
        return;
    }
    let list: Vec<String> = allowed.iter().take(12).map(scalar).collect();
    let more = if allowed.len() > 12 { ", ..." } else { "" };
    let severity = if row.name == "effect_scene" { Severity::Warning } else { Severity::Error };
    let mut finding = finding(
        case,
        Some(row),
        "enum",
        severity,
        &place.pointer,
        format!("{} is not offered; allowed: {}{more}", shown(node), list.join(", ")),
    );
    if let Some((value, safe)) = near(allowed, &given) {
        let patch = vec![Operation::set(Op::Replace, &place.pointer, as_json(value))];
        finding = finding.with_fix(if safe {
            Fix::safe("the same value as it is spelled here", patch)
        } else {
            Fix::guess("the nearest allowed value", patch)
        });
    } else if let Some(default) = &row.default {
        finding = finding.with_fix(Fix::guess("the default", vec![Operation::set(Op::Replace, &place.pointer, as_json(default))]));
    } else if let Some(first) = allowed.first() {
        finding =
            finding.with_fix(Fix::guess("the first allowed value", vec![Operation::set(Op::Replace, &place.pointer, as_json(first))]));
    }
    found.add(finding);
}

/// Words that people use for a value, and the value.
const SYNONYMS: &[(&str, &str)] = &[
    ("standard", "std"),
    ("professional", "pro"),
    ("hd", "pro"),
    ("true", "on"),
    ("false", "off"),
    ("enabled", "on"),
    ("disabled", "off"),
    ("landscape", "16:9"),
    ("portrait", "9:16"),
    ("square", "1:1"),
    ("1920x1080", "1080p"),
    ("1280x720", "720p"),
    ("fullhd", "1080p"),
];

/// An allowed value of the same meaning, and whether that is certain.
fn near<'r>(allowed: &'r [Scalar], given: &str) -> Option<(&'r Scalar, bool)> {
    let plain = |text: &str| text.to_ascii_lowercase().replace([' ', '_', '-'], "");
    let same = allowed.iter().find(|value| plain(&scalar(value)) == plain(given));
    if let Some(value) = same {
        return Some((value, true));
    }
    let meant = SYNONYMS.iter().find(|(word, _)| *word == given.to_ascii_lowercase()).map(|(_, value)| *value)?;
    allowed.iter().find(|value| scalar(value) == meant).map(|value| (value, true))
}

fn range(case: &Case<'_>, found: &mut Found, row: &Field, node: &Node, place: &Place) {
    let numeric = row.types.iter().any(|kind| matches!(kind, JsonType::Integer | JsonType::Number));
    let Some(given) = number(node).filter(|_| numeric) else { return };
    let (low, high) = (row.min.filter(|min| given < *min), row.max.filter(|max| given > *max));
    if let Some(bound) = low.or(high) {
        let limits = match (row.min, row.max) {
            (Some(min), Some(max)) => format!("{min} to {max}"),
            (Some(min), None) => format!("at least {min}"),
            _ => format!("at most {bound}"),
        };
        let value = if row.types.contains(&JsonType::Integer) { integer(bound) } else { Json::from(bound) };
        let fix = Fix::guess("the nearest allowed value", vec![Operation::set(Op::Replace, &place.pointer, value)]);
        found.add(
            finding(case, Some(row), "range", Severity::Error, &place.pointer, format!("must be {limits}, is {}", shown(node)))
                .with_fix(fix),
        );
    }
}

fn integer(value: f64) -> Json {
    format!("{value:.0}").parse::<i64>().map_or_else(|_| Json::from(value), Json::from)
}

fn sizes(case: &Case<'_>, found: &mut Found, row: &Field, node: &Node, place: &Place) {
    if let (Some(most), Some(text)) = (row.max_length, text(node)) {
        let length = text.chars().count();
        if length > most as usize {
            let cut: String = text.chars().take(most as usize).collect();
            let fix = Fix::guess("cut it", vec![Operation::set(Op::Replace, &place.pointer, cut)]);
            let message = format!("has {length} characters, at most {most} are taken");
            found.add(finding(case, Some(row), "length", Severity::Error, &place.pointer, message).with_fix(fix));
        }
    }
    let Value::Array(items) = &node.value else { return };
    if row.max_items.is_some_and(|most| items.len() > most as usize) || row.min_items.is_some_and(|least| items.len() < least as usize) {
        let limits = match (row.min_items, row.max_items) {
            (Some(least), Some(most)) if least == most => format!("exactly {least}"),
            (Some(least), Some(most)) => format!("{least} to {most}"),
            (Some(least), None) => format!("at least {least}"),
            (None, most) => format!("at most {}", most.unwrap_or_default()),
        };
        let excess = row.max_items.map_or(items.len(), |most| most as usize);
        let patch: Vec<Operation> = (excess..items.len()).map(|index| Operation::remove(format!("{}/{index}", place.pointer))).collect();
        let finding =
            finding(case, Some(row), "items", Severity::Error, &place.pointer, format!("has {} items, must have {limits}", items.len()));
        found.add(if patch.is_empty() { finding } else { finding.with_fix(Fix::guess("leave out the last ones", patch)) });
    }
}

/// A value for a missing member: its default, else a stand-in that the caller replaces.
pub(super) fn filled_in(row: &Field, key: &str, pointer: &str) -> Option<Fix> {
    let first = row.default.as_ref().or_else(|| row.allowed.as_ref()?.first()).map(as_json);
    let value = first.or_else(|| match row.types.first()? {
        JsonType::String => Some(Json::from(format!("<{key}>"))),
        JsonType::Integer => Some(integer(row.min.unwrap_or(1.0))),
        JsonType::Number => Some(Json::from(row.min.unwrap_or(1.0))),
        JsonType::Boolean => Some(Json::Bool(false)),
        JsonType::Object | JsonType::Array => None,
    })?;
    Some(Fix::guess("a value to replace with your own", vec![Operation::set(Op::Add, pointer, value)]))
}
