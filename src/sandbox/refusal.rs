//! From a finding of our request check to the words that the service would use.

use serde_json::Value;

use super::answer::{Answer, filled};
use super::world::World;
use crate::knowledge::sandbox::Refusal;
use crate::knowledge::{Doc, MessageHead, Place};
use crate::validate::{Finding, Judged};

/// A request with its body, as refusals quote it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) judged: &'a Judged,
    pub(super) body: &'a Value,
    pub(super) query: &'a [(String, String)],
}

/// The refusal of a request, if the service refuses it: what it ignores is ignored here too.
pub(super) fn refusal(world: &World, request_id: &str, asked: Asked<'_>) -> Option<Answer> {
    let finding = asked.judged.errors.iter().find(|finding| !forgiven(world, finding, asked))?;
    if matches!(finding.pointer.as_str(), "$body" | "$headers/Content-Type") {
        return Some(Answer::refused(world, request_id, "body_unreadable", &[]));
    }
    let words = listed(world, finding, asked).or_else(|| of_pages(world, finding, asked)).unwrap_or_else(|| own(finding));
    let code = world.text("parameter").map_or(-1, |text| text.code);
    Some(Answer::coded(world, request_id, code, &words))
}

/// The text with which a task of this request will fail.
pub(super) fn fails_later<'w>(world: &'w World, body: &Value) -> Option<&'w str> {
    let row = world.table.fails_later.iter().find(|row| body.pointer(&row.pointer).and_then(Value::as_str) == Some(row.value.as_str()));
    row.map(|row| row.text.as_str())
}

/// Credentials and hosts are judged by the server itself; some errors it never raises; some it raises too late.
fn forgiven(world: &World, finding: &Finding, asked: Asked<'_>) -> bool {
    let table = &world.table;
    let later = || table.fails_later.iter().any(|row| finding.pointer == row.pointer && fails_later(world, asked.body).is_some());
    matches!(finding.pointer.as_str(), "$headers/Authorization" | "$method")
        || table.forgiven.iter().any(|row| row.rule == finding.rule)
        || (finding.rule == "G01" && asked.body.get("prompt").is_some_and(Value::is_string) && finding.pointer != "/contents")
        || later()
}

/// Words of the table: the first row for this rule and place.
fn listed(world: &World, finding: &Finding, asked: Asked<'_>) -> Option<String> {
    let fits =
        |row: &&Refusal| row.rules.contains(&finding.rule) && row.pointer.as_ref().is_none_or(|pointer| at(pointer, &finding.pointer));
    let own = solution(asked).then(|| of_pages(world, finding, asked)).flatten();
    own.or_else(|| {
        let row = world.table.refusals.iter().find(fits)?;
        let fill: Vec<String> = row.fill.iter().map(|what| value(what, finding, asked)).collect();
        Some(filled(&row.text, &fill))
    })
}

/// Solutions have words of their own for nearly everything.
fn solution(asked: Asked<'_>) -> bool {
    asked.judged.endpoint.as_deref().is_some_and(|id| id.starts_with("solutions."))
}

/// A recorded text on this member of this endpoint, with the cause that such a finding has.
fn of_pages(world: &World, finding: &Finding, asked: Asked<'_>) -> Option<String> {
    let endpoint = asked.judged.endpoint.as_deref()?;
    let member = member(&finding.pointer);
    let cause = match finding.rule.as_str() {
        "length" => "request.too_long",
        "items" => "request.too_many_items",
        "enum" | "range" | "type" => "request.wrong_value",
        _ => "request.missing_member",
    };
    let pages = world.knowledge.messages.iter().filter(|page| page.head.place == Place::RefusedCreate);
    let texts = pages.flat_map(|page: &Doc<MessageHead>| page.head.texts.iter().map(move |text| (page, text)));
    let fitting = texts.filter(|(page, text)| {
        let field = text.field.as_deref().is_some_and(|field| field == member || member.ends_with(field));
        let scope = text.scope.as_deref().is_some_and(|scope| scope.contains(endpoint));
        field && scope && !text.text.contains("<x>") && text.cause.as_deref().unwrap_or(&page.head.cause) == cause
    });
    fitting.map(|(_, text)| text.text.clone()).next()
}

/// Nobody recorded the service's words: ours say what is wrong.
fn own(finding: &Finding) -> String {
    let member = member(&finding.pointer);
    if member.is_empty() { finding.message.clone() } else { format!("{member}: {}", finding.message) }
}

fn value(what: &str, finding: &Finding, asked: Asked<'_>) -> String {
    match what {
        "$member" => member(&finding.pointer),
        "$value" => given(&finding.pointer, asked),
        "$type" => item_type(&finding.pointer, asked.body),
        "$model" => asked.judged.model.clone().unwrap_or_default(),
        _ => {
            let (pointer, default) = what.split_once('=').unwrap_or((what, ""));
            asked.body.pointer(pointer).map_or_else(|| default.to_owned(), plain)
        }
    }
}

/// Whether a place is the one of a row; `*` stands for any segment.
fn at(wanted: &str, place: &str) -> bool {
    let (wanted, place): (Vec<&str>, Vec<&str>) = (wanted.split('/').collect(), place.split('/').collect());
    wanted.len() == place.len() && wanted.iter().zip(&place).all(|(wanted, given)| *wanted == "*" || wanted == given)
}

/// The type of the item of `contents` that a place lies in.
fn item_type(place: &str, body: &Value) -> String {
    let item = place.rsplit_once('/').and_then(|(item, _)| body.pointer(item));
    item.and_then(|item| item.get("type")).and_then(Value::as_str).unwrap_or_default().chars().take(40).collect()
}

/// The value at a place, short.
fn given(pointer: &str, asked: Asked<'_>) -> String {
    let query = pointer.strip_prefix("$query/").and_then(|name| asked.query.iter().find(|(key, _)| key == name));
    let text = query.map(|(_, value)| value.clone()).or_else(|| asked.body.pointer(pointer).map(plain)).unwrap_or_default();
    text.chars().take(200).collect()
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// `/contents/0/type` as the service writes it: `contents[0].type`.
fn member(pointer: &str) -> String {
    let pointer = pointer.strip_prefix("$query").unwrap_or(pointer);
    let mut name = String::new();
    for part in pointer.split('/').filter(|part| !part.is_empty() && !part.starts_with('$')) {
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            name = format!("{name}[{part}]");
        } else {
            name = if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_written_as_the_service_writes_them() {
        assert_eq!(
            ["/contents/0/type", "/settings/resolution", "$query/pageSize", "$url"].map(member),
            ["contents[0].type", "settings.resolution", "pageSize", ""]
        );
    }
}
