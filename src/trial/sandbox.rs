//! `sandbox`: the whole flow against the built-in Kling API: create, poll, fetch the result, look at its bytes. Free.

use std::time::Duration;

use secrecy::ExposeSecret as _;
use serde_json::json;
use tokio::time::Instant;

use super::answer::{Answer, CostSeen, Mode, Outcome, Step, next};
use super::follow::{Pace, follow};
use super::operator::{CREATE_TIMEOUT, READ_TIMEOUT};
use super::plan::Plan;
use super::{Desk, Input, dry_run, tell};
use crate::kling::credentials::Credential;
use crate::kling::{Client, CreateOutcome, CreateRequest, Facts, Local, Product, Task, Wanted};
use crate::sandbox::{Clock, Running, Sandbox, Scenario, Settings};

/// Virtual seconds in a real one: a clip of five seconds ends in about three.
const SPEED: f64 = 60.0;
/// Bytes of a result that are fetched.
const CAP: usize = 4 << 20;
/// The sandbox's tasks end within seconds.
const EVERY: Duration = Duration::from_millis(250);
/// A request that a scenario keeps waiting is given up after this, and told as lost.
const PATIENCE: Duration = Duration::from_secs(8);

/// Runs the flow.
pub(super) async fn run(desk: &Desk<'_>, input: &Input) -> Result<Answer, String> {
    let scenario = match input.scenario.as_deref().map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => Some(Scenario::named(&desk.engine.knowledge, name).map_err(|error| format!("argument `scenario`: {error}"))?),
        None => None,
    };
    let plan = desk.plan(input)?;
    if plan.request.unread || !plan.request.unknown.is_empty() {
        return Ok(dry_run::refused(Mode::Sandbox, &plan.obstacle().unwrap_or_default(), &desk.engine.knowledge.as_of));
    }
    let mut settings = Settings::new(Clock::scaled(desk.operator.clock(), SPEED));
    settings.scenario = scenario.unwrap_or_default();
    let key = settings.credentials.api_key.expose_secret().to_owned();
    let running = Sandbox::start(settings).await.map_err(|error| format!("the sandbox cannot start: {error}"))?;
    let client = client(desk, &running, &key)?;
    let answer = flow(desk, input, &plan, &running, &client).await;
    running.shutdown().await;
    Ok(answer)
}

fn client(desk: &Desk<'_>, running: &Running, key: &str) -> Result<Client<Local>, String> {
    let settings = desk.operator.settings(Facts::of(&desk.engine.knowledge), Some(Credential::api_key(key)));
    Client::local(running.address(), settings).map_err(|error| format!("the sandbox cannot be reached: {error}"))
}

async fn flow(desk: &Desk<'_>, input: &Input, plan: &Plan, running: &Running, client: &Client<Local>) -> Answer {
    let body = plan.body();
    let request = CreateRequest { path: plan.path().to_owned(), body: body.to_string().into_bytes() };
    let started = Instant::now();
    let outcome = client.create(&request, CREATE_TIMEOUT.min(PATIENCE)).await;
    let mut answer = Answer::new(Mode::Sandbox, Outcome::Ok, "", &desk.engine.knowledge.as_of);
    answer.steps = dry_run::steps(plan);
    let mut sent = dry_run::sent(desk, plan, &body);
    sent.url = format!("{}{}", running.url(), plan.path());
    sent.headers.insert("Authorization".to_owned(), "Bearer <the sandbox's API key>".to_owned());
    answer.request_sent = Some(sent);
    answer.cost = plan.units().map(|units| CostSeen { quoted_units: Some(units), ..CostSeen::default() });
    tell::evidence(&mut answer, outcome.evidence());
    let created = matches!(outcome, CreateOutcome::Created { .. });
    answer.steps.push(Step::new("create", created, tell::told(&outcome)).took(tell::elapsed(started)));
    match outcome {
        CreateOutcome::Created { task, .. } => task_made(desk, input, plan, client, &mut answer, &task).await,
        other => {
            match other {
                CreateOutcome::NotCreated { .. } => answer.outcome = Outcome::Refused,
                _ => answer.undecided(),
            }
            let url = format!("{}{}", running.url(), plan.path());
            answer.diagnosis = tell::diagnosis(desk.engine, desk.now(), plan.path(), &tell::exchange_of(&url, &other), other.evidence());
            answer.summary = tell::failed(&answer, "The sandbox did not make the task");
        }
    }
    let counts = running.counts();
    answer.steps.push(Step::new(
        "record",
        true,
        format!("the sandbox saw {} requests and accepted {} creates", counts.requests, counts.creates),
    ));
    answer
}

