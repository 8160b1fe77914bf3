//! Short questions and corrections that the rules of the new generation share.

use serde_json::Value as Json;

use crate::knowledge::requests::Scalar;
use crate::request::{Node, Value};
use crate::validate::case::{Case, text};
use crate::validate::found::{Op, Operation};

/// Whether every item of `contents` can be read and has a type of this endpoint: only then is a missing one missing.
pub(super) fn settled(case: &Case<'_>) -> bool {
    let items = case.items("/contents");
    !items.is_empty() && items.iter().all(|(_, item)| item.get("type").and_then(text).is_some_and(|kind| takes(case, kind)))
}

/// Whether `contents` has items of this type on the endpoint.
pub(super) fn takes(case: &Case<'_>, kind: &str) -> bool {
    allows(case, "contents[].type", kind)
}

/// How many items of `contents` have one of these types.
pub(super) fn count(case: &Case<'_>, kinds: &[&str]) -> usize {
    kinds.iter().map(|kind| case.contents(kind).len()).sum()
}

/// The texts of the prompt, each with its pointer.
pub(super) fn prompts<'a>(case: &Case<'a>) -> Vec<(String, &'a str)> {
    let flat = case.text("/prompt").map(|text| ("/prompt".to_owned(), text)).filter(|_| has_field(case, "prompt"));
    let items = case.contents("prompt").into_iter();
    flat.into_iter().chain(items.filter_map(|(at, item)| Some((format!("{at}/text"), item.get("text").and_then(text)?)))).collect()
}

/// Whether the endpoint has this field.
pub(super) fn has_field(case: &Case<'_>, name: &str) -> bool {
    case.fields.fields.iter().any(|field| field.name == name)
}

/// Whether the field takes this word.
pub(super) fn allows(case: &Case<'_>, name: &str, word: &str) -> bool {
    let mut values = case.fields.fields.iter().filter(|field| field.name == name).flat_map(|field| field.allowed.iter().flatten());
    values.any(|value| matches!(value, Scalar::Text(text) if text == word))
}

/// The word of a setting, or its default where it is missing; nothing where it is not known.
pub(super) fn setting<'a>(case: &Case<'a>, name: &str) -> Option<&'a str> {
    if case.unknown("/settings") {
        return None;
    }
    match case.at(&format!("/settings/{name}")).map(|node| &node.value) {
        Some(Value::String(word)) => Some(word),
        None | Some(Value::Null) => {
            default(case, name).and_then(|value| if let Scalar::Text(word) = value { Some(word.as_str()) } else { None })
        }
        Some(_) => None,
    }
}

/// `settings.duration` in seconds, or its default where it is missing.
pub(super) fn seconds(case: &Case<'_>) -> Option<f64> {
    if case.unknown("/settings") {
        return None;
    }
    match case.at("/settings/duration").map(|node| &node.value) {
        None | Some(Value::Null) => match default(case, "duration") {
            Some(Scalar::Integer(seconds)) => i32::try_from(*seconds).ok().map(f64::from),
            _ => None,
        },
        Some(_) => case.number("/settings/duration"),
    }
}

fn default<'a>(case: &Case<'a>, name: &str) -> Option<&'a Scalar> {
    let field = case.fields.fields.iter().find(|field| field.name.strip_prefix("settings.") == Some(name))?;
    field.default.as_ref()
}

/// Operations that set `/parent/name`, and make the parent where it is missing.
pub(super) fn put(case: &Case<'_>, parent: &str, name: &str, value: impl Into<Json>) -> Vec<Operation> {
    let there = matches!(case.at(&format!("/{parent}")).map(|node| &node.value), Some(Value::Object(_)));
    let make = (!there).then(|| Operation::set(Op::Add, format!("/{parent}"), Json::Object(serde_json::Map::new())));
    make.into_iter().chain([Operation::set(Op::Add, format!("/{parent}/{name}"), value)]).collect()
}

/// A number in whole seconds as JSON.
pub(super) fn whole(seconds: f64) -> Option<Json> {
    (seconds.fract() == 0.0 && (0.0..1.0e6).contains(&seconds))
        .then(|| format!("{seconds:.0}").parse::<u32>().ok())
        .flatten()
        .map(Json::from)
}

/// A member name as a token of a pointer.
pub(super) fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether the node is there with a value that says something, known or not.
pub(super) fn says(node: &Node) -> bool {
    crate::validate::case::filled(&node.value)
}

/// The first item of these types that is one too many.
pub(super) fn beyond(case: &Case<'_>, kinds: &[&str], most: usize) -> Option<String> {
    let items = case.items("/contents").into_iter();
    items.filter(|(_, item)| item.get("type").and_then(text).is_some_and(|kind| kinds.contains(&kind))).nth(most).map(|(at, _)| at)
}
