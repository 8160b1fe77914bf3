//! N19: an element on motion control 3.0.

use super::new_body::put;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let elements = case.contents("element");
    for (at, _) in elements.iter().skip(1) {
        let fix = Fix::guess("Keep the first element.", vec![Operation::remove(at.as_str())]);
        found.add(case.finding("N19", at.as_str(), "Motion control 3.0 takes at most one element.").with_fix(fix));
    }
    if !elements.is_empty() && case.text("/settings/character_orientation") == Some("image") {
        let fix = Fix::guess("Follow the video.", put(case, "settings", "character_orientation", "video"));
        let message = "With an element the orientation follows the video; `image` conflicts with it.";
        found.add(case.finding("N19", "/settings/character_orientation", message).with_fix(fix));
    }
}
