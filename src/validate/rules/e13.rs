//! E13: one product and one person.

use super::contents;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    contents::counts(case, found, "E13", &["product_image", "person_image"]);
}
