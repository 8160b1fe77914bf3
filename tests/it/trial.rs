//! `test_generation` against a sandbox in this process: what is paid, what is never paid twice, and what is said.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::sync::OnceLock;

use klingai_mcp::diagnose::Engine;
use klingai_mcp::kling::credentials::Asked;
use klingai_mcp::knowledge::Knowledge;
use klingai_mcp::ledger::{Caps, Ledger, State, Units, system_entropy};
use klingai_mcp::sandbox::{Clock, Running, Sandbox, Scenario, Settings};
use klingai_mcp::trial::{Answer, Desk, Ended, Host, Input, Mode, Operator, Outcome, Question, Reply, Soon, run};
use klingai_mcp::validate::{Parts, Validator};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The clock of this machine: sandbox and client share it.
pub(crate) fn millis() -> i64 {
    #[expect(clippy::disallowed_methods, reason = "a test is its own shell")]
    jiff::Timestamp::now().as_millisecond()
}

fn engine() -> &'static Engine {
    crate::common::engine()
}

fn validator() -> &'static Validator {
    static VALIDATOR: OnceLock<Validator> = OnceLock::new();
    VALIDATOR.get_or_init(|| Validator::new().unwrap())
}

fn units(text: &str) -> Units {
    text.parse().unwrap()
}

/// A person with a fixed opinion.
struct Says(Reply);

impl Host for Says {
    fn ask<'a>(&'a self, _: &'a Question) -> Soon<'a, Reply> {
        Box::pin(async { self.0 })
    }

    fn progress<'a>(&'a self, _: Option<f64>, _: &'a str) -> Soon<'a, ()> {
        Box::pin(async {})
    }
}

/// A sandbox, a folder for the ledger, and an operator who allows ten units.
pub(crate) struct World {
    pub(crate) sandbox: Running,
    folder: TempDir,
    pub(crate) operator: Operator,
}

impl World {
    pub(crate) async fn of(scenario: &str) -> Self {
        Self::with(scenario, Caps { day: units("10"), month: units("10"), unattended: units("10") }).await
    }

    async fn with(scenario: &str, caps: Caps) -> Self {
        let mut settings = Settings::new(Clock::scaled(millis, 600.0));
        if !scenario.is_empty() {
            settings.scenario = Scenario::named(&Knowledge::load().unwrap(), scenario).unwrap();
        }
        let key = secrecy::ExposeSecret::expose_secret(&settings.credentials.api_key).to_owned();
        let sandbox = Sandbox::start(settings).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator::unset(millis)
            .calling(Asked::only_file(credentials(&folder, &key)), sandbox.url())
            .spending(folder.path().join("state"), caps);
        Self { sandbox, folder, operator }
    }

    async fn run(&self, host: Reply, input: &Input) -> Answer {
        let desk = Desk { engine: engine(), validator: validator(), operator: &self.operator, host: &Says(host) };
        match run(desk, input).await.unwrap() {
            Ended::Answer(answer) => *answer,
            Ended::Ask(question) => panic!("asked: {}", question.text),
        }
    }

    async fn live(&self) -> Answer {
        self.run(Reply::Agreed, &live(8)).await
    }

    fn creates(&self) -> u64 {
        self.sandbox.counts().creates
    }

    /// Creates that were sent, accepted or not.
    fn posts(&self) -> usize {
        self.sandbox.requests().iter().filter(|request| request.method == "POST" && request.path.starts_with("/text-to-video")).count()
    }

    fn ledger(&self) -> Ledger {
        let caps = Caps { day: units("10"), month: units("10"), unattended: units("10") };
        Ledger::open(&self.folder.path().join("state"), caps, Box::new(|| millis() / 1000), system_entropy()).unwrap()
    }

    fn states(&self) -> Vec<State> {
        self.ledger().recent(9).unwrap().into_iter().map(|intent| intent.state).collect()
    }
}

