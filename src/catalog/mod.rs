//! One place that answers "the entry of this kind and id" and "the index of this kind", for resources and for `explain`.
//!
//! Pages are the files of `references/`; rows of tables are written as Markdown here. It knows facts and their addresses and
//! judges nothing.

mod endpoints;
mod index;
mod kind;
pub mod links;
mod models;
mod prices;

use std::fmt::Write as _;

pub use kind::Kind;

use crate::knowledge::requests::json_schema;
use crate::knowledge::{Certainty, Knowledge, RequestKnowledge, Source};
use crate::retry;

/// A schema of a form of our own: its id, what it is of, and the schema.
type OwnSchema = (&'static str, &'static str, fn() -> serde_json::Value);

/// Schemas of what `suggest_retry_policy` takes and gives.
const OWN_SCHEMAS: [OwnSchema; 2] =
    [("retry-policy", "a retry policy", retry::policy_schema), ("workload", "a workload to be simulated", retry::workload_schema)];

/// How many near names are offered.
const NEAR: usize = 5;

/// The format of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Markdown.
    Markdown,
    /// JSON Schema 2020-12.
    JsonSchema,
    /// Source code of this media type.
    Code(&'static str),
}

impl Format {
    /// The media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Markdown => "text/markdown",
            Self::JsonSchema => "application/schema+json",
            Self::Code(mime) => mime,
        }
    }
}

/// An entry or an index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// File or folder below `references/` in which the facts stand.
    pub path: String,
    /// Format of the text.
    pub format: Format,
    /// The text. A page is the file as it is; [`links::reader_view`] turns its links into addresses.
    pub text: String,
}

impl Entry {
    fn markdown(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), format: Format::Markdown, text }
    }

    /// The text with addresses in place of relative links.
    pub fn reader_view(&self) -> String {
        if self.format == Format::Markdown { links::reader_view(&self.path, &self.text) } else { self.text.clone() }
    }
}

/// All pages and tables.
#[derive(Debug, Clone, Copy)]
pub struct Catalog<'k> {
    knowledge: &'k Knowledge,
    requests: &'k RequestKnowledge,
}

impl<'k> Catalog<'k> {
    /// A catalogue over these tables.
    pub fn new(knowledge: &'k Knowledge, requests: &'k RequestKnowledge) -> Self {
        Self { knowledge, requests }
    }

