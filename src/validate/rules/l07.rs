//! L07: camera moves: `simple` needs one axis, the others none.

use crate::request::Value;

use crate::validate::case::{Case, number};
use crate::validate::found::{Fix, Found, Op, Operation};

const CONFIG: &str = "/camera_control/config";
const TYPE: &str = "/camera_control/type";

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if !case.given("/camera_control") || case.unknown("/camera_control") || case.unknown(CONFIG) {
        return;
    }
    match case.text(TYPE) {
        Some("simple") if !case.given(CONFIG) => {
            found.add(case.finding("L07", CONFIG, "Type simple needs a config with one axis."));
        }
        Some("simple") => axes(case, found),
        Some("down_back" | "forward_up" | "right_turn_forward" | "left_turn_forward") if case.given(CONFIG) => {
            let fix = Fix::guess("Leave config out: the type is the whole move.", vec![Operation::remove(CONFIG)]);
            found.add(case.finding("L07", CONFIG, "Only type simple has a config.").with_fix(fix));
        }
        None if !case.given(TYPE) => {
            let finding = case.finding("L07", TYPE, "A camera move needs a type.");
            let simple = || Fix::guess("A config goes with type simple.", vec![Operation::set(Op::Add, TYPE, "simple")]);
            found.add(if case.given(CONFIG) { finding.with_fix(simple()) } else { finding });
        }
        Some(_) | None => {}
    }
}

fn axes(case: &Case<'_>, found: &mut Found) {
    let members = case.at(CONFIG).map(crate::request::Node::members).unwrap_or_default();
    let unsure = members.iter().any(|axis| matches!(axis.value.value, Value::Unknown(_)));
    let moved = members.iter().filter(|axis| number(&axis.value).is_some_and(|way| way.abs() > 0.0)).count();
    if moved > 1 || (moved == 0 && !unsure) {
        found.add(case.finding("L07", CONFIG, format!("Exactly one axis must differ from zero, here {moved} do.")));
    }
}
