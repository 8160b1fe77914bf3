//! N24: sound of 2.6 is made at 1080p.

use super::new_body::{put, setting};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if setting(case, "audio") == Some("native") && setting(case, "resolution") == Some("720p") {
        let fix = Fix::guess("Ask for 1080p.", put(case, "settings", "resolution", "1080p"));
        found.add(
            case.finding("N24", "/settings/resolution", "2.6 makes sound at 1080p only; 720p is asked for or the default.").with_fix(fix),
        );
    }
}
