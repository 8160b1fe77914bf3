//! The answer of the check: what the caller's policy is, as read, and what is wrong with it.

use schemars::JsonSchema;
use serde::Serialize;

use super::behaviour::Behaviour;

/// What the text is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript or TypeScript.
    #[serde(rename = "javascript")]
    JavaScript,
    /// Go.
    Go,
    /// Java.
    Java,
    /// A map of settings: JSON, YAML, TOML or properties.
    Settings,
}

/// How much a problem matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Severity {
    /// Pays twice, never ends or never passes.
    Error,
    /// Works, but wastes calls or time, or hides the reason of a failure.
    Warning,
}

/// How delays are randomised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Jitter {
    /// Not at all.
    None,
    /// Anywhere between nothing and the computed delay.
    Full,
    /// At least half of the computed delay.
    Equal,
    /// From the base to a multiple of the delay before.
    Decorrelated,
    /// Randomised in another way.
    Other,
}

/// One place that repeats a call.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct LayerSeen {
    /// Library or construct, e.g. `tenacity`, `loop`.
    pub name: String,
    /// Line, from 1.
    pub line: u32,
    /// Calls at most, the first included; absent when there is no bound or it cannot be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub attempts: Option<u32>,
}

/// The policy as read from the code or settings.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Recognised {
    /// Calls at most of the outermost layer, the first included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u32")]
    pub attempts: Option<u32>,
    /// First delay in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub base_s: Option<f64>,
    /// Largest delay in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub cap_s: Option<f64>,
    /// How delays are randomised.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Jitter")]
    pub jitter: Option<Jitter>,
    /// HTTP statuses that are retried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<u16>,
    /// Service codes that are retried.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub codes: Vec<i64>,
    /// Time limit over all attempts in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub deadline_s: Option<f64>,
    /// Every layer that repeats calls, in order of lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub layers: Vec<LayerSeen>,
    /// Calls at most for one failing request, when layers stand inside one another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "u64")]
    pub calls_at_most: Option<u64>,
    /// Seconds between two task queries.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub poll_interval_s: Option<f64>,
}

/// One fault of the retry code.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Problem {
    /// The pattern that was found.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Line, from 1.
    pub line: u32,
    /// What is wrong and what follows from it.
    pub message: String,
    /// What to change.
    pub fix: String,
    /// The page with the facts behind it.
    pub reference: &'static str,
}

/// The answer of the check. Text that is not understood is an answer too: no policy, and a note that says so.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// What the text is written in, when that could be told.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Language")]
    pub language: Option<Language>,
    /// The policy as read; absent when nothing repeats a call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Recognised")]
    pub recognised: Option<Recognised>,
    /// What is wrong, in order of lines.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
    /// What it does with creates, to be played in a simulation; absent when it makes none and repeats none.
    #[serde(skip)]
    pub behaviour: Option<Behaviour>,
    /// What was not read, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub note: Option<String>,
}
