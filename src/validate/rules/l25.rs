//! L25: an element in motion control: the model and the orientation.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.given("/element_list") {
        return;
    }
    if let Some(finding) = legacy::lacking(case, "L25", "elements", "/element_list", "elements") {
        found.add(finding);
    } else if case.text("/character_orientation") == Some("image") {
        let patch = vec![Operation::set(Op::Replace, "/character_orientation", "video")];
        let fix = Fix::guess("Take the orientation from the video.", patch);
        found.add(case.finding("L25", "/character_orientation", "With an element the orientation must be video.").with_fix(fix));
    }
}
