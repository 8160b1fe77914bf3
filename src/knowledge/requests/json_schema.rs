//! The body of an endpoint as JSON Schema 2020-12, for editors and other validators.
//!
//! It says what one field may be. Judgements across fields, models and media are rules and do not fit a schema.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Carrier, EndpointFields, Field, JsonType, Required, Scalar};

/// The schema of the body; nothing for an endpoint whose request has none.
pub fn of_body(fields: &EndpointFields) -> Option<Value> {
    let mut root = Level::default();
    fields.fields.iter().filter(|row| row.carrier == Carrier::Body).for_each(|row| root.insert(&row.name, row));
    if root.members.is_empty() {
        return None;
    }
    let mut schema = Map::from_iter([
        ("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema")),
        ("$id".to_owned(), json!(format!("kling://schemas/{}", fields.endpoint))),
        ("title".to_owned(), json!(format!("Request body of {}", fields.endpoint))),
    ]);
    schema.extend(root.object());
    Some(Value::Object(schema))
}

/// A name and all that stands below it.
#[derive(Default)]
struct Level<'k> {
    /// Rows of this very name; several where item types differ.
    rows: Vec<&'k Field>,
    members: BTreeMap<&'k str, Level<'k>>,
    items: Option<Box<Level<'k>>>,
}

impl<'k> Level<'k> {
    fn insert(&mut self, name: &'k str, row: &'k Field) {
        if name.is_empty() {
            self.rows.push(row);
        } else if let Some(rest) = name.strip_prefix("[]") {
            self.items.get_or_insert_default().insert(rest.trim_start_matches('.'), row);
        } else {
            let end = name.find(['.', '[']).unwrap_or(name.len());
            let (key, rest) = name.split_at(end);
            self.members.entry(key).or_default().insert(rest.trim_start_matches('.'), row);
        }
    }

    /// `properties` and `required`; what depends on the type of an item stands under `allOf`.
    fn object(&self) -> Map<String, Value> {
        let mut schema = self.shape(|row| row.content_types.is_empty());
        schema.insert("type".to_owned(), json!("object"));
        let mut kinds: Vec<&str> = self.rows_below().flat_map(|row| &row.content_types).map(String::as_str).collect();
        kinds.sort_unstable();
        kinds.dedup();
        let cases: Vec<Value> = kinds
            .into_iter()
            .map(|kind| {
                let then = self.shape(|row| row.content_types.iter().any(|of| of == kind));
                json!({"if": {"properties": {"type": {"const": kind}}, "required": ["type"]}, "then": then})
            })
            .collect();
        if cases.is_empty() {
            schema.insert("additionalProperties".to_owned(), json!(false));
        } else {
            schema.insert("allOf".to_owned(), Value::Array(cases));
            schema.insert("unevaluatedProperties".to_owned(), json!(false));
        }
        schema
    }

    fn rows_below(&self) -> impl Iterator<Item = &'k Field> {
        self.members.values().flat_map(|level| level.rows.iter().copied())
    }

    fn shape(&self, fits: impl Fn(&Field) -> bool) -> Map<String, Value> {
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for (key, level) in &self.members {
            let row = level.rows.iter().copied().find(|row| fits(row));
            if row.is_none() && !level.rows.is_empty() {
                continue;
            }
            properties.insert((*key).to_owned(), level.value(row));
            if row.is_some_and(|row| row.required == Required::Always) {
                required.push(json!(key));
            }
        }
        let mut shape = Map::from_iter([("properties".to_owned(), Value::Object(properties))]);
        if !required.is_empty() {
            shape.insert("required".to_owned(), Value::Array(required));
        }
        shape
    }

    fn value(&self, row: Option<&Field>) -> Value {
        let mut schema = row.map(limits).unwrap_or_default();
        if let Some(items) = &self.items {
            let row = items.rows.first().copied();
            schema.entry("type").or_insert_with(|| json!("array"));
            schema.insert("items".to_owned(), items.value(row));
        } else if !self.members.is_empty() {
            let kind = schema.remove("type");
            schema.extend(self.object());
            if let Some(kind) = kind {
                schema.insert("type".to_owned(), kind);
            }
        }
        Value::Object(schema)
    }
}

/// What one row says of the value itself.
fn limits(row: &Field) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            schema.insert(name.to_owned(), value);
        }
    };
    let types: Vec<&str> = row.types.iter().map(|of| word(*of)).collect();
    put("type", if let [only] = types.as_slice() { Some(json!(only)) } else { Some(json!(types)) });
    put("enum", row.allowed.as_ref().filter(|all| !all.is_empty()).map(|all| all.iter().map(scalar).collect()));
    put("deprecated", row.allowed.as_ref().filter(|all| all.is_empty()).map(|_| json!(true)));
    put("minimum", row.min.map(|n| json!(n)));
    put("maximum", row.max.map(|n| json!(n)));
    put("maxLength", row.max_length.map(|n| json!(n)));
    put("minItems", row.min_items.map(|n| json!(n)));
    put("maxItems", row.max_items.map(|n| json!(n)));
    put("default", row.default.as_ref().map(scalar));
    put("description", description(row).map(Value::from));
    schema
}

fn description(row: &Field) -> Option<String> {
    let models = (!row.models.is_empty()).then(|| format!("For {}.", row.models.join(", ")));
    let when = row.required_when.as_ref().map(|when| format!("Required when {when}."));
    let parts: Vec<String> = [row.note.clone(), when, models].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Flag(flag) => json!(flag),
        Scalar::Integer(number) => json!(number),
        Scalar::Number(number) => json!(number),
        Scalar::Text(text) => json!(text),
    }
}

fn word(of: JsonType) -> &'static str {
    match of {
        JsonType::String => "string",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::Boolean => "boolean",
        JsonType::Object => "object",
        JsonType::Array => "array",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::knowledge::RequestKnowledge;

    fn schema(id: &str) -> Value {
        of_body(RequestKnowledge::load().unwrap().endpoint(id).unwrap()).unwrap()
    }

    #[test]
    fn members_nest_and_keep_their_limits() {
        let schema = schema("new.t2v.3.0");
        assert_eq!(schema["$id"], "kling://schemas/new.t2v.3.0");
        assert_eq!(schema["properties"]["settings"]["properties"]["duration"]["type"], "integer");
        assert_eq!(schema["properties"]["prompt"]["maxLength"], 3072);
        assert_eq!(schema["required"], json!(["prompt"]));
    }

    #[test]
    fn what_depends_on_the_type_of_an_item_stands_under_a_condition() {
        let schema = schema("new.i2v.3.0");
        let items = &schema["properties"]["contents"]["items"];
        let cases = items["allOf"].as_array().unwrap();
        let frame = cases.iter().find(|case| case["if"]["properties"]["type"]["const"] == "first_frame").unwrap();
        assert_eq!(frame["then"]["required"], json!(["url"]));
    }

    #[test]
    fn a_call_without_a_body_has_no_schema() {
        let requests = RequestKnowledge::load().unwrap();
        assert!(of_body(requests.endpoint("legacy.text2video.get").unwrap()).is_none());
    }
}
