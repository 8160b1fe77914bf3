//! E02: one speaker: a picture with a voice, or an avatar of the list without one.

use super::contents;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

const VOICE: &str = "/settings/voice_id";

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !contents::readable(case) {
        return;
    }
    contents::counts(case, found, "E02", &["avatar_image", "avatar_id"]);
    let (pictures, ids) = (case.contents("avatar_image"), case.contents("avatar_id"));
    let voice = case.given(VOICE) || case.unknown("/settings");
    match (pictures.first(), ids.first()) {
        (None, None) => found.add(case.finding("E02", "/contents", "An avatar_image or an avatar_id is required.")),
        (Some((picture, _)), Some((id, _))) => {
            let pointer = if voice { id } else { picture };
            let fix = Fix::guess("Keep the other one.", vec![Operation::remove(pointer.clone())]);
            found.add(case.finding("E02", pointer.clone(), "avatar_image and avatar_id exclude each other.").with_fix(fix));
        }
        (Some(_), None) if !voice => found.add(case.finding("E02", VOICE, "With avatar_image a voice_id is required.")),
        (None, Some(_)) if case.given(VOICE) => {
            let fix = Fix::guess("Leave voice_id out.", vec![Operation::remove(VOICE)]);
            found.add(case.finding("E02", VOICE, "An avatar_id has its own voice; voice_id is not allowed.").with_fix(fix));
        }
        _ => {}
    }
}
