//! G22: video models that were retired, from the day of their retirement on.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

use super::new_body::allows;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(model) = case.text("/model_name") else { return };
    let row = case.knowledge.models.iter().find(|row| row.product == "video" && row.id == model);
    let Some((row, day)) = row.and_then(|row| Some((row, row.retired_on.as_deref()?))).filter(|(_, day)| case.as_of >= *day) else {
        return;
    };
    let finding = case.finding("G22", "/model_name", format!("`{}` was retired on {day}: the create is refused.", row.id));
    let fix = row
        .replace_with
        .iter()
        .find(|id| allows(case, "model_name", id))
        .map(|id| Fix::guess(format!("Use `{id}`."), vec![Operation::set(Op::Replace, "/model_name", id.as_str())]));
    found.add(match fix {
        Some(fix) => finding.with_fix(fix),
        None => finding,
    });
}
