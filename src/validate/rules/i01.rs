//! I01: a reference without its picture, or on a model that takes none.

use crate::knowledge::requests::Support;

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

const MEMBER: &str = "/image_reference";

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(model) = case.model.filter(|_| case.given(MEMBER)) else { return };
    let row = case.requests.image(&case.endpoint.id, model);
    if row.and_then(|row| row.features.get("image_reference")) == Some(&Support::No) {
        let fix = Fix::guess("Leave image_reference out.", vec![Operation::remove(MEMBER)]);
        found.add(case.finding("I01", MEMBER, format!("{model} does not take image_reference.")).with_fix(fix));
    } else if !case.given("/image") {
        found.add(case.finding("I01", "/image", "image_reference says how to use image, and there is no image."));
    }
}
