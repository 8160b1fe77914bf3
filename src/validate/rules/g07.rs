//! G07: the source video of a call, by id or by address.

use super::either::exactly_one;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    exactly_one(case, found, "G07", "", ("video_id", "video_url"));
}
