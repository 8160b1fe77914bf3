//! I11: `human_fidelity` without the reference it acts on.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let acts = case.unknown("/image_reference") || case.text("/image_reference") == Some("subject");
    if case.given("/human_fidelity") && !acts && !found.has_error_at("/human_fidelity") {
        let fix = Fix::safe("Leave human_fidelity out: it has no effect.", vec![Operation::remove("/human_fidelity")]);
        let message = "human_fidelity acts with image_reference subject only.";
        found.add(case.finding("I11", "/human_fidelity", message).with_fix(fix));
    }
}
