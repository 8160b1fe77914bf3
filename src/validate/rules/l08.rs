//! L08: camera moves, which only retired models made.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::Found;

const TYPE: &str = "/camera_control/type";

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.given("/camera_control") {
        return;
    }
    if let Some(finding) = legacy::gone(case, "L08", "camera_control", "/camera_control", "camera control") {
        found.add(finding);
        return;
    }
    let here = legacy::here(case);
    let types: Vec<_> = here.iter().filter_map(|row| row.limits.camera_types.as_ref()).flatten().collect();
    if let Some(kind) = case.text(TYPE).filter(|kind| !types.is_empty() && !types.iter().any(|known| known == kind)) {
        let fields = case.fields.of("camera_control.type", None);
        let listed = fields.flat_map(|row| row.allowed.iter().flatten());
        if listed.into_iter().any(|value| matches!(value, crate::knowledge::requests::Scalar::Text(word) if word == kind)) {
            found.add(case.finding("L08", TYPE, "This model makes camera moves of type simple only."));
        }
    }
}
