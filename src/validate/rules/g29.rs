//! G29: no `model_name`: the default is a retired model, and a member called `model` is ignored.

use super::g01::foreign;
use super::new_body::allows;
use crate::knowledge::requests::Scalar;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if foreign(case) || case.given("/model_name") {
        return;
    }
    if !case.given("/model") {
        let message = "`model_name` is missing: the last documented default is a retired model.";
        let finding = case.finding("G29", "/model_name", message);
        found.add(match replacement(case) {
            Some(id) => finding.with_fix(Fix::guess(format!("Name `{id}`."), vec![Operation::set(Op::Add, "/model_name", id)])),
            None => finding,
        });
        return;
    }
    let finding = case.finding("G29", "/model_name", "The model is read from `model_name`; the member called `model` is ignored.");
    let named = case.text("/model").filter(|id| allows(case, "model_name", id));
    found.add(match named {
        Some(id) => finding.with_fix(Fix::safe(
            "Rename `model` to `model_name`.",
            vec![Operation::set(Op::Add, "/model_name", id), Operation::remove("/model")],
        )),
        None => finding,
    });
}

/// What the vendor offers in place of the default.
fn replacement<'a>(case: &Case<'a>) -> Option<&'a str> {
    let default = case.fields.of("model_name", None).find_map(|field| match &field.default {
        Some(Scalar::Text(id)) => Some(id.as_str()),
        _ => None,
    })?;
    let row = case.knowledge.models.iter().find(|row| row.product == "video" && row.id == default)?;
    row.replace_with.iter().map(String::as_str).find(|id| allows(case, "model_name", id))
}
