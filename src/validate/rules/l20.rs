//! L20: `aspect_ratio` of an omni request: needed, or given by the input.

use super::legacy_omni::Material;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

const MEMBER: &str = "/aspect_ratio";

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(material) = Material::of(case) else { return };
    let by_input = material.base || material.first.is_some();
    if by_input && case.given(MEMBER) {
        let fix = Fix::safe("Leave it out: the result has the ratio of the input.", vec![Operation::remove(MEMBER)]);
        let message = "The ratio comes from the first frame or the base video and cannot be set.";
        found.add(case.finding("L20", MEMBER, message).with_fix(fix));
    } else if !by_input && material.end.is_none() && !case.given(MEMBER) {
        let fix = Fix::guess("Choose a ratio.", vec![Operation::set(Op::Add, MEMBER, "16:9")]);
        found.add(case.finding("L20", MEMBER, "Without first frame and base video a ratio is required.").with_fix(fix));
    }
}
