//! Every scenario does what its name says, and a diagnosis of what it shows names the cause that it promises.

use std::time::Duration;

use klingai_mcp::sandbox::{Credentials, Scenario};

use super::client::{Bench, LEGACY, Reply, T2V, good, in_scenario, in_written, key};
use super::credentials::token;
use crate::common::{clock, diagnose, engine};

/// Longer than any answer takes that is not held back.
const PATIENCE: Duration = Duration::from_millis(700);

/// What a caller would paste: the first thing that went wrong.
struct Evidence(String);

/// Host that a paste shows in place of this machine.
fn host(name: &str) -> &'static str {
    if name == "old-host" || name == "404-html" { "api.klingai.com" } else { "api-singapore.klingai.com" }
}

async fn call(bench: &Bench, name: &str, method: &str, target: &str, authorization: &str, body: &str) -> Result<Reply, Evidence> {
    let line = format!("{method} https://{}{target}", host(name));
    match tokio::time::timeout(PATIENCE, bench.raw(method, target, Some(authorization), body)).await {
        Err(_) => Err(Evidence(format!("{line}\nrequests.exceptions.ReadTimeout: HTTPSConnectionPool: Read timed out. (read timeout=60)"))),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::UnexpectedEof => Err(Evidence(format!(
            "{line}\nrequests.exceptions.ChunkedEncodingError: ('Connection broken: IncompleteRead(40 bytes read, 200 more expected)')"
        ))),
        Ok(Err(_)) => Err(Evidence(format!(
            "{line}\nrequests.exceptions.ConnectionError: ('Connection aborted.', ConnectionResetError(104, 'Connection reset by peer'))"
        ))),
        Ok(Ok(reply)) if reply.status == 200 && (!reply.head.contains("json") || reply.code() == 0) => Ok(reply),
        Ok(Ok(reply)) => Err(Evidence(format!("{line}\n\n{}\n\n{}", reply.head, reply.text()))),
    }
}

/// Does what a client does, until something goes wrong.
async fn go(bench: &Bench, scenario: &Scenario) -> Result<(), Evidence> {
    let name = scenario.name.as_str();
    let life = scenario.token_life_s.unwrap_or(1800);
    let with_token = scenario.expect.iter().any(|cause| cause.starts_with("auth.token"));
    let (path, authorization) = if with_token { (LEGACY, token(clock() - 5, clock() + life)) } else { (T2V, key()) };
    for _ in 0..3 {
        call(bench, name, "POST", path, &authorization, &good(path).to_string()).await?;
    }
    for _ in 0..2 {
        call(bench, name, "GET", "/tasks?task_ids=1", &key(), "").await?;
    }
    bench.wait(3600);
    let task = bench.running.tasks().remove(0);
    let id = task["id"].as_str().unwrap();
    if task["status"] != "succeeded" {
        let reply = call(bench, name, "GET", &format!("/tasks?task_ids={id}"), &key(), "").await?;
        let slow = if task["status"] == "processing" { "\nThe task is still processing after 40 minutes." } else { "" };
        return Err(Evidence(format!("GET https://{}/tasks?task_ids={id}\n{}{slow}", host(name), reply.text())));
    }
    let file = format!("/__sandbox/results/{id}/0.mp4");
    call(bench, name, "GET", &file, &key(), "").await.map(|_| ()).map_err(|evidence| {
        let status = evidence.0.split("HTTP/1.1 ").nth(1).and_then(|rest| rest.get(..3)).unwrap_or("404").to_owned();
        Evidence(format!("download of the result: GET https://v15-kling-fdl.klingai.com/bs2/video.mp4 answered HTTP {status}"))
    })
}

/// Whether no vendor text in the paste is one that its page calls a mere hint.
fn decides(paste: &str) -> bool {
    let texts = engine().knowledge.messages.iter().flat_map(|page| &page.head.texts);
    !texts.filter(|text| text.weight.is_some()).any(|text| paste.contains(&text.text.replace("<x>", "1")))
}

