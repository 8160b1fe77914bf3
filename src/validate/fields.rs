//! The generic pass: types, required members, enums, ranges, lengths and unknown members, by the rows of the endpoint.

use crate::knowledge::Certainty;
use crate::knowledge::requests::{Carrier, Field, Required};
use crate::request::{Node, Value};

use super::case::{Case, filled, text};
use super::found::{Finding, Found, Severity};
use super::{conditions, media, stand_in, values};

/// Checks the whole body.
pub(super) fn check(case: &Case<'_>, found: &mut Found) {
    let root = Place { pointer: String::new(), name: String::new(), kind: None };
    object(case, found, case.body, &root);
}

/// Where the walk is: pointer into the body, name of the rows, type of the enclosing list item.
pub(super) struct Place {
    pub(super) pointer: String,
    pub(super) name: String,
    pub(super) kind: Option<String>,
}

impl Place {
    fn member(&self, key: &str) -> Self {
        let name = if self.name.is_empty() { key.to_owned() } else { format!("{}.{key}", self.name) };
        Self { pointer: format!("{}/{}", self.pointer, escape(key)), name, kind: self.kind.clone() }
    }

    fn item(&self, index: usize, item: &Node) -> Self {
        let kind = item.get("type").and_then(text).map(str::to_owned).or_else(|| self.kind.clone());
        Self { pointer: format!("{}/{index}", self.pointer), name: format!("{}[]", self.name), kind }
    }
}

/// RFC 6901 escapes.
pub(super) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// A finding of the generic pass; its certainty is the row's, else the endpoint's.
pub(super) fn finding(case: &Case<'_>, row: Option<&Field>, rule: &str, severity: Severity, pointer: &str, message: String) -> Finding {
    Finding {
        rule: rule.to_owned(),
        severity,
        pointer: pointer.to_owned(),
        message,
        help: String::new(),
        certainty: row.and_then(|row| row.certainty).unwrap_or(case.endpoint.certainty),
        fix: None,
        reference: format!("kling://endpoints/{}", case.endpoint.id),
        place: None,
    }
}

fn object(case: &Case<'_>, found: &mut Found, node: &Node, place: &Place) {
    for (at, member) in node.members().iter().enumerate() {
        // Of equal names the last one counts, as it does for servers.
        if node.members().iter().skip(at + 1).any(|later| later.key == member.key) {
            continue;
        }
        let inner = place.member(&member.key);
        value(case, found, &member.value, &inner);
    }
    required(case, found, node, place);
}

fn value(case: &Case<'_>, found: &mut Found, node: &Node, place: &Place) {
    let Some(row) = row(case, place) else {
        if !prefix_known(case, &place.name) {
            unknown_member(case, found, place);
            return;
        }
        return descend(case, found, node, place);
    };
    media::member(case, found, Some(row), node, place);
    if matches!(node.value, Value::Unknown(_)) || (!filled(&node.value) && row.required != Required::Always) {
        return;
    }
    if text(node).is_some_and(stand_in) {
        return;
    }
    if values::check(case, found, row, node, place) {
        descend(case, found, node, place);
    }
}

fn descend(case: &Case<'_>, found: &mut Found, node: &Node, place: &Place) {
    match &node.value {
        Value::Object(_) => object(case, found, node, place),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let inner = place.item(index, item);
                match item.value {
                    Value::Object(_) => object(case, found, item, &inner),
                    _ => value_of_item(case, found, item, &inner),
                }
            }
        }
        _ => {}
    }
}

fn value_of_item(case: &Case<'_>, found: &mut Found, item: &Node, place: &Place) {
    media::member(case, found, row(case, place), item, place);
    if let Some(row) = row(case, place).filter(|_| !text(item).is_some_and(stand_in)) {
        values::check(case, found, row, item, place);
    }
}

/// The row of a member; of several the one for this item type, and of those the one for this model.
fn row<'a>(case: &Case<'a>, place: &Place) -> Option<&'a Field> {
    let fits = |row: &&Field| {
        row.name == place.name
            && row.carrier == Carrier::Body
            && (row.content_types.is_empty() || place.kind.as_ref().is_none_or(|kind| row.content_types.contains(kind)))
    };
    let rows: Vec<&Field> = case.fields.fields.iter().filter(fits).collect();
    let own = rows.iter().find(|row| case.model.is_some_and(|model| row.models.iter().any(|id| id == model)));
    own.or_else(|| rows.iter().find(|row| row.models.is_empty())).or_else(|| rows.first()).copied()
}

fn prefix_known(case: &Case<'_>, name: &str) -> bool {
    let inner = [format!("{name}."), format!("{name}[]")];
    case.fields.fields.iter().any(|row| row.name == name || inner.iter().any(|start| row.name.starts_with(start)))
}

fn unknown_member(case: &Case<'_>, found: &mut Found, place: &Place) {
    let elsewhere = case.fields.fields.iter().any(|row| row.name == place.name && !row.content_types.is_empty());
    let message = if elsewhere {
        "this kind of item has no such member; it is ignored".to_owned()
    } else {
        "the pages of this endpoint do not name this member; it is probably ignored".to_owned()
    };
    let mut finding = finding(case, None, "unknown-member", Severity::Warning, &place.pointer, message);
    finding.certainty = Certainty::Inferred;
    if let Some(near) = super::names::nearest(case, place) {
        // The server reads the model from the right member only, so another one is used and billed.
        if near == "model_name" && !case.given("/model_name") {
            finding.severity = Severity::Error;
            "is not read; the default model would be used and billed".clone_into(&mut finding.message);
        }
        finding.help = format!("Did you mean `{near}`?");
        finding.fix = super::names::rename(case, place, &near);
    }
    found.add(finding);
}

/// Rows directly below this place that must be there.
fn required(case: &Case<'_>, found: &mut Found, node: &Node, place: &Place) {
    let prefix = if place.name.is_empty() { String::new() } else { format!("{}.", place.name) };
    for row in case.fields.fields.iter().filter(|row| row.carrier == Carrier::Body) {
        let Some(key) = row.name.strip_prefix(&prefix).filter(|key| !key.is_empty() && !key.contains(['.', '['])) else { continue };
        let for_kind = row.content_types.is_empty() || place.kind.as_ref().is_some_and(|kind| row.content_types.contains(kind));
        let for_model = row.models.is_empty() || case.model.is_some_and(|model| row.models.iter().any(|id| id == model));
        let given = node.get(key).is_some_and(|value| filled(&value.value));
        if !for_kind || !for_model {
            continue;
        }
        let pointer = format!("{}/{}", place.pointer, escape(key));
        match row.required {
            Required::Always if !given => {
                let missing = finding(
                    case,
                    Some(row),
                    "required",
                    Severity::Error,
                    &pointer,
                    format!("`{key}` is required here and is missing or empty"),
                );
                found.add(values::filled_in(row, key, &pointer).map_or(missing.clone(), |fix| missing.with_fix(fix)));
            }
            Required::Conditional => conditions::check(case, found, row, key, &pointer, given, &place.pointer),
            _ => {}
        }
    }
}
