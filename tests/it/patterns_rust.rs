//! The Rust patterns of `references/patterns/rust`: compiled as they stand, and run against scripted answers.

#[path = "../../references/patterns/rust/auth.rs"]
#[expect(unreachable_pub, reason = "a pattern is written for a crate of its own")]
mod auth;
#[path = "../../references/patterns/rust/envelope.rs"]
#[expect(unreachable_pub, reason = "a pattern is written for a crate of its own")]
mod envelope;
#[path = "../../references/patterns/rust/failed_task.rs"]
#[expect(unreachable_pub, reason = "a pattern is written for a crate of its own")]
mod failed_task;
#[path = "../../references/patterns/rust/poll.rs"]
#[expect(unreachable_pub, reason = "a pattern is written for a crate of its own")]
mod poll;
#[path = "../../references/patterns/rust/submit.rs"]
#[expect(unreachable_pub, reason = "a pattern is written for a crate of its own")]
mod submit;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use std::{collections::VecDeque, time::Duration};

const NEW: &str = "/text-to-video/kling-3.0-turbo";
const LEGACY: &str = "/v1/videos/text2video";
const RISK: &str = "Failure to pass the risk control system";

/// An answer as it comes off the wire; `None`: it was lost.
type Wire = Option<(u16, String)>;

#[expect(clippy::unnecessary_wraps, reason = "an answer on the wire may be lost")]
fn enveloped(status: u16, code: i64, message: &str, data: &Value) -> Wire {
    Some((status, json!({ "code": code, "message": message, "request_id": "req-0001", "data": data }).to_string()))
}

#[expect(clippy::unnecessary_wraps, reason = "an answer on the wire may be lost")]
fn html(status: u16) -> Wire {
    Some((status, "<html><body>no envelope</body></html>".to_owned()))
}

/// One task as each generation writes it, the state word being the new generation's.
fn task(legacy: bool, word: &str, reason: &str) -> Value {
    let results = json!([{ "id": "v-1", "url": "https://result.example.com/1.mp4" }]);
    let done = word == "succeeded";
    if legacy {
        let word = if done { "succeed" } else { word };
        let result = if done { json!({ "videos": results }) } else { Value::Null };
        json!({ "task_id": "87", "task_status": word, "task_status_msg": reason, "task_result": result })
    } else {
        let outputs = if done { results } else { json!([]) };
        json!({ "id": "87", "status": word, "message": reason, "outputs": outputs })
    }
}

/// The answer of a query: one object, or a list.
fn queried(legacy: bool, word: &str, reason: &str) -> Wire {
    let found = task(legacy, word, reason);
    enveloped(200, 0, "SUCCEED", &if legacy { found } else { json!([found]) })
}

fn unknown(legacy: bool) -> Wire {
    if legacy {
        enveloped(400, 1201, "Task not found by id/external id: job-1", &Value::Null)
    } else {
        enveloped(200, 0, "SUCCEED", &json!([]))
    }
}

#[test]
fn an_api_key_header_has_one_bearer() {
    assert_eq!(auth::api_key_header(" api-key-kling-EXAMPLE0000\n").as_deref(), Some("Bearer api-key-kling-EXAMPLE0000"));
    for bad in ["", " ", "\"key\"", "Bearer key"] {
        assert_eq!(auth::api_key_header(bad), None, "{bad:?}");
    }
}