fn credentials(folder: &TempDir, key: &str) -> PathBuf {
    let path = folder.path().join("credentials.toml");
    std::fs::write(&path, format!("api_key = \"{key}\"\n")).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

fn live(wait_s: u32) -> Input {
    Input { mode: Mode::Live, wait_s: Some(wait_s), ..Input::default() }
}

fn asking(path: &str, body: &Value, mode: Mode) -> Input {
    let parts = Parts { endpoint: Some(path.to_owned()), body: Some(body.to_string()), ..Parts::default() };
    Input { mode, parts, wait_s: Some(8), ..Input::default() }
}

fn cause(answer: &Answer) -> &str {
    &answer.diagnosis.as_ref().unwrap_or_else(|| panic!("{}", answer.summary)).diagnoses[0].cause
}

#[tokio::test]
async fn a_paid_task_is_made_once_polled_and_settled() {
    let world = World::of("").await;
    let answer = world.live().await;
    assert_eq!(answer.outcome, Outcome::Ok, "{} {:?}", answer.summary, answer.steps);
    assert_eq!((world.creates(), world.states()), (1, vec![State::Settled]));
    let cost = answer.cost.unwrap();
    assert_eq!((cost.quoted_units, cost.charged_units, cost.cap_left), (Some(1.5), Some(1.5), Some(8.5)));
    assert!(answer.task.unwrap().external_id.unwrap().starts_with("kmcp-"));
}

#[tokio::test]
async fn the_same_call_again_finds_the_task_and_makes_none() {
    let world = World::of("").await;
    let (first, second) = (world.live().await, world.live().await);
    assert!(!first.deduplicated && second.deduplicated, "{}", second.summary);
    assert_eq!(first.task.unwrap().id, second.task.unwrap().id);
    assert_eq!(world.creates(), 1);
}

/// The caller goes away at sixty instants of a paid call, spread over its whole length, and makes it again.
#[tokio::test]
async fn a_caller_that_goes_away_and_comes_back_pays_once() {
    for at in 0..60 {
        let world = World::of("").await;
        let operator = world.operator.clone();
        let call = tokio::spawn(async move {
            let desk = Desk { engine: engine(), validator: validator(), operator: &operator, host: &Says(Reply::Agreed) };
            run(desk, &live(0)).await.unwrap()
        });
        tokio::time::sleep(std::time::Duration::from_millis(2 * at)).await;
        call.abort();
        let _ = call.await;
        let again = world.run(Reply::Agreed, &live(0)).await;
        assert!(matches!(again.outcome, Outcome::Ok | Outcome::Pending), "gone after {} ms: {}", 2 * at, again.summary);
        // What the first call sent is written down although nobody waits for it.
        while world.states().iter().any(|state| matches!(state, State::Reserved | State::Sending)) {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        // A call that went away before it sent anything leaves a row that was given back.
        let paid = world.states().iter().filter(|state| !state.is_released()).count();
        assert_eq!((world.creates(), paid), (1, 1), "gone after {} ms: {}", 2 * at, again.summary);
    }
}

#[tokio::test]
async fn without_a_cap_nothing_is_sent() {
    let world = World::with("", Caps::default()).await;
    let answer = world.live().await;
    assert_eq!((answer.outcome, world.posts()), (Outcome::Refused, 0));
    assert!(answer.summary.contains("KLING_MCP_CAP_DAY_UNITS"), "{}", answer.summary);
}

#[tokio::test]
async fn a_price_above_the_cap_or_above_max_units_is_refused() {
    let small = World::with("", Caps { day: units("1.4"), month: units("10"), unattended: units("10") }).await;
    let answer = small.live().await;
    assert_eq!((answer.outcome, small.posts()), (Outcome::Refused, 0), "{}", answer.summary);
    let world = World::of("").await;
    let answer = world.run(Reply::Agreed, &Input { max_units: Some(1.0), ..live(0) }).await;
    assert_eq!((answer.outcome, world.posts()), (Outcome::Refused, 0), "{}", answer.summary);
}

#[tokio::test]
async fn nobody_to_ask_means_a_quote_and_no_call_unless_the_operator_allows_it() {
    let attended = World::with("", Caps { day: units("10"), month: units("10"), unattended: Units::ZERO }).await;
    let answer = attended.run(Reply::Unavailable, &live(0)).await;
    assert_eq!((answer.outcome, attended.posts()), (Outcome::Refused, 0));
    assert!(answer.quote.is_some() && answer.summary.contains("KLING_MCP_UNATTENDED_UNITS"), "{}", answer.summary);
    let allowed = World::of("").await;
    let answer = allowed.run(Reply::Unavailable, &live(8)).await;
    assert_eq!((answer.outcome, allowed.creates()), (Outcome::Ok, 1), "{}", answer.summary);
}

#[tokio::test]
async fn a_declined_question_sends_nothing() {
    let world = World::of("").await;
    let answer = world.run(Reply::Declined, &live(0)).await;
    assert_eq!((answer.outcome, world.posts(), world.states()), (Outcome::Refused, 0, vec![]), "{}", answer.summary);
}

#[tokio::test]
async fn a_lost_answer_is_found_by_its_external_id_and_not_sent_again() {
    let world = World::of("reset-after").await;
    let answer = world.live().await;
    assert_eq!((world.posts(), world.creates()), (1, 1));
    assert_eq!(answer.outcome, Outcome::Ok, "{} {:?}", answer.summary, answer.steps);
    assert_eq!(world.states(), [State::Settled]);
}

#[tokio::test]
async fn a_create_that_is_not_found_counts_as_spent_and_is_not_sent_again() {
    let world = World::of("reset-before").await;
    let answer = world.run(Reply::Agreed, &live(0)).await;
    assert_eq!(answer.outcome, Outcome::Unknown, "{}", answer.summary);
    assert_eq!((world.posts(), world.states()), (1, vec![State::Unknown]));
    assert_eq!(answer.cost.as_ref().unwrap().cap_left, Some(8.5));
    let again = world.run(Reply::Agreed, &live(0)).await;
    assert!(again.deduplicated && again.outcome == Outcome::Unknown, "{}", again.summary);
    assert_eq!(world.posts(), 1);
    let id = answer.task.unwrap().external_id.unwrap();
    let status =
        world.run(Reply::Unavailable, &Input { mode: Mode::Status, external_task_id: Some(id), wait_s: Some(0), ..Input::default() }).await;
    assert_eq!((status.outcome, world.posts()), (Outcome::Unknown, 1), "{}", status.summary);
}

#[tokio::test]
async fn a_server_error_after_the_task_was_made_leads_to_that_task() {
    for scenario in ["accepted-504-html", "accepted-502-html"] {
        let world = World::of(scenario).await;
        let answer = world.live().await;
        assert_eq!((answer.outcome, world.posts(), world.creates()), (Outcome::Ok, 1, 1), "{scenario}: {}", answer.summary);
    }
}

#[tokio::test]
async fn a_refusal_gives_the_amount_back_and_is_diagnosed() {
    for (scenario, expected) in [("1102", "balance.pack_empty"), ("1303", "quota.concurrency"), ("1301", "content.input_refused")] {
        let world = World::of(scenario).await;
        let answer = world.live().await;
        assert_eq!((answer.outcome, world.posts(), world.creates()), (Outcome::Refused, 1, 0), "{scenario}: {}", answer.summary);
        assert_eq!(cause(&answer), expected, "{scenario}");
        let response = answer.response.as_ref().unwrap();
        assert_eq!(response.service_code.map(|code| code.to_string()).as_deref(), Some(scenario));
        assert!(response.request_id.is_some());
        assert_eq!((world.states(), answer.cost.unwrap().cap_left), (vec![State::Rejected], Some(10.0)));
    }
}

#[tokio::test]
async fn a_task_that_fails_is_free_and_diagnosed() {
    let world = World::of("task-risk-control").await;
    let answer = world.live().await;
    assert_eq!(answer.outcome, Outcome::Failed, "{}", answer.summary);
    assert_eq!(answer.cost.as_ref().unwrap().cap_left, Some(10.0));
    assert_eq!(cause(&answer), "content.task_refused");
    assert!(answer.untrusted.iter().any(|words| words.excerpt.contains("risk control")), "{:?}", answer.untrusted);
}

#[tokio::test]
async fn a_short_wait_ends_with_the_call_that_goes_on() {
    let world = World::of("").await;
    let answer = world.run(Reply::Agreed, &live(0)).await;
    assert_eq!(answer.outcome, Outcome::Pending, "{}", answer.summary);
    let next = answer.next.unwrap();
    assert_eq!((next.tool.as_str(), next.arguments["mode"].as_str()), ("test_generation", Some("status")));
    let id = next.arguments["external_task_id"].as_str().unwrap().to_owned();
    let ended = world
        .run(Reply::Unavailable, &Input { mode: Mode::Status, external_task_id: Some(id), wait_s: Some(15), ..Input::default() })
        .await;
    assert_eq!((ended.outcome, world.creates(), world.states()), (Outcome::Ok, 1, vec![State::Settled]), "{}", ended.summary);
}

#[tokio::test]
async fn a_request_with_a_fault_is_never_paid_for() {
    let world = World::of("").await;
    let answer =
        world.run(Reply::Agreed, &asking("/v1/videos/text2video", &json!({"model_name": "kling-v3", "duration": 5}), Mode::Live)).await;
    assert_eq!((answer.outcome, world.posts()), (Outcome::Refused, 0), "{}", answer.summary);
}

#[tokio::test]
async fn an_endpoint_without_external_id_is_not_paid_for() {
    let world = World::of("").await;
    let body = json!({"text": "a fox", "voice_id": "genshin_vindi2", "voice_language": "en"});
    let answer = world.run(Reply::Agreed, &asking("/v1/audio/tts", &body, Mode::Live)).await;
    assert_eq!((answer.outcome, world.sandbox.counts().requests), (Outcome::Refused, 0), "{}", answer.summary);
}

#[tokio::test]
async fn a_quote_that_is_foreign_or_about_another_request_is_refused() {
    let world = World::of("").await;
    let unknown = world.run(Reply::Agreed, &Input { confirm: Some("nonsense".to_owned()), ..live(0) }).await;
    assert_eq!((unknown.outcome, world.posts()), (Outcome::Refused, 0), "{}", unknown.summary);
    let quoted = World::with("", Caps { day: units("10"), month: units("10"), unattended: Units::ZERO }).await;
    let quote = quoted.run(Reply::Unavailable, &live(0)).await.quote.unwrap();
    let other = asking("/text-to-video/kling-3.0", &json!({"prompt": "another", "settings": {"duration": 5}}), Mode::Live);
    let edited = quoted.run(Reply::Agreed, &Input { confirm: Some(quote.id.clone()), ..other }).await;
    assert!(edited.outcome == Outcome::Refused && edited.summary.contains("changed after it was quoted"), "{}", edited.summary);
    let right = quoted.run(Reply::Agreed, &Input { confirm: Some(quote.id), ..live(8) }).await;
    assert_eq!((right.outcome, quoted.creates()), (Outcome::Ok, 1), "{}", right.summary);
}

#[tokio::test]
async fn an_unusable_ledger_stops_paid_calls_and_nothing_else() {
    let world = World::of("").await;
    let state = world.folder.path().join("state");
    std::fs::create_dir(&state).unwrap();
    std::fs::set_permissions(&state, std::fs::Permissions::from_mode(0o777)).unwrap();
    let answer = world.live().await;
    assert_eq!((answer.outcome, world.posts()), (Outcome::Refused, 0), "{}", answer.summary);
    assert!(answer.summary.contains("0700"), "{}", answer.summary);
    let dry = world.run(Reply::Unavailable, &Input::default()).await;
    assert_eq!(dry.outcome, Outcome::Ok);
}

#[tokio::test]
async fn without_a_credential_the_answer_says_what_to_set() {
    let operator = Operator::unset(millis);
    let desk = Desk { engine: engine(), validator: validator(), operator: &operator, host: &Says(Reply::Agreed) };
    let Ended::Answer(answer) = run(desk, &live(0)).await.unwrap() else { panic!("asked") };
    assert!(answer.outcome == Outcome::Refused && answer.summary.contains("KLING_API_KEY"), "{}", answer.summary);
}

#[tokio::test]
async fn a_dry_run_sends_nothing() {
    let world = World::of("").await;
    let answer = world.run(Reply::Agreed, &asking("/text-to-video/kling-3.0", &json!({"prompt": "a fox"}), Mode::DryRun)).await;
    assert_eq!((answer.outcome, world.sandbox.counts().requests), (Outcome::Ok, 0));
    let sent = answer.request_sent.unwrap();
    assert_eq!((sent.method.as_str(), sent.bytes), ("POST", r#"{"prompt":"a fox"}"#.len()));
    assert!(sent.headers["Authorization"].contains("<your API key>"), "{:?}", sent.headers);
}

#[tokio::test]
async fn a_probe_is_free_and_names_the_packs() {
    let world = World::of("").await;
    let answer = world.run(Reply::Unavailable, &Input { mode: Mode::Probe, ..Input::default() }).await;
    assert_eq!((answer.outcome, world.creates()), (Outcome::Ok, 0), "{} {:?}", answer.summary, answer.steps);
    assert!(answer.steps.iter().any(|step| step.name == "pack"), "{:?}", answer.steps);
}

#[tokio::test]
async fn a_sandbox_run_fetches_a_real_file_or_raises_the_failure_that_is_asked_for() {
    let world = World::of("").await;
    let answer = world.run(Reply::Unavailable, &Input { mode: Mode::Sandbox, ..Input::default() }).await;
    assert!(answer.outcome == Outcome::Ok && answer.steps.iter().any(|step| step.detail.contains("MP4")), "{:?}", answer.steps);
    let failed = world.run(Reply::Unavailable, &Input { mode: Mode::Sandbox, scenario: Some("1102".to_owned()), ..Input::default() }).await;
    assert_eq!((failed.outcome, cause(&failed)), (Outcome::Refused, "balance.pack_empty"));
    assert_eq!(world.sandbox.counts().requests, 0, "the address of the operator is not asked");
}

#[tokio::test]
async fn an_unknown_scenario_is_answered_with_near_names() {
    let world = World::of("").await;
    let desk = Desk { engine: engine(), validator: validator(), operator: &world.operator, host: &Says(Reply::Unavailable) };
    let input = Input { mode: Mode::Sandbox, scenario: Some("reset-aftr".to_owned()), ..Input::default() };
    let error = run(desk, &input).await.unwrap_err();
    assert!(error.contains("reset-after") && error.contains("scenario"), "{error}");
}
