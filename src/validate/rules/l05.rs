//! L05: sound where the model is silent.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.text("/sound") == Some("on")
        && let Some(finding) = legacy::lacking(case, "L05", "native_audio", "/sound", "sound")
    {
        found.add(finding);
    }
}
