//! Items of `contents`: whether they can be read in full, and how many of a type the endpoint takes.

use crate::request::Value;
use crate::validate::case::{Case, text};
use crate::validate::found::{Fix, Found, Operation};

/// Whether `contents` is a list of items whose types are all known.
pub(super) fn readable(case: &Case<'_>) -> bool {
    let list = case.at("/contents").is_some_and(|node| matches!(node.value, Value::Array(_)));
    list && case.items("/contents").iter().all(|(_, item)| item.get("type").is_some_and(|kind| text(kind).is_some()))
}

/// Holds the number of items of these types against the row of the endpoint.
pub(super) fn counts(case: &Case<'_>, found: &mut Found, rule: &str, kinds: &[&str]) {
    if !readable(case) {
        return;
    }
    let count = |kind: &str| u32::try_from(case.contents(kind).len()).unwrap_or(u32::MAX);
    let few = |kind: &&&str| case.endpoint.min_counts.get(**kind).is_some_and(|least| count(kind) < *least);
    let missing: Vec<&str> = kinds.iter().filter(few).copied().collect();
    if !missing.is_empty() {
        found.add(case.finding(rule, "/contents", format!("An item is missing: {}.", missing.join(", "))));
    }
    for kind in kinds {
        let most = case.endpoint.max_counts.get(*kind).and_then(|most| usize::try_from(*most).ok()).unwrap_or(usize::MAX);
        let surplus: Vec<String> = case.contents(kind).into_iter().skip(most).map(|(pointer, _)| pointer).collect();
        if let Some(first) = surplus.first() {
            let patch = surplus.iter().rev().map(Operation::remove).collect();
            let fix = Fix::guess("Leave the last ones out.", patch);
            let message = format!("{kind} may stand {most} times at most.");
            found.add(case.finding(rule, first.clone(), message).with_fix(fix));
        }
    }
}
