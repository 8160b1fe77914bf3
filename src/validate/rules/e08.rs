//! E08: what a replica of a clothing video is made from.

use super::contents;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    contents::counts(case, found, "E08", &["product_info", "source_video", "product_image", "model_image", "bgm", "voice"]);
}
