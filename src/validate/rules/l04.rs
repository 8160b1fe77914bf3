//! L04: a mode that the model does not have.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation, Severity};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (rows, Some(mode)) = (legacy::rows(case), case.text("/mode")) else { return };
    let Some(model) = case.model.filter(|_| !rows.is_empty() && matches!(mode, "std" | "pro" | "4k")) else { return };
    let mut offered = rows.iter().filter_map(|row| row.mode.as_deref()).peekable();
    if offered.peek().is_none() {
        if !legacy::is_retired(case, model) {
            let fix = Fix::safe("Leave mode out.", vec![Operation::remove("/mode")]);
            let finding = case.finding("L04", "/mode", format!("{model} has no modes.")).as_severity(Severity::Warning);
            found.add(finding.with_fix(fix));
        }
    } else if !offered.any(|known| known == mode) {
        let fix = Fix::guess("Use mode pro; it has its own price.", vec![Operation::set(Op::Replace, "/mode", "pro")]);
        found.add(case.finding("L04", "/mode", format!("{model} has no mode {mode}.")).with_fix(fix));
    }
}
