//! A scenario: what goes wrong, when, and how. Files under `references/scenarios/`, and one for each page that has a failure.

mod generate;
mod play;

use serde::Deserialize;

use crate::knowledge::Knowledge;

pub(in crate::sandbox) use play::{Event, Play};

/// What goes wrong in a sandbox.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenario {
    /// Its name: that of the file.
    #[serde(skip)]
    pub name: String,
    /// What it does, in a sentence.
    pub title: String,
    /// The causes that a diagnosis of it may name first; empty: nothing fails.
    #[serde(deserialize_with = "one_or_more")]
    pub expect: Vec<String>,
    /// For tests of token windows: how long a client's tokens should live.
    pub token_life_s: Option<i64>,
    /// What to do to which request.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// The account.
    pub account: Account,
    /// Limits.
    pub limits: Limits,
    /// The server's clock.
    pub clock: Skew,
    /// Callbacks.
    pub callbacks: Callbacks,
    /// Results.
    pub results: Results,
}

/// Which requests, and what happens to them. All conditions that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Step {
    /// `create` (synchronous products too), `query`, `list`, `delete`, `account` or `result`; none: all of the API, no results.
    pub on: Option<String>,
    /// `new`, `legacy`, `solutions` or `account`.
    pub generation: Option<String>,
    /// Path; `*` stands for anything.
    pub path: Option<String>,
    /// `token` or `key`: only requests with such a credential.
    pub credential: Option<String>,
    /// Only the first n that fit.
    pub first: Option<u32>,
    /// Only the n-th that fits.
    pub nth: Option<u32>,
    /// Only every n-th that fits.
    pub every: Option<u32>,
    /// Only from this virtual second on.
    pub from_s: Option<f64>,
    /// Only before this virtual second.
    pub until_s: Option<f64>,

    /// The service does its work before what follows; else nothing is done, and nothing is created.
    pub accepted: bool,
    /// Real seconds to wait before the answer.
    pub delay_s: Option<f64>,
    /// Answer with the status and words of this service code.
    pub answer: Option<i64>,
    /// Words of that answer.
    pub text: Option<String>,
    /// Answer with this HTTP status.
    pub status: Option<u16>,
    /// Body of that answer.
    pub body: Option<String>,
    /// Content type of that body.
    pub content_type: Option<String>,
    /// Answer as on this page of `references/http/`.
    pub page: Option<String>,
    /// Reset the connection instead of an answer; with `cut_after`, after these bytes.
    pub reset: bool,
    /// Break the answer off after so many bytes of its body.
    pub cut_after: Option<usize>,
    /// Send the body at this rate, in real seconds.
    pub bytes_per_s: Option<u32>,
    /// The created task fails with this text.
    pub fail_task: Option<String>,
    /// The created task never ends.
    pub never_ends: bool,
}

/// What the account has.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Account {
    /// False: no pack at all.
    pub packs: bool,
    /// Units of the video pack.
    pub video_units: Option<i64>,
    /// Units of the image pack.
    pub image_units: Option<i64>,
    /// Tasks in flight, for each kind and model.
    pub slots: Option<usize>,
    /// Slots that others hold.
    pub slots_taken: usize,
    /// Until this virtual second; none: always.
    pub slots_taken_until_s: Option<f64>,
}

impl Default for Account {
    fn default() -> Self {
        Self { packs: true, video_units: None, image_units: None, slots: None, slots_taken: 0, slots_taken_until_s: None }
    }
}

/// Limits on requests.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests in a real second; none: no limit.
    pub requests_per_s: Option<usize>,
}

/// How wrong the server's clock is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Skew {
    /// Seconds ahead; negative: behind.
    pub skew_s: i64,
}

/// What happens to callbacks.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Callbacks {
    /// How often each is sent.
    pub copies: u32,
    /// The final one is sent before the one of processing.
    pub reorder: bool,
    /// Which are lost: `all`, or a state: `submitted`, `processing`, `final`.
    pub lose: Option<String>,
    /// Signed with another secret.
    pub wrong_signature: bool,
    /// Seconds by which the signed time is too old.
    pub stale_s: i64,
}

impl Default for Callbacks {
    fn default() -> Self {
        Self { copies: 1, reorder: false, lose: None, wrong_signature: false, stale_s: 0 }
    }
}

/// What happens to results.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Results {
    /// Virtual seconds until a result is wiped; none: the service's 30 days.
    pub retention_s: Option<i64>,
}

