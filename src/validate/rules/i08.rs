//! I08: ratio `auto` without a picture to take it from.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let input = case.given("/image_list") || case.given("/element_list");
    if case.text("/aspect_ratio") == Some("auto") && !input {
        let fix = Fix::guess("Choose a ratio.", vec![Operation::set(Op::Replace, "/aspect_ratio", "16:9")]);
        found.add(case.finding("I08", "/aspect_ratio", "There is no picture to take the ratio from.").with_fix(fix));
    }
}
