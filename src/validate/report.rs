//! The answer of a request check, as callers see it. Field names are public API.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value};

use super::found::{Applicability, Finding, Operation};

/// The endpoint that was recognised.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct EndpointSeen {
    /// Identifier such as `legacy.text2video`.
    pub id: String,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
}

/// A request as it would be sent.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Sendable {
    /// HTTP method.
    pub method: String,
    /// URL or path.
    pub endpoint: String,
    /// Headers; credentials are replaced by stand-ins.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// Body.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Map<String, Value>")]
    pub body: Option<Value>,
}

/// A correction that was checked again.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Corrected {
    /// The corrected request.
    pub request: Sendable,
    /// RFC 6902 operations from the given body to the corrected one.
    pub patch: Vec<Operation>,
    /// The way back.
    pub inverse: Vec<Operation>,
    /// `guess` when at least one step chose for the caller.
    pub applicability: Applicability,
    /// What the second check found.
    pub proof: String,
}

/// A member that the server would drop without a word.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Ignored {
    /// Pointer of the member.
    pub pointer: String,
    /// What happens instead.
    pub instead: String,
}

/// What the request would cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Cost {
    /// Units that would really be billed.
    pub units: f64,
    /// `video_unit` or `image_unit`.
    pub unit: String,
    /// US dollars at list price.
    pub usd: f64,
    /// How it was computed.
    pub basis: String,
    /// Date of the price list.
    pub as_of: String,
    /// Units that the caller meant to pay for, where ignored members change the price.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub as_given_units: Option<f64>,
}

/// A way to get what was asked for by giving something up.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Alternative {
    /// Endpoint, model and mode or resolution.
    pub choice: String,
    /// What is given up.
    pub gives_up: Vec<String>,
    /// Units, where the price is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "f64")]
    pub units: Option<f64>,
}

/// The same intent on the other API generation.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Translation {
    /// The translated request.
    pub request: Sendable,
    /// What cannot be said there.
    pub losses: Vec<String>,
}

/// The answer of `validate_request`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Verdict {
    /// What matters in one or two sentences.
    pub summary: String,
    /// No finding of severity error.
    pub valid: bool,
    /// `new`, `legacy`, `solutions` or `account`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub generation: String,
    /// The endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "EndpointSeen")]
    pub endpoint: Option<EndpointSeen>,
    /// Model id.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String")]
    pub model: Option<String>,
    /// Every problem, worst first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
    /// The corrected request, when the second check finds no error.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Corrected")]
    pub corrected: Option<Corrected>,
    /// Members that would be dropped.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ignored: Vec<Ignored>,
    /// What it would cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Cost")]
    pub cost: Option<Cost>,
    /// Ways that work when this one does not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
    /// The same on the other generation.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Translation")]
    pub translation: Option<Translation>,
    /// What only the server can know.
    pub not_checked: Vec<String>,
    /// Newest date of what is known.
    pub knowledge_as_of: String,
}

/// Findings that a concise answer lists.
const LISTED: usize = 15;

impl Verdict {
    /// What a first look needs: the worst findings.
    #[must_use]
    pub(super) fn concise(mut self) -> Self {
        if self.findings.len() > LISTED {
            let more = self.findings.len() - LISTED;
            self.findings.truncate(LISTED);
            self.not_checked.push(format!("{more} more findings are left out here: ask with detail full"));
        }
        self
    }
}
