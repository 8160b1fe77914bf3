//! What the tables say of a legacy request: its model, mode and length, and whether they offer a feature.

use crate::knowledge::requests::{Scalar, Support, VideoRow};

use crate::validate::case::Case;
use crate::validate::found::{Finding, Fix, Op, Operation};

/// Mode to propose when several modes offer what is asked for.
const USUAL_MODE: &str = "pro";

/// The text that the server takes for a member of the body: the one that was sent, else the default.
pub(super) fn word<'a>(case: &Case<'a>, name: &'static str) -> Option<&'a str> {
    let pointer = format!("/{name}");
    if case.given(&pointer) {
        return case.text(&pointer);
    }
    match case.fields.of(name, None).next()?.default.as_ref()? {
        Scalar::Text(word) => Some(word),
        Scalar::Flag(_) | Scalar::Integer(_) | Scalar::Number(_) => None,
    }
}

/// The length that the server takes, in seconds.
pub(super) fn seconds(case: &Case<'_>) -> Option<f64> {
    if case.given("/duration") { case.number("/duration") } else { word(case, "duration")?.parse().ok() }
}

/// Whether a length is this number of whole seconds.
pub(super) fn is_length(seconds: f64, whole: u32) -> bool {
    (f64::from(whole) - seconds).abs() < 0.01
}

/// Whether a model has been retired for the product of this endpoint.
pub(super) fn is_retired(case: &Case<'_>, model: &str) -> bool {
    let product = if case.endpoint.id.starts_with("legacy.images.") { "image" } else { "video" };
    let mut rows = case.knowledge.models.iter().filter(|row| row.id == model && row.product == product);
    rows.any(|row| row.retired_on.as_deref().is_some_and(|day| day <= case.as_of))
}

/// The model, unless it is a default that no longer works: then nothing can be said but that a model is missing.
pub(super) fn model<'a>(case: &Case<'a>) -> Option<&'a str> {
    case.model.filter(|model| case.given("/model_name") || !is_retired(case, model))
}

/// Every row on the model of the request.
pub(super) fn rows<'a>(case: &Case<'a>) -> Vec<&'a VideoRow> {
    model(case).map(|model| case.requests.video(&case.endpoint.id, model).collect()).unwrap_or_default()
}

fn has_mode(row: &VideoRow, mode: Option<&str>) -> bool {
    mode.is_none() || row.mode.is_none() || row.mode.as_deref() == mode
}

fn has_length(row: &VideoRow, length: Option<f64>) -> bool {
    let fits = |length| row.durations_s.as_ref().is_none_or(|list| list.iter().any(|whole| is_length(length, *whole)));
    length.is_none_or(fits)
}

/// The rows for the mode and length of the request; what is not known fits every row.
pub(super) fn here<'a>(case: &Case<'a>) -> Vec<&'a VideoRow> {
    let mode = word(case, "mode");
    let of_mode: Vec<_> = rows(case).into_iter().filter(|row| has_mode(row, mode)).collect();
    let length = seconds(case);
    let fitting: Vec<_> = of_mode.iter().copied().filter(|row| has_length(row, length)).collect();
    if fitting.is_empty() { of_mode } else { fitting }
}

/// The best answer that rows give on a feature; none where no row names it.
fn best(rows: &[&VideoRow], feature: &str) -> Option<Support> {
    let order = [Support::Yes, Support::Conditional, Support::Disputed, Support::No];
    order.into_iter().find(|support| rows.iter().any(|row| row.features.get(feature) == Some(support)))
}

/// Whether the model offers a feature in this mode and length; none where that is not known.
pub(super) fn support(case: &Case<'_>, feature: &str) -> Option<Support> {
    best(&here(case), feature)
}

/// A finding at the member when the model lacks the feature here; the correction may change mode or length instead.
pub(super) fn lacking(case: &Case<'_>, rule: &str, feature: &str, member: &str, what: &str) -> Option<Finding> {
    if support(case, feature)? != Support::No {
        return None;
    }
    let model = case.model?;
    let offering: Vec<_> = rows(case).into_iter().filter(|row| best(&[row], feature).is_some_and(|known| known != Support::No)).collect();
    let (mode, length) = (word(case, "mode"), seconds(case));
    let others: Vec<_> = offering.iter().filter_map(|row| row.mode.as_deref()).filter(|other| Some(*other) != mode).collect();
    if let Some(other) = others.iter().find(|other| **other == USUAL_MODE).or(others.first())
        && !offering.iter().any(|row| has_mode(row, mode))
    {
        let patch = vec![Operation::set(Op::Add, "/mode", *other)];
        let fix = Fix::guess(format!("Use mode {other}; it has its own price."), patch);
        return Some(case.finding(rule, member, format!("{model} offers {what} in mode {other}, not in this one.")).with_fix(fix));
    }
    let lengths = offering.iter().filter(|row| has_mode(row, mode) && !has_length(row, length)).filter_map(|row| row.durations_s.as_ref());
    if let Some(other) = lengths.flatten().next() {
        let fix = Fix::guess(format!("Make it {other} s."), vec![Operation::set(Op::Add, "/duration", other.to_string())]);
        return Some(case.finding(rule, member, format!("{model} offers {what} at {other} s, not at this length.")).with_fix(fix));
    }
    let fix = Fix::guess(format!("Leave {what} out."), vec![Operation::remove(member)]);
    Some(case.finding(rule, member, format!("{model} does not offer {what}.")).with_fix(fix))
}

/// The same for a feature that only retired models had.
pub(super) fn gone(case: &Case<'_>, rule: &str, feature: &str, member: &str, what: &str) -> Option<Finding> {
    let lacking = lacking(case, rule, feature, member, what);
    if lacking.is_some() || support(case, feature).is_none() || !is_retired(case, case.model?) {
        return lacking;
    }
    let fix = Fix::guess(format!("Leave {what} out."), vec![Operation::remove(member)]);
    Some(case.finding(rule, member, format!("Only models that are retired now offered {what}.")).with_fix(fix))
}
