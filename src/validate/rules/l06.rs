//! L06: `cfg_scale` on a model that may not take it.

use crate::knowledge::requests::Support;

use super::legacy;
use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let Some(model) = case.model.filter(|_| case.given("/cfg_scale")) else { return };
    let patch = vec![Operation::remove("/cfg_scale")];
    let (message, fix) = match legacy::support(case, "cfg_scale") {
        Some(Support::No) => (format!("{model} has no cfg_scale."), Fix::safe("Leave cfg_scale out: it has no effect here.", patch)),
        Some(Support::Disputed) => (format!("It is disputed whether {model} takes cfg_scale."), Fix::guess("Leave cfg_scale out.", patch)),
        Some(Support::Yes | Support::Conditional) | None => return,
    };
    found.add(case.finding("L06", "/cfg_scale", message).with_fix(fix));
}
