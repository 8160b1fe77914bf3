//! G02: members of legacy bodies that the new generation does not have. They are ignored, and the video is billed.

use super::g01::foreign;
use super::ghosts::{LEGACY, fix, names};
use super::new_body::token;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if foreign(case) {
        return;
    }
    for base in ["", "/settings"] {
        for (name, node) in names(case, base).into_iter().filter(|(name, _)| LEGACY.contains(name)) {
            let message =
                format!("The new generation has no `{name}`: it is ignored without a word, and the video is made and billed without it.");
            found.add(case.finding("G02", format!("{base}/{}", token(name)), message).with_fix(fix(case, base, name, node)));
        }
    }
}
