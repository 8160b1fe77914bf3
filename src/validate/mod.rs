//! A request becomes findings, a correction, a price: checked before it is sent, without sending anything.
//!
//! Pure: no clock, no network. Facts about single fields come from the rows of the endpoint, judgements across fields
//! from `rules/`. It decides nothing about how an answer is shown.

mod alternatives;
mod case;
mod conditions;
mod correct;
mod cost;
pub mod day;
mod elide;
mod fallback;
mod fields;
mod found;
mod headers;
mod judge;
mod media;
mod models;
mod names;
mod place;
mod plain;
mod report;
mod rules;
mod target;
mod translate;
mod values;

use crate::knowledge::requests::EndpointFields;
use crate::knowledge::{Endpoint, Knowledge, LoadError, RequestKnowledge};
use crate::request::{ReadError, Value};

pub use alternatives::search;
pub use case::Case;
pub use found::{Applicability, Finding, Fix, Op, Operation, Severity, shown_pointer};
pub use judge::Judged;
pub use place::Place;
pub use plain::{Prepared, prepare};
pub use report::{Alternative, Corrected, Cost, EndpointSeen, Ignored, Sendable, Translation, Verdict};

use found::Found;
use plain::{Plain, plain};
use target::{Address, Target};

/// A request in parts.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// HTTP method.
    pub method: Option<String>,
    /// URL or path.
    pub endpoint: Option<String>,
    /// Headers in order.
    pub headers: Vec<(String, String)>,
    /// Body as JSON text.
    pub body: Option<String>,
}

/// What a caller hands over.
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// A curl command, raw HTTP, HAR entry, code snippet or JSON body.
    pub request: Option<String>,
    /// The request in parts; these win over what `request` says.
    pub parts: Parts,
    /// Warnings count as errors.
    pub strict: bool,
    /// The day the rules are asked at, `YYYY-MM-DD`; nothing means the knowledge date.
    pub as_of: Option<String>,
    /// Everything, and not only what a first look needs.
    pub full: bool,
}

/// Why a request cannot be checked.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// Nothing was given.
    #[error("give `request` (curl, raw HTTP, HAR, code or JSON) or `endpoint` with `body`")]
    Empty,
    /// It could not be read.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// The body is no JSON object.
    #[error("`body` must be a JSON object")]
    Body,
}

/// The rule on a body of one generation at a path of the other: its answer carries the translation.
const MIXED: &str = "G01";

/// The tables, ready to be asked.
#[derive(Debug)]
pub struct Validator {
    requests: RequestKnowledge,
}

impl Validator {
    /// Parses the tables that only a request check needs.
    ///
    /// # Errors
    /// Names the files that do not follow the form.
    pub fn new() -> Result<Self, LoadError> {
        Ok(Self { requests: RequestKnowledge::load()? })
    }

