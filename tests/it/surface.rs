//! The form of what hosts show to models: descriptions, annotations, schemas. `server.rs` holds the budget and the snapshot.

use std::collections::BTreeSet;

use rmcp::model::Tool;
use serde_json::{Map, Value, json};

use crate::server::tools;

const KEYWORDS: [&str; 10] =
    ["type", "description", "enum", "items", "minimum", "maximum", "minLength", "maxLength", "maxItems", "pattern"];
const AT_THE_ROOT: [&str; 3] = ["properties", "required", "additionalProperties"];
/// A claim of urgency makes a model prefer a tool where it does not fit.
const SHOUTS: [&str; 6] = ["IMPORTANT", "MUST", "ALWAYS", "NEVER", "CRITICAL", "!"];

/// What is wrong with a tool as it is listed; `names` are those of all tools.
fn faults(tool: &Tool, names: &[String]) -> Vec<String> {
    let mut faults = prose(tool.description.as_deref().unwrap_or_default(), &tool.name, names);
    let hints = tool.annotations.clone().unwrap_or_default();
    let given = [hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint, hints.open_world_hint];
    if given.iter().any(Option::is_none) {
        faults.push("an annotation is missing".to_owned());
    }
    if tool.title.as_deref().is_none_or(|title| !title.contains("Kling AI")) {
        faults.push("the title does not name Kling AI".to_owned());
    }
    schema(&tool.input_schema, &mut faults);
    faults.iter().map(|fault| format!("{}: {fault}", tool.name)).collect()
}

fn prose(text: &str, own: &str, names: &[String]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut check = |holds: bool, fault: &str| {
        if !holds {
            faults.push(format!("{fault}: {text}"));
        }
    };
    let length = text.chars().count();
    check((300..=700).contains(&length), "300 to 700 signs");
    let verb = text.split(' ').next().unwrap_or_default();
    check(verb.ends_with('s') && verb.starts_with(|c: char| c.is_ascii_uppercase()), "begins with what it does");
    check(text.contains("Use when "), "says when");
    let not_for = text.split("Not for ").nth(1).and_then(|rest| rest.split('.').next()).unwrap_or_default();
    check(names.iter().any(|name| name != own && not_for.contains(name.as_str())), "says when not, and names the sibling");
    for noun in ["Kling AI", "klingai.com", "可灵"] {
        check(text.contains(noun), "has the nouns of the user");
    }
    check(!SHOUTS.iter().any(|word| text.contains(word)), "does not shout");
    faults
}

/// The words of JSON Schema that every host takes, in a flat object.
fn schema(root: &Map<String, Value>, faults: &mut Vec<String>) {
    for word in AT_THE_ROOT.iter().chain(&["type"]) {
        if !root.contains_key(*word) {
            faults.push(format!("`{word}` is missing at the root"));
        }
    }
    if root.get("type") != Some(&json!("object")) || root.get("additionalProperties") != Some(&json!(false)) {
        faults.push("the root is no closed object".to_owned());
    }
    let allowed: BTreeSet<&str> = AT_THE_ROOT.into_iter().chain(KEYWORDS).collect();
    faults.extend(root.keys().filter(|word| !allowed.contains(word.as_str())).map(|word| format!("`{word}` at the root")));
    for (name, part) in root.get("properties").and_then(Value::as_object).into_iter().flatten() {
        property(name, part, faults);
    }
}

fn property(name: &str, part: &Value, faults: &mut Vec<String>) {
    let Some(part) = part.as_object() else { return faults.push(format!("`{name}` is no schema")) };
    faults.extend(part.keys().filter(|word| !KEYWORDS.contains(&word.as_str())).map(|word| format!("`{word}` in `{name}`")));
    if !part.get("type").is_some_and(Value::is_string) {
        faults.push(format!("`{name}` has no single type"));
    }
    if part.get("description").and_then(Value::as_str).is_some_and(|text| text.chars().count() > 100) {
        faults.push(format!("the description of `{name}` is longer than 100 signs"));
    }
    if part.get("enum").and_then(Value::as_array).is_some_and(|words| !words.iter().all(Value::is_string)) {
        faults.push(format!("`{name}` lists more than words"));
    }
    if let Some(items) = part.get("items") {
        property(&format!("{name}[]"), items, faults);
    }
}

#[tokio::test]
async fn every_description_says_what_when_and_when_not_and_every_schema_is_plain() {
    let tools = tools().await;
    let names: Vec<String> = tools.iter().map(|tool| tool.name.to_string()).collect();
    let faults: Vec<String> = tools.iter().flat_map(|tool| faults(tool, &names)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
async fn each_rule_is_broken_by_a_tool_that_breaks_it() {
    let tools = tools().await;
    let names: Vec<String> = tools.iter().map(|tool| tool.name.to_string()).collect();
    let good = tools.into_iter().find(|tool| tool.name == "validate_request").unwrap();
    let text = good.description.clone().unwrap().to_string();
    let broken = [
        ("signs", "Checks.".to_owned()),
        ("signs", text.clone() + &"x".repeat(400)),
        ("begins", text.replacen("Checks", "It checks", 1)),
        ("says when:", text.replace("Use when", "For when")),
        ("sibling", text.replace("diagnose_error", "validate_request")),
        ("nouns", text.replace("可灵", "")),
        ("shout", text.clone() + " You MUST call it."),
    ];
    for (fault, description) in broken {
        let mut tool = good.clone();
        tool.description = Some(description.into());
        let found = faults(&tool, &names);
        assert!(found.iter().any(|line| line.contains(fault)), "{fault}: {found:?}");
    }
    let plain = json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false});
    let one = |part: Value| json!({"type": "object", "properties": {"x": part}, "required": [], "additionalProperties": false});
    let mut found = Vec::new();
    schema(plain.as_object().unwrap(), &mut found);
    assert_eq!(found, Vec::<String>::new());
    let broken = [
        json!({"type": "object", "required": [], "additionalProperties": false}),
        json!({"type": "object", "properties": {}, "required": [], "additionalProperties": false, "anyOf": []}),
        one(json!({"type": ["string", "null"]})),
        one(json!({"type": "string", "format": "date"})),
        one(json!({"type": "object", "properties": {}})),
        one(json!({"type": "string", "enum": ["a", null]})),
        one(json!({"type": "string", "description": "x".repeat(101)})),
        one(json!({"type": "array", "items": {"oneOf": []}})),
    ];
    for schema_ in broken {
        let mut found = Vec::new();
        schema(schema_.as_object().unwrap(), &mut found);
        assert!(!found.is_empty(), "{schema_}");
    }
}
