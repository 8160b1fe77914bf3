//! I04: too many elements and pictures together.

use crate::validate::case::Case;
use crate::validate::found::Found;

/// Most of both together.
const MOST: usize = 10;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let elements = case.items("/element_list").len();
    let pictures = case.items("/image_list").len() + usize::from(case.given("/image"));
    if elements + pictures > MOST {
        let member = if elements >= pictures { "/element_list" } else { "/image_list" };
        let message = format!("Elements and pictures are at most {MOST} together, here {}.", elements + pictures);
        found.add(case.finding("I04", member, message));
    }
}
