//! `status`: goes on from wherever a paid task stands, after any interruption; also for tasks that were made elsewhere.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep};

use super::answer::{Answer, CostSeen, Mode, Outcome, Step, TaskSeen, next};
use super::books::{self, number, on_disk};
use super::follow::{Pace, follow};
use super::operator::READ_TIMEOUT;
use super::{Desk, Input, PRINCIPAL, tell};
use crate::kling::{Client, Evidence, Live, Product, ReadError, Status, Task, Wanted};
use crate::knowledge::TaskState;
use crate::ledger::{Intent, Ledger, LedgerError, Outcome as Entry, Receipt, State};

/// Seconds after a create at which it is looked for; the last one that finds nothing ends the search.
const LOOKS_S: [u64; 4] = [0, 2, 5, 10];
/// Seconds after which a create that was never found is held for a person to decide.
const GIVEN_UP_S: i64 = 600;
/// Between two questions about a real task.
const EVERY: Duration = Duration::from_secs(5);
/// Unclear creates that are looked for before a new paid call.
const MOST_OPEN: usize = 3;

/// The service and the ledger.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) client: Arc<Client<Live>>,
    pub(super) ledger: Arc<Ledger>,
}

impl Way {
    /// What is left of the tighter cap.
    pub(super) async fn left(&self, account: &str) -> Option<f64> {
        let account = account.to_owned();
        let [day, month] = on_disk(&self.ledger, move |ledger| ledger.balance(&account)).await.ok()?;
        Some(number(day.left.min(month.left)))
    }

    /// The call that sent it ended inside: what became of the create is not known.
    pub(super) async fn lost(&self, external_id: &str) {
        if let Err(error) = self.record(external_id, Entry::MayExist(Receipt::default())).await {
            tracing::warn!(%error, "a lost call could not be written down");
        }
    }

    async fn record(&self, external_id: &str, entry: Entry) -> Result<Intent, LedgerError> {
        let id = external_id.to_owned();
        on_disk(&self.ledger, move |ledger| ledger.record(&id, &entry)).await
    }
}

/// Answers about one task.
pub(super) async fn run(desk: &Desk<'_>, input: &Input) -> Result<Answer, String> {
    let external = input.external_task_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let id = input.task_id.as_deref().map(str::trim).filter(|id| !id.is_empty());
    let (wanted, label) = match (external, id) {
        (Some(id), _) => (Wanted::ExternalId(id), "external_task_id"),
        (None, Some(id)) => (Wanted::Id(id), "task_id"),
        (None, None) => {
            return Err(
                "give `task_id` or `external_task_id`. Example: {\"mode\": \"status\", \"external_task_id\": \"kmcp-...\"}".to_owned()
            );
        }
    };
    let found = desk.operator.credential();
    let client = match desk.operator.client(&desk.engine.knowledge, found.as_ref().ok().map(|found| found.credential.clone())) {
        Ok(client) => Arc::new(client),
        Err(error) => return Ok(plain(desk, Outcome::Refused, format!("Nothing was asked: {error}."))),
    };
    if let (Some(external), Ok(ledger)) = (external, desk.ledger_if_there().await) {
        let way = Way { client: Arc::clone(&client), ledger };
        let id = external.to_owned();
        if let Ok(intent) = on_disk(&way.ledger, move |ledger| ledger.intent(PRINCIPAL, &id)).await {
            return Ok(of_intent(desk, input, &way, &intent, Mode::Status).await);
        }
    }
    if let Err(error) = found {
        return Ok(plain(desk, Outcome::Refused, format!("Nothing was asked: {error}.")));
    }
    Ok(elsewhere(desk, input, &client, wanted, label).await)
}

fn plain(desk: &Desk<'_>, outcome: Outcome, summary: String) -> Answer {
    Answer::new(Mode::Status, outcome, summary, &desk.engine.knowledge.as_of)
}

/// A task that the ledger does not know.
async fn elsewhere(desk: &Desk<'_>, input: &Input, client: &Client<Live>, wanted: Wanted<'_>, label: &str) -> Answer {
    let product = Product::of(input.parts.endpoint.as_deref().map_or("/tasks", path_of));
    let mut answer = plain(desk, Outcome::Ok, String::new());
    match client.task(&product, wanted, READ_TIMEOUT).await {
        Ok(Some(task)) => {
            tell::task(&mut answer, &task, None);
            conclude(desk, &mut answer, &task);
        }
        Ok(None) => {
            answer.outcome = Outcome::Unknown;
            answer.summary = format!(
                "The service knows no task of this {label} here. That is no proof that none was made: it may belong to another account or product, or become visible late. For a task of a legacy path give `endpoint` too."
            );
        }
        Err(error) => unread(desk, &mut answer, &error),
    }
    answer
}

