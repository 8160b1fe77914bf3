//! Headers and query: the form of the credential, the content type, the parameters of a read.

use crate::knowledge::Endpoint;
use crate::knowledge::requests::{Carrier, EndpointFields, Required};

use super::found::{Fix, Found, Op, Operation, Severity};
use super::stand_in;
use super::target::{Address, outside};

/// Checks the headers that were given; a request without any is not blamed for that.
pub(super) fn check(endpoint: &Endpoint, headers: &[(String, String)], found: &mut Found) {
    if headers.is_empty() {
        return;
    }
    let value = |name: &str| headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str());
    match value("authorization") {
        None => found.add(outside(
            "authorization",
            Severity::Warning,
            "$headers/Authorization",
            "no Authorization header is shown; the call needs one".into(),
        )),
        Some(value) => authorization(endpoint, value, found),
    }
    if endpoint.method == "POST" && value("content-type").is_some_and(|kind| !kind.to_ascii_lowercase().contains("json") && !stand_in(kind))
    {
        let fix = Fix::safe("send JSON", vec![Operation::set(Op::Replace, "$headers/Content-Type", "application/json")]);
        found.add(outside("content-type", Severity::Error, "$headers/Content-Type", "must be application/json".into()).with_fix(fix));
    }
}

fn authorization(endpoint: &Endpoint, value: &str, found: &mut Found) {
    let bare = value.trim();
    let rest = bare.strip_prefix("Bearer ").or_else(|| bare.strip_prefix("bearer "));
    let fix = || Fix::safe("the form that is taken", vec![Operation::set(Op::Replace, "$headers/Authorization", "Bearer <your key>")]);
    let form = |message: &str| outside("authorization", Severity::Error, "$headers/Authorization", message.to_owned()).with_fix(fix());
    match rest {
        None if bare.contains("{{") || bare.contains("unknown:") || bare.to_ascii_lowercase().contains("bearer") => {}
        None => found.add(form("must be the word Bearer, one space, and the key or token")),
        Some(key) if key.trim().to_ascii_lowercase().starts_with("bearer") => found.add(form("the word Bearer stands twice")),
        Some(key) if key.trim().is_empty() => found.add(form("nothing follows the word Bearer")),
        Some(key) if key.starts_with(' ') || key.trim().starts_with(['"', '\'']) => {
            found.add(form("there are quotes or extra blanks around the key"));
        }
        Some(key) if key.trim().starts_with("eyJ") && matches!(endpoint.generation.as_str(), "new" | "solutions") => {
            found.add(outside(
                "G03",
                Severity::Error,
                "$headers/Authorization",
                "this path takes an API key only; a token made from AK/SK is refused".into(),
            ));
        }
        Some(_) => {}
    }
}

/// Checks the query of a read against its rows.
pub(super) fn query(fields: &EndpointFields, address: &Address, found: &mut Found) {
    let rows: Vec<_> = fields.fields.iter().filter(|row| row.carrier == Carrier::Query).collect();
    for (name, value) in &address.query {
        let pointer = format!("$query/{name}");
        match rows.iter().find(|row| &row.name == name) {
            None => found.add(outside("unknown-query", Severity::Warning, &pointer, "this endpoint does not name this parameter".into())),
            Some(row) => {
                let number = value.parse::<f64>().ok();
                let low = row.min.zip(number).is_some_and(|(min, given)| given < min);
                let high = row.max.zip(number).is_some_and(|(max, given)| given > max);
                if let Some(bound) = row.min.filter(|_| low).or(row.max.filter(|_| high)) {
                    let fix = Fix::guess("the nearest allowed value", vec![Operation::set(Op::Replace, &pointer, bound.to_string())]);
                    let limits = format!("must be {} to {}", row.min.unwrap_or_default(), row.max.unwrap_or_default());
                    found.add(outside("range", Severity::Error, &pointer, limits).with_fix(fix));
                }
            }
        }
    }
    let given = |name: &str| address.query.iter().any(|(key, value)| key == name && !value.is_empty());
    for row in &rows {
        let pointer = format!("$query/{}", row.name);
        match (row.required, row.required_when.as_deref()) {
            (Required::Always, _) if !given(&row.name) => {
                found.add(outside("required", Severity::Error, &pointer, format!("`{}` is required in the query", row.name)));
            }
            (Required::Conditional, Some(when)) => one_of(when, &row.name, &pointer, &given, found),
            _ => {}
        }
    }
}

fn one_of(when: &str, name: &str, pointer: &str, given: &dyn Fn(&str) -> bool, found: &mut Found) {
    let Some(list) = when.strip_prefix("exactly one of ") else { return };
    let names: Vec<&str> = list.split(" and ").map(str::trim).collect();
    let there = names.iter().filter(|name| given(name)).count();
    if there == 0 && names.first() == Some(&name) {
        found.add(outside("required", Severity::Error, pointer, format!("exactly one of {} is needed", names.join(" and "))));
    }
    if there > 1 && names.last() == Some(&name) {
        found.add(outside("exclusive", Severity::Error, pointer, format!("give only one of {}", names.join(" and "))));
    }
}
