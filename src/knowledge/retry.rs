//! `retry.toml`: recorded run times and the numbers that a retry policy is computed from.

use serde::Deserialize;

use super::vocabulary::Certainty;

/// The whole table.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryNumbers {
    /// Words that people take for success, in lower case.
    pub success_guesses: Vec<String>,
    /// How long jobs ran.
    #[serde(rename = "job_time")]
    pub job_times: Vec<JobTime>,
    /// Single numbers.
    #[serde(rename = "number")]
    pub numbers: Vec<Number>,
    /// Words for the state of a task, by generation of the API.
    #[serde(rename = "state")]
    pub states: Vec<StateWords>,
    /// What retry libraries do where the code does not say it.
    #[serde(rename = "library")]
    pub libraries: Vec<Library>,
}

/// How one generation of the API writes the state of a task.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StateWords {
    /// The generation, as endpoints name it.
    pub generation: String,
    /// A finished task.
    pub success: String,
    /// A task that failed.
    pub failure: String,
    /// A task that goes on.
    pub open: Vec<String>,
    /// Names of the member that only this generation has, as clients write them.
    pub members: Vec<String>,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// The presets of a retry library or workflow engine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Library {
    /// Its name, as answers show it.
    pub name: String,
    /// First delay in seconds.
    pub base_s: f64,
    /// First delay in seconds where growing delays are asked for without a number; as `base_s` if absent.
    pub growing_base_s: Option<f64>,
    /// Largest delay in seconds, if there is one.
    pub cap_s: Option<f64>,
    /// Whether delays double.
    pub grows: bool,
    /// How delays are randomised: `none`, `full` or `equal`.
    pub jitter: String,
    /// The preset in words.
    pub note: String,
    /// How it is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
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

    /// The presets of a library.
    pub fn library(&self, name: &str) -> Option<&Library> {
        self.libraries.iter().find(|library| library.name == name)
    }

    /// The words of a generation.
    pub fn states_of(&self, generation: &str) -> Option<&StateWords> {
        self.states.iter().find(|words| words.generation == generation)
    }

    /// Whether a word is one that a task's state can be, whatever its case.
    pub fn is_state(&self, word: &str) -> bool {
        let is = |known: &String| known.eq_ignore_ascii_case(word);
        self.states.iter().any(|words| is(&words.success) || is(&words.failure) || words.open.iter().any(is))
    }

    /// The keys of sources of every row.
    pub fn cited(&self) -> impl Iterator<Item = &Vec<String>> {
        let numbers = self.numbers.iter().map(|row| &row.sources).chain(self.states.iter().map(|row| &row.sources));
        let libraries = self.libraries.iter().map(|row| &row.sources);
        self.job_times.iter().map(|row| &row.sources).chain(numbers).chain(libraries)
    }

    /// The row of a model, else that of its product.
    pub fn job_time(&self, model: Option<&str>, product: &str) -> Option<&JobTime> {
        let own = self.job_times.iter().find(|row| model.is_some_and(|id| row.models.iter().any(|known| known == id)));
        own.filter(|row| row.product == product)
            .or_else(|| self.job_times.iter().find(|row| row.models.is_empty() && row.product == product))
    }
}
