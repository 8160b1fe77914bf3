//! E05: the rate of speech of a product video cannot be set.

use super::e04::PRODUCT;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

const MEMBER: &str = "/settings/speech_rate";

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given(MEMBER) && PRODUCT.iter().any(|kind| !case.contents(kind).is_empty()) {
        let fix = Fix::guess("Leave speech_rate out.", vec![Operation::remove(MEMBER)]);
        found.add(case.finding("E05", MEMBER, "A product video does not take speech_rate.").with_fix(fix));
    }
}
