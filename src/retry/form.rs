//! A whole workload as one JSON object: the form behind `--workload FILE` and the tool's `workload`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::workload::{Input, InputError};

const EXAMPLE: &str = "{\"slots\": 5, \"others_per_hour\": 12, \"outages\": [{\"start_s\": 600, \"length_s\": 300}]}";

/// Seconds: a mean, or observed times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum Seconds {
    /// A mean.
    Mean(f64),
    /// Observed times.
    Observed(Vec<f64>),
}

impl Seconds {
    fn values(self) -> Vec<f64> {
        match self {
            Self::Mean(mean) => vec![mean],
            Self::Observed(times) => times,
        }
    }
}

/// A span in which every create fails with a server error and nothing is made.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Outage {
    /// Seconds after the first arrival.
    pub start_s: f64,
    /// Seconds that it lasts.
    pub length_s: f64,
}

/// The work, the account and what happens around them. Everything is optional; unknown names are refused.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "Workload")]
pub struct Form {
    /// Jobs to be done; all at once unless `arrival_per_hour` or `arrivals_s` says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub jobs: Option<i64>,
    /// Jobs that come in an hour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arrival_per_hour: Option<f64>,
    /// When each job comes, in seconds: a trace. Its first time counts as zero.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub arrivals_s: Vec<f64>,
    /// Task slots of the account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots: Option<i64>,
    /// Slots that one job takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slots_per_job: Option<i64>,
    /// Mean run time in seconds, or a list of observed ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_seconds: Option<Seconds>,
    /// Model, for a recorded run time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Seconds within which everything, or each job that comes one by one, should be done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deadline_s: Option<f64>,
    /// Creates that a job may make at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_attempts: Option<i64>,
    /// Seed of the simulation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<i64>,
    /// Slots that other users of the same account hold all the time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others_slots: Option<i64>,
    /// Tasks an hour that other users of the same account start; one slot each, given up when refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub others_per_hour: Option<f64>,
    /// Jobs that the resource pack still pays for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_jobs: Option<i64>,
    /// Units left in the pack; needs `units_per_job`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_units: Option<f64>,
    /// Price of one job in units; needs `pack_units`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub units_per_job: Option<f64>,
    /// Spans without service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub outages: Vec<Outage>,
    /// Creates a second before the service refuses for their rate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate_per_s: Option<f64>,
    /// Share of creates whose answer is lost, half of them after a task was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lost_share: Option<f64>,
    /// Seconds after which the client takes an answer for lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeout_s: Option<f64>,
}

impl Form {
    /// Reads a form; text is taken for the JSON of one.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn read(value: &Value) -> Result<Self, InputError> {
        let parsed = match value {
            Value::String(text) => serde_json::from_str(text),
            other => serde_json::from_value(other.clone()),
        };
        let refused = |error: serde_json::Error| {
            let what: String = error.to_string().chars().take(600).collect();
            InputError {
                argument: "workload",
                what: format!("{what}; expected an object of the form kling://schemas/workload"),
                example: EXAMPLE,
            }
        };
        parsed.map_err(refused)
    }

    /// The form with what stands beside it laid over it: what is given twice, outside and inside, counts as outside.
    #[must_use]
    pub fn under(self, input: &Input) -> Self {
        let own_seconds = match input.job_seconds.as_slice() {
            [] => None,
            [mean] => Some(Seconds::Mean(*mean)),
            times => Some(Seconds::Observed(times.to_vec())),
        };
        Self {
            jobs: input.jobs.or(self.jobs),
            arrival_per_hour: input.arrival_per_hour.or(self.arrival_per_hour),
            slots: input.slots.or(self.slots),
            slots_per_job: input.slots_per_job.or(self.slots_per_job),
            job_seconds: own_seconds.or(self.job_seconds),
            model: input.model.clone().or(self.model),
            deadline_s: input.deadline_s.or(self.deadline_s),
            max_attempts: input.max_attempts.or(self.max_attempts),
            seed: input.seed.or(self.seed),
            ..self
        }
    }

    /// The run times.
    pub(super) fn seconds(&self) -> Vec<f64> {
        self.job_seconds.clone().map(Seconds::values).unwrap_or_default()
    }
}

/// The schema of a workload, for everybody who writes one.
pub fn workload_schema() -> Value {
    let settings = schemars::generate::SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    settings.into_generator().into_root_schema_for::<Form>().to_value()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_form_may_be_text_and_names_what_it_does_not_know() {
        let form = Form::read(&json!("{\"slots\": 5, \"job_seconds\": [150, 170]}")).unwrap();
        assert_eq!((form.slots, form.seconds()), (Some(5), vec![150.0, 170.0]));
        for wrong in [json!({"slot": 5}), json!("nonsense"), json!(7), json!({"outages": [{"start": 1}]})] {
            let error = Form::read(&wrong).unwrap_err().to_string();
            assert!(error.contains("`workload`") && error.contains("such as"), "{error}");
        }
    }

    #[test]
    fn what_is_given_outside_counts() {
        let input = Input { slots: Some(9), ..Input::default() };
        let form = Form { slots: Some(5), jobs: Some(3), ..Form::default() }.under(&input);
        assert_eq!((form.slots, form.jobs), (Some(9), Some(3)));
    }
}
