//! E03: exactly one script, and not a blank one.

use super::contents;
use crate::validate::case::{Case, text};
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    contents::counts(case, found, "E03", &["speech_script"]);
    for (pointer, item) in case.contents("speech_script") {
        if item.get("text").and_then(text).is_some_and(|script| script.trim().is_empty()) {
            found.add(case.finding("E03", format!("{pointer}/text"), "The script is blank."));
        }
    }
}
