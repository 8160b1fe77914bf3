//! `model_name`: offered here, retired by now, of another endpoint or generation, or not known.

use serde_json::Value as Json;

use crate::knowledge::Model;
use crate::knowledge::requests::{Field, Scalar};

use super::case::{Case, shown};
use super::fields::finding;
use super::found::{Fix, Found, Op, Operation, Severity};
use super::stand_in;

const POINTER: &str = "/model_name";

/// The model that a legacy body asks for: `model_name`, else the default of its row.
pub(super) fn of_body<'a>(fields: &'a [Field], given: Option<&'a str>, as_of: &str, models: &[Model]) -> Option<&'a str> {
    let row = fields.iter().find(|row| row.name == "model_name");
    let default = || match row?.default.as_ref()? {
        Scalar::Text(text) if !retired(models, text, as_of) => Some(text.as_str()),
        _ => None,
    };
    given.filter(|id| !stand_in(id)).or_else(default)
}

/// Whether a model of any product is retired on this day.
fn retired(models: &[Model], id: &str, as_of: &str) -> bool {
    models.iter().any(|model| model.id == id && model.product != "image" && model.retired_on.as_deref().is_some_and(|day| day <= as_of))
}

/// Judges the value of `model_name`.
pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let (Some(row), Some(node)) = (case.fields.fields.iter().find(|row| row.name == "model_name"), case.at(POINTER)) else { return };
    let Some(given) = case.text(POINTER).filter(|id| !stand_in(id) && !id.is_empty()) else { return };
    let text = |value: &Scalar| if let Scalar::Text(text) = value { text.clone() } else { String::new() };
    let offered: Vec<String> = row.allowed.iter().flatten().map(text).collect();
    let past: Vec<String> = row.retired.iter().map(text).collect();
    if offered.is_empty() || offered.iter().any(|id| id == given) {
        return;
    }
    if past.iter().any(|id| id == given) {
        return gone(case, found, row, given, &offered);
    }
    let plain = |id: &str| {
        let id = id.to_ascii_lowercase().replace(['.', '_'], "-");
        id.strip_suffix("-0").map(str::to_owned).unwrap_or(id)
    };
    let spelled = offered.iter().chain(&past).find(|id| plain(id) == plain(given));
    let other = case.knowledge.models.iter().find(|model| model.id == given);
    let sibling = other.and_then(|model| model.same_as.as_ref()).filter(|id| offered.contains(id));
    let list = offered.join(", ");
    let finding = match (spelled.or(sibling), other) {
        (Some(id), _) => {
            finding(case, Some(row), "model-spelling", Severity::Error, POINTER, format!("{} is called {id} here", shown(node)))
                .with_fix(replace(id, true))
        }
        (None, Some(_)) => {
            let finding = finding(
                case,
                Some(row),
                "model-not-for-endpoint",
                Severity::Error,
                POINTER,
                format!("{} is not offered by this endpoint; it takes {list}", shown(node)),
            );
            offered.first().map_or(finding.clone(), |id| finding.with_fix(replace(id, false)))
        }
        (None, None) if given.to_ascii_lowercase().starts_with("kling") || given.to_ascii_lowercase().starts_with("kolors") => finding(
            case,
            Some(row),
            "model-unknown",
            Severity::Warning,
            POINTER,
            format!("{} is not known here; it may be newer than this knowledge. Known: {list}", shown(node)),
        ),
        (None, None) => {
            let finding = finding(
                case,
                Some(row),
                "model-not-kling",
                Severity::Error,
                POINTER,
                format!("{} is no model of this service; it takes {list}", shown(node)),
            );
            offered.first().map_or(finding.clone(), |id| finding.with_fix(replace(id, false)))
        }
    };
    found.add(finding);
}

fn replace(id: &str, safe: bool) -> Fix {
    let patch = vec![Operation::set(Op::Replace, POINTER, Json::from(id))];
    if safe { Fix::safe("the same model as it is called here", patch) } else { Fix::guess("a model that this endpoint offers", patch) }
}

/// A retired model: an error from its last day on, a warning in the weeks before.
fn gone(case: &Case<'_>, found: &mut Found, row: &Field, given: &str, offered: &[String]) {
    let product = if case.endpoint.path.contains("/images/") { "image" } else { "video" };
    let model = case.knowledge.models.iter().find(|model| model.id == given && model.product == product);
    let day = model.and_then(|model| model.retired_on.as_deref());
    let over = day.is_none_or(|day| day <= case.as_of);
    let replacement = model.and_then(|model| model.replace_with.iter().find(|id| offered.contains(id))).or(offered.first());
    let when = day.map_or_else(|| "a day that is not known".to_owned(), str::to_owned);
    let (severity, message) = if over {
        (Severity::Error, format!("{given} was retired on {when}"))
    } else {
        (Severity::Warning, format!("{given} is retired from {when} on"))
    };
    let rule = if product == "image" { "I12" } else { "G22" };
    let mut finding = finding(case, Some(row), rule, severity, POINTER, message);
    finding.reference = format!("kling://rules/{rule}");
    if let Some(id) = replacement.filter(|_| over) {
        finding = finding.with_fix(Fix::guess("a current model", vec![Operation::set(Op::Replace, POINTER, Json::from(id.as_str()))]));
    }
    found.add(finding);
}