/// A scenario cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScenarioError {
    /// No scenario has this name.
    #[error("no scenario is called {name}; {}", hint(.near))]
    Unknown {
        /// What was asked for, as it may be repeated.
        name: String,
        /// Names that look like it.
        near: Vec<String>,
    },
    /// It does not follow the form.
    #[error("scenario {name}: {fault}")]
    Form {
        /// Its name.
        name: String,
        /// What is wrong.
        fault: String,
    },
}

fn hint(near: &[String]) -> String {
    if near.is_empty() { "`klingai-mcp sandbox --list` shows all".to_owned() } else { format!("near it: {}", near.join(", ")) }
}

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// Says which member is wrong.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScenarioError> {
        let form = |fault: String| ScenarioError::Form { name: name.to_owned(), fault };
        let mut scenario: Self = toml::from_str(text).map_err(|error| form(error.to_string().trim().to_owned()))?;
        name.clone_into(&mut scenario.name);
        scenario.steps.iter().try_for_each(Step::check).map_err(form)?;
        Ok(scenario)
    }

    /// The scenario with this name: a file, a service code such as 1303, a code with `-accepted`, a page of
    /// `references/http/`, or a vendor text such as `task-risk-control`.
    ///
    /// # Errors
    /// Names those that look like it.
    pub fn named(knowledge: &Knowledge, name: &str) -> Result<Self, ScenarioError> {
        if let Some(text) = knowledge.file(&format!("scenarios/{name}.toml")) {
            return Self::parse(name, text);
        }
        generate::named(knowledge, name)
            .ok_or_else(|| ScenarioError::Unknown { name: shown(name), near: near(&Self::names(knowledge), name) })
    }

    /// Names of all scenarios: files first, then those made from pages.
    pub fn names(knowledge: &Knowledge) -> Vec<String> {
        let files = knowledge.files().filter_map(|path| path.strip_prefix("scenarios/")?.strip_suffix(".toml"));
        files.map(str::to_owned).chain(generate::names(knowledge)).collect()
    }
}

impl Step {
    fn check(&self) -> Result<(), String> {
        const ON: &[&str] = &["create", "query", "list", "delete", "account", "result"];
        const GENERATIONS: &[&str] = &["new", "legacy", "solutions", "account"];
        let word = |given: Option<&String>, known: &[&str], member: &str| match given {
            Some(word) if !known.contains(&word.as_str()) => Err(format!("{member} is one of {}, not {word:?}", known.join(", "))),
            _ => Ok(()),
        };
        word(self.on.as_ref(), ON, "on")?;
        word(self.generation.as_ref(), GENERATIONS, "generation")?;
        word(self.credential.as_ref(), &["token", "key"], "credential")?;
        if self.every == Some(0) || self.bytes_per_s == Some(0) {
            return Err("every and bytes_per_s begin with 1".to_owned());
        }
        if self.status.is_some_and(|status| !(200..600).contains(&status)) {
            return Err("status is 200 to 599".to_owned());
        }
        let seconds = [self.delay_s, self.from_s, self.until_s];
        if seconds.iter().flatten().any(|value| !(0.0..=86_400.0 * 365.0).contains(value)) {
            return Err("times are 0 to a year, in seconds".to_owned());
        }
        Ok(())
    }
}

/// A name that is plain is repeated; anything else could be made to read like something that we say.
fn shown(name: &str) -> String {
    let plain = name.len() <= 60 && name.chars().all(|c| c.is_ascii_alphanumeric() || "_-.".contains(c));
    if plain { format!("`{name}`") } else { format!("that (a name of {} characters)", name.chars().count()) }
}

/// The names that look most like a misspelt one.
fn near(names: &[String], name: &str) -> Vec<String> {
    let parts = |text: &str| text.split('-').map(str::to_owned).collect::<Vec<_>>();
    let wanted = parts(name);
    let likeness = |other: &String| {
        let shared = parts(other).iter().filter(|part| wanted.contains(part)).count();
        let start = other.chars().zip(name.chars()).take_while(|(a, b)| a == b).count();
        shared * 4 + start
    };
    let mut ranked: Vec<(usize, &String)> = names.iter().map(|other| (likeness(other), other)).filter(|(score, _)| *score >= 2).collect();
    ranked.sort_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
    ranked.into_iter().take(4).map(|(_, other)| other.clone()).collect()
}

fn one_or_more<'de, D: serde::Deserializer<'de>>(input: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Form {
        One(String),
        More(Vec<String>),
    }
    Ok(match Form::deserialize(input)? {
        Form::One(one) => vec![one],
        Form::More(more) => more,
    })
}

#[cfg(test)]
mod tests;
