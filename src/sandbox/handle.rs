//! From a request to its answer: credential, scenario, endpoint.

use super::answer::Answer;
use super::auth::{self, Gate};
use super::record::{self, Request};
use super::scenario::{Event, Scenario, Step};
use super::shared::Shared;
use super::task::Site;
use super::world::{Route, World};
use super::{control, results};
use crate::knowledge::Endpoint;

/// A request as it came.
#[derive(Debug, Clone, Default)]
pub(super) struct Incoming {
    pub(super) method: String,
    /// Path and query.
    pub(super) target: String,
    pub(super) path: String,
    pub(super) query: Vec<(String, String)>,
    /// Names in lower case.
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Incoming {
    /// The first header with this name in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter of the query.
    pub(super) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}

/// One request and the sandbox that answers it.
pub(super) struct Call<'a> {
    pub(super) shared: &'a Shared,
    pub(super) request: &'a Incoming,
    pub(super) request_id: String,
    /// Virtual milliseconds.
    pub(super) now: i64,
}

/// Answers a request and writes it down.
pub(super) fn handle(shared: &Shared, request: &Incoming) -> Answer {
    if let Some(answer) = control::answer(shared, request) {
        return answer;
    }
    let call = Call { shared, request, request_id: shared.request_id(), now: shared.clock.now() };
    let (answer, endpoint) = call.answer();
    let written = Request {
        number: 0,
        time: call.now,
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.target.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default(),
        headers: request.headers.iter().map(|(name, value)| (name.clone(), record::masked(name, value))).collect(),
        body: record::beginning(&request.body),
        endpoint,
        status: (!answer.wire.reset || answer.wire.cut_after.is_some()).then_some(answer.status),
        code: answer.code,
        created: answer.created.clone(),
    };
    let written = shared.record.add(written);
    if let Some(listener) = &shared.listener {
        listener(&written);
    }
    answer
}

