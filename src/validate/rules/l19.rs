//! L19: sound beside a reference video.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given("/video_list") && case.text("/sound") == Some("on") {
        let fix = Fix::guess("Switch sound off.", vec![Operation::set(Op::Replace, "/sound", "off")]);
        found.add(case.finding("L19", "/sound", "With a video in video_list sound must be off.").with_fix(fix));
    }
}
