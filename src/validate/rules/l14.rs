//! L14: an end picture where the model takes none.

use crate::knowledge::requests::Support;

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation, Severity};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.given("/image_tail") {
        return;
    }
    if let Some(finding) = legacy::lacking(case, "L14", "last_frame", "/image_tail", "image_tail") {
        found.add(finding);
    } else if legacy::support(case, "last_frame") == Some(Support::Conditional) && case.text("/sound") == Some("on") {
        let fix = Fix::guess("Switch sound off.", vec![Operation::set(Op::Replace, "/sound", "off")]);
        let message = "The maps allow image_tail on this model with sound off only.";
        found.add(case.finding("L14", "/sound", message).as_severity(Severity::Warning).with_fix(fix));
    }
}
