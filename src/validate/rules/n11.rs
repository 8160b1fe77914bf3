//! N11: omni needs the shape of the video where no frame and no video gives it.

use super::new_body::{count, put, settled};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let shaped = count(case, &["first_frame", "feature_video", "base_video"]) > 0;
    if shaped || !settled(case) || case.unknown("/settings") || case.given("/settings/aspect_ratio") {
        return;
    }
    let fix = Fix::guess("Ask for 16:9.", put(case, "settings", "aspect_ratio", "16:9"));
    let message = "Without a first frame and without a reference video `settings.aspect_ratio` is needed.";
    found.add(case.finding("N11", "/settings/aspect_ratio", message).with_fix(fix));
}
