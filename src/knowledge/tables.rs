//! Rows of the TOML tables: sources, endpoints, models, hosts, services, lexicon, readings.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::vocabulary::Certainty;

/// What a source key stands for.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The key that pages name.
    pub key: String,
    /// What kind of material it is.
    pub kind: String,
    /// Its title.
    pub title: String,
    /// When it was read or made; some sources have no date.
    pub date: Option<String>,
    /// Address, where one was recorded.
    pub url: Option<String>,
    /// Public repository, where one was recorded.
    pub repo: Option<String>,
    /// Who speaks.
    pub authority: Option<String>,
    /// Anything else worth knowing.
    pub note: Option<String>,
    /// Grade it gives by itself.
    pub certainty: Certainty,
}

/// A path that the official API serves or served.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// Identifier such as `legacy.text2video`.
    pub id: String,
    /// `new`, `legacy`, `solutions` or `account`: the file it stands in.
    #[serde(skip)]
    pub generation: String,
    /// HTTP method.
    pub method: String,
    /// Path; `{id}` stands for one segment. Empty in the rows of [`Knowledge::unverified`](super::Knowledge::unverified).
    #[serde(default)]
    pub path: String,
    /// Other spellings that answer.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// `create`, `sync`, `query`, `list`, `delete` or `account`.
    pub kind: String,
    /// `documented`, `live_undocumented`, `rerouted`, `retired` or `unverified`.
    pub status: String,
    /// What it does.
    pub purpose: String,
    /// Every model id the path has listed; which of them live is in the model rows.
    #[serde(default)]
    pub models: Vec<String>,
    /// Fewest items of `contents` for each type; `a+b` means both together.
    #[serde(default)]
    pub min_counts: BTreeMap<String, u32>,
    /// Most items of `contents` for each type; `a+b` means both together.
    #[serde(default)]
    pub max_counts: BTreeMap<String, u32>,
    /// Members of the answer, by the place where they stand.
    #[serde(default)]
    pub response: BTreeMap<String, String>,
    /// What else to know.
    #[serde(default)]
    pub notes: Vec<String>,
    /// Addresses of the vendor's pages.
    #[serde(default)]
    pub docs_pages: Vec<String>,
    /// Last recorded real call.
    pub last_seen_live: Option<String>,
    /// What that call did.
    pub last_seen_how: Option<String>,
    /// Who recorded it.
    #[serde(default)]
    pub last_seen_sources: Vec<String>,
    /// How the row is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// A model id of one product.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Id as it is sent.
    pub id: String,
    /// `video`, `image` or `try-on`.
    pub product: String,
    /// `new` or `legacy`.
    pub generation: String,
    /// `active`, `retired`, `rerouted` or `unverified`.
    pub status: String,
    /// The same model in the other generation.
    pub same_as: Option<String>,
    /// Day of retirement.
    pub retired_on: Option<String>,
    /// Suggested replacements.
    #[serde(default)]
    pub replace_with: Vec<String>,
    /// Last recorded real call.
    pub last_seen_live: Option<String>,
    /// Anything else worth knowing.
    pub note: Option<String>,
    /// How the row is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// A host name and what it is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Host {
    /// Name; subdomains count too.
    pub name: String,
    /// `singapore`, `beijing`, `old`, `docs`, `web` or `result`.
    pub role: String,
    /// What to know about it.
    pub note: String,
    /// How the row is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// Paths that circulate and do not exist.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventedPaths {
    /// The paths, without query.
    pub invented: Vec<String>,
    /// What to know about them.
    pub note: String,
    /// How the row is known.
    pub certainty: Certainty,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
}

/// A service that is not Kling.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Identifier.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// Names as people write them, whole words.
    #[serde(default)]
    pub names: Vec<String>,
    /// Host names, subdomains included.
    #[serde(default)]
    pub hosts: Vec<String>,
    /// Texts that only this service uses.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// Sets of JSON member names that occur together.
    #[serde(default)]
    pub members: Vec<Vec<String>>,
}

/// A reading the program can make of a paste.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReadingRow {
    /// Its name.
    pub name: String,
    /// When it is made.
    pub means: String,
    /// Texts that make it, besides what code reads.
    #[serde(default)]
    pub phrases: Vec<String>,
    /// True when only the phrases make it.
    #[serde(default)]
    pub phrases_only: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourcesFile {
    pub source: Vec<Source>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EndpointsFile {
    pub endpoint: Vec<Endpoint>,
    #[serde(default)]
    pub unverified: Vec<Endpoint>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ModelsFile {
    pub model: Vec<Model>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HostsFile {
    pub host: Vec<Host>,
    pub path: Vec<InventedPaths>,
}

/// The table of other services; what it says of its source holds for all rows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// How the rows are known.
    pub certainty: Option<Certainty>,
    /// Keys of sources.
    pub sources: Vec<String>,
    /// Newest date of the evidence.
    pub as_of: String,
    /// The rows.
    pub service: Vec<Service>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingsFile {
    pub reading: Vec<ReadingRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Concept {
    pub words: Vec<String>,
}

pub(super) type LexiconFile = BTreeMap<String, Concept>;

/// How people report a category; the text model learns from these.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Phrasings {
    /// A category, or `not_kling`.
    pub category: String,
    /// The reports.
    pub says: Vec<String>,
}
