//! `references/sandbox.toml`: how the service behaves where pages and request tables do not say it.
//!
//! Only a local stand-in for the service asks for it, so [`Knowledge::load`](super::Knowledge::load) does not parse it.

use serde::Deserialize;

use super::{Certainty, LoadError};

/// The whole table.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SandboxKnowledge {
    /// Days until a result is wiped.
    pub retention_days: i64,
    /// Hours by which the account's costs lag.
    pub costs_lag_h: i64,
    /// What an API key begins with.
    pub key_prefix: String,
    /// Endpoints that call back at the end only.
    pub final_callback_only: Vec<String>,
    /// How the members above are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// Words of answers.
    #[serde(rename = "text")]
    pub texts: Vec<Text>,
    /// Errors of our check that the service ignores.
    pub forgiven: Vec<Forgiven>,
    /// Values that fail the task and not the create.
    pub fails_later: Vec<FailsLater>,
    /// Words of refusals.
    #[serde(rename = "refusal")]
    pub refusals: Vec<Refusal>,
    /// The account a sandbox begins with.
    #[serde(rename = "pack")]
    pub packs: Vec<PackRow>,
    /// How long tasks take.
    #[serde(rename = "job")]
    pub jobs: Vec<Job>,
    /// Answers of calls that end at once.
    #[serde(rename = "sync")]
    pub at_once: Vec<AtOnce>,
}

impl SandboxKnowledge {
    /// Parses the table that was built into the program.
    ///
    /// # Errors
    /// Says what does not follow the form.
    pub fn load() -> Result<Self, LoadError> {
        super::load::sandbox(super::FILES)
    }

    /// The keys of all sources that are cited.
    pub(super) fn cited(&self) -> impl Iterator<Item = &String> {
        let rows = self.texts.iter().map(|row| &row.sources).chain(self.forgiven.iter().map(|row| &row.sources));
        let rows = rows.chain(self.fails_later.iter().map(|row| &row.sources)).chain(self.refusals.iter().map(|row| &row.sources));
        let rows = rows.chain(self.packs.iter().map(|row| &row.sources)).chain(self.jobs.iter().map(|row| &row.sources));
        rows.chain(self.at_once.iter().map(|row| &row.sources)).chain([&self.sources]).flatten()
    }
}

/// The answer of a call that ends at once.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AtOnce {
    /// Id of the endpoint.
    pub endpoint: String,
    /// JSON of `data`; `<id>`, `<site>` and `<now>` are replaced.
    pub data: String,
    /// How its members are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Words of one answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Name in code.
    pub id: String,
    /// The service code that carries it.
    pub code: i64,
    /// The words; none: nobody recorded them.
    pub text: Option<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// A rule whose error the service does not raise.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Forgiven {
    /// Id of the rule.
    pub rule: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// A value that passes the create and fails the task.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailsLater {
    /// Place of the member.
    pub pointer: String,
    /// The value.
    pub value: String,
    /// Text of the failed task.
    pub text: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Words for findings of some rules.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// Rules of the findings.
    pub rules: Vec<String>,
    /// Only at this place; `*` stands for any segment.
    pub pointer: Option<String>,
    /// The words, `<x>` where a part varies.
    pub text: String,
    /// What stands for each `<x>`: `$member`, `$value`, `$model`, `$type`, or a pointer with its default.
    #[serde(default)]
    pub fill: Vec<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// Kind of units and slots that a product draws on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Product {
    /// Video units; speech, sounds, elements and voices too.
    Video,
    /// Image units.
    Image,
    /// Try-on calls.
    TryOn,
}

impl Product {
    /// The word in filters and ledgers.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Video => "video",
            Self::Image => "image",
            Self::TryOn => "try_on",
        }
    }
}

/// A pack of the sandbox's account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackRow {
    /// What it pays for.
    pub kind: Product,
    /// Its name.
    pub name: String,
    /// Units in it.
    pub units: i64,
    /// Tasks in flight that it allows, for each model.
    pub slots: usize,
    /// Days from the start of the sandbox.
    pub valid_days: i64,
    /// How the values are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

/// A law of run times.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Models it holds for; none: all.
    #[serde(default)]
    pub models: Vec<String>,
    /// Endpoints it holds for; none: all.
    #[serde(default)]
    pub endpoints: Vec<String>,
    /// Kind of product.
    pub kind: Product,
    /// Seconds of any task.
    pub base_s: f64,
    /// Seconds for each second of the result.
    pub per_s: f64,
    /// Standard deviation of the logarithm of the factor.
    pub spread: f64,
    /// What was seen.
    pub note: Option<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
}

impl Job {
    /// Whether this row speaks of such a task.
    pub fn fits(&self, endpoint: &str, model: Option<&str>, kind: Product) -> bool {
        let model_fits = self.models.is_empty() || model.is_some_and(|model| self.models.iter().any(|id| id == model));
        let endpoint_fits = self.endpoints.is_empty() || self.endpoints.iter().any(|id| id == endpoint);
        self.kind == kind && model_fits && endpoint_fits
    }
}
