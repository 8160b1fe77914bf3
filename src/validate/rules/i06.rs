//! I06: a resolution or a series that the model does not make.

use crate::knowledge::requests::Support;

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(model) = case.model else { return };
    let Some(row) = case.requests.image(&case.endpoint.id, model) else { return };
    if case.text("/resolution") == Some("4k") && !row.resolutions.iter().any(|known| known == "4k") {
        let fix = Fix::guess("Make it 2k.", vec![Operation::set(Op::Replace, "/resolution", "2k")]);
        found.add(case.finding("I06", "/resolution", format!("{model} does not make 4k.")).with_fix(fix));
    }
    if case.text("/result_type") == Some("series") && row.features.get("series") == Some(&Support::No) {
        let fix = Fix::guess("Make single pictures.", vec![Operation::set(Op::Replace, "/result_type", "single")]);
        found.add(case.finding("I06", "/result_type", format!("{model} does not make a series.")).with_fix(fix));
    }
}
