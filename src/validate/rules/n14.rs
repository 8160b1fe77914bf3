//! N14: the original sound of a video that is not there.

use super::new_body::{allows, count, put, setting, settled};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let explicit = case.given("/settings/audio") && allows(case, "settings.audio", "original");
    let video = count(case, &["feature_video", "base_video", "video"]) > 0;
    if explicit && settled(case) && !video && setting(case, "audio") == Some("original") {
        let fix = Fix::guess("Make the video without sound.", put(case, "settings", "audio", "off"));
        let message = "`original` keeps the sound of a reference video, and this request has none.";
        found.add(case.finding("N14", "/settings/audio", message).with_fix(fix));
    }
}
