//! L17: frames of an omni request: an end needs a beginning, and a video to edit has its own.

use super::legacy_omni::Material;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(material) = Material::of(case) else { return };
    if material.base {
        for pointer in [&material.first, &material.end].into_iter().flatten() {
            let kind = format!("{pointer}/type");
            let fix = Fix::guess("Make it a plain reference.", vec![Operation::remove(kind.clone())]);
            found.add(case.finding("L17", kind, "A frame does not go with a base video.").with_fix(fix));
        }
    } else if let (None, Some(pointer)) = (&material.first, &material.end) {
        let kind = format!("{pointer}/type");
        let fix = Fix::guess("Make it the first frame.", vec![Operation::set(Op::Replace, kind.clone(), "first_frame")]);
        found.add(case.finding("L17", kind, "An end_frame needs a first_frame.").with_fix(fix));
    }
}
