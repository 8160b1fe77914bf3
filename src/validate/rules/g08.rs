//! G08: the sound of a lip sync: one source, a cut of two seconds or more.

use super::either::exactly_one;
use crate::validate::case::{Case, number};
use crate::validate::found::Found;

/// Shortest cut in milliseconds.
const SHORTEST: f64 = 2000.0;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    for (at, face) in case.items("/face_choose") {
        if face.members().is_empty() {
            continue;
        }
        exactly_one(case, found, "G08", &at, ("audio_id", "sound_file"));
        let (start, end) = (face.get("sound_start_time").and_then(number), face.get("sound_end_time").and_then(number));
        if let Some((start, end)) = start.zip(end).filter(|(start, end)| end - start < SHORTEST) {
            let message = format!("The cut of the sound is {} ms long; it needs at least 2000 ms.", (end - start).max(0.0));
            found.add(case.finding("G08", format!("{at}/sound_end_time"), message));
        }
    }
}
