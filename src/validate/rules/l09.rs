//! L09: the text of the video: `prompt`, or `multi_prompt` for shots of one's own.

use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let own_shots = case.flag("/multi_shot") == Some(true) && case.text("/shot_type") == Some("customize");
    let no_shots = case.flag("/multi_shot") == Some(false) || !case.given("/multi_shot");
    if own_shots {
        if !case.given("/multi_prompt") {
            found.add(case.finding("L09", "/multi_prompt", "Shots of one's own need multi_prompt."));
        }
    } else if case.given("/prompt") {
    } else if no_shots && !case.given("/multi_prompt") {
        found.add(case.finding("L09", "/prompt", "A prompt is required."));
    } else if case.text("/shot_type") == Some("intelligence") {
        found.add(case.finding("L09", "/prompt", "With shot_type intelligence the shots are told in prompt."));
    }
}
