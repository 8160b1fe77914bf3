//! What the TOML heads of pages and the tables say, as typed rows. Unknown keys are errors.
//!
//! `references/README.md` is the description for authors; field names are the same here and there.

use serde::Deserialize;

use super::vocabulary::{Category, Certainty, Place, Retry, TaskState, Verify, Weight};

/// One condition of a cause: all matchers that are given must hold.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signal {
    /// Service codes, any of them.
    #[serde(default)]
    pub code: Vec<i64>,
    /// HTTP statuses, any of them.
    #[serde(default)]
    pub status: Vec<u16>,
    /// Texts, any of them; `<x>` stands for anything on the same line.
    #[serde(default)]
    pub phrase: Vec<String>,
    /// Concepts of the lexicon, all of them close together.
    #[serde(default)]
    pub words: Vec<String>,
    /// Readings, any of them.
    #[serde(default)]
    pub reading: Vec<String>,
    /// Readings, all of them.
    #[serde(default)]
    pub all: Vec<String>,
    /// Readings, none of them.
    #[serde(default)]
    pub without: Vec<String>,
    /// Gateways, any of them recognised.
    #[serde(default)]
    pub gateway: Vec<String>,
    /// What it is worth.
    pub weight: Weight,
    /// What it means, in our words.
    pub says: Option<String>,
}

/// The question that separates a cause from its neighbours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The question or free probe.
    pub ask: String,
    /// What "yes" would mean.
    pub yes: String,
    /// What "no" would mean.
    pub no: String,
}

/// Head of a cause page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CauseHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// Situation it belongs to.
    pub category: Category,
    /// Short name for people.
    pub title: String,
    /// Cause and next action in one or two sentences.
    pub summary: String,
    /// Verdict on repeating the call.
    pub retry: Retry,
    /// Why that verdict.
    pub retry_reason: String,
    /// First sensible delay in seconds.
    pub after_s: Option<u32>,
    /// Whether a task may exist.
    pub task_state: TaskState,
    /// The kind of call that proves the fix.
    pub verify: Verify,
    /// Name of the code pattern that is the remedy.
    pub pattern: Option<String>,
    /// The cause to name when nothing tells it from the others of its category.
    #[serde(default)]
    pub general: bool,
    /// How the page's facts are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// The separating question.
    pub check: Check,
    /// What speaks for and against it.
    #[serde(rename = "signal", default)]
    pub signals: Vec<Signal>,
}

/// Head of a service code page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeHead {
    /// The service code.
    pub code: i64,
    /// Its name in this project.
    pub name: String,
    /// HTTP statuses it arrives with.
    pub http: Vec<u16>,
    /// Short name for people.
    pub title: String,
    /// Leading causes, most likely first.
    pub causes: Vec<String>,
    /// Verdict for a create.
    pub retry: Retry,
    /// Verdict for a read.
    pub retry_query: Retry,
    /// Whether a task may exist after it.
    pub task_state: TaskState,
    /// False for numbers that circulate but are not Kling's.
    pub kling: bool,
    /// How the page's facts are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// First recorded real call.
    pub first_seen: Option<String>,
}

/// Head of a page on an answer without Kling's envelope.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// HTTP statuses.
    pub status: Vec<u16>,
    /// Short name for people.
    pub title: String,
    /// Possible causes, most likely first.
    pub causes: Vec<String>,
    /// How the page's facts are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// One vendor text of a message page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VendorText {
    /// Exact words; `<x>` where a part varies.
    pub text: String,
    /// Where it was seen.
    pub scope: Option<String>,
    /// Its cause, when it differs from the page's.
    pub cause: Option<String>,
    /// The request member it speaks of.
    pub field: Option<String>,
    /// How it is known, when it differs from the page's.
    pub certainty: Option<Certainty>,
    /// Keys of sources, when they differ from the page's.
    pub sources: Option<Vec<String>>,
    /// What seeing it is worth; decisive unless said otherwise.
    pub weight: Option<Weight>,
}

/// Head of a page on a family of vendor texts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// Cause of its texts.
    pub cause: String,
    /// Where the texts appear.
    #[serde(rename = "where")]
    pub place: Place,
    /// How the texts are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// The texts.
    #[serde(rename = "text")]
    pub texts: Vec<VendorText>,
}

/// How a gateway is recognised; any of these names it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Recognise {
    /// Host names, subdomains included.
    pub hosts: Vec<String>,
    /// Text in a path or model name.
    pub paths: Vec<String>,
    /// Header names in lower case.
    pub headers: Vec<String>,
    /// Prefixes of its keys.
    pub key_prefixes: Vec<String>,
    /// Sets of JSON member names that occur together in one object.
    pub members: Vec<Vec<String>>,
    /// Words that only it uses.
    pub phrases: Vec<String>,
    /// Its name as people write it.
    pub names: Vec<String>,
}

/// A code or text of a gateway, and what it means here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayError {
    /// Its own code as text.
    pub code: Option<String>,
    /// Its own text.
    pub text: Option<String>,
    /// The cause on our pages.
    pub cause: String,
    /// What it means, in our words.
    pub says: Option<String>,
}

/// Head of a gateway page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GatewayHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Whether it is Kling itself.
    pub official: bool,
    /// Word used in answers.
    pub surface: String,
    /// How the page's facts are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// The form of its credential.
    pub auth: String,
    /// How it is recognised.
    #[serde(default)]
    pub recognise: Recognise,
    /// Its codes and texts.
    #[serde(rename = "error", default)]
    pub errors: Vec<GatewayError>,
}

/// Head of a page on a wrong claim.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MythHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// The claim in one sentence.
    pub claim: String,
    /// Service codes it speaks of.
    #[serde(default)]
    pub codes: Vec<i64>,
    /// Phrases that show somebody acts on it.
    #[serde(default)]
    pub notice: Vec<String>,
    /// How the truth is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// Head of a guide.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuideHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// How the page's facts are known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// Head of a page on a rule of the request check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleHead {
    /// Identifier; the file is named after it.
    pub id: String,
    /// Short name for people.
    pub title: String,
    /// `error` or `warning`.
    pub severity: String,
    /// How the rule is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// Endpoints it belongs to; none means all of its generation.
    #[serde(default)]
    pub endpoints: Vec<String>,
    /// Models it speaks of; none means all.
    #[serde(default)]
    pub models: Vec<String>,
    /// Disagreements of sources that it decides or leaves open.
    #[serde(default)]
    pub disagreements: Vec<String>,
    /// What checks it: `code`, `fields`, `media`, `target` or `server`.
    pub checked: String,
}
