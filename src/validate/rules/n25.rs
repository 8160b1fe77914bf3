//! N25: first and last frame together need 1080p on 2.6 and 2.5 Turbo.

use super::new_body::{count, put, setting};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let both = count(case, &["first_frame"]) > 0 && count(case, &["last_frame"]) > 0;
    if both && setting(case, "resolution") == Some("720p") {
        let fix = Fix::guess("Ask for 1080p.", put(case, "settings", "resolution", "1080p"));
        let message = "First and last frame together need 1080p on this model; 720p is asked for or the default.";
        found.add(case.finding("N25", "/settings/resolution", message).with_fix(fix));
    }
}
