//! Two members of which exactly one may be given.

use crate::validate::case::Case;
use crate::validate::found::{Fix, Found, Operation};

/// Finds fault when both or none of two members are given. What only the snippet knows counts as the one that is needed.
pub(super) fn exactly_one(case: &Case<'_>, found: &mut Found, rule: &str, base: &str, (first, second): (&str, &str)) {
    let (one, other) = (format!("{base}/{first}"), format!("{base}/{second}"));
    if case.unknown(&one) || case.unknown(&other) {
        return;
    }
    match (case.given(&one), case.given(&other)) {
        (true, true) => {
            let fix = Fix::guess(format!("Keep `{first}`, drop `{second}`."), vec![Operation::remove(other.as_str())]);
            found.add(case.finding(rule, other, format!("`{first}` and `{second}` exclude each other.")).with_fix(fix));
        }
        (false, false) => found.add(case.finding(rule, one, format!("One of `{first}` and `{second}` is needed."))),
        _ => {}
    }
}
