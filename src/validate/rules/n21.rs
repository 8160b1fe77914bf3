//! N21: the length of O1 without a reference picture.

use super::new_body::{count, put, seconds, settled};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !settled(case) || count(case, &["refer_image", "feature_video", "base_video"]) > 0 {
        return;
    }
    // Lengths outside 3 to 10 s are found with the fields.
    let Some(length) = seconds(case).filter(|length| (3.0..10.0).contains(length) && (*length - 5.0).abs() > 0.01) else { return };
    let near = if length < 7.5 { 5 } else { 10 };
    let fix = Fix::guess(format!("Make the video {near} s long."), put(case, "settings", "duration", near));
    let message = "Without a reference picture or video O1 makes 5 or 10 s only.";
    found.add(case.finding("N21", "/settings/duration", message).with_fix(fix));
}