fn path_of(endpoint: &str) -> &str {
    let after = endpoint.split_once("://").map_or(endpoint, |(_, rest)| rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/"));
    after.split(['?', '#']).next().unwrap_or(after)
}

/// A free question that failed says nothing about the task.
fn unread(desk: &Desk<'_>, answer: &mut Answer, error: &ReadError) {
    let none = Evidence::default();
    let evidence = error.evidence().unwrap_or(&none);
    tell::evidence(answer, evidence);
    answer.steps.push(Step::new("query", false, error.to_string()));
    let url = format!("{}/tasks", desk.base_url());
    answer.diagnosis = tell::diagnosis(desk.engine, desk.now(), "/tasks", &tell::read_of(&url, error), evidence);
    answer.outcome = Outcome::Failed;
    answer.summary = tell::failed(answer, "The task could not be read; asking again is free");
}

/// Goes on with an intent of the ledger.
pub(super) async fn of_intent(desk: &Desk<'_>, input: &Input, way: &Way, intent: &Intent, mode: Mode) -> Answer {
    let mut answer = Answer::new(mode, Outcome::Pending, "", &desk.engine.knowledge.as_of);
    answer.cost =
        Some(CostSeen { quoted_units: Some(number(intent.units)), charged_units: intent.final_units.map(number), ..CostSeen::default() });
    answer.task = Some(seen(intent));
    match intent.state {
        State::Reserved | State::Sending => {
            answer.summary = format!("{} is being sent by another call right now.", intent.external_id);
            come_back(&mut answer, &intent.external_id, 5);
        }
        State::Unknown | State::Held => look_for(desk, input, way, intent, &mut answer).await,
        State::Accepted | State::Succeeded | State::Failed | State::Settled => follow_up(desk, input, way, intent, &mut answer).await,
        State::Rejected | State::RejectedByReconcile => {
            answer.outcome = Outcome::Refused;
            answer.summary = format!("{} was refused; nothing was created and nothing was charged.", intent.external_id);
        }
    }
    answer.cost.get_or_insert_default().cap_left = way.left(&intent.account).await;
    answer
}

/// What the ledger alone knows of a task.
pub(super) fn seen(intent: &Intent) -> TaskSeen {
    TaskSeen {
        id: intent.task_id.clone(),
        external_id: Some(intent.external_id.clone()),
        status: intent.state.name().to_owned(),
        outputs: Vec::new(),
        created: None,
        finished: None,
        expires: None,
    }
}

/// Polls a task that exists, and settles it at its end.
pub(super) async fn follow_up(desk: &Desk<'_>, input: &Input, way: &Way, intent: &Intent, answer: &mut Answer) {
    let started = Instant::now();
    let product = Product::of(&intent.endpoint);
    let wanted = intent.task_id.as_deref().map_or(Wanted::ExternalId(&intent.external_id), Wanted::Id);
    let pace = Pace { wait: input.wait(), every: EVERY };
    (answer.retry, answer.task_state) = (None, Some(TaskState::Exists));
    let task = match follow(&way.client, &product, wanted, pace, desk.host).await {
        Ok(Some(task)) => task,
        Ok(None) => {
            answer.task = Some(seen(intent));
            answer.summary = format!("{} was accepted; the service does not show it yet.", intent.external_id);
            return come_back(answer, &intent.external_id, 10);
        }
        Err(error) => {
            unread(desk, answer, &error);
            answer.outcome = Outcome::Pending;
            answer.task = Some(seen(intent));
            return come_back(answer, &intent.external_id, 10);
        }
    };
    tell::task(answer, &task, Some(&intent.external_id));
    answer.steps.push(
        Step::new("poll", task.status != Status::Failed, format!("the task is {}", tell::status(&task))).took(tell::elapsed(started)),
    );
    conclude(desk, answer, &task);
    if task.status.is_final() {
        settle(way, intent, &task, answer).await;
    } else {
        come_back(answer, &intent.external_id, 10);
    }
}

/// The end, or the state, of a task that was read.
fn conclude(desk: &Desk<'_>, answer: &mut Answer, task: &Task) {
    match task.status {
        Status::Succeeded => {
            answer.outcome = Outcome::Ok;
            answer.summary = String::from("The task succeeded. Fetch its files soon: links end, and results are kept 30 days.");
        }
        Status::Failed => {
            answer.outcome = Outcome::Failed;
            answer.diagnosis = tell::diagnosis(desk.engine, desk.now(), "/tasks", &tell::failed_task(task), &Evidence::default());
            answer.summary = tell::failed(answer, "The task was made and failed");
        }
        _ => {
            answer.outcome = Outcome::Pending;
            answer.summary = format!("The task is {}.", tell::status(task));
        }
    }
}

async fn settle(way: &Way, intent: &Intent, task: &Task, answer: &mut Answer) {
    let (succeeded, charged) = (task.status == Status::Succeeded, books::charged(task));
    let cost = answer.cost.get_or_insert_default();
    cost.charged_units = charged.map(number);
    if intent.state.is_final() {
        return;
    }
    let row = intent.clone();
    match on_disk(&way.ledger, move |ledger| books::ended(ledger, &row, succeeded, charged)).await {
        Ok(settled) => answer.steps.push(Step::new("settle", true, format!("{} count against the cap", settled.counts()))),
        Err(error) => answer.steps.push(Step::new("settle", false, error.to_string())),
    }
}

/// Looks for a create whose outcome is not known, by its external id; never sends it again.
pub(super) async fn look_for(desk: &Desk<'_>, input: &Input, way: &Way, intent: &Intent, answer: &mut Answer) {
    let (started, wait) = (Instant::now(), input.wait());
    let product = Product::of(&intent.endpoint);
    answer.undecided();
    for after in LOOKS_S.map(Duration::from_secs) {
        if after > wait {
            break;
        }
        sleep(after.saturating_sub(started.elapsed())).await;
        let found = way.client.task(&product, Wanted::ExternalId(&intent.external_id), READ_TIMEOUT).await;
        answer.steps.push(look(&found).took(tell::elapsed(started)));
        if let Ok(Some(task)) = found {
            let entry = Entry::Created { task_id: task.id.clone(), receipt: Receipt::default() };
            match way.record(&intent.external_id, entry).await {
                Ok(accepted) => return follow_up(desk, input, way, &accepted, answer).await,
                Err(error) => answer.steps.push(Step::new("ledger", false, error.to_string())),
            }
            break;
        }
    }
    not_found(desk, way, intent, answer).await;
}

fn look(found: &Result<Option<Task>, ReadError>) -> Step {
    match found {
        Ok(Some(_)) => Step::new("look", true, "found by its external id"),
        Ok(None) => Step::new("look", false, "not found by its external id; that is no proof"),
        Err(error) => Step::new("look", false, error.to_string()),
    }
}

async fn not_found(desk: &Desk<'_>, way: &Way, intent: &Intent, answer: &mut Answer) {
    let mut row = intent.clone();
    if intent.state == State::Unknown && desk.now() - intent.reserved_at >= GIVEN_UP_S {
        row = way.record(&intent.external_id, Entry::NeverFound).await.unwrap_or(row);
    }
    answer.task = Some(seen(&row));
    answer.summary = if row.state == State::Held {
        format!(
            "{0} was never found. It still counts as spent. Look at the task list and the bills of the account, then decide: klingai-mcp ledger --resolve {0} created, or not_created.",
            intent.external_id
        )
    } else {
        format!("{} is not found yet. It counts as spent and is not sent again; look once more.", intent.external_id)
    };
    come_back(answer, &intent.external_id, 15);
}

/// Tells how to go on.
pub(super) fn come_back(answer: &mut Answer, external_id: &str, after_s: u32) {
    answer.poll_after_s = Some(after_s);
    answer.next = Some(next("test_generation", json!({"mode": "status", "external_task_id": external_id})));
}

/// Before a new paid call: unclear creates of the account are looked for, once each.
pub(super) async fn settle_open(desk: &Desk<'_>, way: &Way, account: &str) {
    let open = on_disk(&way.ledger, Ledger::open_intents).await.unwrap_or_default();
    let unclear = open.into_iter().filter(|intent| intent.account == account && intent.state == State::Unknown);
    for intent in unclear.take(MOST_OPEN) {
        let product = Product::of(&intent.endpoint);
        let found = way.client.task(&product, Wanted::ExternalId(&intent.external_id), READ_TIMEOUT).await;
        let entry = match found {
            Ok(Some(task)) => Entry::Created { task_id: task.id, receipt: Receipt::default() },
            Ok(None) if desk.now() - intent.reserved_at >= GIVEN_UP_S => Entry::NeverFound,
            _ => continue,
        };
        if let Err(error) = way.record(&intent.external_id, entry).await {
            tracing::warn!(%error, "an unclear create could not be written down");
        }
    }
}
