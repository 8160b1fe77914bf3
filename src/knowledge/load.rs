//! Parses the embedded files into [`Knowledge`]. Collects every fault before it gives up.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::page::Page;
use super::requests::{EndpointFields, RequestKnowledge};
use super::tables::{EndpointsFile, HostsFile, LexiconFile, ModelsFile, Phrasings, ReadingsFile, SourcesFile};
use super::{Doc, Knowledge};

/// The pages do not follow the form.
#[derive(Debug, thiserror::Error)]
#[error("read the reference pages:\n{}", .faults.join("\n"))]
pub struct LoadError {
    /// One line a fault, each naming its file.
    pub faults: Vec<String>,
}

type Files = [(&'static str, &'static str)];

pub(super) fn all(files: &'static Files) -> Result<Knowledge, LoadError> {
    let mut loader = Loader { files, faults: Vec::new() };
    let mut knowledge = loader.knowledge();
    knowledge.as_of = newest(&knowledge);
    loader.phrasings();
    if loader.faults.is_empty() { Ok(knowledge) } else { Err(LoadError { faults: loader.faults }) }
}

pub(super) fn requests(files: &'static Files) -> Result<RequestKnowledge, LoadError> {
    let mut loader = Loader { files, faults: Vec::new() };
    let fields = loader.fields();
    let capability = loader.table("capability.toml");
    let prices = loader.table("prices.toml");
    match (capability, prices) {
        (Some(capability), Some(prices)) if loader.faults.is_empty() => Ok(RequestKnowledge { fields, capability, prices }),
        _ => Err(LoadError { faults: loader.faults }),
    }
}

pub(super) fn sandbox(files: &'static Files) -> Result<super::SandboxKnowledge, LoadError> {
    let mut loader = Loader { files, faults: Vec::new() };
    loader.table("sandbox.toml").ok_or(LoadError { faults: loader.faults })
}

struct Loader {
    files: &'static Files,
    faults: Vec<String>,
}

impl Loader {
    fn knowledge(&mut self) -> Knowledge {
        let hosts: Option<HostsFile> = self.table("hosts.toml");
        let (hosts, invented) = hosts.map_or_else(Default::default, |file| (file.host, file.path));
        let mut causes: Vec<Doc<super::CauseHead>> = self.pages("causes/");
        causes.sort_by(|a, b| a.head.id.cmp(&b.head.id));
        let mut codes: Vec<Doc<super::CodeHead>> = self.pages("codes/");
        codes.sort_by_key(|doc| doc.head.code);
        let mut guides = self.pages("guides/");
        guides.extend(self.pages("error-codes.md"));
        let (endpoints, unverified) = self.endpoints();
        Knowledge {
            causes,
            codes,
            http: self.pages("http/"),
            messages: self.pages("messages/"),
            gateways: self.pages("gateways/"),
            myths: self.pages("myths/"),
            rules: self.pages("rules/"),
            guides,
            endpoints,
            unverified,
            models: self.table::<ModelsFile>("models.toml").map(|file| file.model).unwrap_or_default(),
            hosts,
            invented,
            services: self.table("services.toml").unwrap_or_default(),
            lexicon: self.lexicon(),
            readings: self.table::<ReadingsFile>("readings.toml").map(|file| file.reading).unwrap_or_default(),
            retry: self.table("retry.toml").unwrap_or_default(),
            sources: self.table::<SourcesFile>("sources.toml").map(|file| file.source).unwrap_or_default(),
            as_of: String::new(),
        }
    }

    fn below(&self, prefix: &str) -> Vec<(&'static str, &'static str)> {
        self.files.iter().copied().filter(|(path, _)| path.starts_with(prefix)).collect()
    }

    fn pages<H: DeserializeOwned>(&mut self, prefix: &str) -> Vec<Doc<H>> {
        let mut docs = Vec::new();
        for (path, text) in
            self.below(prefix).into_iter().filter(|(path, _)| std::path::Path::new(path).extension().is_some_and(|ending| ending == "md"))
        {
            let doc = Page::parse(path, text).and_then(|page| {
                let head = toml::from_str(page.head).map_err(|e| format!("{path}: {}", e.to_string().trim().replace('\n', " ")))?;
                Ok(Doc { head, page })
            });
            match doc {
                Ok(doc) => docs.push(doc),
                Err(fault) => self.faults.push(fault),
            }
        }
        docs
    }

    fn table<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let Some((_, text)) = self.files.iter().find(|(path, _)| *path == name) else {
            self.faults.push(format!("{name}: missing"));
            return None;
        };
        toml::from_str(text).map_err(|e| self.faults.push(format!("{name}: {}", e.to_string().trim().replace('\n', " ")))).ok()
    }

    /// Rows with a known path, and rows whose path is only inferred.
    fn endpoints(&mut self) -> (Vec<super::Endpoint>, Vec<super::Endpoint>) {
        let mut rows = (Vec::new(), Vec::new());
        for (path, _) in self.below("endpoints/") {
            let generation = path.trim_start_matches("endpoints/").trim_end_matches(".toml");
            let Some(mut file) = self.table::<EndpointsFile>(path) else { continue };
            for row in file.endpoint.iter_mut().chain(&mut file.unverified) {
                generation.clone_into(&mut row.generation);
            }
            rows.0.append(&mut file.endpoint);
            rows.1.append(&mut file.unverified);
        }
        rows
    }

    fn fields(&mut self) -> BTreeMap<String, EndpointFields> {
        let mut found = BTreeMap::new();
        for (path, _) in self.below("fields/") {
            let Some(file) = self.table::<EndpointFields>(path) else { continue };
            if path != format!("fields/{}.toml", file.endpoint) {
                self.faults.push(format!("{path}: endpoint differs from the file name"));
            }
            found.insert(file.endpoint.clone(), file);
        }
        found
    }

    fn lexicon(&mut self) -> BTreeMap<String, Vec<String>> {
        let file: LexiconFile = self.table("lexicon.toml").unwrap_or_default();
        file.into_iter().map(|(concept, row)| (concept, row.words)).collect()
    }

    /// The phrasings are read by the build script; here only their form is held.
    fn phrasings(&mut self) {
        for (path, text) in self.below("phrasings/") {
            match toml::from_str::<Phrasings>(text) {
                Ok(file) if path == format!("phrasings/{}.toml", file.category) => {}
                Ok(_) => self.faults.push(format!("{path}: category differs from the file name")),
                Err(e) => self.faults.push(format!("{path}: {e}")),
            }
        }
    }
}

fn newest(knowledge: &Knowledge) -> String {
    let codes = knowledge.codes.iter().map(|doc| &doc.head.as_of);
    let causes = knowledge.causes.iter().map(|doc| &doc.head.as_of);
    codes.chain(causes).max().cloned().unwrap_or_default()
}
