//! N08: a last frame needs a first one, and 3.0 Turbo takes none.

use super::new_body::{settled, takes};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Op, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let frames = case.contents("last_frame");
    let Some((at, _)) = frames.first() else { return };
    let kind = format!("{at}/type");
    if !takes(case, "last_frame") {
        if !found.has_error_at(&kind) {
            let fix = Fix::guess("Leave the last frame out.", vec![Operation::remove(at.as_str())]);
            found.add(case.finding("N08", kind, "This model takes no last frame.").with_fix(fix));
        }
        return;
    }
    if settled(case) && case.contents("first_frame").is_empty() {
        let fix = Fix::guess("Send the picture as `first_frame`.", vec![Operation::set(Op::Replace, kind, "first_frame")]);
        found.add(case.finding("N08", at.as_str(), "A `last_frame` needs a `first_frame` as well.").with_fix(fix));
    }
}