    /// Where the body of an endpoint carries the caller's own id of a task, if it takes one.
    pub fn external_id_place(&self, endpoint: &str) -> Option<&'static str> {
        let fields = self.requests.endpoint(endpoint)?;
        let places = [("options.external_task_id", "/options/external_task_id"), ("external_task_id", "/external_task_id")];
        places.into_iter().find(|(name, _)| fields.of(name, None).next().is_some()).map(|(_, pointer)| pointer)
    }

    /// The tables, for others who ask them.
    pub fn requests(&self) -> &RequestKnowledge {
        &self.requests
    }

    /// Checks a request.
    ///
    /// # Errors
    /// Says what is missing or where reading stopped.
    pub fn validate(&self, knowledge: &Knowledge, input: &Input) -> Result<Verdict, InputError> {
        self.validate_all(knowledge, input)?.into_iter().next().ok_or(InputError::Empty)
    }

    /// Checks every request of a text; parts win over what each of them says.
    ///
    /// # Errors
    /// Says what is missing or where reading stopped.
    pub fn validate_all(&self, knowledge: &Knowledge, input: &Input) -> Result<Vec<Verdict>, InputError> {
        let as_of = input.as_of.clone().unwrap_or_else(|| knowledge.as_of.clone());
        let verdict = |plain: Plain| {
            let mut seen = self.look(knowledge, &plain, &as_of, input.strict);
            if let Some(text) = &input.request {
                plain.spans.locate(text, plain.body.as_ref(), &mut seen.findings);
            }
            let verdict = self.verdict(knowledge, &plain, &as_of, input, seen);
            if input.full { verdict } else { verdict.concise() }
        };
        Ok(plain(input)?.into_iter().map(verdict).collect())
    }

    /// One pass over a request.
    fn look<'a>(&'a self, knowledge: &'a Knowledge, plain: &'a Plain, as_of: &'a str, strict: bool) -> Seen<'a> {
        let mut found = Found::default();
        let address = target::address(&plain.url);
        let target = target::find(knowledge, &plain.method, &address, as_of, &mut found);
        let (endpoint, model) = match target {
            Target::Known(endpoint, model) => (Some(endpoint), model),
            Target::UnknownModel(model) => {
                found.add(unknown_model(knowledge, &model, &address.path));
                (None, Some(model))
            }
            Target::None => (None, None),
        };
        let fields = endpoint.and_then(|endpoint| self.requests.endpoint(&endpoint.id));
        if let (Some(endpoint), Some(fields)) = (endpoint, fields) {
            self.inside(knowledge, plain, as_of, (endpoint, fields, &address, model.as_deref()), &mut found);
        }
        let mut findings = found.sorted();
        if let (Some(fields), Some(body)) = (fields, &plain.body) {
            fallback::complete(&mut findings, fields, body);
        }
        if strict {
            findings.iter_mut().filter(|f| f.severity == Severity::Warning).for_each(|f| f.severity = Severity::Error);
        }
        Seen { endpoint, fields, model, findings }
    }

    /// Headers, query and body of a known endpoint.
    fn inside(
        &self,
        knowledge: &Knowledge,
        plain: &Plain,
        as_of: &str,
        at: (&Endpoint, &EndpointFields, &Address, Option<&str>),
        found: &mut Found,
    ) {
        let (endpoint, fields, address, path_model) = at;
        headers::check(endpoint, &plain.headers, found);
        headers::query(fields, address, found);
        let wants_body = fields.fields.iter().any(|row| row.carrier == crate::knowledge::requests::Carrier::Body);
        match &plain.body {
            Some(body) if matches!(body.value, Value::Object(_)) => {
                let given = body.get("model_name").and_then(case::text);
                let model = path_model.or_else(|| models::of_body(&fields.fields, given, as_of, &knowledge.models));
                let case = Case { knowledge, requests: &self.requests, endpoint, fields, model, body, as_of };
                models::check(&case, found);
                rules::run(&case, found);
                fields::check(&case, found);
            }
            Some(body) if matches!(body.value, Value::Unknown(_)) => {}
            Some(_) => found.add(target::outside("body", Severity::Error, "$body", "the body must be a JSON object".into())),
            None if plain.unread => {
                found.add(target::outside(
                    "body-not-read",
                    Severity::Info,
                    "$body",
                    "the body stands in a file or command that is not read: paste it to have it checked".into(),
                ));
            }
            None if wants_body && endpoint.method == "POST" && matches!(endpoint.kind.as_str(), "create" | "sync") => {
                found.add(target::outside("body", Severity::Error, "$body", "this call needs a JSON body and none was given".into()));
            }
            None => {}
        }
    }

    /// A correction must hold on the day that was asked for and on the newest day that is known.
    fn errors_now_and_then(&self, knowledge: &Knowledge, plain: &Plain, as_of: &str, strict: bool) -> Vec<Finding> {
        let mut findings = self.look(knowledge, plain, as_of, strict).findings;
        if as_of < knowledge.as_of.as_str() && !findings.iter().any(|f| f.severity == Severity::Error) {
            findings = self.look(knowledge, plain, &knowledge.as_of, strict).findings;
        }
        findings
    }

    /// The request as the price and the proposals see it; none unless its endpoint is known and its body an object.
    fn case<'a>(&'a self, knowledge: &'a Knowledge, plain: &'a Plain, as_of: &'a str, seen: &'a Seen<'_>) -> Option<Case<'a>> {
        let (endpoint, fields) = (seen.endpoint?, seen.fields?);
        let body = plain.body.as_ref().filter(|body| matches!(body.value, Value::Object(_)))?;
        let given = body.get("model_name").and_then(case::text);
        let model = seen.model.as_deref().or_else(|| models::of_body(&fields.fields, given, as_of, &knowledge.models));
        Some(Case { knowledge, requests: &self.requests, endpoint, fields, model, body, as_of })
    }

    fn verdict(&self, knowledge: &Knowledge, plain: &Plain, as_of: &str, input: &Input, mut seen: Seen<'_>) -> Verdict {
        let errors = seen.findings.iter().filter(|f| f.severity == Severity::Error).count();
        let mut corrected =
            correct::correct(plain, &seen.findings, |again| self.errors_now_and_then(knowledge, again, as_of, input.strict));
        corrected.iter_mut().for_each(elide::corrected);
        elide::findings(&mut seen.findings);
        let model = seen
            .model
            .clone()
            .or_else(|| plain.body.as_ref().and_then(|body| body.get("model_name")).and_then(case::text).map(str::to_owned));
        let case = self.case(knowledge, plain, as_of, &seen);
        let translated = input.full || seen.findings.iter().any(|finding| finding.rule == MIXED);
        let mut translation = case.as_ref().filter(|_| translated).and_then(translate::translate);
        translation.iter_mut().for_each(elide::translation);
        Verdict {
            summary: summary(&seen, errors, corrected.is_some()),
            valid: errors == 0,
            generation: seen.endpoint.map(|endpoint| endpoint.generation.clone()).unwrap_or_default(),
            endpoint: seen.endpoint.map(|row| EndpointSeen { id: row.id.clone(), method: row.method.clone(), path: row.path.clone() }),
            model: model.filter(|id| id.len() <= 60 && id.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))),
            ignored: ignored(&seen.findings),
            corrected,
            cost: case.as_ref().and_then(cost::cost),
            alternatives: case.as_ref().map(alternatives::alternatives).unwrap_or_default(),
            translation,
            not_checked: not_checked(seen.fields.is_some()),
            findings: seen.findings,
            knowledge_as_of: knowledge.as_of.clone(),
        }
    }
}

