//! G28: sound files whose format is documented and said to be refused.

use crate::media::{self, Format};
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let faces = case.items("/face_choose").into_iter().map(|(at, _)| format!("{at}/sound_file"));
    for at in faces.chain(["/sound_file", "/input/audio_file", "/input/audio_url"].map(str::to_owned)) {
        let Some(sound) = case.text(&at) else { continue };
        let media = media::inspect(sound);
        let ending = media.url.as_ref().and_then(|url| url.ending.as_deref()).is_some_and(|ending| matches!(ending, "m4a" | "aac"));
        if ending || matches!(media.format, Some(Format::M4a | Format::Aac)) {
            found.add(case.finding(
                "G28",
                at,
                "m4a and aac are documented, but one client records that they are refused; mp3 and wav are safe.",
            ));
        }
    }
}
