//! `retry.toml`: recorded run times and the numbers that a retry policy is computed from.

use serde::Deserialize;

use super::vocabulary::Certainty;

/// The whole table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryNumbers {
    /// How long jobs ran.
    #[serde(rename = "job_time")]
    pub job_times: Vec<JobTime>,
    /// Single numbers.
    #[serde(rename = "number")]
    pub numbers: Vec<Number>,
}

/// How long jobs of one kind ran.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobTime {
    /// Model ids; none means every model of the product without a row of its own.
    pub models: Vec<String>,
    /// `video` or `image`.
    pub product: String,
    /// Length and quality of the job that ran.
    pub what: String,
    /// Seconds from create to end.
    pub seconds: f64,
    /// Shortest that was recorded.
    pub low: Option<f64>,
    /// Longest that was recorded.
    pub high: Option<f64>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// A number by name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Number {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// What it counts.
    pub unit: String,
    /// Where it comes from, in our words.
    pub note: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

impl RetryNumbers {
    /// The number of this name.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.numbers.iter().find(|number| number.name == name).map(|number| number.value)
    }

    /// The row of a model, else that of its product.
    pub fn job_time(&self, model: Option<&str>, product: &str) -> Option<&JobTime> {
        let own = self.job_times.iter().find(|row| model.is_some_and(|id| row.models.iter().any(|known| known == id)));
        own.filter(|row| row.product == product)
            .or_else(|| self.job_times.iter().find(|row| row.models.is_empty() && row.product == product))
    }
}
