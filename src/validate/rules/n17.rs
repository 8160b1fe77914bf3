//! N17: motion control takes one picture and one video. The orientation is checked with the fields.

use super::new_body::{count, settled};
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    for kind in ["image", "video"] {
        for (at, _) in case.contents(kind).into_iter().skip(1) {
            let fix = Fix::guess("Keep the first one.", vec![Operation::remove(at.as_str())]);
            found.add(case.finding("N17", at, format!("Motion control takes one `{kind}` item; this is another one.")).with_fix(fix));
        }
    }
    if !settled(case) {
        return;
    }
    let missing = match (count(case, &["image"]), count(case, &["video"])) {
        (0, 0) => "Motion control needs an `image` item and a `video` item; `contents` has neither.",
        (0, _) => "Motion control needs an `image` item; `contents` has none.",
        (_, 0) => "Motion control needs a `video` item; `contents` has none.",
        _ => return,
    };
    found.add(case.finding("N17", "/contents", missing));
}
