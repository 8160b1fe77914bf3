//! L13: end picture, masks and camera move exclude each other.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let masks = if case.given("/static_mask") { "/static_mask" } else { "/dynamic_masks" };
    let mut given = ["/image_tail", masks, "/camera_control"].into_iter().filter(|member| case.given(member));
    let Some(first) = given.next() else { return };
    for member in given {
        let name = |pointer: &str| pointer.trim_start_matches('/').to_owned();
        let message = format!("{} does not go with {}.", name(member), name(first));
        let mut patch = vec![Operation::remove(member)];
        if member == "/static_mask" && case.at("/dynamic_masks").is_some() {
            patch.push(Operation::remove("/dynamic_masks"));
        }
        found.add(case.finding("L13", member, message).with_fix(Fix::guess(format!("Keep {} only.", name(first)), patch)));
    }
}
