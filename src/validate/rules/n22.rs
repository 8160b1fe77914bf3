//! N22: what goes together on O1.

use super::new_body::{beyond, count};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let mut out = |at: String, message: &str| {
        let fix = Fix::guess("Leave this item out.", vec![Operation::remove(at.as_str())]);
        found.add(case.finding("N22", at, message).with_fix(fix));
    };
    let has = |kind: &str| count(case, &[kind]) > 0;
    if let Some(at) = beyond(case, &["feature_video", "base_video"], 1) {
        out(at, "O1 takes one reference video in all, `feature_video` or `base_video`.");
    }
    if has("base_video") {
        for (at, _) in case.contents("first_frame").into_iter().chain(case.contents("last_frame")) {
            out(at, "On O1 a `base_video` allows no frames.");
        }
    } else if has("feature_video") {
        for (at, _) in case.contents("last_frame") {
            out(at, "On O1 a `feature_video` allows a first frame, and no last one.");
        }
    }
    if has("first_frame") && has("last_frame") {
        for (at, _) in case.contents("refer_image").into_iter().chain(case.contents("element")) {
            out(at, "On O1 first and last frame exclude reference pictures and elements.");
        }
        return;
    }
    let video = has("base_video") || has("feature_video");
    if let Some(at) = beyond(case, &["refer_image", "element"], if video { 4 } else { 7 }) {
        let message = if video {
            "O1 takes at most 4 reference pictures and elements together with a video."
        } else {
            "O1 takes at most 7 reference pictures and elements together."
        };
        out(at, message);
    }
}
