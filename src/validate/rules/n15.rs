//! N15: how many reference pictures and elements go together on 3.0 Omni. The kind of an element cannot be seen here, so only
//! the totals are checked.

use super::new_body::{beyond, count};
use crate::validate::case::Case;
use crate::validate::found::Found;

/// Most pictures and elements without a reference video, with one, and most elements with a frame.
const MOST: (usize, usize, usize) = (7, 4, 3);

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let video = count(case, &["feature_video", "base_video"]) > 0;
    let most = if video { MOST.1 } else { MOST.0 };
    if let Some(at) = beyond(case, &["refer_image", "element"], most) {
        let with = if video { "with" } else { "without" };
        let message = format!("3.0 Omni takes at most {most} reference pictures and elements together {with} a reference video.");
        found.add(case.finding("N15", at, message));
    } else if let Some(at) = beyond(case, &["element"], MOST.2).filter(|_| count(case, &["first_frame"]) > 0) {
        found.add(case.finding("N15", at, "With a first frame 3.0 Omni takes at most 3 elements."));
    }
}
