//! `capability.toml`: which model can do what, on which endpoint, in which mode or resolution.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::fields::Scalar;
use crate::knowledge::Certainty;

/// The whole table. A model that is not listed is unknown, which is a reason to warn and none to refuse.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Capability {
    /// Newest date of the evidence.
    pub as_of: String,
    /// What a legacy mode is in the new generation.
    pub mode_to_resolution: Resolutions,
    /// What does not depend on a model.
    pub model_independent: ModelFree,
    /// Pixels of each resolution and ratio.
    pub pixel_sizes: PixelSizes,
    /// Limits on how many inputs go together.
    #[serde(rename = "count_matrix")]
    pub counts: Vec<CountMatrix>,
    /// Video models.
    pub video: Vec<VideoRow>,
    /// Image models.
    pub image: Vec<ImageRow>,
}

/// A legacy mode as a resolution.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Resolutions {
    /// Resolution by mode.
    pub values: BTreeMap<String, String>,
    /// Exceptions.
    pub note: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Features without a choice of model.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFree {
    /// Their names.
    pub features: Vec<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Pixels of each resolution and ratio.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PixelSizes {
    /// `1280x720` by resolution and ratio.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
    /// What to know about them.
    pub note: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Limits on how many inputs go together on one endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountMatrix {
    /// Identifier.
    pub id: String,
    /// Id of the endpoint.
    pub endpoint: String,
    /// The limits.
    pub rows: Vec<CountLimit>,
    /// What to know about them.
    pub note: Option<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// One limit and when it holds: all conditions that are given.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountLimit {
    /// Whether a reference video is there.
    pub reference_video: Option<bool>,
    /// Which elements are there.
    pub elements: Option<String>,
    /// Which frames are there.
    pub frames: Option<String>,
    /// Which model is asked for.
    pub model: Option<String>,
    /// What holds then.
    pub limit: String,
}

/// Whether something is supported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Support {
    /// Supported.
    Yes,
    /// Not supported.
    No,
    /// Supported under the row's condition.
    Conditional,
    /// Sources disagree; the row's condition says how.
    Disputed,
}

/// The type of `duration` as it goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DurationType {
    /// A JSON number.
    Integer,
    /// A JSON string.
    String,
}

/// What a video model can do on an endpoint, in a mode or resolution.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VideoRow {
    /// Endpoint, model, mode or resolution and, where that differs, length.
    pub id: String,
    /// Id of the endpoint.
    pub endpoint: String,
    /// Id of the model; its state is in the model rows.
    pub model: String,
    /// Legacy mode.
    pub mode: Option<String>,
    /// Resolution.
    pub resolution: Option<String>,
    /// Lengths in seconds; none given: see `duration_note`.
    pub durations_s: Option<Vec<u32>>,
    /// Type of `duration` over the wire.
    pub duration_json_type: Option<DurationType>,
    /// What sets the length instead.
    pub duration_note: Option<String>,
    /// Frames a second of the result.
    pub fps: Option<u32>,
    /// Features; one that is not named is not known.
    #[serde(default)]
    pub features: BTreeMap<String, Support>,
    /// Conditions by feature or field.
    #[serde(default)]
    pub conditions: BTreeMap<String, String>,
    /// Numbers and values.
    #[serde(default)]
    pub limits: Limits,
    /// What else to know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// How the row is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// What an image model can do on an endpoint.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImageRow {
    /// Endpoint and model.
    pub id: String,
    /// Id of the endpoint.
    pub endpoint: String,
    /// Id of the model; its state is in the model rows.
    pub model: String,
    /// Ratios; empty: as the input.
    pub aspect_ratios: Vec<String>,
    /// Resolutions; empty: as the input.
    pub resolutions: Vec<String>,
    /// Features; one that is not named is not known.
    #[serde(default)]
    pub features: BTreeMap<String, Support>,
    /// Conditions by feature or value.
    #[serde(default)]
    pub conditions: BTreeMap<String, String>,
    /// Numbers and values.
    #[serde(default)]
    pub limits: Limits,
    /// What else to know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// How the row is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Numbers and values of a row; what is not given is not limited or not known.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Values of the audio setting; an empty list: there is no such setting.
    pub audio_values: Option<Vec<String>>,
    /// Ratios.
    pub aspect_ratios: Option<Vec<String>>,
    /// Most characters of a prompt.
    pub prompt_max_chars: Option<u32>,
    /// Most elements.
    pub max_elements: Option<u32>,
    /// Kinds of elements.
    pub element_kinds: Option<Vec<String>>,
    /// Most voices.
    pub max_voices: Option<u32>,
    /// Most keyframes.
    pub max_keyframes: Option<u32>,
    /// Most pictures.
    pub max_images: Option<u32>,
    /// Most videos.
    pub max_videos: Option<u32>,
    /// Kinds of camera moves.
    pub camera_types: Option<Vec<String>>,
    /// Seconds that an extension adds, smallest and largest.
    pub adds_s: Option<[u32; 2]>,
    /// Kinds of edits.
    pub edit_modes: Option<Vec<Scalar>>,
    /// What a reference picture may stand for.
    pub image_reference_values: Option<Vec<String>>,
    /// Pictures of the subject, fewest and most.
    pub subject_images: Option<[u32; 2]>,
}
