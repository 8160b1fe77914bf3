//! N29: sound together with first and last frame on 2.6, where two official texts differ.

use super::new_body::{count, put, setting};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let both = count(case, &["first_frame"]) > 0 && count(case, &["last_frame"]) > 0;
    if both && setting(case, "audio") == Some("native") {
        let fix = Fix::guess("Make the video without sound.", put(case, "settings", "audio", "off"));
        let message = "The capability map says that 2.6 makes no sound with first and last frame; the page of the path does not repeat it.";
        found.add(case.finding("N29", "/settings/audio", message).with_fix(fix));
    }
}
