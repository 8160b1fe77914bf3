//! N09: elements are named by the id that the element endpoints gave, and not every model takes them.

use super::new_body::{says, takes};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation, Severity};

/// Most elements of 3.0 image to video.
const MOST: usize = 3;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    for (index, (at, item)) in case.contents("element").into_iter().enumerate() {
        let kind = format!("{at}/type");
        if !takes(case, "element") {
            if !found.has_error_at(&kind) {
                let fix = Fix::guess("Leave the element out.", vec![Operation::remove(at.as_str())]);
                found.add(case.finding("N09", kind, "This model takes no elements.").with_fix(fix));
            }
            continue;
        }
        if case.is("new.i2v.3.0") && index >= MOST {
            let fix = Fix::guess("Leave this element out.", vec![Operation::remove(at.as_str())]);
            found.add(case.finding("N09", at.as_str(), "3.0 image to video takes at most 3 elements.").with_fix(fix));
        }
        if !item.get("url").is_some_and(says) {
            continue;
        }
        let id = format!("{at}/element_id");
        if item.get("element_id").is_some_and(says) {
            let fix = Fix::safe("Remove `url`.", vec![Operation::remove(format!("{at}/url"))]);
            let message = "A picture inside an element item is not read; the element is named by `element_id`.";
            found.add(case.finding("N09", format!("{at}/url"), message).as_severity(Severity::Warning).with_fix(fix));
        } else if !found.has_error_at(&id) {
            let message = "An element item needs the `element_id` that the element endpoint gave; the picture in `url` is not read.";
            found.add(case.finding("N09", id, message));
        }
    }
}