    /// Ids of all entries of a kind, in the order of its index.
    pub fn ids(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::ErrorCodes => Vec::new(),
            Kind::Endpoints => self.endpoints().map(|row| row.id.clone()).collect(),
            Kind::Schemas => {
                let bodies = self.endpoints().filter(|row| self.schema(&row.id).is_some()).map(|row| row.id.clone());
                bodies.chain(OWN_SCHEMAS.iter().map(|(id, ..)| (*id).to_owned())).collect()
            }
            Kind::Models => distinct(self.knowledge.models.iter().map(|row| row.id.as_str())),
            Kind::Prices => prices::ids(&self.requests.prices),
            Kind::Sources => self.sources().map(|row| row.key.clone()).collect(),
            Kind::Patterns => self.below("patterns/").filter_map(|path| Some(path.rsplit_once('.')?.0.to_owned())).collect(),
            _ => self.below(&format!("{}/", kind.word())).filter_map(|path| path.strip_suffix(".md")).map(str::to_owned).collect(),
        }
    }

    /// The index of a kind.
    pub fn index(&self, kind: Kind) -> Entry {
        match kind {
            Kind::ErrorCodes => {
                let path = "error-codes.md";
                Entry::markdown(path, self.knowledge.file(path).unwrap_or_default().to_owned())
            }
            Kind::Prices => Entry::markdown("prices.toml", prices::index(&self.requests.prices)),
            _ => Entry::markdown(self.home(kind), index::of(self, kind)),
        }
    }

    /// The entry of an id, whatever its case; an endpoint answers to its paths too.
    pub fn entry(&self, kind: Kind, id: &str) -> Option<Entry> {
        match kind {
            Kind::ErrorCodes => None,
            Kind::Endpoints => endpoints::entry(self, id),
            Kind::Schemas => self.schema_entry(id),
            Kind::Models => models::entry(self, id),
            Kind::Prices => prices::entry(&self.requests.prices, id),
            Kind::Sources => {
                self.sources().find(|row| row.key.eq_ignore_ascii_case(id)).map(|row| Entry::markdown("sources.toml", source(row)))
            }
            Kind::Patterns => self.pattern(id),
            _ => self.page(kind, id),
        }
    }

    /// What a word names: an address, `KIND/ID`, an id of any kind, a path, or a kind.
    pub fn find(&self, word: &str) -> Option<Entry> {
        let address = if word.starts_with(links::SCHEME) { word.to_owned() } else { format!("{}{word}", links::SCHEME) };
        if let Some(entry) = self.at(&address) {
            return Some(entry);
        }
        let rows = [Kind::Models, Kind::Endpoints, Kind::Prices, Kind::Sources, Kind::Patterns];
        Kind::PAGES.iter().chain(&rows).find_map(|kind| self.entry(*kind, word)).or_else(|| {
            let path = format!("{word}.md");
            self.knowledge.file(&path).map(|text| Entry::markdown(path, text.to_owned()))
        })
    }

    /// What an address names.
    pub fn at(&self, address: &str) -> Option<Entry> {
        match links::parse(address)? {
            (kind, None) => Some(self.index(kind)),
            (kind, Some(id)) => self.entry(kind, &id),
        }
    }

    /// Up to five names that hold the word or its beginning; of one kind, or of all.
    pub fn near(&self, kind: Option<Kind>, word: &str) -> Vec<String> {
        let small = word.to_ascii_lowercase();
        let stem = small.get(..small.len().min(5)).unwrap_or(&small);
        let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
        let mut near: Vec<String> =
            kinds.iter().flat_map(|kind| self.names(*kind)).filter(|name| name.to_ascii_lowercase().contains(stem)).collect();
        near.sort_by_key(|name| (!name.to_ascii_lowercase().contains(&small), name.len(), name.clone()));
        near.dedup();
        near.truncate(NEAR);
        near
    }

    /// Paths that a request may go to, without the guessed ones.
    pub fn paths(&self) -> Vec<String> {
        distinct(self.knowledge.endpoints.iter().map(|row| row.path.as_str()))
    }

    fn names(&self, kind: Kind) -> Vec<String> {
        let paths = if kind == Kind::Endpoints { self.paths() } else { Vec::new() };
        self.ids(kind).into_iter().chain(paths).collect()
    }

    /// Names of files below a folder, without the folder, in their fixed order.
    fn below(&self, folder: &str) -> impl Iterator<Item = &'static str> {
        self.knowledge.files().filter_map(move |path| path.strip_prefix(folder))
    }

    /// Rows with a known path, then those whose path is only inferred.
    fn endpoints(&self) -> impl Iterator<Item = &'k crate::knowledge::Endpoint> {
        self.knowledge.endpoints.iter().chain(&self.knowledge.unverified)
    }

    fn sources(&self) -> impl Iterator<Item = &'k Source> {
        self.knowledge.sources.iter().chain(&self.requests.prices.sources)
    }

    fn home(&self, kind: Kind) -> String {
        let table = format!("{}.toml", kind.word());
        if self.knowledge.file(&table).is_some() {
            table
        } else {
            format!("{}/", if kind == Kind::Schemas { "fields" } else { kind.word() })
        }
    }

    fn page(&self, kind: Kind, id: &str) -> Option<Entry> {
        let id = self.ids(kind).into_iter().find(|known| known.eq_ignore_ascii_case(id))?;
        let path = format!("{}/{id}.md", kind.word());
        let text = self.knowledge.file(&path)?.to_owned();
        Some(Entry::markdown(path, text))
    }

    fn pattern(&self, id: &str) -> Option<Entry> {
        let name = self.below("patterns/").find(|path| path.rsplit_once('.').is_some_and(|(stem, _)| stem.eq_ignore_ascii_case(id)))?;
        let path = format!("patterns/{name}");
        let text = self.knowledge.file(&path)?.to_owned();
        Some(Entry { format: Format::Code(code_type(name)), path, text })
    }

    fn schema(&self, endpoint: &str) -> Option<serde_json::Value> {
        json_schema::of_body(self.requests.endpoint(endpoint)?)
    }

    fn schema_entry(&self, id: &str) -> Option<Entry> {
        if let Some((id, _, schema)) = OWN_SCHEMAS.iter().find(|(own, ..)| own.eq_ignore_ascii_case(id)) {
            let mut schema = schema();
            schema.as_object_mut()?.insert("$id".to_owned(), links::uri(Kind::Schemas, id).into());
            return Some(Entry { path: "retry.toml".to_owned(), format: Format::JsonSchema, text: format!("{schema:#}\n") });
        }
        let id = &self.endpoints().find(|row| row.id.eq_ignore_ascii_case(id))?.id;
        let text = format!("{:#}\n", self.schema(id)?);
        Some(Entry { path: format!("fields/{id}.toml"), format: Format::JsonSchema, text })
    }
}

fn code_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "py" => "text/x-python",
        "ts" => "text/x-typescript",
        "rs" => "text/x-rust",
        "go" => "text/x-go",
        "java" => "text/x-java",
        "php" => "text/x-php",
        "sh" => "text/x-shellscript",
        _ => "text/plain",
    }
}

fn source(row: &Source) -> String {
    let mut out = format!("# {}\n\n{}\n\n", row.key, row.title);
    let rows = [
        ("Kind", Some(row.kind.as_str())),
        ("Date", row.date.as_deref()),
        ("Address", row.url.as_deref()),
        ("Repository", row.repo.as_deref()),
        ("Who speaks", row.authority.as_deref()),
        ("Note", row.note.as_deref()),
        ("Grade by itself", Some(row.certainty.word())),
    ];
    for (name, value) in rows {
        fact(&mut out, name, value);
    }
    out
}

/// A line `- Name: value`, where there is a value.
fn fact(out: &mut String, name: &str, value: Option<&str>) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        let _ = writeln!(out, "- {name}: {value}");
    }
}

/// How a row is known: grade, date, sources.
fn known(certainty: Certainty, as_of: Option<&str>, sources: &[String]) -> String {
    let date = as_of.map(|date| format!(", {date}")).unwrap_or_default();
    format!("Known: {certainty}{date}. Sources: {}.\n", links::links(Kind::Sources, sources))
}

/// A cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// The names without repetition, in their order.
fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    names.filter(|name| seen.insert(*name)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