#[tokio::test]
async fn every_scenario_shows_the_cause_that_it_promises() {
    let knowledge = &engine().knowledge;
    let mut wrong = Vec::new();
    for name in Scenario::names(knowledge) {
        let scenario = Scenario::named(knowledge, &name).unwrap();
        if name.starts_with("callbacks-") {
            continue; // what is wrong shows at the receiver: see callbacks.rs
        }
        let bench = in_scenario(&name).await;
        match go(&bench, &scenario).await {
            Ok(()) => wrong.push(format!("{name}: nothing went wrong")),
            Err(Evidence(paste)) => {
                let report = diagnose(&paste);
                let causes: Vec<&str> = report.diagnoses.iter().map(|diagnosis| diagnosis.cause.as_str()).collect();
                let looked_at = if decides(&paste) { causes.get(..1).unwrap_or_default() } else { &causes };
                if !scenario.expect.iter().any(|cause| looked_at.contains(&cause.as_str())) {
                    wrong.push(format!("{name}: {causes:?} and not {:?} in {paste:?}", scenario.expect));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_code_scenario_has_the_status_and_number_of_its_page() {
    for page in engine().knowledge.codes.iter().filter(|page| page.head.kling && page.head.code > 0) {
        let bench = in_scenario(&page.head.code.to_string()).await;
        let reply = bench.post(T2V, &good(T2V)).await;
        assert_eq!((i64::from(reply.status), reply.code()), (i64::from(page.head.http[0]), page.head.code));
        assert_eq!(bench.running.counts().creates, 0);
    }
}

#[tokio::test]
async fn an_accepted_create_exists_whatever_the_answer_was() {
    for name in
        ["reset-after", "cut-body", "slow-body", "slow-answer", "accepted-504-html", "accepted-502-html", "5000-accepted", "5002-accepted"]
    {
        let bench = in_scenario(name).await;
        let mut body = good(T2V);
        body["options"] = serde_json::json!({"external_task_id": "mine"});
        let first = tokio::time::timeout(PATIENCE, bench.send("POST", T2V, Some(&body))).await;
        assert!(!matches!(first, Ok(Ok(ref reply)) if reply.status == 200), "{name}: {first:?}");
        assert_eq!(bench.get("/tasks?external_task_ids=mine").await.json()["data"][0]["status"], "submitted", "{name}");
        assert_eq!(bench.post(T2V, &body).await.message(), "External_task_id mine already exists", "{name}");
        assert_eq!(bench.running.counts().creates, 1, "{name}");
    }
}

#[tokio::test]
async fn a_reset_before_acceptance_creates_nothing() {
    let bench = in_scenario("reset-before").await;
    let error = bench.send("POST", T2V, Some(&good(T2V))).await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::ConnectionReset);
    assert_eq!((bench.running.counts().creates, bench.running.requests()[0].status), (0, None));
    bench.created(T2V).await;
}

#[tokio::test]
async fn a_cut_comes_after_exactly_so_many_bytes() {
    for at in [0, 1, 40, 100] {
        let bench = in_written(&format!("[[step]]\non = \"create\"\naccepted = true\ncut_after = {at}")).await;
        let error = bench.send("POST", T2V, Some(&good(T2V))).await.unwrap_err();
        assert_eq!(error.to_string().len(), if at == 0 { "unexpected end of file".len() } else { at }, "{error}");
    }
}

#[tokio::test]
async fn a_delay_holds_the_answer_back() {
    let bench = in_written("[[step]]\non = \"create\"\nnth = 1\naccepted = true\ndelay_s = 0.4").await;
    assert!(tokio::time::timeout(Duration::from_millis(200), bench.post(T2V, &good(T2V))).await.is_err());
    assert_eq!(bench.running.counts().creates, 1);
}

#[tokio::test]
async fn an_outage_ends_by_the_virtual_clock() {
    let bench = in_scenario("outage").await;
    assert_eq!(bench.post(T2V, &good(T2V)).await.status, 500);
    bench.wait(30);
    bench.created(T2V).await;
}

#[tokio::test]
async fn a_scenario_leaves_wrong_credentials_wrong() {
    let bench = in_scenario("1303").await;
    assert_eq!(bench.raw("POST", T2V, Some("Bearer nobody"), "{}").await.unwrap().code(), 1002);
    let secret = Credentials::default().access_key;
    assert_eq!(bench.raw("POST", LEGACY, Some(&secret), "{}").await.unwrap().code(), 1002);
}
