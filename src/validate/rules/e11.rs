//! E11: pictures, title and description of a product video. Its settings are checked by their rows.

use super::contents;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    contents::counts(case, found, "E11", &["ref_image", "goods_title", "goods_description"]);
}
