//! L15: the motion brush, which only retired models had.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    for member in ["/static_mask", "/dynamic_masks"] {
        if case.given(member)
            && let Some(finding) = legacy::gone(case, "L15", "motion_brush", member, "the motion brush")
        {
            found.add(finding);
        }
    }
}
