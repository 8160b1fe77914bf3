//! N06: image to video takes one prompt with words and a first frame.

use super::new_body::{count, settled};
use crate::request::Value;
use crate::validate::case::{Case, filled};
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    for kind in ["prompt", "first_frame", "last_frame"] {
        for (at, _) in case.contents(kind).into_iter().skip(1) {
            let fix = Fix::guess("Keep the first one.", vec![Operation::remove(at.as_str())]);
            found.add(case.finding("N06", at, format!("Image to video takes one `{kind}` item; this is another one.")).with_fix(fix));
        }
    }
    for (kind, member) in [("prompt", "text"), ("first_frame", "url"), ("last_frame", "url")] {
        for (at, item) in case.contents(kind) {
            let at = format!("{at}/{member}");
            let blank = item.get(member).is_some_and(|node| matches!(node.value, Value::String(_)) && !filled(&node.value));
            if blank && !found.has_error_at(&at) {
                found.add(case.finding("N06", at, format!("The `{kind}` item has an empty `{member}`.")));
            }
        }
    }
    if !settled(case) {
        return;
    }
    let missing = match (count(case, &["prompt"]), count(case, &["first_frame", "last_frame"])) {
        (0, 0) => "Image to video needs a `prompt` item and a `first_frame` item; `contents` has neither.",
        (0, _) => "Image to video needs a `prompt` item with `text`; `contents` has none.",
        (_, 0) => "Image to video needs a `first_frame` item with `url`; `contents` has none.",
        _ => return,
    };
    found.add(case.finding("N06", "/contents", missing));
}
