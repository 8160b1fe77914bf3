//! N02: text to video takes a `prompt` text, the other paths take a `contents` list. A plainly missing one is found by the
//! pass over the fields; here it stands in the form of the other, or is empty.

use serde_json::json;

use super::g01::foreign;
use super::new_body::has_field;
use crate::request::Value;
use crate::validate::case::{Case, text};
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (input, other) = if has_field(case, "prompt") { ("prompt", "contents") } else { ("contents", "prompt") };
    let at = format!("/{input}");
    if foreign(case) || case.given(&at) || found.has_error_at(&at) {
        return;
    }
    if case.given(&format!("/{other}")) {
        let message = format!("This path takes its input from `{input}`; `{other}` is ignored here.");
        let finding = case.finding("N02", at, message);
        found.add(match turned(case, input) {
            Some(fix) => finding.with_fix(fix),
            None => finding,
        });
    } else if matches!(case.at(&at).map(|node| &node.value), Some(Value::String(_) | Value::Array(_))) {
        found.add(case.finding("N02", at, format!("`{input}` is empty.")));
    }
}

fn turned(case: &Case<'_>, input: &str) -> Option<Fix> {
    if input == "contents" {
        let item = json!([{ "type": "prompt", "text": case.text("/prompt")? }]);
        let patch = vec![Operation::set(Op::Add, "/contents", item), Operation::remove("/prompt")];
        return Some(Fix::safe("Send the prompt as an item of `contents`.", patch));
    }
    let words = case.contents("prompt").first().and_then(|(_, item)| item.get("text")).and_then(text)?.to_owned();
    let patch = vec![Operation::set(Op::Add, "/prompt", words), Operation::remove("/contents")];
    let all = case.items("/contents").len() == 1;
    let title = "Send the text as `prompt`.";
    Some(if all { Fix::safe(title, patch) } else { Fix::guess(title, patch) })
}
