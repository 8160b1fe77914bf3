//! Requests made from the field rows of an endpoint: the smallest one that should pass, and the same with one member more.
//!
//! It knows no rule: what only a rule or a page in words says stands in [`ALSO`].

use klingai_mcp::knowledge::requests::{Carrier, EndpointFields, Field, JsonType, Required, Scalar};
use klingai_mcp::knowledge::{Endpoint, Knowledge, RequestKnowledge};
use serde_json::{Map, Value, json};

/// What a body needs besides its required rows: endpoint, members merged into the body.
const ALSO: &[(&str, &str)] = &[
    ("legacy.omni-video", r#"{"aspect_ratio": "16:9"}"#),
    ("new.omni.3.0", r#"{"settings": {"aspect_ratio": "16:9"}}"#),
    ("new.omni.o1", r#"{"settings": {"aspect_ratio": "16:9"}}"#),
    ("legacy.multi-elements", r#"{"image_list": [{"image": "https://example.com/a.png"}]}"#),
    ("legacy.lip-sync-old", r#"{"input": {"text": "a fox", "voice_id": "id-0123", "voice_language": "en"}}"#),
    ("legacy.advanced-custom-elements", r#"{"element_video_list": {"refer_videos": [{"video_url": "https://example.com/a.mp4"}]}}"#),
    ("legacy.effects", r#"{"input": {"image": "https://example.com/a.png"}}"#),
    (
        "legacy.advanced-lip-sync",
        r#"{"face_choose": [{"face_id": "1", "audio_id": "id-0123", "sound_start_time": 0, "sound_end_time": 5000, "sound_insert_time": 0}]}"#,
    ),
    (
        "solutions.video-commerce",
        r#"{"contents": [{"type": "speech_script", "text": "Welcome."}, {"type": "avatar_id", "text": "avatar_lee_male"}]}"#,
    ),
];

/// An endpoint, its rows and the model that the body asks for.
pub(crate) struct Sample<'k> {
    pub(crate) endpoint: &'k Endpoint,
    pub(crate) fields: &'k EndpointFields,
    model: Option<String>,
}

/// A sample of every endpoint that makes something.
pub(crate) fn samples<'k>(knowledge: &'k Knowledge, requests: &'k RequestKnowledge) -> Vec<Sample<'k>> {
    let makes = knowledge.endpoints.iter().filter(|row| matches!(row.kind.as_str(), "create" | "sync"));
    makes.map(|endpoint| Sample::new(endpoint, requests.endpoint(&endpoint.id).unwrap())).collect()
}

/// A body with one member of choice.
pub(crate) struct Placed {
    pub(crate) body: Value,
    /// Where the member stands.
    pub(crate) pointer: String,
}

impl<'k> Sample<'k> {
    fn new(endpoint: &'k Endpoint, fields: &'k EndpointFields) -> Self {
        // Where the list of models is empty, only the default is left to ask for.
        let row = fields.fields.iter().find(|row| row.name == "model_name" && row.allowed.is_some());
        let default = row.and_then(|row| row.default.as_ref()).and_then(|id| plain(id).as_str().map(str::to_owned));
        let model = offered(fields).pop().or(default);
        Self { endpoint, fields, model }
    }

    /// The same with a model that has this row.
    fn with_model_of(&self, row: &Field) -> Self {
        let fitting = offered(self.fields).into_iter().rev().find(|id| row.models.contains(id)).or_else(|| row.models.first().cloned());
        Self { endpoint: self.endpoint, fields: self.fields, model: fitting.or_else(|| self.model.clone()) }
    }

    /// Rows of the body.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &'k Field> + use<'k> {
        self.fields.fields.iter().filter(|row| row.carrier == Carrier::Body)
    }

    /// The smallest body.
    pub(crate) fn body(&self) -> Value {
        let mut body = self.object("", None);
        if let (Some(model), Some(_)) = (&self.model, self.row("model_name", None)) {
            body["model_name"] = json!(model);
        }
        for (_, members) in ALSO.iter().filter(|(id, _)| *id == self.endpoint.id) {
            merge(&mut body, serde_json::from_str(members).unwrap());
        }
        body
    }

    /// The smallest body with the member of a row.
    pub(crate) fn with(&self, row: &Field) -> Placed {
        let own = self.with_model_of(row);
        let kind = row.content_types.first().map(String::as_str);
        let (mut body, mut pointer, mut name) = (own.body(), String::new(), String::new());
        for part in row.name.split('.') {
            let key = part.trim_end_matches("[]");
            name = if name.is_empty() { key.to_owned() } else { format!("{name}.{key}") };
            let parent = body.pointer_mut(&pointer).unwrap();
            if parent.get(key).is_none() {
                parent[key] = own.row(&name, kind).map_or(json!({}), |row| own.value(row, kind));
            }
            pointer = format!("{pointer}/{key}");
            if part.ends_with("[]") {
                let at = own.item_of(body.pointer_mut(&pointer).unwrap(), &name, kind);
                pointer = format!("{pointer}/{at}");
                name.push_str("[]");
            }
        }
        Placed { body, pointer }
    }

    /// Position of the item of this type, which is added when it is missing.
    fn item_of(&self, list: &mut Value, name: &str, kind: Option<&str>) -> usize {
        let items = list.as_array_mut().unwrap();
        let fitting = items.iter().position(|item| kind.is_none() || item["type"].as_str() == kind);
        fitting.unwrap_or_else(|| {
            items.push(self.object(&format!("{name}[]."), kind));
            items.len() - 1
        })
    }

    fn row(&self, name: &str, kind: Option<&str>) -> Option<&'k Field> {
        let own = |row: &&Field| {
            row.name == name && (row.content_types.is_empty() || kind.is_some_and(|kind| row.content_types.iter().any(|t| t == kind)))
        };
        self.rows().find(own)
    }

    fn object(&self, prefix: &str, kind: Option<&str>) -> Value {
        let mut members = Map::new();
        for row in self.rows() {
            let Some(key) = row.name.strip_prefix(prefix).filter(|key| !key.is_empty() && !key.contains(['.', '['])) else { continue };
            let here = row.content_types.is_empty() || kind.is_some_and(|kind| row.content_types.iter().any(|t| t == kind));
            let model = row.models.is_empty() || self.model.as_ref().is_some_and(|model| row.models.contains(model));
            if here && model && needed(row, key) {
                let value = if key == "type" && kind.is_some() { json!(kind) } else { self.value(row, kind) };
                members.insert(key.to_owned(), value);
            }
        }
        Value::Object(members)
    }

    fn value(&self, row: &Field, kind: Option<&str>) -> Value {
        if let Some(first) = row.allowed.iter().flatten().next() {
            return plain(first);
        }
        match row.types[0] {
            JsonType::String => json!(self.text(row, kind)),
            JsonType::Integer => json!(row.min.map_or(1, whole)),
            JsonType::Number => json!(row.min.unwrap_or(1.0)),
            JsonType::Boolean => json!(true),
            JsonType::Object => self.object(&format!("{}.", row.name), kind),
            JsonType::Array if row.name == "contents" => self.contents(),
            JsonType::Array => (0..row.min_items.unwrap_or(1)).map(|_| self.item(row, kind)).collect(),
        }
    }

    fn contents(&self) -> Value {
        let mut kinds: Vec<(&str, u32)> = self.endpoint.min_counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
        if kinds.is_empty() {
            kinds.push(("prompt", 1));
        }
        let item = |kind: &str| self.object("contents[].", Some(kind));
        kinds.into_iter().flat_map(|(kind, count)| (0..count).map(move |_| kind)).map(item).collect()
    }

    pub(crate) fn item(&self, row: &Field, kind: Option<&str>) -> Value {
        let inner = format!("{}[].", row.name);
        let members = self.rows().any(|row| row.name.starts_with(&inner));
        if members { self.object(&inner, kind) } else { json!(self.text(row, kind)) }
    }

    /// A text that may stand there: an address, an id, a word.
    fn text(&self, row: &Field, kind: Option<&str>) -> String {
        let key = row.name.trim_end_matches("[]").rsplit('.').next().unwrap();
        let word = if key == "url" { kind.unwrap_or(key) } else { key };
        let has = |parts: &[&str]| parts.iter().any(|part| word.contains(part));
        match key {
            "effect_scene" => self.fields.effects.as_ref().unwrap().single[0].clone(),
            "duration" => "5".to_owned(),
            _ if key.ends_with("id") => "id-0123".to_owned(),
            _ if has(&["video"]) => "https://example.com/a.mp4".to_owned(),
            _ if has(&["sound_file", "audio_", "voice_url", "bgm"]) && !has(&["prompt"]) => "https://example.com/a.mp3".to_owned(),
            _ if key == "url" || key == "element_refer_list" || (row.media.is_some() || has(&["image", "mask"])) => {
                "https://example.com/a.png".to_owned()
            }
            _ if key == "callback_url" => "https://example.com/hook".to_owned(),
            _ => "a fox".to_owned(),
        }
    }
}

/// Models that the body may name, as listed.
fn offered(fields: &EndpointFields) -> Vec<String> {
    let row = fields.fields.iter().find(|row| row.name == "model_name");
    row.iter().flat_map(|row| row.allowed.iter().flatten()).filter_map(|value| plain(value).as_str().map(str::to_owned)).collect()
}

/// Whether the member belongs into the smallest body: required, or the first of a group of which one is needed.
pub(crate) fn needed(row: &Field, key: &str) -> bool {
    match (row.required, row.required_when.as_deref()) {
        (Required::Always, _) => true,
        (Required::Conditional, Some(when)) => first_of_group(when) == Some(key) || key == "prompt" || when == "camera_control is set",
        _ => false,
    }
}

fn first_of_group(when: &str) -> Option<&str> {
    let list = when.strip_prefix("exactly one of ").or_else(|| when.strip_prefix("at least one of "))?;
    list.split(" and ").next()
}

/// A value as JSON.
pub(crate) fn plain(value: &Scalar) -> Value {
    match value {
        Scalar::Flag(flag) => json!(flag),
        Scalar::Integer(number) => json!(number),
        Scalar::Number(number) => json!(number),
        Scalar::Text(text) => json!(text),
    }
}

/// A bound of an integer row.
pub(crate) fn whole(bound: f64) -> i64 {
    format!("{bound:.0}").parse().unwrap()
}

fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(members), Value::Object(new)) => {
            for (key, value) in new {
                merge(members.entry(key).or_insert(Value::Null), value);
            }
        }
        (slot, value) => *slot = value,
    }
}
