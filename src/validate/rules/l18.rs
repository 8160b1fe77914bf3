//! L18: how many pictures and elements go together in an omni request.

use super::legacy_omni::Material;
use crate::validate::case::Case;
use crate::validate::found::Found;

/// Most pictures and elements together, without and with a video; most elements beside frames; most pictures
/// beside an end frame on the model that limits them.
const ALONE: usize = 7;
const WITH_VIDEO: usize = 4;
const WITH_FRAMES: usize = 3;
const WITH_END: usize = 2;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(material) = Material::of(case) else { return };
    let (most, how) = if material.video() { (WITH_VIDEO, "with a video") } else { (ALONE, "without a video") };
    let all = material.images + material.elements;
    if all > most {
        let member = if material.images >= material.elements { "/image_list" } else { "/element_list" };
        let message = format!("Pictures and elements are at most {most} together {how}, here {all}.");
        found.add(case.finding("L18", member, message));
    } else if material.frames() && material.elements > WITH_FRAMES {
        let message = format!("At most {WITH_FRAMES} elements go with frames, here {}.", material.elements);
        found.add(case.finding("L18", "/element_list", message));
    }
    let bound = case
        .requests
        .counts(&case.endpoint.id)
        .is_some_and(|matrix| matrix.rows.iter().any(|row| row.model.is_some() && row.model.as_deref() == case.model));
    if let Some(pointer) = material.end.filter(|_| bound && material.images > WITH_END) {
        found.add(case.finding("L18", format!("{pointer}/type"), "More than two pictures leave no end frame on this model."));
    }
}
