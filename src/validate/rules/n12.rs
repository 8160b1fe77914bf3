//! N12: a feature video on 3.0 Omni: no sound, and several shots.

use super::new_body::{put, setting};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.contents("feature_video").is_empty() {
        return;
    }
    if setting(case, "audio").is_some_and(|word| matches!(word, "native" | "original")) {
        let fix = Fix::guess("Make the video without sound.", put(case, "settings", "audio", "off"));
        found.add(case.finding("N12", "/settings/audio", "With a `feature_video` audio must be `off`.").with_fix(fix));
    }
    if case.flag("/settings/multi_shot") == Some(false) {
        let fix = Fix::guess("Send true.", put(case, "settings", "multi_shot", true));
        found.add(case.finding("N12", "/settings/multi_shot", "With a `feature_video` multi_shot, if sent, must be true.").with_fix(fix));
    }
}
