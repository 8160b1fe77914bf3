//! G12: the voice of an avatar, by id or as a file.

use super::either::exactly_one;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    exactly_one(case, found, "G12", "", ("audio_id", "sound_file"));
}
