//! `live`: one paid task. Quote, consent, reservation, write-ahead, one create, polling, settlement; an unclear create is looked
//! for and never sent again.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::answer::{Answer, CostSeen, Mode, Outcome, QuoteSeen, Step, next};
use super::books::{self, number, on_disk};
use super::dry_run;
use super::host::{Question, Reply};
use super::operator::{CREATE_TIMEOUT, Operator};
use super::plan::Plan;
use super::status::{self, Way};
use super::tell;
use super::{Desk, Ended, Input, PRINCIPAL};
use crate::diagnose::utc;
use crate::kling::credentials::Credential;
use crate::kling::{Client, CreateOutcome, CreateRequest, Live};
use crate::ledger::{Consent, Digest, Intent, Ledger, LedgerError, Quote, Reservation, Reserved, Terms, Units};

/// Runs the paid flow.
pub(super) async fn run(desk: &Desk<'_>, input: &Input) -> Result<Ended, String> {
    let plan = desk.plan(input)?;
    let prepared = match Prepared::of(desk, input, plan) {
        Ok(prepared) => prepared,
        Err(why) => return Ok(refusal(desk, &why).into()),
    };
    let ledger = match desk.ledger().await {
        Ok(ledger) => ledger,
        Err(why) => return Ok(refusal(desk, &why).into()),
    };
    let way = Way { client: Arc::clone(&prepared.client), ledger };
    status::settle_open(desk, &way, &prepared.terms.account).await;
    let quote = match prepared.quote(&way.ledger, input.confirm.as_deref()).await {
        Ok(quote) => quote,
        Err(error) => return Ok(refusal(desk, &error.to_string()).into()),
    };
    match consent(desk, &prepared, &way.ledger, &quote).await {
        Agreed::By(consent) => Ok(reserve_and_send(desk, input, prepared, way, quote, consent).await.into()),
        Agreed::Not(answer) => Ok(Ended::Answer(answer)),
        Agreed::Later(question) => Ok(Ended::Ask(question)),
    }
}

/// An answer for a paid call that was not made.
fn refusal(desk: &Desk<'_>, why: &str) -> Answer {
    let complaints = desk.operator.complaints().iter().map(|text| format!(" Also: {text}.")).collect::<Vec<_>>().concat();
    let summary = format!("No paid call was made and nothing was set aside: {}.{complaints}", why.trim_end_matches('.'));
    let mut answer = Answer::new(Mode::Live, Outcome::Refused, summary, &desk.engine.knowledge.as_of);
    answer.next = Some(next("test_generation", json!({"mode": "dry_run"})));
    answer
}

/// A request that may be paid for.
struct Prepared {
    plan: Plan,
    client: Arc<Client<Live>>,
    terms: Terms,
    units: f64,
    /// Pointer of the member that carries the external id.
    place: &'static str,
}

impl Prepared {
    fn of(desk: &Desk<'_>, input: &Input, plan: Plan) -> Result<Self, String> {
        if let Some(why) = plan.obstacle() {
            return Err(why);
        }
        let endpoint = plan.verdict.endpoint.as_ref().map(|seen| seen.id.clone()).unwrap_or_default();
        let place = desk.validator.external_id_place(&endpoint).ok_or_else(|| {
            "this endpoint takes no external_task_id, so a lost answer could not be told from a task that was made; try it in the sandbox".to_owned()
        })?;
        let units = plan.units().ok_or("the price of this request is not known, so it cannot be held against a cap")?;
        if let Some(most) = input.max_units.filter(|most| units > *most) {
            return Err(format!("it would cost {units} units, more than max_units {most}"));
        }
        let amount = Units::from_price(units).ok_or("the price is no amount")?;
        let found = desk.operator.credential().map_err(|error| error.to_string())?;
        if plan.verdict.generation == "new" && !found.credential.serves_new() {
            return Err(
                "this path takes an API key only, and an AK/SK pair is set; set KLING_API_KEY or use the translation of validate_request"
                    .to_owned(),
            );
        }
        let terms = terms(&plan, &found.credential, amount);
        let client = desk.operator.client(&desk.engine.knowledge, Some(found.credential)).map_err(|error| error.to_string())?;
        Ok(Self { plan, client: Arc::new(client), terms, units, place })
    }

    /// A new quote, or the one that was confirmed: the ledger holds it against these terms when it reserves.
    async fn quote(&self, ledger: &Arc<Ledger>, confirm: Option<&str>) -> Result<Quote, LedgerError> {
        if let Some(id) = confirm.map(str::trim).filter(|id| !id.is_empty()) {
            return Ok(Quote { id: id.to_owned(), units: self.terms.units, expires: 0 });
        }
        let terms = self.terms.clone();
        on_disk(ledger, move |ledger| ledger.quote(&terms)).await
    }

