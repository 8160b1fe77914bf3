//! The request of a test: what the caller gave, or the cheapest generation of a current model; checked and priced.

use serde_json::{Value, json};

use crate::knowledge::Knowledge;
use crate::validate::{self, InputError, Parts, Prepared, Severity, Validator, Verdict};

use super::Input;

/// What the default request asks for.
const PROMPT: &str = "A paper boat drifts along a rain-filled gutter.";

/// A request that was checked.
#[derive(Debug)]
pub(super) struct Plan {
    /// For the wire.
    pub(super) request: Prepared,
    /// What the check said.
    pub(super) verdict: Verdict,
    /// The caller gave none.
    pub(super) chosen: bool,
}

impl Plan {
    /// Checks what the caller gave, or chooses. `legacy`: only that generation takes the credential.
    ///
    /// # Errors
    /// Says what is missing or where reading stopped.
    pub(super) fn of(knowledge: &Knowledge, validator: &Validator, input: &Input, legacy: bool) -> Result<Self, InputError> {
        if input.has_request() {
            let (request, verdict) = checked(knowledge, validator, &input.to_check())?;
            return Ok(Self { request, verdict, chosen: false });
        }
        cheapest(knowledge, validator, legacy).ok_or(InputError::Empty)
    }

    /// The path of the request, without host.
    pub(super) fn path(&self) -> &str {
        let url = self.request.url.as_str();
        let after = url.split_once("://").map_or(url, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
        after.split(['?', '#']).next().unwrap_or(after)
    }

    /// The body; an empty object when there is none.
    pub(super) fn body(&self) -> Value {
        self.request.body.clone().unwrap_or_else(|| json!({}))
    }

    /// Units by the price table.
    pub(super) fn units(&self) -> Option<f64> {
        self.verdict.cost.as_ref().map(|cost| cost.units)
    }

    /// Why it must not be sent, if so.
    pub(super) fn obstacle(&self) -> Option<String> {
        let errors = self.verdict.findings.iter().filter(|finding| finding.severity == Severity::Error).count();
        if errors > 0 {
            let first = self.verdict.findings.first().map(|finding| format!("{} {}", finding.pointer, finding.message)).unwrap_or_default();
            return Some(format!("{errors} problem{} found before sending; first: {first}", if errors == 1 { "" } else { "s" }));
        }
        if self.request.unread {
            return Some("the body stands in a file or command that is not read; give it as `body`".to_owned());
        }
        if let Some(first) = self.request.unknown.first() {
            return Some(format!("the value at {first} is a variable; give the request with its values"));
        }
        self.verdict.endpoint.is_none().then(|| "the endpoint is not known, so nothing about the request can be promised".to_owned())
    }
}

fn checked(knowledge: &Knowledge, validator: &Validator, input: &validate::Input) -> Result<(Prepared, Verdict), InputError> {
    Ok((validate::prepare(input)?, validator.validate(knowledge, input)?))
}

/// The smallest priced text-to-video request that has no finding on the day of the knowledge.
fn cheapest(knowledge: &Knowledge, validator: &Validator, legacy: bool) -> Option<Plan> {
    let plans = candidates(knowledge, legacy).into_iter().filter_map(|(path, body)| {
        let parts = Parts { endpoint: Some(path), body: Some(body.to_string()), ..Parts::default() };
        let (request, verdict) = checked(knowledge, validator, &validate::Input { parts, ..validate::Input::default() }).ok()?;
        let clean = !verdict.findings.iter().any(|finding| finding.severity != Severity::Info);
        (clean && verdict.cost.is_some()).then_some(Plan { request, verdict, chosen: true })
    });
    plans.min_by(|a, b| a.units().partial_cmp(&b.units()).unwrap_or(std::cmp::Ordering::Equal))
}

/// Small requests in the form of each generation, for every model that is not retired.
fn candidates(knowledge: &Knowledge, legacy: bool) -> Vec<(String, Value)> {
    let mut list = Vec::new();
    for seconds in [3, 5] {
        if legacy {
            let current = knowledge.models.iter().filter(|model| model.generation == "legacy" && model.retired_on.is_none());
            list.extend(current.map(|model| {
                let body = json!({"model_name": model.id, "prompt": PROMPT, "mode": "std", "duration": seconds.to_string()});
                ("/v1/videos/text2video".to_owned(), body)
            }));
        } else {
            let creates = knowledge.endpoints.iter().filter(|row| row.path.starts_with("/text-to-video/"));
            for row in creates {
                let settings = json!({"resolution": "720p", "duration": seconds});
                list.push((row.path.clone(), json!({"prompt": PROMPT, "settings": settings})));
                let silent = json!({"resolution": "720p", "duration": seconds, "audio": "off"});
                list.push((row.path.clone(), json!({"prompt": PROMPT, "settings": silent})));
            }
        }
    }
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(input: &Input, legacy: bool) -> Plan {
        Plan::of(&Knowledge::load().unwrap(), &Validator::new().unwrap(), input, legacy).unwrap()
    }

    #[test]
    fn the_default_is_clean_cheap_and_of_the_generation_that_is_asked_for() {
        let (new, legacy) = (plan(&Input::default(), false), plan(&Input::default(), true));
        assert!(new.chosen && new.obstacle().is_none() && new.path().starts_with("/text-to-video/"), "{:?}", new.verdict);
        assert!(legacy.obstacle().is_none() && legacy.path().starts_with("/v1/"), "{:?}", legacy.verdict);
        assert!(new.units().unwrap() <= 2.0 && legacy.units().unwrap() <= 2.0, "{:?} {:?}", new.units(), legacy.units());
    }

    #[test]
    fn a_variable_in_a_snippet_is_an_obstacle() {
        let request = "import requests\nrequests.post('https://api-singapore.klingai.com/v1/videos/text2video', json={'model_name': 'kling-v3', 'prompt': text, 'duration': '5'})";
        let given = plan(&Input { request: Some(request.to_owned()), ..Input::default() }, false);
        assert!(given.obstacle().unwrap().contains("/prompt"), "{:?}", given.obstacle());
        assert_eq!(given.path(), "/v1/videos/text2video");
    }

    #[test]
    fn a_fault_is_an_obstacle() {
        let parts =
            Parts { endpoint: Some("/v1/videos/text2video".to_owned()), body: Some("{\"duration\": 5}".to_owned()), ..Parts::default() };
        assert!(plan(&Input { parts, ..Input::default() }, false).obstacle().is_some());
    }
}
