//! E12: one video to translate and its glossary. Its settings are checked by their rows.

use super::contents;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    contents::counts(case, found, "E12", &["source_video", "glossary"]);
}
