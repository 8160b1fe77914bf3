//! N26: voices of 2.6: two at most, and with sound.

use super::new_body::{put, setting};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

/// Most voices of a task.
const MOST: usize = 2;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let voices = case.contents("voice");
    for (at, _) in voices.iter().skip(MOST) {
        let fix = Fix::guess("Leave this voice out.", vec![Operation::remove(at.as_str())]);
        found.add(case.finding("N26", at.as_str(), "2.6 takes at most 2 voices.").with_fix(fix));
    }
    if !voices.is_empty() && setting(case, "audio") == Some("off") {
        let mut patch = put(case, "settings", "audio", "native");
        if setting(case, "resolution") == Some("720p") {
            patch.push(Operation::set(crate::validate::found::Op::Add, "/settings/resolution", "1080p"));
        }
        let message = "A voice needs sound: audio is `off`, or left at that default.";
        found.add(case.finding("N26", "/settings/audio", message).with_fix(Fix::guess("Make sound, at 1080p.", patch)));
    }
}
