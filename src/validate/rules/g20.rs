//! G20: members beside `settings` and `options` that the new generation reads only inside them, or not at all.

use super::g01::foreign;
use super::ghosts::{FLAT, LEGACY, OPTIONS, fix, names};
use super::new_body::{has_field, token};
use crate::request::Node;
use crate::validate::case::{Case, shown};
use crate::validate::found::{Finding, Fix, Found, Operation, Severity};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if foreign(case) {
        return;
    }
    for (name, node) in names(case, "") {
        if !has_field(case, name)
            && !LEGACY.contains(&name)
            && !OPTIONS.contains(&name)
            && let Some(finding) = ghost(case, name, node)
        {
            found.add(finding);
        }
    }
}

fn ghost(case: &Case<'_>, name: &str, node: &Node) -> Option<Finding> {
    let pointer = format!("/{}", token(name));
    let other = match name {
        "prompt" => Some("contents"),
        "contents" => Some("prompt"),
        _ => None,
    };
    if let Some(input) = other {
        // Without the input that this path needs, its absence is the finding.
        let message = format!("This path takes its input from `{input}`; `{name}` is ignored.");
        return case.given(&format!("/{input}")).then(|| case.finding("G20", pointer, message).with_fix(fix(case, "", name, node)));
    }
    if has_field(case, &format!("settings.{name}")) {
        let message =
            format!("`{name}` at the top level is ignored: the video is made and billed with the default. It belongs into `settings`.");
        return Some(case.finding("G20", pointer, message).with_fix(fix(case, "", name, node)));
    }
    if FLAT.contains(&name) || matches!(name, "duration" | "aspect_ratio" | "seed" | "resolution" | "audio" | "multi_shot") {
        let message = format!(
            "`{name}` is ignored at the top level, and this path has no setting of that name: the video is made and billed without it."
        );
        return Some(case.finding("G20", pointer, message).with_fix(fix(case, "", name, node)));
    }
    let word = shown(&Node { value: crate::request::Value::String(name.to_owned()), span: node.span });
    let message = format!("No page of this path names the member {word}; unknown members at the top level are ignored.");
    let remove = Fix::guess("Remove it.", vec![Operation::remove(pointer.clone())]);
    Some(case.finding("G20", pointer, message).as_severity(Severity::Warning).with_fix(remove))
}
