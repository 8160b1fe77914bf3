//! N13: a base video on 3.0 Omni: no frames, one shot, no sound of its own.

use super::new_body::{put, setting};
use crate::request::Value;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.contents("base_video").is_empty() {
        return;
    }
    for kind in ["first_frame", "last_frame"] {
        for (at, _) in case.contents(kind) {
            let fix = Fix::guess(format!("Leave the {} out.", kind.replace('_', " ")), vec![Operation::remove(at.as_str())]);
            found.add(case.finding("N13", at, format!("With a `base_video` there is no `{kind}`.")).with_fix(fix));
        }
    }
    if setting(case, "audio") == Some("native") {
        let fix = Fix::guess("Make the video without new sound.", put(case, "settings", "audio", "off"));
        found.add(case.finding("N13", "/settings/audio", "With a `base_video` audio must not be `native`.").with_fix(fix));
    }
    let at = "/settings/multi_shot";
    let fix = put(case, "settings", "multi_shot", false);
    match case.at(at).map(|node| &node.value) {
        _ if case.unknown("/settings") => {}
        None | Some(Value::Null) => {
            let message = "With a `base_video` send multi_shot false: the default is true.";
            found.add(case.finding("N13", at, message).with_fix(Fix::safe("Send false.", fix)));
        }
        Some(Value::Bool(true)) => {
            let message = "With a `base_video` there are no several shots.";
            found.add(case.finding("N13", at, message).with_fix(Fix::guess("Send false.", fix)));
        }
        Some(_) => {}
    }
}
