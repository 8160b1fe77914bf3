//! G16: the material of an element goes with its reference type.

use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (kind, list, what) = match case.text("/reference_type") {
        Some("image_refer") => ("image_refer", "element_image_list", "a frontal image and one to three further ones"),
        Some("video_refer") => ("video_refer", "element_video_list", "one video"),
        _ => return,
    };
    if !case.given(&format!("/{list}")) {
        found.add(case.finding("G16", format!("/{list}"), format!("`{kind}` needs `{list}` with {what}.")));
    }
}
