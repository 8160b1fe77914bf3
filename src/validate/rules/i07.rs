//! I07: a count that the kind of result does not read.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (idle, read) = match legacy::word(case, "result_type") {
        Some("series") => ("n", "series_amount"),
        Some("single") => ("series_amount", "n"),
        _ => return,
    };
    let pointer = format!("/{idle}");
    if case.given(&pointer) {
        let fix = Fix::safe(format!("Leave {idle} out: it has no effect."), vec![Operation::remove(pointer.clone())]);
        found.add(case.finding("I07", pointer, format!("{idle} has no effect here, {read} has.")).with_fix(fix));
    }
}
