//! L12: image to video without a first picture.

use crate::knowledge::requests::Support;

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given("/image") {
        return;
    }
    if !case.given("/image_tail") {
        found.add(case.finding("L12", "/image", "Image to video needs an image."));
    } else if legacy::support(case, "last_frame_alone") == Some(Support::No) {
        found.add(case.finding("L12", "/image", "This model does not take image_tail without image."));
    }
}
