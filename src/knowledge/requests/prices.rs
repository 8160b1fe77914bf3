//! `prices.toml`: list prices, measured costs and packs.

use serde::Deserialize;

use crate::knowledge::{Certainty, Source};

/// The whole table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prices {
    /// Newest date of the evidence.
    pub as_of: String,
    /// What no price is known of.
    pub not_known: Vec<String>,
    /// What a unit costs.
    #[serde(rename = "unit_value")]
    pub unit_values: Vec<UnitValue>,
    /// When something is charged, and from which pack.
    #[serde(rename = "rule")]
    pub rules: Vec<PriceRule>,
    /// List prices.
    #[serde(rename = "price")]
    pub prices: Vec<Price>,
    /// What a real call cost.
    #[serde(rename = "measurement")]
    pub measurements: Vec<Measurement>,
    /// Packs on sale or seen.
    #[serde(rename = "pack")]
    pub packs: Vec<Pack>,
    /// Sources that only this table cites.
    #[serde(rename = "source", default)]
    pub sources: Vec<Source>,
}

impl Prices {
    /// What a unit of this kind costs in USD.
    pub fn unit_usd(&self, kind: UnitKind) -> Option<f64> {
        self.unit_values.iter().find(|row| row.kind == kind).map(|row| row.usd)
    }
}

/// A kind of units; packs of different kinds are separate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnitKind {
    /// Video units; speech, sound and lip sync draw on them too.
    Video,
    /// Image units.
    Image,
    /// Try-on calls.
    TryOn,
}

/// What one unit costs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnitValue {
    /// Kind of unit.
    pub kind: UnitKind,
    /// USD for one.
    pub usd: f64,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// What holds for all prices.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceRule {
    /// Identifier.
    pub id: String,
    /// The rule.
    pub text: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// What a price counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// A second of video.
    Second,
    /// A call.
    Call,
    /// Five seconds.
    #[serde(rename = "5_seconds")]
    FiveSeconds,
    /// A picture.
    Image,
    /// A clip of 5 s.
    #[serde(rename = "clip_5s")]
    Clip5s,
    /// A clip of 10 s.
    #[serde(rename = "clip_10s")]
    Clip10s,
    /// An extension.
    Extension,
}

/// Whether a price may be stated as today's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceStatus {
    /// On the price page of its date.
    Current,
    /// Replaced, or of a retired model.
    Historic,
    /// Not the vendor's word.
    Unverified,
}

/// A list price.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Price {
    /// Identifier.
    pub id: String,
    /// `video`, `image` or `try-on`.
    pub product: String,
    /// Models; empty: no model is chosen.
    #[serde(default)]
    pub models: Vec<String>,
    /// What is made.
    pub case: String,
    /// Resolution, or several with commas.
    pub resolution: Option<String>,
    /// The same as a legacy mode.
    pub legacy_mode: Option<String>,
    /// Sound: `off`, `native`, `native with voice`, `always on`.
    pub audio: Option<String>,
    /// Whether a video goes in.
    pub video_input: Option<bool>,
    /// What is counted.
    pub per: Per,
    /// Units for one of these.
    pub units: Option<f64>,
    /// Kind of these units.
    pub unit_kind: Option<UnitKind>,
    /// USD for one of these.
    pub usd: f64,
    /// Whether it holds today.
    pub status: PriceStatus,
    /// What else to know.
    pub note: Option<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Date of the price.
    pub as_of: String,
}

/// What a real call cost.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Identifier.
    pub id: String,
    /// The call.
    pub what: String,
    /// Its model.
    pub model: Option<String>,
    /// Length of the video.
    pub seconds: Option<u32>,
    /// Units that were taken.
    pub units: f64,
    /// Kind of these units.
    pub unit_kind: UnitKind,
    /// The day.
    pub measured_on: String,
    /// What else to know.
    pub note: Option<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// A pack of units.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pack {
    /// Identifier.
    pub id: String,
    /// Kind of its units.
    pub kind: UnitKind,
    /// How many.
    pub units: u32,
    /// Price; none given: not known.
    pub usd: Option<f64>,
    /// Days it is valid; none given: not known.
    pub valid_days: Option<u32>,
    /// Tasks that may run at once; none given: not known.
    pub concurrency: Option<u32>,
    /// What else to know.
    pub note: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Date of the price.
    pub as_of: String,
}
