//! The two-way check: whatever a page mentions exists, and whatever exists is mentioned.
//!
//! Each fault names its file and says what to do, so that a contributor can mend it without reading this.

use std::collections::{BTreeMap, BTreeSet};

use super::page::Page;
use super::{Category, Knowledge, RequestKnowledge, SandboxKnowledge};

/// Sections that pages of each folder must have, in order.
const SECTIONS: &[(&str, &[&str])] = &[
    ("causes/", &["Looks like", "Why", "Do this", "Do not", "Check"]),
    ("codes/", &["Looks like", "Means", "Do this", "Do not"]),
    ("http/", &["Looks like", "Means", "Do this", "Do not"]),
    ("messages/", &["Looks like", "Means", "Do this"]),
    ("gateways/", &["Looks like", "How it changes errors", "Do this"]),
    ("myths/", &["Claim", "Truth", "Do this"]),
    ("rules/", &["Wrong", "Right", "Why", "Do this"]),
];
/// Longest step of a fix, in characters.
const LONGEST_STEP: usize = 240;

/// All faults of the pages. `code_readings` and `phrase_readings` are the readings that the program makes.
pub fn faults(knowledge: &Knowledge, code_readings: &[&str], phrase_readings: &[&str]) -> Vec<String> {
    let mut checker = Checker {
        knowledge,
        faults: Vec::new(),
        used_sources: BTreeSet::new(),
        used_readings: BTreeSet::new(),
        used_concepts: BTreeSet::new(),
    };
    checker.forms();
    checker.causes();
    checker.codes();
    checker.messages();
    checker.gateways();
    checker.rest();
    checker.requests();
    checker.sandbox();
    checker.sources();
    checker.readings(code_readings, phrase_readings);
    checker.faults.sort();
    checker.faults
}

struct Checker<'k> {
    knowledge: &'k Knowledge,
    faults: Vec<String>,
    used_sources: BTreeSet<String>,
    used_readings: BTreeSet<String>,
    used_concepts: BTreeSet<String>,
}

