//! Rows of `fields/ID.toml`: what a body, query or path of one endpoint may carry.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::knowledge::Certainty;

/// A file of `fields/`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointFields {
    /// Id of the endpoint; the file is named after it.
    pub endpoint: String,
    /// Ids of the rules across fields that hold here.
    #[serde(default)]
    pub rules: Vec<String>,
    /// Effect templates, where the endpoint takes one.
    pub effects: Option<Effects>,
    /// Preset voices, where the endpoint takes one.
    pub voice_ids: Option<VoiceIds>,
    /// The fields, in the order of the vendor's page.
    #[serde(rename = "field")]
    pub fields: Vec<Field>,
}

impl EndpointFields {
    /// Rows of a name: those without item types, and those for the item type that is asked for.
    pub fn of<'k>(&'k self, name: &'k str, item_type: Option<&'k str>) -> impl Iterator<Item = &'k Field> {
        let fits =
            move |row: &Field| row.content_types.is_empty() || item_type.is_some_and(|kind| row.content_types.iter().any(|t| t == kind));
        self.fields.iter().filter(move |row| row.name == name && fits(row))
    }
}

/// A parameter.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Name; dots for members, `[]` for the items of an array.
    pub name: String,
    /// Where it is sent.
    #[serde(rename = "in")]
    pub carrier: Carrier,
    /// JSON types it may have.
    #[serde(rename = "type")]
    pub types: Vec<JsonType>,
    /// Whether it must be there, inside its parent.
    pub required: Required,
    /// When it must be there, if that depends.
    pub required_when: Option<String>,
    /// Types of the `contents` item it belongs to; empty: all.
    #[serde(default)]
    pub content_types: Vec<String>,
    /// Models it is for; empty: all.
    #[serde(default)]
    pub models: Vec<String>,
    /// What is taken when it is missing; words where the default is no constant.
    pub default: Option<Scalar>,
    /// Values it may have; none given: not limited or not known; an empty list: no value works any more.
    #[serde(rename = "enum")]
    pub allowed: Option<Vec<Scalar>>,
    /// Values that worked once.
    #[serde(rename = "retired_enum", default)]
    pub retired: Vec<Scalar>,
    /// Smallest number.
    pub min: Option<f64>,
    /// Largest number.
    pub max: Option<f64>,
    /// Most characters.
    pub max_length: Option<u32>,
    /// Fewest items.
    pub min_items: Option<u32>,
    /// Most items.
    pub max_items: Option<u32>,
    /// Limits of the picture, video or sound it carries.
    pub media: Option<Media>,
    /// What else to know.
    pub note: Option<String>,
    /// How it is known, where that differs from the endpoint.
    pub certainty: Option<Certainty>,
    /// Keys of sources, where they differ from the endpoint's.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// Where a field is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// In the JSON body.
    Body,
    /// In the query string.
    Query,
    /// As a segment of the path.
    Path,
}

/// A JSON type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JsonType {
    /// Text.
    String,
    /// A number without fraction.
    Integer,
    /// Any number.
    Number,
    /// true or false.
    Boolean,
    /// Members.
    Object,
    /// Items.
    Array,
}

/// Whether a field must be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "RequiredForm")]
pub enum Required {
    /// `true`.
    Always,
    /// `false`.
    Never,
    /// `"conditional"`: see `required_when`.
    Conditional,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum RequiredForm {
    Flag(bool),
    Word(String),
}

impl TryFrom<RequiredForm> for Required {
    type Error = String;

    fn try_from(form: RequiredForm) -> Result<Self, String> {
        match form {
            RequiredForm::Flag(true) => Ok(Self::Always),
            RequiredForm::Flag(false) => Ok(Self::Never),
            RequiredForm::Word(word) if word == "conditional" => Ok(Self::Conditional),
            RequiredForm::Word(word) => Err(format!("required is true, false or \"conditional\", not {word:?}")),
        }
    }
}

/// A value of a field.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// true or false.
    Flag(bool),
    /// A number without fraction.
    Integer(i64),
    /// A number with fraction.
    Number(f64),
    /// Text.
    Text(String),
}

/// Limits of a picture, video or sound. A pair is smallest and largest.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Media {
    /// Forms in which it may be given; empty: not known.
    pub inputs: Vec<MediaInput>,
    /// What is known of a data: prefix before Base64.
    pub base64_data_prefix: Option<DataPrefix>,
    /// File formats, lower case.
    pub formats: Vec<String>,
    /// Largest file; the vendor writes MB and does not say decimal or binary.
    pub max_mb: Option<f64>,
    /// Shortest side, in pixels.
    pub min_side_px: Option<u32>,
    /// Longest side, in pixels.
    pub max_side_px: Option<u32>,
    /// Both sides, in pixels.
    pub side_px: Option<[u32; 2]>,
    /// The same where it depends on something.
    pub side_px_by_case: BTreeMap<String, [u32; 2]>,
    /// Most pixels of a picture.
    pub max_pixels: Option<u64>,
    /// The same where it depends on something.
    pub max_pixels_by_case: BTreeMap<String, u64>,
    /// Width divided by height.
    pub aspect_range: Option<[f64; 2]>,
    /// Ratios it may have, such as `16:9`.
    pub aspect_ratios: Vec<String>,
    /// Ranges of the length, in seconds; any of them fits.
    pub duration_s: Vec<[f64; 2]>,
    /// The range where it depends on something.
    pub duration_s_by_case: BTreeMap<String, [f64; 2]>,
    /// Length of all together, in seconds.
    pub total_duration_s_max: Option<f64>,
    /// Frames a second.
    pub fps_range: Option<[f64; 2]>,
    /// Frames a second, as a list of values.
    pub fps_list: Vec<f64>,
    /// Fewest frames a second.
    pub fps_min: Option<f64>,
    /// Frames a second of the result.
    pub output_fps: Option<f64>,
    /// Resolutions, by name.
    pub resolutions: Vec<String>,
}

/// How media may be given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaInput {
    /// An address the vendor can reach.
    Url,
    /// Base64 text.
    Base64,
}

/// What is known of a data: prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataPrefix {
    /// The vendor says to leave it away.
    Forbidden,
    /// The vendor says nothing.
    NotStated,
}

/// Effect templates.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Effects {
    /// How many are listed.
    pub count: usize,
    /// Those that take one picture.
    pub single: Vec<String>,
    /// Those that take two.
    pub dual: Vec<String>,
    /// Withdrawn ones with their day.
    pub discontinued: BTreeMap<String, String>,
    /// What to know about those.
    pub discontinued_note: String,
    /// Listed in February 2026, missing in September.
    pub listed_2026_02_missing_2026_09: Vec<String>,
    /// What was announced.
    pub announced_end: String,
    /// How the list is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Preset voices of speech.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VoiceIds {
    /// What to know about them.
    pub note: String,
    /// For English.
    pub en: Vec<String>,
    /// For Chinese.
    pub zh: Vec<String>,
    /// How the list is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}