impl Call<'_> {
    pub(super) fn world(&self) -> &World {
        &self.shared.world
    }

    pub(super) fn site(&self) -> Site<'_> {
        Site(&self.shared.url)
    }

    pub(super) fn refused(&self, text: &str, fill: &[&str]) -> Answer {
        Answer::refused(self.world(), &self.request_id, text, fill)
    }

    /// The answer, and the id of the endpoint that was called.
    fn answer(&self) -> (Answer, Option<String>) {
        if let Some(place) = self.request.path.strip_prefix("/__sandbox/results/") {
            let step = self.step("result", "", "");
            let answer = step.as_ref().filter(|step| !step.accepted).map_or_else(
                || results::answer(self.shared, place, self.now),
                |step| Answer::new(404, "text/plain", Vec::new()).after(self.world(), &self.request_id, step),
            );
            return (answer, None);
        }
        let route = self.world().route(&self.request.method, self.request.path.trim_end_matches('/'));
        let endpoint = match route {
            Route::Endpoint(row) | Route::OtherMethod(row) => Some(row),
            Route::UnknownModel | Route::None => None,
        };
        let answer = self.gated(&route, endpoint);
        (answer, endpoint.filter(|_| matches!(route, Route::Endpoint(_))).map(|row| row.id.clone()))
    }

    /// Credential first, then what the scenario says, then the service's own work.
    fn gated(&self, route: &Route<'_>, endpoint: Option<&Endpoint>) -> Answer {
        let generation = endpoint.map_or_else(|| generation_of(&self.request.path), |row| row.generation.as_str());
        let now = self.shared.clock.wall() / 1_000 + self.shared.scenario.clock.skew_s;
        let gate = Gate { generation, now, key_prefix: &self.world().table.key_prefix };
        let shown = auth::check(&self.shared.credentials, self.request.header("authorization"), gate);
        let credential = shown.as_ref().map_or("", |kind| kind.word());
        let on = endpoint.filter(|_| matches!(route, Route::Endpoint(_))).map_or("", operation);
        let step = self.step(on, generation, credential);
        match (step, shown) {
            (step, Err(refused)) if !step.as_ref().is_some_and(|step| self.beats_credentials(step)) => {
                self.refused(refused.text, &[&refused.fill])
            }
            (Some(step), _) if !step.accepted => Answer::new(500, "text/plain", Vec::new()).after(self.world(), &self.request_id, &step),
            (Some(step), _) => {
                let answer = self.work(route, Some(&step));
                if answer.is_success() { answer.after(self.world(), &self.request_id, &step) } else { answer }
            }
            (None, _) => self.work(route, None),
        }
    }

    /// Connections, proxies and refusals of credentials come before the service looks at a credential.
    fn beats_credentials(&self, step: &Step) -> bool {
        !step.accepted && step.answer.is_none_or(|code| self.world().code(code).0 == 401)
    }

    /// What the scenario does with this request, or the word `sandbox:NAME` in its body.
    fn step(&self, on: &str, generation: &str, credential: &str) -> Option<Step> {
        let mut state = self.shared.state();
        #[expect(clippy::cast_precision_loss, reason = "seconds of a run")]
        let second = (self.now - state.start) as f64 / 1000.0;
        let event = Event { on, generation, path: &self.request.path, credential, second };
        let step = state.play.next(event);
        drop(state);
        step.or_else(|| (on == "create").then(|| self.trigger()).flatten())
    }

    /// The first step of the scenario that the body names. An unknown name is an ordinary word.
    fn trigger(&self) -> Option<Step> {
        let text = std::str::from_utf8(&self.request.body).ok()?;
        let (_, after) = text.split_once(TRIGGER)?;
        let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(after.len());
        let scenario = Scenario::named(&self.world().knowledge, after.get(..end)?).ok()?;
        let step = scenario.steps.into_iter().find(|step| step.on.as_deref().is_none_or(|on| on == "create"))?;
        Some(step)
    }

    fn work(&self, route: &Route<'_>, step: Option<&Step>) -> Answer {
        let most = self.shared.scenario.limits.requests_per_s;
        if most.is_some_and(|most| !self.shared.window.admits(self.shared.clock.wall(), most)) {
            return self.refused("too_fast", &[]);
        }
        match route {
            Route::Endpoint(row) => self.call(row, step),
            Route::OtherMethod(_) => self.refused("method", &[]),
            Route::UnknownModel => self.refused("model_unknown", &[]),
            Route::None => Answer::new(404, "text/plain", Vec::new()),
        }
    }

    fn call(&self, endpoint: &Endpoint, step: Option<&Step>) -> Answer {
        let legacy = endpoint.generation == "legacy";
        match endpoint.kind.as_str() {
            "query" if legacy => self.query_one(endpoint),
            "query" => self.query_some(endpoint),
            "list" if legacy && self.world().table.at_once.iter().any(|row| row.endpoint == endpoint.id) => self.preset(endpoint),
            "list" if legacy => self.list_page(endpoint),
            "list" => self.list_stretch(endpoint),
            "account" if endpoint.method == "GET" => self.costs(endpoint),
            "account" => self.ledger(endpoint),
            _ => self.create(endpoint, step),
        }
    }

    /// A list that the service keeps ready.
    fn preset(&self, endpoint: &Endpoint) -> Answer {
        match self.judged(endpoint) {
            Ok((judged, body)) => self.at_once(endpoint, &judged, &body),
            Err(refusal) => *refusal,
        }
    }
}

/// What stands before the name of a scenario in a prompt or an address.
const TRIGGER: &str = "sandbox:";

/// The word of a scenario for what an endpoint does.
fn operation(endpoint: &Endpoint) -> &str {
    if endpoint.kind == "sync" { "create" } else { &endpoint.kind }
}

/// The generation of a path that no endpoint has.
fn generation_of(path: &str) -> &'static str {
    match () {
        () if path.starts_with("/v1") => "legacy",
        () if path.starts_with("/account") => "account",
        () if path.starts_with("/solutions") => "solutions",
        () => "new",
    }
}
