//! L16: elements with voices, or on a model without elements.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.given("/element_list") {
        return;
    }
    if let Some(finding) = legacy::lacking(case, "L16", "elements", "/element_list", "elements") {
        found.add(finding);
    } else if case.given("/voice_list") {
        let fix = Fix::guess("Keep the elements, leave the voices out.", vec![Operation::remove("/voice_list")]);
        found.add(case.finding("L16", "/voice_list", "voice_list does not go with element_list.").with_fix(fix));
    }
}
