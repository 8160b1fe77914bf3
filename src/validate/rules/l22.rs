//! L22: several shots beside a feature video.

use super::legacy;
use super::legacy_omni::Material;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let shots = case.flag("/multi_shot") == Some(true) && case.text("/shot_type") == Some("customize");
    let offered = legacy::lacking(case, "L22", "multi_shot", "/multi_shot", "several shots").is_none();
    if shots && offered && Material::of(case).is_some_and(|material| material.feature) {
        let fix = Fix::guess("Tell the shots in prompt.", vec![Operation::set(Op::Replace, "/shot_type", "intelligence")]);
        found.add(case.finding("L22", "/shot_type", "With a feature video shot_type must be intelligence.").with_fix(fix));
    }
}
