//! L29: kling-v2-6 in mode std on image to video.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let concerned = case.model_is(&["kling-v2-6"]) && !case.unknown("/mode") && legacy::word(case, "mode") == Some("std");
    if concerned && !found.has_error_at("/mode") {
        let fix = Fix::guess("Use mode pro; it has its own price.", vec![Operation::set(Op::Add, "/mode", "pro")]);
        let message = "Mode std of this model was refused in one production.";
        found.add(case.finding("L29", "/mode", message).with_fix(fix));
    }
}
