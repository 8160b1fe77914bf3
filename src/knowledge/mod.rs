//! What is known about Kling: `references/`, parsed once into typed tables.
//!
//! Lookups by code, cause, gateway, endpoint, model, host and source. It holds no judgement: what a fact means
//! for a paste or a request is the business of the engines that ask.

pub mod check;
mod heads;
mod load;
pub mod page;
pub mod requests;
mod retry;
pub mod sandbox;
mod tables;
pub mod tables_doc;
mod vocabulary;

use std::collections::BTreeMap;

pub use heads::{
    CauseHead, Check, CodeHead, GatewayError, GatewayHead, GuideHead, HttpHead, MessageHead, MythHead, Recognise, RuleHead, Signal,
    VendorText,
};
pub use load::LoadError;
use page::Page;
pub use requests::RequestKnowledge;
pub use retry::{JobTime, Library, Number, RetryNumbers, StateWords};
pub use sandbox::SandboxKnowledge;
pub use tables::{Endpoint, Host, InventedPaths, Model, Phrasings, ReadingRow, Service, Services, Source};
pub use vocabulary::{Category, Certainty, Place, Retry, TaskState, Verify, Weight, language_name};

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A page with its typed head.
#[derive(Debug, Clone)]
pub struct Doc<H> {
    /// The head.
    pub head: H,
    /// The page.
    pub page: Page,
}

/// Every page and table, in a fixed order.
#[derive(Debug)]
pub struct Knowledge {
    /// Cause pages by id.
    pub causes: Vec<Doc<CauseHead>>,
    /// Service code pages by number.
    pub codes: Vec<Doc<CodeHead>>,
    /// Pages on answers without Kling's envelope.
    pub http: Vec<Doc<HttpHead>>,
    /// Families of vendor texts.
    pub messages: Vec<Doc<MessageHead>>,
    /// Surfaces through which Kling is reached.
    pub gateways: Vec<Doc<GatewayHead>>,
    /// Wrong claims and the truth.
    pub myths: Vec<Doc<MythHead>>,
    /// Rules of the request check.
    pub rules: Vec<Doc<RuleHead>>,
    /// Topics across pages, the overview included.
    pub guides: Vec<Doc<GuideHead>>,
    /// Official paths.
    pub endpoints: Vec<Endpoint>,
    /// Endpoints that are spoken of and whose path is only inferred: the guesses are the aliases. A path is not looked up here.
    pub unverified: Vec<Endpoint>,
    /// Model ids.
    pub models: Vec<Model>,
    /// Known hosts.
    pub hosts: Vec<Host>,
    /// Paths that circulate and do not exist.
    pub invented: Vec<InventedPaths>,
    /// Other services.
    pub services: Services,
    /// Words for each concept.
    pub lexicon: BTreeMap<String, Vec<String>>,
    /// Readings the program can make.
    pub readings: Vec<ReadingRow>,
    /// What a retry policy is computed from.
    pub retry: RetryNumbers,
    /// What every source key stands for.
    pub sources: Vec<Source>,
    /// Newest date of any page: what the knowledge is good for.
    pub as_of: String,
}

impl Knowledge {
    /// Parses the pages that were built into the program.
    ///
    /// # Errors
    /// Names every page that does not follow the form.
    pub fn load() -> Result<Self, LoadError> {
        load::all(FILES)
    }

    /// The cause page with this id.
    pub fn cause(&self, id: &str) -> Option<&Doc<CauseHead>> {
        let at = self.causes.binary_search_by(|doc| doc.head.id.as_str().cmp(id)).ok()?;
        self.causes.get(at)
    }

    /// The page of a service code.
    pub fn code(&self, code: i64) -> Option<&Doc<CodeHead>> {
        self.codes.iter().find(|doc| doc.head.code == code)
    }

    /// The gateway page with this id.
    pub fn gateway(&self, id: &str) -> Option<&Doc<GatewayHead>> {
        self.gateways.iter().find(|doc| doc.head.id == id)
    }

    /// The verdict on repeating a call after a service code; `create` tells a create from a read.
    pub fn verdict(&self, code: i64, create: bool) -> Option<Retry> {
        let head = &self.code(code)?.head;
        Some(if create { head.retry } else { head.retry_query })
    }

    /// The code file `patterns/<language>/<name>.<ext>`, if there is one. Java names a file after its class, so case is not told apart.
    pub fn pattern(&self, language: &str, name: &str) -> Option<&'static str> {
        let prefix = format!("patterns/{language}/{name}.");
        FILES
            .iter()
            .find(|(path, _)| path.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(&prefix)))
            .map(|(_, text)| *text)
    }

    /// The bytes of a reference file.
    pub fn file(&self, path: &str) -> Option<&'static str> {
        let at = FILES.binary_search_by(|(name, _)| (*name).cmp(path)).ok()?;
        FILES.get(at).map(|(_, text)| *text)
    }

    /// Paths of all reference files, sorted.
    pub fn files(&self) -> impl Iterator<Item = &'static str> {
        FILES.iter().map(|(path, _)| *path)
    }
}
