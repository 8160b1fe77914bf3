//! `required_when` of the field rows: a small language of conditions on other members.
//!
//! `A is set`, `A is empty`, `A is V`, `exactly one of A and B`, `at least one of A and B`, joined by ` and ` or `, or `, or `not (...)`.
//! A condition in other words is judged by a rule and not here.

use crate::knowledge::requests::Field;

use super::case::Case;
use super::fields::finding;
use super::found::{Fix, Found, Operation, Severity};
use super::values;

/// Adds what a conditional member lacks, or what is there twice.
pub(super) fn check(case: &Case<'_>, found: &mut Found, row: &Field, key: &str, pointer: &str, given: bool, base: &str) {
    let Some(when) = row.required_when.as_deref() else { return };
    if let Some((exactly, names)) = group(when) {
        return one_of(case, found, row, key, pointer, base, exactly, &names);
    }
    if !given && holds(case, when, base) == Some(true) {
        let missing = finding(case, Some(row), "required", Severity::Error, pointer, format!("`{key}` is required when {when}"));
        found.add(values::filled_in(row, key, pointer).map_or(missing.clone(), |fix| missing.with_fix(fix)));
    }
}

/// `exactly one of A and B`, `at least one of A and B`.
fn group(when: &str) -> Option<(bool, Vec<String>)> {
    let (exactly, list) = match (when.strip_prefix("exactly one of "), when.strip_prefix("at least one of ")) {
        (Some(list), _) => (true, list),
        (_, Some(list)) => (false, list),
        _ => return None,
    };
    Some((exactly, list.split(" and ").map(|name| name.trim().to_owned()).collect()))
}

#[expect(clippy::too_many_arguments, reason = "all of one finding")]
fn one_of(case: &Case<'_>, found: &mut Found, row: &Field, key: &str, pointer: &str, base: &str, exactly: bool, names: &[String]) {
    let last = |name: &String| name.rsplit('.').next().unwrap_or(name).to_owned();
    let keys: Vec<String> = names.iter().map(last).collect();
    let there: Vec<&String> = keys.iter().filter(|name| case.given(&format!("{base}/{name}"))).collect();
    if there.is_empty() && keys.first().is_some_and(|first| first == key) {
        let needed = if exactly { "exactly one" } else { "at least one" };
        let missing =
            finding(case, Some(row), "required", Severity::Error, pointer, format!("{needed} of {} is needed", keys.join(" and ")));
        found.add(values::filled_in(row, key, pointer).map_or(missing.clone(), |fix| missing.with_fix(fix)));
    }
    if exactly && there.len() > 1 && there.last().is_some_and(|last| *last == key) {
        let fix = Fix::guess("leave this one out", vec![Operation::remove(pointer)]);
        found.add(
            finding(case, Some(row), "exclusive", Severity::Error, pointer, format!("give only one of {}", keys.join(" and ")))
                .with_fix(fix),
        );
    }
}

/// Whether a condition holds; nothing when it is in words that only a rule understands.
pub(super) fn holds(case: &Case<'_>, when: &str, base: &str) -> Option<bool> {
    let when = when.split(';').next().unwrap_or(when).trim();
    if let Some(inner) = when.strip_prefix("not (").and_then(|rest| rest.strip_suffix(')')) {
        return holds(case, inner, base).map(|held| !held);
    }
    if let Some((left, right)) = when.split_once(", or ") {
        return Some(holds(case, left, base)? || holds(case, right, base)?);
    }
    if let Some((left, right)) = when.split_once(" and ") {
        return Some(holds(case, left, base)? && holds(case, right, base)?);
    }
    let (name, state) = when.split_once(" is ").or_else(|| when.rsplit_once(' '))?;
    if name.contains(' ') {
        return None;
    }
    let pointer = place(case, name, base);
    if case.unknown(&pointer) {
        return Some(false);
    }
    match state.trim() {
        "set" => Some(case.given(&pointer)),
        "empty" => Some(!case.given(&pointer)),
        "true" => Some(case.flag(&pointer) == Some(true)),
        "false" => Some(case.flag(&pointer) != Some(true)),
        value if !value.contains(' ') => Some(case.text(&pointer) == Some(value)),
        _ => None,
    }
}

/// A name beside this place if it stands there, else from the root.
fn place(case: &Case<'_>, name: &str, base: &str) -> String {
    let path = name.replace('.', "/");
    let beside = format!("{base}/{path}");
    if case.at(&beside).is_some() || base.is_empty() { beside } else { format!("/{path}") }
}
