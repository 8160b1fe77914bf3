//! N10: one reference video on 3.0 Omni. What is wrong with the file itself is found with the media.

use super::new_body::beyond;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if let Some(at) = beyond(case, &["feature_video", "base_video"], 1) {
        let fix = Fix::guess("Keep the first video.", vec![Operation::remove(at.as_str())]);
        let message = "3.0 Omni takes one reference video in all, `feature_video` or `base_video`.";
        found.add(case.finding("N10", at, message).with_fix(fix));
    }
}
