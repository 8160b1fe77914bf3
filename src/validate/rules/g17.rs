//! G17: the window and the filters of the two ledgers.

use crate::validate::case::{Case, text};
use crate::validate::found::{Fix, Found, Op, Operation};

/// Below this a time is not in milliseconds: as such it would lie in 1973.
const FIRST_MILLISECONDS: f64 = 1.0e11;

pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    if case.given("/cursor") || !case.endpoint.id.starts_with("account.billing.") {
        return;
    }
    for name in ["start_time", "end_time"] {
        let at = format!("/{name}");
        if !case.given(&at) {
            found.add(case.finding("G17", at, format!("`{name}` is needed where no cursor is given.")));
        } else if let Some(time) = case.number(&at).filter(|time| *time < FIRST_MILLISECONDS) {
            let finding =
                case.finding("G17", at.as_str(), format!("`{name}` is a time in milliseconds; this number is too small for one."));
            let milliseconds = (time > 1.0e9).then(|| format!("{:.0}", time * 1000.0).parse::<u64>().ok()).flatten();
            found.add(match milliseconds {
                Some(ms) => finding.with_fix(Fix::safe("Send milliseconds.", vec![Operation::set(Op::Replace, at, ms)])),
                None => finding,
            });
        }
    }
    let packages: Vec<_> = case
        .items("/filters")
        .into_iter()
        .filter(|(_, item)| item.get("key").and_then(text).is_some_and(|key| matches!(key, "package_name" | "package_id")))
        .collect();
    let keys = |at: usize| packages.get(at).and_then(|(_, item)| item.get("key")).and_then(text);
    if let Some((at, _)) = packages.get(1).filter(|_| keys(0) != keys(1)) {
        let fix = Fix::guess("Keep the first of the two.", vec![Operation::remove(at.as_str())]);
        found.add(case.finding("G17", at.as_str(), "`package_name` and `package_id` exclude each other.").with_fix(fix));
    }
}