async fn task_made(desk: &Desk<'_>, input: &Input, plan: &Plan, client: &Client<Local>, answer: &mut Answer, made: &Task) {
    let started = Instant::now();
    let pace = Pace { wait: input.wait(), every: EVERY };
    let seen = follow(client, &Product::of(plan.path()), Wanted::Id(&made.id), pace, desk.host).await;
    let task = match seen {
        Ok(Some(task)) => task,
        Ok(None) => made.clone(),
        Err(error) => {
            answer.steps.push(Step::new("poll", false, error.to_string()).took(tell::elapsed(started)));
            answer.outcome = Outcome::Failed;
            let url = format!("{}/tasks?task_ids={}", client.base().host(), made.id);
            let none = crate::kling::Evidence::default();
            let evidence = error.evidence().unwrap_or(&none);
            tell::evidence(answer, evidence);
            answer.diagnosis = tell::diagnosis(desk.engine, desk.now(), "/tasks", &tell::read_of(&url, &error), evidence);
            answer.summary = tell::failed(answer, "The task was made and could not be read");
            return;
        }
    };
    tell::task(answer, &task, None);
    let word = tell::status(&task);
    answer.steps.push(
        Step::new("poll", task.status == crate::kling::Status::Succeeded, format!("the task is {word}")).took(tell::elapsed(started)),
    );
    match task.status {
        crate::kling::Status::Succeeded => fetched(desk, client, answer, &task).await,
        crate::kling::Status::Failed => {
            answer.outcome = Outcome::Failed;
            answer.diagnosis =
                tell::diagnosis(desk.engine, desk.now(), plan.path(), &tell::failed_task(&task), &crate::kling::Evidence::default());
            answer.summary = tell::failed(answer, "The task was made and failed");
        }
        _ => {
            answer.outcome = Outcome::Pending;
            answer.summary = format!(
                "The task is still {word} after the wait. A longer wait_s (up to 45) shows its end; the sandbox is gone with this answer."
            );
        }
    }
}

async fn fetched(desk: &Desk<'_>, client: &Client<Local>, answer: &mut Answer, task: &Task) {
    let Some(address) = task.outputs.iter().find_map(|output| output.url.as_ref().or_else(|| output.more_urls.values().next())) else {
        answer.summary = String::from("The whole flow works in the sandbox: created, polled to its end. This kind of task has no file.");
        return;
    };
    let started = Instant::now();
    let file = client.download(address, CAP, READ_TIMEOUT).await;
    match file {
        Ok(file) => {
            let kind = tell::kind_of(&file.bytes);
            let detail = kind
                .as_ref()
                .map_or_else(|| "the file is of no known format".to_owned(), |kind| format!("{kind}, {} bytes", file.bytes.len()));
            answer.steps.push(Step::new("fetch", kind.is_some(), detail).took(tell::elapsed(started)));
            if let Some(output) = answer.task.as_mut().and_then(|task| task.outputs.first_mut()) {
                output.bytes = u64::try_from(file.bytes.len()).ok();
            }
            answer.summary = String::from(
                "The whole flow works in the sandbox: created, polled to its end, the result fetched and recognised. Nothing was billed; whether the real account has units left, probe tells.",
            );
            answer.next = Some(next("test_generation", json!({"mode": "probe"})));
        }
        Err(error) => {
            answer.steps.push(Step::new("fetch", false, error.to_string()).took(tell::elapsed(started)));
            answer.outcome = Outcome::Failed;
            let none = crate::kling::Evidence::default();
            let evidence = error.evidence().unwrap_or(&none);
            answer.diagnosis = tell::diagnosis(
                desk.engine,
                desk.now(),
                "result url",
                &tell::read_of("the result url of a Kling task (video_url)", &error),
                evidence,
            );
            answer.summary = tell::failed(answer, "The task succeeded and its result could not be fetched");
        }
    }
}