    /// The body with the external id of the reservation.
    fn body(&self, external_id: &str) -> Value {
        let mut body = self.plan.body();
        place(&mut body, self.place, external_id);
        body
    }
}

/// What the money is for. The external id is ours and no part of it.
fn terms(plan: &Plan, credential: &Credential, units: Units) -> Terms {
    let mut body = plan.body();
    for pointer in ["/external_task_id", "/options/external_task_id"] {
        unplace(&mut body, pointer);
    }
    Terms {
        principal: PRINCIPAL.to_owned(),
        account: Operator::account(credential),
        endpoint: plan.path().to_owned(),
        digest: Digest::of(&json!({"path": plan.path(), "body": body})),
        units,
    }
}

fn place(body: &mut Value, pointer: &str, external_id: &str) {
    let mut at = body;
    let mut keys = pointer.trim_start_matches('/').split('/').peekable();
    while let Some(key) = keys.next() {
        let Some(object) = at.as_object_mut() else { return };
        if keys.peek().is_none() {
            object.insert(key.to_owned(), json!(external_id));
            return;
        }
        at = object.entry(key).or_insert_with(|| json!({}));
    }
}

fn unplace(body: &mut Value, pointer: &str) {
    let Some((parent, key)) = pointer.rsplit_once('/') else { return };
    if let Some(object) = body.pointer_mut(parent).and_then(Value::as_object_mut) {
        object.remove(key);
    }
}

/// What became of the question.
enum Agreed {
    By(Consent),
    Not(Box<Answer>),
    Later(Question),
}

async fn consent(desk: &Desk<'_>, prepared: &Prepared, ledger: &Arc<Ledger>, quote: &Quote) -> Agreed {
    let question = question(prepared, ledger, quote).await;
    match desk.host.ask(&question).await {
        Reply::Agreed => Agreed::By(Consent::Asked),
        Reply::Later => Agreed::Later(question),
        Reply::Unavailable if prepared.terms.units <= desk.operator.caps().unattended => Agreed::By(Consent::Unattended),
        Reply::Unavailable => Agreed::Not(Box::new(unasked(
            desk,
            prepared,
            quote,
            "this client cannot ask a person. Use one that supports elicitation, run `klingai-mcp test --mode live` in a terminal, or let the operator set KLING_MCP_UNATTENDED_UNITS to at least the price",
        ))),
        Reply::Declined => Agreed::Not(Box::new(unasked(
            desk,
            prepared,
            quote,
            "the question was declined, by a person or by a client that declines by itself. Ask again, or run `klingai-mcp test --mode live` in a terminal",
        ))),
    }
}

fn unasked(desk: &Desk<'_>, prepared: &Prepared, quote: &Quote, why: &str) -> Answer {
    let mut answer = refusal(desk, &format!("it costs {} and {why}", quote.units));
    answer.quote = Some(QuoteSeen { id: quote.id.clone(), units: prepared.units, expires: utc(quote.expires) });
    answer.cost = Some(CostSeen { quoted_units: Some(prepared.units), ..CostSeen::default() });
    answer.request_sent = None;
    answer
}

async fn question(prepared: &Prepared, ledger: &Arc<Ledger>, quote: &Quote) -> Question {
    let account = prepared.terms.account.clone();
    let balance = on_disk(ledger, move |ledger| ledger.balance(&account)).await;
    let left = balance.map(|[day, _]| format!(" {} are left of today's cap of {}.", day.left, day.cap)).unwrap_or_default();
    let model = prepared.plan.verdict.model.clone().unwrap_or_else(|| "default model".to_owned());
    let usd = prepared.plan.verdict.cost.as_ref().map(|cost| format!(", about {:.2} USD at list price", cost.usd)).unwrap_or_default();
    let Terms { digest, units, account, .. } = &prepared.terms;
    Question {
        text: format!(
            "Spend {units}{usd} on one real Kling generation? POST {} with {model}.{left} Account {account}. It is sent at most once.",
            prepared.plan.path()
        ),
        quote: quote.id.clone(),
        binding: format!("{PRINCIPAL}|{}|{}|{account}", digest.as_str(), units.milli()),
    }
}

async fn reserve_and_send(desk: &Desk<'_>, input: &Input, prepared: Prepared, way: Way, quote: Quote, consent: Consent) -> Answer {
    let (id, terms) = (quote.id.clone(), prepared.terms.clone());
    match on_disk(&way.ledger, move |ledger| ledger.reserve(&id, &terms, consent)).await {
        Ok(Reserved::Now(reservation)) => send(desk, input, prepared, way, reservation).await,
        Ok(Reserved::Deduplicated(intent)) => {
            let mut answer = status::of_intent(desk, input, &way, &intent, Mode::Live).await;
            answer.deduplicated = true;
            answer.summary =
                format!("This very call was made before ({}), so nothing new was sent. {}", intent.external_id, answer.summary);
            answer
        }
        Err(error) => {
            let mut answer = refusal(desk, &error.to_string());
            answer.cost = Some(CostSeen { quoted_units: Some(prepared.units), ..CostSeen::default() });
            answer
        }
    }
}

