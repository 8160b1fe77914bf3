//! N36: a seed that no page names.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let at = "/settings/seed";
    if case.given(at) {
        let fix = Fix::guess("Remove it.", vec![Operation::remove(at)]);
        found.add(
            case.finding("N36", at, "`seed` is not documented; its value is checked, and whether it does anything is not known.")
                .with_fix(fix),
        );
    }
}
