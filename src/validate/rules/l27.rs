//! L27: the first lip sync: one video, and text or audio as the mode says.

use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.given("/input") || case.unknown("/input") {
        return;
    }
    let mut need = |pointer: &str, message: &str| {
        if !case.given(pointer) {
            found.add(case.finding("L27", pointer, message));
        }
    };
    match case.text("/input/mode") {
        Some("text2video") => {
            need("/input/text", "Mode text2video needs a text.");
            need("/input/voice_id", "Mode text2video needs a voice.");
            need("/input/voice_language", "Mode text2video needs the language, zh or en.");
        }
        Some("audio2video") => match case.text("/input/audio_type") {
            Some("file") => need("/input/audio_file", "audio_type file needs audio_file."),
            Some("url") => need("/input/audio_url", "audio_type url needs audio_url."),
            Some(_) => {}
            None => need("/input/audio_type", "Mode audio2video needs audio_type, file or url."),
        },
        Some(_) | None => {}
    }
    match (case.given("/input/video_id"), case.given("/input/video_url")) {
        (true, true) => found.add(case.finding("L27", "/input/video_url", "Send video_id or video_url, not both.")),
        (false, false) => found.add(case.finding("L27", "/input/video_id", "One of video_id and video_url is required.")),
        (true, false) | (false, true) => {}
    }
}