async fn send(desk: &Desk<'_>, input: &Input, prepared: Prepared, way: Way, reservation: Reservation) -> Answer {
    let body = prepared.body(reservation.external_id());
    let external_id = reservation.external_id().to_owned();
    let request = CreateRequest { path: prepared.plan.path().to_owned(), body: body.to_string().into_bytes() };
    let started = Instant::now();
    // A task of its own: when the caller goes away the create is still recorded.
    let sent = tokio::spawn(sent_once(way.clone(), reservation, request)).await;
    let mut answer = Answer::new(Mode::Live, Outcome::Pending, "", &desk.engine.knowledge.as_of);
    answer.steps = dry_run::steps(&prepared.plan);
    answer.request_sent = Some(dry_run::sent(desk, &prepared.plan, &body));
    answer.cost = Some(CostSeen { quoted_units: Some(prepared.units), ..CostSeen::default() });
    match sent {
        Ok(Ok(done)) => {
            tell::evidence(&mut answer, done.outcome.evidence());
            let created = matches!(done.outcome, CreateOutcome::Created { .. });
            answer.steps.push(Step::new("create", created, tell::told(&done.outcome)).took(tell::elapsed(started)));
            after(desk, input, &prepared, &way, done, &mut answer).await;
        }
        Ok(Err(error)) => return refusal(desk, &error.to_string()),
        Err(_) => {
            answer.undecided();
            answer.summary = format!("The call ended inside; {external_id} counts as spent until it is found.");
            way.lost(&external_id).await;
            status::come_back(&mut answer, &external_id, 2);
        }
    }
    answer.cost.get_or_insert_default().cap_left = way.left(&prepared.terms.account).await;
    answer
}

/// A create and its row.
struct Done {
    outcome: CreateOutcome,
    external_id: String,
    intent: Result<Intent, LedgerError>,
}

/// Write-ahead, the one POST, and its record. Nothing between the first and the last is ever repeated.
async fn sent_once(way: Way, reservation: Reservation, request: CreateRequest) -> Result<Done, LedgerError> {
    let permit = on_disk(&way.ledger, move |ledger| {
        // What cannot be written down is not sent, and is given back as soon as the ledger can be written again.
        ledger.sending(&reservation).inspect_err(|_| drop(ledger.release(&reservation)))
    })
    .await?;
    let external_id = permit.external_id().to_owned();
    let outcome = way.client.create(permit, &request, CREATE_TIMEOUT).await;
    let (id, entry) = (external_id.clone(), books::outcome(&outcome));
    let intent = on_disk(&way.ledger, move |ledger| ledger.record(&id, &entry)).await;
    Ok(Done { outcome, external_id, intent })
}

async fn after(desk: &Desk<'_>, input: &Input, prepared: &Prepared, way: &Way, done: Done, answer: &mut Answer) {
    let Done { outcome, external_id, intent } = done;
    let intent = match intent {
        Ok(intent) => intent,
        Err(error) => {
            answer.undecided();
            answer.steps.push(Step::new("ledger", false, error.to_string()));
            answer.summary = format!("{}, but the ledger could not write it down; it counts as spent.", tell::told(&outcome));
            return status::come_back(answer, &external_id, 2);
        }
    };
    let url = format!("{}{}", desk.base_url(), prepared.plan.path());
    match &outcome {
        CreateOutcome::Created { .. } => status::follow_up(desk, input, way, &intent, answer).await,
        CreateOutcome::NotCreated { .. } => {
            answer.outcome = Outcome::Refused;
            answer.task = Some(status::seen(&intent));
            answer.diagnosis =
                tell::diagnosis(desk.engine, desk.now(), prepared.plan.path(), &tell::exchange_of(&url, &outcome), outcome.evidence());
            answer.summary = tell::failed(answer, "Nothing was created and the amount was given back");
        }
        CreateOutcome::MayExist { .. } => {
            let diagnosis =
                tell::diagnosis(desk.engine, desk.now(), prepared.plan.path(), &tell::exchange_of(&url, &outcome), outcome.evidence());
            status::look_for(desk, input, way, &intent, answer).await;
            answer.diagnosis = answer.diagnosis.take().or(diagnosis);
            if answer.outcome == Outcome::Unknown {
                answer.summary = tell::failed(answer, "Whether a task exists is not known; it counts as spent and is not sent again");
            }
        }
    }
    if let Some(cost) = &mut answer.cost {
        cost.quoted_units = Some(number(prepared.terms.units));
    }
}
