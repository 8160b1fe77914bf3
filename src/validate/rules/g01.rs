//! G01: a body of one API generation on a path of the other.

use super::ghosts::{FLAT, LEGACY, OPTIONS, fix, names};
use super::new_body::has_field;
use crate::validate::case::Case;
use crate::validate::found::{Applicability, Fix, Found};

/// How many members of legacy bodies make the whole body a legacy one although its prompt or contents are there.
const SEVERAL: usize = 4;

/// The same, when `model_name` is among them: it is the vendor's own mark of a legacy body.
const SEVERAL_WITH_MODEL: usize = 3;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.new_generation() {
        if new_on_legacy(case) {
            let message =
                "This body has `contents` or `settings` of the new generation, but a `/v1` path reads a flat body with `model_name`.";
            found.add(case.finding("G01", "$body", message));
        }
        return;
    }
    if !legacy_on_new(case) {
        return;
    }
    let input = if has_field(case, "prompt") { "prompt" } else { "contents" };
    let message = format!("This is a flat legacy body; a path with the model in it reads `{input}`, `settings` and `options`.");
    let finding = case.finding("G01", "$body", message);
    found.add(if case.given(&format!("/{input}")) { finding.with_fix(unmixed(case)) } else { finding });
}

/// Whether the body belongs to the other generation as a whole: then its single members are not found fault with.
pub(super) fn foreign(case: &Case<'_>) -> bool {
    if case.new_generation() { legacy_on_new(case) } else { new_on_legacy(case) }
}

fn new_on_legacy(case: &Case<'_>) -> bool {
    case.given("/contents") || case.given("/settings")
}

fn legacy_on_new(case: &Case<'_>) -> bool {
    let all = names(case, "");
    let legacy = all.iter().filter(|(name, _)| LEGACY.contains(name) || FLAT.contains(name)).count();
    let input = if has_field(case, "prompt") { "prompt" } else { "contents" };
    if case.given(&format!("/{input}")) {
        let named = all.iter().any(|(name, _)| *name == "model_name");
        return legacy >= if named { SEVERAL_WITH_MODEL } else { SEVERAL };
    }
    let loose = all.iter().any(|(name, _)| matches!(*name, "duration" | "aspect_ratio"));
    legacy > 0 || (loose && case.given("/prompt") && !case.given("/settings"))
}

/// The corrections of all its members in one.
fn unmixed(case: &Case<'_>) -> Fix {
    let mut patch = Vec::new();
    let mut sure = true;
    for (name, node) in names(case, "") {
        let misplaced = LEGACY.contains(&name) || FLAT.contains(&name) || OPTIONS.contains(&name);
        if !misplaced && !has_field(case, &format!("settings.{name}")) {
            continue;
        }
        let one = fix(case, "", name, node);
        sure &= one.applicability == Applicability::Safe;
        patch.extend(one.patch.into_iter().filter(|operation| !patch.contains(operation)).collect::<Vec<_>>());
    }
    let title = "Move the members to where this generation has them, and drop the others.";
    if sure { Fix::safe(title, patch) } else { Fix::guess(title, patch) }
}
