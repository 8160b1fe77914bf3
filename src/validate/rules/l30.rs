//! L30: extending a video when the models that can be extended are retired.

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::Found;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let models = &case.endpoint.models;
    if !models.is_empty() && models.iter().all(|model| legacy::is_retired(case, model)) {
        found.add(case.finding("L30", "/video_id", "No model whose results can be extended makes new videos any more."));
    }
}
