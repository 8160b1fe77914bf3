//! I02: `negative_prompt` beside a picture.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given("/negative_prompt") && case.given("/image") {
        let fix = Fix::guess("Leave negative_prompt out.", vec![Operation::remove("/negative_prompt")]);
        found.add(case.finding("I02", "/negative_prompt", "negative_prompt does not go with image.").with_fix(fix));
    }
}
