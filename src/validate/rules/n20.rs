//! N20: 3.0 Turbo has no switch for sound or for several shots.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let settings = [
        ("/settings/audio", "3.0 Turbo has no `audio` setting: sound is always made."),
        ("/settings/multi_shot", "3.0 Turbo has no `multi_shot` setting: several shots come from the form of the prompt."),
    ];
    for (at, message) in settings.into_iter().filter(|(at, _)| case.given(at)) {
        found.add(case.finding("N20", at, message).with_fix(Fix::safe("Remove it.", vec![Operation::remove(at)])));
    }
}
