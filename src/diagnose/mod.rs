//! A paste becomes a diagnosis: redact, read evidence, rank causes, report.
//!
//! Pure: no clock, no network, no environment; reading never fails. It decides nothing about how an answer is shown.

mod calibrate;
mod conclude;
mod evidence;
mod excerpts;
mod extract;
mod index;
mod logs;
mod notices;
mod rank;
mod report;
mod surface;
mod suspicion;
pub mod text_model;
mod triage;

pub use evidence::readings::ALL as CODE_READINGS;
pub use extract::parties::PHRASE_ONLY as PHRASE_READINGS;
pub use report::{
    AtRisk, CodeFix, Confidence, Diagnosis, Excerpt, NextCheck, Notice, Occurrence, Reading, Report, RetryAdvice, Suspicion,
    SuspicionCheck, Verdict, VerifyCall,
};

use crate::knowledge::{Knowledge, LoadError};
use crate::redact::{Secret, redact};
use crate::text::{Span, Text, clean};

use evidence::{Evidence, Seen, readings as r};
use index::Index;

/// Largest paste that is read, in bytes.
pub const MAX_REPORT: usize = 10 * 1024 * 1024;

/// How much an answer tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Detail {
    /// At most three diagnoses, the first in full.
    #[default]
    Concise,
    /// Everything, up to 20 kB.
    Full,
}

/// What a caller hands over.
#[derive(Debug, Clone, Default)]
pub struct Input<'a> {
    /// The paste.
    pub report: &'a str,
    /// HTTP status that the caller knows apart from the paste.
    pub http_status: Option<u16>,
    /// Service code that the caller knows apart from the paste.
    pub service_code: Option<i64>,
    /// Address or path that was called.
    pub endpoint: Option<&'a str>,
    /// Language of code fixes; nothing means the language of the paste.
    pub language: Option<&'a str>,
    /// What the caller suspects.
    pub suspicion: Option<&'a str>,
    /// The clock, in seconds since 1970.
    pub now: i64,
    /// How much to tell.
    pub detail: Detail,
}

/// Why a paste cannot be diagnosed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InputError {
    /// Nothing to read.
    #[error(
        "`report` is empty: paste what you have, for example the response body with its HTTP status, the log lines around the failure, or a traceback"
    )]
    Empty,
    /// More than is read.
    #[error(
        "`report` has {size} bytes, the limit is {MAX_REPORT} (10 MiB): keep the first failure, some hundred lines before it and the last lines, and cut the rest (inline base64 first)"
    )]
    TooLarge {
        /// Size in bytes.
        size: usize,
    },
}

/// The engine could not be built from the pages.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// Pages do not follow the form.
    #[error(transparent)]
    Pages(#[from] LoadError),
    /// The phrases do not fit one automaton.
    #[error("index the phrases of the pages")]
    Index(#[from] aho_corasick::BuildError),
}

/// The knowledge, ready to be searched for.
#[derive(Debug)]
pub struct Engine {
    /// What is known.
    pub knowledge: Knowledge,
    index: Index,
}

impl Engine {
    /// Parses the pages and indexes their phrases; takes a few milliseconds.
    ///
    /// # Errors
    /// Names the pages that do not follow the form.
    pub fn new() -> Result<Self, EngineError> {
        let knowledge = Knowledge::load()?;
        let index = Index::new(&knowledge)?;
        Ok(Self { knowledge, index })
    }

    /// The phrases that the first pass over a long log looks for.
    pub fn anchors(&self) -> Vec<String> {
        index::anchor_phrases(&self.knowledge)
    }

    /// Finds the cause of a failure in a paste.
    ///
    /// # Errors
    /// Refuses a blank or oversized paste; anything else gets an answer.
    pub fn diagnose(&self, input: &Input<'_>) -> Result<Report, InputError> {
        if input.report.len() > MAX_REPORT {
            return Err(InputError::TooLarge { size: input.report.len() });
        }
        let cleaned = clean(input.report);
        if cleaned.trim().is_empty() {
            return Err(InputError::Empty);
        }
        let redacted = redact(&cleaned);
        drop(cleaned);
        let log = triage::triage(self, redacted.text, &redacted.secrets);
        let evidence = self.read(&log.text, &log.secrets, input);
        let guess = text_model::guess(&log.text.plain);
        let hypotheses = rank::rank(&evidence, &guess);
        Ok(conclude::conclude(&evidence, &guess, &hypotheses, &log, redacted.secrets.len(), input))
    }

    /// The service codes in a paste, in order of place: the numbers alone, without a judgement.
    pub fn codes(&self, paste: &str) -> Vec<i64> {
        let redacted = redact(&clean(paste));
        let log = triage::triage(self, redacted.text, &redacted.secrets);
        let evidence = self.read(&log.text, &log.secrets, &Input::default());
        evidence.codes.iter().map(|seen| seen.value).collect()
    }

    /// Runs every reader over the text.
    fn read<'a>(&'a self, text: &'a Text, secrets: &[Secret], input: &Input<'_>) -> Evidence<'a> {
        let mut evidence = Evidence {
            text,
            knowledge: &self.knowledge,
            index: &self.index,
            hits: self.index.hits(text),
            objects: extract::json::objects(text),
            urls: extract::urls::read(text),
            codes: Vec::new(),
            statuses: Vec::new(),
            readings: Vec::new(),
            gateways: Vec::new(),
            gateway_says: Vec::new(),
            services: Vec::new(),
            server_time: None,
        };
        told(&mut evidence, input);
        extract::http::read(&mut evidence);
        extract::parties::read(&mut evidence);
        extract::numbers::read(&mut evidence);
        extract::parties::gateway_errors(&mut evidence);
        extract::urls::judge(&mut evidence);
        extract::credentials::read(&mut evidence, secrets, input.now);
        extract::tasks::read(&mut evidence, input.now);
        extract::tasks::bodies(&mut evidence);
        extract::source::read(&mut evidence);
        logs::repeated(&mut evidence);
        surface::official(&mut evidence);
        evidence
    }
}

/// An RFC 3339 time as seconds since 1970.
pub fn instant(text: &str) -> Option<i64> {
    extract::times::rfc3339(text)
}

/// Seconds since 1970 as RFC 3339 text in UTC.
pub fn utc(seconds: i64) -> String {
    extract::times::utc(seconds)
}

/// What the caller knows apart from the paste counts like a reading at its beginning.
fn told(evidence: &mut Evidence<'_>, input: &Input<'_>) {
    let span = Span::new(0, 0);
    evidence.statuses.extend(input.http_status.map(|value| Seen { value, span }));
    evidence.codes.extend(input.service_code.map(|value| Seen { value, span }));
    evidence.urls.extend(input.endpoint.and_then(extract::urls::parse).map(|mut url| {
        url.span = span;
        url
    }));
    if evidence.text.plain.lines().count() > 30 {
        evidence.read(r::LOG_MANY, span, None);
    }
}