#[test]
fn a_jwt_is_signed_and_renewed_in_time() {
    assert!(auth::JwtAuth::new("AKEXAMPLE", " ").is_none());
    let mut jwt = auth::JwtAuth::new("AKEXAMPLE", "SKEXAMPLE\n").unwrap();
    let first = jwt.header(1_000_000);
    let token = first.strip_prefix("Bearer ").unwrap();
    let (text, signature) = token.rsplit_once('.').unwrap();
    let (head, claims) = text.split_once('.').unwrap();
    let read = |part: &str| serde_json::from_slice::<Value>(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    assert_eq!(read(head), json!({ "alg": "HS256", "typ": "JWT" }));
    assert_eq!(read(claims), json!({ "iss": "AKEXAMPLE", "exp": 1_001_800, "nbf": 999_995 }));
    let mac = Hmac::<sha2::Sha256>::new_from_slice(b"SKEXAMPLE").unwrap().chain_update(text);
    mac.verify_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    assert_eq!(jwt.header(1_001_499), first);
    assert_ne!(jwt.header(1_001_500), first);
}

#[test]
fn an_envelope_is_read_by_code_before_status() {
    use envelope::Verdict::{Done, FixFirst, Reconcile, Retry, SignAgain, WaitForSlot};
    let rows = [
        (429, 1302, Retry, Retry),
        (429, 1303, WaitForSlot, WaitForSlot),
        (429, 1100, FixFirst, FixFirst),
        (429, 1101, FixFirst, FixFirst),
        (429, 1102, FixFirst, FixFirst),
        (429, 1304, FixFirst, FixFirst),
        (401, 1002, FixFirst, FixFirst),
        (401, 1004, SignAgain, SignAgain),
        (500, 5000, Reconcile, Retry),
        (503, 5001, Reconcile, Retry),
        (504, 5002, Reconcile, Retry),
        (200, 1303, WaitForSlot, WaitForSlot),
        (200, 401, Reconcile, Retry),
        (200, 0, Done, Done),
    ];
    for (status, code, create, read) in rows {
        let (status, body) = enveloped(status, code, "text", &json!([1])).unwrap();
        let answer = envelope::read_answer(status, &body);
        let seen = (answer.status, answer.code, answer.message.as_str(), answer.request_id.as_str(), &answer.data);
        assert_eq!(seen, (status, Some(code), "text", "req-0001", &json!([1])));
        assert_eq!((envelope::verdict(&answer, true), envelope::verdict(&answer, false)), (create, read), "{status} {code}");
    }
    let bare = [(404, FixFirst), (429, FixFirst), (502, Reconcile), (200, Reconcile), (0, Reconcile)];
    for (status, create) in bare {
        let answer = envelope::read_answer(status, "<html>404 Not Found</html>");
        assert_eq!((answer.code, answer.message.as_str()), (None, "<html>404 Not Found</html>"));
        assert_eq!(envelope::verdict(&answer, true), create, "{status}");
    }
}

#[test]
fn a_failed_task_is_read_in_both_generations() {
    use failed_task::{State, read_tasks};
    for legacy in [false, true] {
        let state = |word: &str, reason: &str| {
            let (_, body) = queried(legacy, word, reason).unwrap();
            let tasks = read_tasks(&serde_json::from_str(&body).unwrap())?;
            assert_eq!(tasks[0].id, "87");
            Ok::<State, String>(tasks[0].state.clone())
        };
        assert_eq!(state("failed", RISK), Ok(State::Failed(RISK.to_owned())));
        assert_eq!(state("failed", ""), Ok(State::Failed("no reason given".to_owned())));
        assert_eq!(state("processing", ""), Ok(State::Running));
        assert!(matches!(state("succeeded", ""), Ok(State::Succeeded(results)) if results.len() == 1));
        assert!(state("paused", "").is_err());
    }
    assert_eq!(read_tasks(&json!({ "code": 0, "data": [] })), Ok(Vec::new()));
    assert!(read_tasks(&json!({ "code": 1201, "message": "Task not found" })).is_err());
}

/// A world whose answers are written down and whose time passes by sleeping.
#[derive(Default)]
struct Scripted {
    answers: VecDeque<Wire>,
    elapsed: Duration,
    pauses: Vec<u64>,
}

impl poll::World for Scripted {
    fn get(&mut self, _url: &str) -> Wire {
        self.answers.pop_front().flatten()
    }

    fn elapsed(&self) -> Duration {
        self.elapsed
    }

    fn sleep(&mut self, pause: Duration) {
        self.elapsed += pause;
        self.pauses.push(pause.as_secs());
    }
}

fn waited(answers: impl Into<VecDeque<Wire>>) -> (poll::Ended, Vec<u64>) {
    let mut world = Scripted { answers: answers.into(), ..Scripted::default() };
    let [deadline, first, longest] = [100, 10, 30].map(Duration::from_secs);
    let ended = poll::wait_for_task(&mut world, "https://api.example.com/tasks?task_ids=87", deadline, first, longest);
    (ended, world.pauses)
}

#[test]
fn polling_ends_in_both_generations() {
    assert_eq!(poll::query_path("87", NEW), "/tasks?task_ids=87");
    assert_eq!(poll::query_path("87", LEGACY), "/v1/videos/text2video/87");
    for legacy in [false, true] {
        let on = |word: &str| queried(legacy, word, "");
        let (ended, pauses) = waited([on("submitted"), None, html(503), enveloped(429, 1302, "", &Value::Null), on("succeeded")]);
        assert_eq!(ended, poll::Ended::Succeeded(task(legacy, "succeeded", "")));
        assert_eq!(pauses, [10, 15, 22, 30, 22]); // the last one is cut by the deadline
        assert_eq!(waited([queried(legacy, "failed", RISK)]).0, poll::Ended::Failed(RISK.to_owned()));
        for lasting in [unknown(legacy), on("paused"), html(404), enveloped(429, 1102, "Account balance not enough", &Value::Null)] {
            assert!(matches!(waited([lasting]).0, poll::Ended::Refused(_)));
        }
        assert_eq!(waited([on("processing")]).0, poll::Ended::StillRunning);
    }
}

/// Submits against written answers: the outcome and the calls made.
fn submitted(path: &str, answers: impl Into<VecDeque<Wire>>) -> (Result<String, submit::Problem>, Vec<String>) {
    let (mut answers, mut calls) = (answers.into(), Vec::new());
    let base = "https://api.example.com";
    let send = |url: &str, body: Option<&Value>| {
        calls.push(format!("{} {}", if body.is_some() { "POST" } else { "GET" }, url.strip_prefix(base).unwrap_or(url)));
        answers.pop_front().flatten()
    };
    let body = if path == LEGACY {
        json!({ "prompt": "a cat", "model_name": "kling-v3", "external_task_id": "job-1" })
    } else {
        json!({ "prompt": "a cat", "options": { "external_task_id": "job-1" } })
    };
    let outcome = submit::submit(send, |_| {}, (base, path), &body);
    (outcome, calls)
}

#[test]
fn a_lost_create_is_looked_up_before_it_is_sent_again() {
    for (path, legacy, look) in [(NEW, false, "GET /tasks?external_task_ids=job-1"), (LEGACY, true, "GET /v1/videos/text2video/job-1")] {
        let post = format!("POST {path}");
        let (post, id) = (post.as_str(), Ok("87".to_owned()));
        let made = || enveloped(200, 0, "SUCCEED", &task(legacy, "submitted", ""));
        let found = || queried(legacy, "processing", "");
        let none = || unknown(legacy);
        let busy = || enveloped(504, 5002, "", &Value::Null);

        let nameless = submit::submit(|_, _| None, |_| {}, ("", path), &json!({ "prompt": "a cat" }));
        assert_eq!(nameless, Err(submit::Problem::NoExternalId));
        assert_eq!(submitted(path, [made()]), (id.clone(), vec![post.to_owned()]));

        for unclear in [None, html(502), html(200), busy()] {
            assert_eq!(submitted(path, [unclear.clone(), found()]), (id.clone(), vec![post.to_owned(), look.to_owned()]));
            assert_eq!(submitted(path, [unclear.clone(), none(), found()]).1, [post, look, look]);
            let (outcome, calls) = submitted(path, [unclear.clone(), none(), none(), made()]);
            assert_eq!((outcome, calls.as_slice()), (id.clone(), [post, look, look, post].map(str::to_owned).as_slice()));
            let (outcome, calls) = submitted(path, [unclear, html(503)]);
            assert_eq!((outcome, calls.len()), (Err(submit::Problem::Unclear), 2), "a failed look-up is no permission to send again");
        }
        let there = enveloped(400, 1201, "External_task_id job-1 already exists", &Value::Null);
        assert_eq!(submitted(path, [there, found()]).0, id);

        for (status, code) in [(429, 1102), (429, 1303), (400, 1201), (401, 1002)] {
            let (outcome, calls) = submitted(path, [enveloped(status, code, "no", &Value::Null)]);
            let want = submit::Problem::Refused { status, code: Some(code), message: "no".to_owned() };
            assert_eq!((outcome, calls.len()), (Err(want), 1));
        }
        assert!(matches!(submitted(path, [html(404)]).0, Err(submit::Problem::Refused { status: 404, code: None, .. })));
    }
}
