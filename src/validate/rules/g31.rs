//! G31: callback, external id and watermark at the top level of a new-generation body.

use super::g01::foreign;
use super::ghosts::{OPTIONS, fix, names};
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if foreign(case) {
        return;
    }
    for (name, node) in names(case, "").into_iter().filter(|(name, _)| OPTIONS.contains(name)) {
        let effect = match name {
            "callback_url" => "no callback comes",
            "external_task_id" => "the task gets no external id and cannot be found by it",
            _ => "the watermark stays as it is by default",
        };
        let message = format!("`{name}` at the top level is ignored, so {effect}. It belongs into `options`.");
        found.add(case.finding("G31", format!("/{name}"), message).with_fix(fix(case, "", name, node)));
    }
}
