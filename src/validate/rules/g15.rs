//! G15: the sample of a custom voice, by address or by the id of a result.

use super::either::exactly_one;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    exactly_one(case, found, "G15", "", ("voice_url", "video_id"));
}
