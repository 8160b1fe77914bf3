//! N30: a prompt in the multi-shot form goes with an explicit `settings.multi_shot`.

use super::new_body::{prompts, put};
use super::shots::shots;
use crate::request::Value;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let at = "/settings/multi_shot";
    let several = prompts(case).iter().any(|(_, prompt)| shots(prompt).is_some());
    if !several || case.unknown("/settings") || found.has_error_at(at) {
        return;
    }
    let (message, title) = match case.at(at).map(|node| &node.value) {
        None | Some(Value::Null) => {
            ("The prompt is in the multi-shot form: say so with multi_shot true, which is the default today.", "Send true.")
        }
        Some(Value::Bool(false)) => ("The prompt is in the multi-shot form, which has no effect with multi_shot false.", "Send true."),
        Some(_) => return,
    };
    let patch = put(case, "settings", "multi_shot", true);
    let fix = if case.given(at) { Fix::guess(title, patch) } else { Fix::safe(title, patch) };
    found.add(case.finding("N30", at, message).with_fix(fix));
}
