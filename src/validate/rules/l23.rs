//! L23: elements beside first and end frame on O1.

use super::legacy_omni::Material;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(material) = Material::of(case).filter(|_| case.model_is(&["kling-video-o1"])) else { return };
    if material.first.is_some() && material.end.is_some() && material.elements > 0 {
        let fix = Fix::guess("Leave the elements out.", vec![Operation::remove("/element_list")]);
        found.add(case.finding("L23", "/element_list", "This model takes no elements beside first and end frame.").with_fix(fix));
    }
}
