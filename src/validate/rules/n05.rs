//! N05: `settings.aspect_ratio` exists on text to video and omni only. Its values are checked with the fields.

use super::new_body::has_field;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given("/settings/aspect_ratio") && !has_field(case, "settings.aspect_ratio") {
        let fix = Fix::safe("Remove it: the ratio follows the input.", vec![Operation::remove("/settings/aspect_ratio")]);
        let message = "This path has no `aspect_ratio`: the shape of the video follows the input.";
        found.add(case.finding("N05", "/settings/aspect_ratio", message).with_fix(fix));
    }
}