impl Checker<'_> {
    fn fault(&mut self, path: &str, what: impl std::fmt::Display) {
        self.faults.push(format!("{path}: {what}"));
    }

    fn unless(&mut self, good: bool, path: &str, what: impl std::fmt::Display) {
        if !good {
            self.fault(path, what);
        }
    }

    fn cite(&mut self, path: &str, sources: &[String]) {
        self.unless(!sources.is_empty(), path, "names no source");
        for key in sources {
            let known = self.knowledge.sources.iter().any(|source| &source.key == key);
            self.unless(known, path, format!("source `{key}` has no row in sources.toml"));
            self.used_sources.insert(key.clone());
        }
    }

    fn date(&mut self, path: &str, date: &str) {
        let digits = date.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        self.unless(digits && matches!(date.len(), 4 | 7 | 10), path, format!("as_of `{date}` is no date such as 2026-09-28"));
    }

    fn known_cause(&mut self, path: &str, id: &str) {
        self.unless(self.knowledge.cause(id).is_some(), path, format!("cause `{id}` has no page: add causes/{id}.md or correct the id"));
    }

    fn pages(&self) -> Vec<&Page> {
        let k = self.knowledge;
        let mut pages: Vec<&Page> = k.causes.iter().map(|d| &d.page).collect();
        pages.extend(k.codes.iter().map(|d| &d.page));
        pages.extend(k.http.iter().map(|d| &d.page));
        pages.extend(k.messages.iter().map(|d| &d.page));
        pages.extend(k.gateways.iter().map(|d| &d.page));
        pages.extend(k.myths.iter().map(|d| &d.page));
        pages.extend(k.rules.iter().map(|d| &d.page));
        pages
    }

    /// Section order, non-empty sections, fences that can fail.
    fn forms(&mut self) {
        let mut faults = Vec::new();
        for page in self.pages() {
            let Some((_, wanted)) = SECTIONS.iter().find(|(folder, _)| page.path.starts_with(folder)) else { continue };
            let found: Vec<&str> = page.sections.iter().map(|section| section.name).collect();
            if found != *wanted {
                faults.push(format!("{}: sections are {found:?}, should be {wanted:?}", page.path));
            }
            faults.extend(
                page.sections.iter().filter(|s| s.body.trim().is_empty()).map(|s| format!("{}: section {} is empty", page.path, s.name)),
            );
            let checked = page.fences().iter().any(|fence| fence.info.contains('='));
            if page.path.starts_with("causes/") && !checked {
                faults.push(format!("{}: no executable fence", page.path));
            }
        }
        self.faults.extend(faults);
    }

    fn causes(&mut self) {
        let knowledge = self.knowledge;
        let mut general: BTreeMap<Category, Vec<&str>> = BTreeMap::new();
        for doc in &knowledge.causes {
            let (path, head) = (doc.page.path, &doc.head);
            self.unless(path == format!("causes/{}.md", head.id), path, "the file is not named after the id");
            self.unless(doc.page.title == head.title, path, "the # title differs from the head's title");
            self.cite(path, &head.sources);
            self.date(path, &head.as_of);
            self.unless(!head.signals.is_empty(), path, "has no signal");
            let own = format!("diagnose={}", head.id);
            self.unless(doc.page.fences().iter().any(|f| f.info.contains(&own)), path, format!("no fence with {own}"));
            self.steps(path, &doc.page);
            self.signals(path, head);
            if head.general {
                general.entry(head.category).or_default().push(&head.id);
            }
            let pattern_known = head.pattern.as_ref().is_none_or(|name| knowledge.pattern("python", name).is_some());
            self.unless(pattern_known, path, format!("pattern {:?} has no file in patterns/python", head.pattern));
        }
        for category in Category::ALL {
            let pages = general.get(category).map_or(0, Vec::len);
            self.unless(pages == 1, "causes/", format!("category {category} has {pages} pages with general = true, should be one"));
        }
    }

    fn steps(&mut self, path: &str, page: &Page) {
        let steps = page.entries("Do this");
        self.unless(!steps.is_empty(), path, "Do this has no numbered step");
        for step in steps.iter().filter(|step| step.chars().count() > LONGEST_STEP) {
            self.fault(path, format!("step is longer than {LONGEST_STEP} characters: {step:.60}..."));
        }
    }

    fn signals(&mut self, path: &str, head: &super::CauseHead) {
        for signal in &head.signals {
            for name in signal.reading.iter().chain(&signal.all).chain(&signal.without) {
                self.unless(
                    self.knowledge.readings.iter().any(|row| &row.name == name),
                    path,
                    format!("reading `{name}` is not in readings.toml"),
                );
                self.used_readings.insert(name.clone());
            }
            for concept in &signal.words {
                self.unless(self.knowledge.lexicon.contains_key(concept), path, format!("concept `{concept}` is not in lexicon.toml"));
                self.used_concepts.insert(concept.clone());
            }
            for id in &signal.gateway {
                self.unless(self.knowledge.gateway(id).is_some(), path, format!("gateway `{id}` has no page"));
            }
            for code in &signal.code {
                self.unless(self.knowledge.code(*code).is_some(), path, format!("code {code} has no page"));
            }
            for phrase in signal.phrase.iter().filter(|phrase| phrase.len() < 4) {
                self.fault(path, format!("phrase {phrase:?} is too short to mean anything"));
            }
            let empty = signal.code.is_empty()
                && signal.status.is_empty()
                && signal.phrase.is_empty()
                && signal.words.is_empty()
                && signal.reading.is_empty()
                && signal.all.is_empty()
                && signal.gateway.is_empty();
            self.unless(!empty, path, "a signal has no matcher");
        }
    }

    fn codes(&mut self) {
        let knowledge = self.knowledge;
        for doc in &knowledge.codes {
            let (path, head) = (doc.page.path, &doc.head);
            self.unless(path == format!("codes/{}.md", head.code), path, "the file is not named after the code");
            self.cite(path, &head.sources);
            self.date(path, &head.as_of);
            for id in &head.causes {
                self.known_cause(path, id);
            }
            let signalled = |id: &String| {
                knowledge.cause(id).is_some_and(|cause| cause.head.signals.iter().any(|signal| signal.code.contains(&head.code)))
            };
            let reachable = head.causes.iter().any(signalled) || !head.kling || head.code == 0;
            self.unless(reachable, path, "none of its causes has a signal on this code");
            for fence in doc.page.fences().iter().filter(|fence| fence.value("policy").is_some_and(|word| word != head.retry.word())) {
                self.fault(path, format!("line {}: policy differs from the head's retry", fence.line));
            }
        }
    }

    fn messages(&mut self) {
        let knowledge = self.knowledge;
        for doc in &knowledge.messages {
            let (path, head) = (doc.page.path, &doc.head);
            self.unless(path == format!("messages/{}.md", head.id), path, "the file is not named after the id");
            self.cite(path, &head.sources);
            self.date(path, &head.as_of);
            self.known_cause(path, &head.cause);
            self.unless(!head.texts.is_empty(), path, "has no text");
            for row in &head.texts {
                if let Some(id) = &row.cause {
                    self.known_cause(path, id);
                }
                if let Some(sources) = &row.sources {
                    self.cite(path, sources);
                }
            }
        }
    }

    fn gateways(&mut self) {
        let knowledge = self.knowledge;
        for doc in &knowledge.gateways {
            let (path, head) = (doc.page.path, &doc.head);
            self.unless(path == format!("gateways/{}.md", head.id), path, "the file is not named after the id");
            self.cite(path, &head.sources);
            self.date(path, &head.as_of);
            for row in &head.errors {
                self.known_cause(path, &row.cause);
                self.unless(row.code.is_some() || row.text.is_some(), path, "an [[error]] has neither code nor text");
            }
        }
    }

    fn rest(&mut self) {
        let knowledge = self.knowledge;
        for doc in &knowledge.http {
            self.cite(doc.page.path, &doc.head.sources);
            self.date(doc.page.path, &doc.head.as_of);
            for id in &doc.head.causes {
                self.known_cause(doc.page.path, id);
            }
        }
        for doc in &knowledge.myths {
            self.cite(doc.page.path, &doc.head.sources);
            for code in &doc.head.codes {
                self.unless(knowledge.code(*code).is_some(), doc.page.path, format!("code {code} has no page"));
            }
        }
        for doc in &knowledge.guides {
            self.cite(doc.page.path, &doc.head.sources);
        }
        self.endpoints();
        for row in &knowledge.models {
            self.cite("models.toml", &row.sources);
            for other in row.same_as.iter().chain(row.replace_with.iter().filter(|id| !id.contains('/'))) {
                self.unless(knowledge.models.iter().any(|model| &model.id == other), "models.toml", format!("model `{other}` has no row"));
            }
        }
        for row in &knowledge.hosts {
            self.cite("hosts.toml", &row.sources);
        }
        for row in &knowledge.invented {
            self.cite("hosts.toml", &row.sources);
        }
        self.cite("services.toml", &knowledge.services.sources);
        for sources in knowledge.retry.cited() {
            self.cite("retry.toml", sources);
        }
        self.date("services.toml", &knowledge.services.as_of);
        self.unless(knowledge.readings.len() <= 128, "readings.toml", "more than 128 rows do not fit the ranking's bits");
    }

    fn endpoints(&mut self) {
        let knowledge = self.knowledge;
        for row in &knowledge.endpoints {
            self.unless(row.path.starts_with('/'), "endpoints/", format!("{}: path `{}` does not begin with /", row.id, row.path));
        }
        for row in knowledge.endpoints.iter().chain(&knowledge.unverified) {
            let path = format!("endpoints/{}.toml", row.generation);
            self.cite(&path, &row.sources);
            if row.last_seen_live.is_some() {
                self.cite(&path, &row.last_seen_sources);
            }
            for id in &row.models {
                let known = knowledge.models.iter().any(|model| &model.id == id);
                self.unless(known, &path, format!("{}: model `{id}` has no row in models.toml", row.id));
            }
        }
    }

    /// The tables for request checks are parsed here only for the check.
    fn requests(&mut self) {
        match RequestKnowledge::load() {
            Ok(requests) => {
                let (faults, cited) = super::requests::check::faults(self.knowledge, &requests);
                self.faults.extend(faults);
                self.used_sources.extend(cited);
            }
            Err(error) => self.faults.extend(error.faults),
        }
    }

    /// The table of the sandbox: its codes have pages, its sources rows.
    fn sandbox(&mut self) {
        let table = match SandboxKnowledge::load() {
            Ok(table) => table,
            Err(error) => return self.faults.extend(error.faults),
        };
        let cited: BTreeSet<String> = table.cited().cloned().collect();
        self.cite("sandbox.toml", &cited.into_iter().collect::<Vec<_>>());
        for text in &table.texts {
            self.unless(self.knowledge.code(text.code).is_some(), "sandbox.toml", format!("code {} has no page", text.code));
        }
    }

    fn sources(&mut self) {
        let orphans: Vec<&str> =
            self.knowledge.sources.iter().map(|source| source.key.as_str()).filter(|key| !self.used_sources.contains(*key)).collect();
        for key in orphans {
            self.fault("sources.toml", format!("source `{key}` is cited by no page: cite it or remove the row"));
        }
    }

    fn readings(&mut self, code: &[&str], phrases: &[&str]) {
        let rows = &self.knowledge.readings;
        let mut faults = Vec::new();
        for row in rows {
            let made = if row.phrases_only { phrases } else { code };
            if !made.contains(&row.name.as_str()) {
                faults.push(format!("readings.toml: `{}` is made by no code", row.name));
            }
        }
        for name in code.iter().chain(phrases).filter(|name| !rows.iter().any(|row| row.name == **name)) {
            faults.push(format!("readings.toml: reading `{name}` of the program has no row"));
        }
        let unused = self
            .knowledge
            .lexicon
            .keys()
            .filter(|concept| !self.used_concepts.contains(*concept) && !matches!(concept.as_str(), "kling" | "web_app"));
        faults.extend(unused.map(|concept| format!("lexicon.toml: concept `{concept}` is used by no signal")));
        self.faults.extend(faults);
    }
}
