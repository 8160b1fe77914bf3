//! G13: how many pictures an edit of a video takes.

use crate::request::Value;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let given = match case.at("/image_list").map(|node| &node.value) {
        None | Some(Value::Null) => 0,
        Some(Value::Array(items)) => items.len(),
        Some(_) => return,
    };
    let (fits, words) = match case.text("/edit_mode") {
        Some("addition") => (matches!(given, 1 | 2), "`addition` takes one or two pictures"),
        Some("swap") => (given == 1, "`swap` takes exactly one picture"),
        Some("removal") => (given == 0, "`removal` takes no picture"),
        _ => return,
    };
    if fits {
        return;
    }
    let finding = case.finding("G13", "/image_list", format!("{words}; here are {given}."));
    let drop = || Fix::safe("Remove `image_list`.", vec![Operation::remove("/image_list")]);
    found.add(if case.text("/edit_mode") == Some("removal") { finding.with_fix(drop()) } else { finding });
}
