//! Creates, and calls that end at once.

use serde_json::{Value, json};

use super::answer::Answer;
use super::handle::Call;
use super::refusal::{self, Asked};
use super::scenario::Step;
use super::state::{NotCreated, Wanted};
use super::task::{Output, Task};
use super::world::World;
use crate::knowledge::Endpoint;
use crate::validate::{Judged, Parts};

/// Seconds of a result whose length nothing tells.
const USUAL_S: f64 = 5.0;

impl Call<'_> {
    /// A create or a call that ends at once: judged, then made.
    pub(super) fn create(&self, endpoint: &Endpoint, step: Option<&Step>) -> Answer {
        let (judged, body) = match self.judged(endpoint) {
            Ok(judged) => judged,
            Err(answer) => return *answer,
        };
        if endpoint.kind != "create" {
            return self.at_once(endpoint, &judged, &body);
        }
        let wanted = self.wanted(endpoint, &judged, &body, step);
        let external = wanted.task.external_id.clone().unwrap_or_default();
        let now = self.now;
        let mut state = self.shared.state();
        match state.create(wanted, now) {
            Ok(task) => {
                let shown = if task.generation == "legacy" { task.legacy_created(now) } else { task.new_created(now) };
                let mut answer = Answer::accepted(self.world(), &self.request_id, &shown);
                answer.created = Some(task.id.clone());
                self.shared.callbacks.expect(task, self.world().table.final_callback_only.contains(&task.endpoint));
                answer
            }
            Err(NotCreated::ExternalIdUsed) => self.refused("external_id_used", &[&external]),
            Err(NotCreated::NoPlace(why)) => self.refused(why.text(), &[]),
        }
    }

    /// The verdict of our request check and the body; or the refusal.
    pub(super) fn judged(&self, endpoint: &Endpoint) -> Result<(Judged, Value), Box<Answer>> {
        let unreadable = || Box::new(self.refused("body_unreadable", &[]));
        let text = std::str::from_utf8(&self.request.body).map_err(|_| unreadable())?;
        let post = endpoint.method == "POST";
        let body = if post && !text.trim().is_empty() { serde_json::from_str(text).map_err(|_| unreadable())? } else { Value::Null };
        if post && !body.is_object() && !(body.is_null() && matches!(endpoint.kind.as_str(), "list" | "account")) {
            return Err(unreadable());
        }
        let kind = self.request.header("content-type").map(|value| ("Content-Type".to_owned(), value.to_owned()));
        let parts = Parts {
            method: Some(endpoint.method.clone()),
            endpoint: Some(self.request.target.clone()),
            headers: kind.into_iter().collect(),
            body: body.is_object().then(|| text.to_owned()),
        };
        let judged = self.world().validator.judge(&self.world().knowledge, &parts).map_err(|_| unreadable())?;
        match refusal::refusal(self.world(), &self.request_id, Asked { judged: &judged, body: &body, query: &self.request.query }) {
            Some(answer) => Err(Box::new(answer)),
            None => Ok((judged, body)),
        }
    }

    fn wanted(&self, endpoint: &Endpoint, judged: &Judged, body: &Value, step: Option<&Step>) -> Wanted<'_> {
        let product = World::product(endpoint);
        let options = if endpoint.generation == "legacy" { body } else { body.get("options").unwrap_or(&Value::Null) };
        let text = |name: &str| options.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(str::to_owned);
        let failure = step.and_then(|step| step.fail_task.clone()).or_else(|| refusal::fails_later(self.world(), body).map(str::to_owned));
        let output = Output::of(&endpoint.id);
        let count = count(output, body);
        let model = judged.model.clone();
        let table = &self.world().table;
        Wanted {
            job: table.jobs.iter().find(|job| job.fits(&endpoint.id, model.as_deref(), product)),
            never_ends: step.is_some_and(|step| step.never_ends),
            task: Task {
                id: String::new(),
                seq: 0,
                endpoint: endpoint.id.clone(),
                generation: endpoint.generation.clone(),
                product,
                model,
                external_id: text("external_task_id"),
                created: 0,
                starts: 0,
                ends: 0,
                failure,
                cost_milli: milli(judged),
                output,
                count,
                seconds: seconds(&endpoint.generation, body),
                slots: if output == Output::Image { count as usize } else { 1 },
                callback: text("callback_url"),
            },
        }
    }

    /// A call that is done when it is answered.
    pub(super) fn at_once(&self, endpoint: &Endpoint, judged: &Judged, body: &Value) -> Answer {
        let mut state = self.shared.state();
        if endpoint.kind == "delete" && !self.known(&state, body) {
            return self.refused("resource_unknown", &[]);
        }
        let milli = milli(judged);
        if milli > 0 {
            let product = World::product(endpoint);
            if let Err(why) = state.account.place(product, "", 0, milli, self.now) {
                return self.refused(why.text(), &[]);
            }
        }
        let id = state.id_at_once();
        if milli > 0 {
            state.account.charge(World::product(endpoint), &id, milli, self.now);
        }
        drop(state);
        let row = self.world().table.at_once.iter().find(|row| row.endpoint == endpoint.id);
        let data = row.map_or_else(|| "{}".to_owned(), |row| row.data.replace("<id>", &id).replace("<site>", self.site().0));
        let data = serde_json::from_str(&data.replace("<now>", &self.now.to_string())).unwrap_or(json!({}));
        let answer = Answer::accepted(self.world(), &self.request_id, &data);
        Answer { created: (milli > 0).then_some(id), ..answer }
    }

    /// Whether the element or voice that is to be deleted was made here: its id is that of its task and one digit.
    fn known(&self, state: &super::state::State, body: &Value) -> bool {
        let id = ["voice_id", "element_id"]
            .iter()
            .find_map(|name| body.get(name))
            .map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        id.and_then(|id| id.strip_suffix('0').and_then(|task| state.by_id(task)).map(|task| task.state(self.now).is_final()))
            .unwrap_or(false)
    }
}

/// Thousandths of a unit.
fn milli(judged: &Judged) -> i64 {
    #[expect(clippy::cast_possible_truncation, reason = "units of one call")]
    let milli = judged.cost.as_ref().map_or(0.0, |cost| (cost.units * 1000.0).round()) as i64;
    milli
}

/// Pictures or videos of a call.
fn count(output: Output, body: &Value) -> u32 {
    if output == Output::Angles {
        return 3;
    }
    let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
    let wanted = ["/n", "/series_amount", "/settings/n"].iter().find_map(|place| body.pointer(place).and_then(number));
    wanted.and_then(|wanted| u32::try_from(wanted).ok()).unwrap_or(1).clamp(1, 9)
}

/// Length of the result that the request asks for at its right place.
fn seconds(generation: &str, body: &Value) -> f64 {
    let number = |value: &Value| value.as_f64().or_else(|| value.as_str()?.parse().ok());
    let wanted = body.pointer(if generation == "legacy" { "/duration" } else { "/settings/duration" }).and_then(number);
    wanted.filter(|wanted| (1.0..=600.0).contains(wanted)).unwrap_or(USUAL_S)
}
