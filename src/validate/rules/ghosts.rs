//! Members that the new generation does not read where they stand: which of them belong to the legacy generation, and
//! where their meaning has a place.

use serde_json::{Value as Json, json};

use super::new_body::{allows, count, has_field, prompts, put, says, takes, token, whole};
use crate::request::{Node, Value};
use crate::validate::case::{Case, number, text};
use crate::validate::found::{Fix, Op, Operation};

/// Members of legacy bodies that the new generation does not have at all (G02).
pub(super) const LEGACY: &[&str] = &[
    "negative_prompt",
    "cfg_scale",
    "mode",
    "camera_control",
    "image_tail",
    "static_mask",
    "dynamic_masks",
    "sound",
    "voice_list",
    "image_list",
    "video_list",
    "element_list",
    "multi_prompt",
    "shot_type",
    "model_name",
];

/// Members that the new generation has inside `options` (G31).
pub(super) const OPTIONS: &[&str] = &["callback_url", "external_task_id", "watermark_info"];

/// Inputs and switches of legacy bodies that G02 does not list.
pub(super) const FLAT: &[&str] = &["image", "image_url", "video_url", "keep_original_sound"];

/// The names at a place that say something, each once.
pub(super) fn names<'a>(case: &Case<'a>, base: &str) -> Vec<(&'a str, &'a Node)> {
    let Some(node) = case.at(base) else { return Vec::new() };
    let mut seen: Vec<&str> = Vec::new();
    let once = node.members().iter().filter(|member| {
        let first = !seen.contains(&member.key.as_str());
        seen.push(&member.key);
        first
    });
    once.filter_map(|member| Some((member.key.as_str(), node.get(&member.key)?))).filter(|(_, node)| says(node)).collect()
}

/// The correction of a ghost: to its place where there is a free one, away otherwise.
pub(super) fn fix(case: &Case<'_>, base: &str, name: &str, node: &Node) -> Fix {
    let remove = Operation::remove(format!("{base}/{}", token(name)));
    if name == "negative_prompt" {
        return unwanted(case, node, remove);
    }
    match moved(case, base, name, node) {
        Some((place, mut patch)) => {
            patch.push(remove);
            Fix::safe(format!("Move it to `{place}`."), patch)
        }
        None => Fix::safe("Remove it: nothing reads it here.", vec![remove]),
    }
}

fn unwanted(case: &Case<'_>, node: &Node, remove: Operation) -> Fix {
    match (prompts(case).first(), text(node)) {
        (Some((at, prompt)), Some(words)) => {
            let prompt = prompt.trim_end();
            let stop = if prompt.ends_with(|c: char| c.is_alphanumeric()) { "." } else { "" };
            let joined = format!("{prompt}{stop} Avoid: {}", words.trim());
            Fix::guess("Say it in the prompt instead.", vec![Operation::set(Op::Replace, at.as_str(), joined), remove])
        }
        _ => Fix::guess("Remove it, and say in the prompt what to avoid.", vec![remove]),
    }
}

fn moved(case: &Case<'_>, base: &str, name: &str, node: &Node) -> Option<(String, Vec<Operation>)> {
    if let Some(item) = item(case, name, node) {
        return Some(("contents".to_owned(), vec![Operation::set(Op::Add, "/contents/-", item)]));
    }
    let (parent, member, value) = match name {
        "mode" => ("settings", "resolution", json!(case.requests.capability.mode_to_resolution.values.get(text(node)?)?)),
        "sound" => ("settings", "audio", json!(switch(node, "native", "off").filter(|word| allows(case, "settings.audio", word))?)),
        "keep_original_sound" => {
            ("settings", "audio", json!(switch(node, "original", "off").filter(|word| allows(case, "settings.audio", word))?))
        }
        "duration" => ("settings", name, number(node).and_then(whole).unwrap_or_else(|| node.to_json())),
        _ if has_field(case, &format!("options.{name}")) => ("options", name, node.to_json()),
        _ => ("settings", name, node.to_json()),
    };
    let free = has_field(case, &format!("{parent}.{member}")) && !case.given(&format!("/{parent}/{member}"));
    let elsewhere = format!("{base}/{name}") != format!("/{parent}/{member}");
    (free && elsewhere && !case.unknown(&format!("/{parent}"))).then(|| (format!("{parent}.{member}"), put(case, parent, member, value)))
}

/// The item of `contents` that says the same, where that type is allowed and not given yet.
fn item(case: &Case<'_>, name: &str, node: &Node) -> Option<Json> {
    let (kind, member) = match name {
        "prompt" => ("prompt", "text"),
        "image" => ("first_frame", "url"),
        "image_tail" => ("last_frame", "url"),
        "image_url" => ("image", "url"),
        "video_url" => ("video", "url"),
        _ => return None,
    };
    let list = matches!(case.at("/contents").map(|node| &node.value), Some(Value::Array(_)));
    (list && takes(case, kind) && count(case, &[kind]) == 0).then(|| json!({ "type": kind, member: node.to_json() }))
}

fn switch(node: &Node, on: &'static str, off: &'static str) -> Option<&'static str> {
    match &node.value {
        Value::Bool(flag) => Some(if *flag { on } else { off }),
        Value::String(word) => match word.as_str() {
            "on" | "yes" | "true" => Some(on),
            "off" | "no" | "false" => Some(off),
            _ => None,
        },
        _ => None,
    }
}