/// What one pass saw.
struct Seen<'a> {
    endpoint: Option<&'a Endpoint>,
    fields: Option<&'a EndpointFields>,
    model: Option<String>,
    findings: Vec<Finding>,
}

fn unknown_model(knowledge: &Knowledge, model: &str, path: &str) -> Finding {
    let known = knowledge.models.iter().any(|row| row.id == model && row.status != "unverified");
    if !known {
        let message = "the model in the path is not known here; it may be newer than this knowledge, so the body was not checked";
        return target::outside("model-unknown", Severity::Warning, "$url", message.into());
    }
    let finding = target::outside("model-not-for-endpoint", Severity::Error, "$url", "this path is not offered with this model".into());
    let family = path.trim_end_matches('/').rsplit_once('/').map_or("", |(family, _)| family);
    let other = knowledge.endpoints.iter().find(|row| row.path.rsplit_once('/').is_some_and(|(stem, _)| stem == family));
    match other {
        Some(row) => {
            finding.with_fix(Fix::guess("a model that this path offers", vec![Operation::set(Op::Replace, "$url", row.path.as_str())]))
        }
        None => finding,
    }
}

/// Members that the server drops without a word, by the rules that say so.
fn ignored(findings: &[Finding]) -> Vec<Ignored> {
    let dropped = findings.iter().filter(|f| matches!(f.rule.as_str(), "G02" | "G20" | "G31"));
    dropped.map(|f| Ignored { pointer: f.pointer.clone(), instead: f.message.clone() }).collect()
}

fn summary(seen: &Seen<'_>, errors: usize, corrected: bool) -> String {
    let warnings = seen.findings.iter().filter(|f| f.severity == Severity::Warning).count();
    let first = seen
        .findings
        .first()
        .map(|f| format!(" First: {} {}.", shown_pointer(&f.pointer), f.message.trim_end_matches('.')))
        .unwrap_or_default();
    match (errors, warnings) {
        (0, 0) => "No problem was found offline; what only the server can know is listed under not_checked.".to_owned(),
        (0, _) => format!("No error, {warnings} warning{}.{first}", plural(warnings)),
        _ => format!(
            "{errors} error{}, {warnings} warning{}.{first}{}",
            plural(errors),
            plural(warnings),
            if corrected { " A corrected request is attached; it has 0 errors left." } else { "" }
        ),
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

fn not_checked(known: bool) -> Vec<String> {
    let mut list = vec![
        "whether the key belongs to this region and has units left".to_owned(),
        "whether addresses of inputs can be fetched, and what content control says".to_owned(),
    ];
    if !known {
        list.push("the body: the endpoint was not recognised".to_owned());
    }
    list
}

/// Whether a text only stands for a value: `<base64>`, `YOUR_KEY`, `{{image}}`, `xxx`.
fn stand_in(text: &str) -> bool {
    let small = text.trim().to_ascii_lowercase();
    let marked = small.contains("{{")
        || small.contains("${")
        || (small.contains('<') && small.contains('>') && !small.contains("<<<"))
        || small.contains("placeholder");
    let named = ["your", "my-", "my_", "..."].iter().any(|start| small.starts_with(start)) && !small.contains(' ');
    let crossed = small.len() >= 2 && small.bytes().all(|b| b == b'x' || b == b'*');
    marked || named || crossed
}
