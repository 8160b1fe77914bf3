//! L21: `duration` beside a base video.

use super::legacy_omni::Material;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given("/duration") && Material::of(case).is_some_and(|material| material.base) {
        let fix = Fix::safe("Leave it out: it has no effect.", vec![Operation::remove("/duration")]);
        let message = "The length follows the base video, and the rounded length of that video is billed.";
        found.add(case.finding("L21", "/duration", message).with_fix(fix));
    }
}
