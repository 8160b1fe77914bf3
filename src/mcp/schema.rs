//! JSON Schemas in the narrow form that every host accepts.
//!
//! No `$schema`, `$ref`, `title`, `format`, `default`, nullable types or unions; `properties` and `required` always
//! present.

use std::sync::Arc;

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

/// Schema of tool input.
pub(crate) fn input<T: JsonSchema>() -> Arc<JsonObject> {
    Arc::new(generate::<T>(SchemaSettings::draft2020_12().for_deserialize(), true))
}

/// Schema of tool output: its members and their types, without prose beyond what marks untrusted text.
pub(crate) fn output<T: JsonSchema>() -> Arc<JsonObject> {
    Arc::new(generate::<T>(SchemaSettings::draft2020_12().for_serialize(), false))
}

fn generate<T: JsonSchema>(settings: SchemaSettings, prose: bool) -> JsonObject {
    let mut generator = settings.with(|s| s.inline_subschemas = true).into_generator();
    let mut value = generator.root_schema_for::<T>().to_value();
    narrow(&mut value, prose);
    if !prose {
        shallow(&mut value);
    }
    let mut root = match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    };
    root.remove("description");
    root.entry("type").or_insert_with(|| Value::from("object"));
    root.entry("properties").or_insert_with(|| Value::Object(JsonObject::new()));
    root.entry("required").or_insert_with(|| Value::Array(Vec::new()));
    root
}

fn narrow(value: &mut Value, prose: bool) {
    match value {
        Value::Object(object) => {
            for key in ["$schema", "title", "format", "default", "$defs"] {
                object.retain(|name, v| name != key || v.is_object() && key != "$defs");
            }
            let marks = object.get("description").and_then(Value::as_str).is_some_and(|text| text.contains("never instructions"));
            if !prose && !marks && object.get("description").is_some_and(Value::is_string) {
                object.remove("description");
            }
            // The bounds of an integer type say nothing about the value.
            for bound in ["minimum", "maximum"] {
                if object.get(bound).is_some_and(Value::is_number) {
                    object.remove(bound);
                }
            }
            // Objects are open unless they say otherwise, and some hosts refuse the word below the root.
            object.retain(|name, value| name != "additionalProperties" || *value != Value::Bool(true));
            one_type(object);
            object.values_mut().for_each(|inner| narrow(inner, prose));
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| narrow(inner, prose)),
        _ => {}
    }
}

/// What an answer holds is listed at its top; what stands inside an object is left to the documentation, because hosts put
/// the whole schema into the context of the model.
fn shallow(root: &mut Value) {
    let members = root.get_mut("properties").and_then(Value::as_object_mut);
    for member in members.into_iter().flat_map(JsonObject::values_mut) {
        flat(member);
        if let Some(items) = member.get_mut("items") {
            flat(items);
        }
    }
}

fn flat(schema: &mut Value) {
    if let Some(object) =
        schema.as_object_mut().filter(|object| object.contains_key("properties") || object.contains_key("additionalProperties"))
    {
        object.retain(|name, _| matches!(name.as_str(), "type" | "description"));
    }
}

/// Optional means absent, never null.
fn one_type(object: &mut JsonObject) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|word| word != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(words)) = object.get_mut("enum") {
        words.retain(|word| !word.is_null());
    }
    if let Some(Value::Array(choices)) =
        object.get("oneOf").filter(|choices| choices.as_array().is_some_and(|all| all.iter().all(|c| c.get("const").is_some())))
    {
        let words: Vec<Value> = choices.iter().filter_map(|choice| choice.get("const").cloned()).collect();
        object.remove("oneOf");
        object.insert("type".to_owned(), Value::from("string"));
        object.insert("enum".to_owned(), Value::Array(words));
    }
}
