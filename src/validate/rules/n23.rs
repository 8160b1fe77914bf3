//! N23: O1 makes one shot. The values of its audio setting are checked with the fields.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let at = "/settings/multi_shot";
    if case.given(at) && !case.unknown(at) {
        let fix = Fix::safe("Remove it.", vec![Operation::remove(at)]);
        found.add(case.finding("N23", at, "O1 has no `multi_shot`; nothing shows that it does anything.").with_fix(fix));
    }
}
