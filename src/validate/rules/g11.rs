//! G11: the name of an effect template. Templates come and go, so only a known withdrawal is an error.

use crate::validate::case::Case;
use crate::validate::found::{Found, Severity};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (Some(effects), Some(scene)) = (&case.fields.effects, case.text("/effect_scene")) else { return };
    if let Some(day) = effects.discontinued.get(scene) {
        if case.as_of >= day.as_str() {
            found.add(case.finding("G11", "/effect_scene", format!("This template was withdrawn on {day}.")));
        }
        return;
    }
    if effects.single.iter().chain(&effects.dual).any(|name| name == scene) || scene.trim().is_empty() {
        return;
    }
    let message = if effects.listed_2026_02_missing_2026_09.iter().any(|name| name == scene) {
        "This template was listed in February 2026 and is missing from the list of September 2026: it may be refused."
    } else {
        "This name is in no known list of templates: it may be misspelt, ended, or newer than the list."
    };
    found.add(case.finding("G11", "/effect_scene", message).as_severity(Severity::Warning));
}
