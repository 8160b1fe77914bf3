//! `suggest_retry_policy` and the verb `retry`, as users meet them.

use std::process::Command;

use klingai_mcp::retry::policy::Policy;
use klingai_mcp::retry::policy_schema;
use rmcp::model::{CallToolResult, ContentBlock};
use serde_json::{Value, json};

use crate::server::{call, client, text};

async fn ask(arguments: Value) -> CallToolResult {
    call(&client().await, "suggest_retry_policy", arguments).await.unwrap()
}

async fn advice(arguments: Value) -> Value {
    let result = ask(arguments).await;
    assert_ne!(result.is_error, Some(true), "{}", text(&result));
    result.structured_content.unwrap()
}

async fn refusal(arguments: Value) -> String {
    let result = ask(arguments).await;
    assert_eq!(result.is_error, Some(true), "{result:?}");
    text(&result)
}

#[tokio::test]
async fn a_default_answer_is_short_and_the_same_each_time() {
    for arguments in [json!({}), json!({"error": "1303", "jobs": 86, "slots": 5, "job_seconds": 180})] {
        let (first, second) = (ask(arguments.clone()).await, ask(arguments.clone()).await);
        let structured = first.structured_content.clone().unwrap().to_string();
        assert!(structured.len() <= 6_000, "{arguments}: {} bytes", structured.len());
        assert!(text(&first).len() <= 6_000, "{arguments}: {} bytes of Markdown", text(&first).len());
        assert_eq!(structured, second.structured_content.clone().unwrap().to_string());
        assert_eq!(text(&first), text(&second));
    }
}

#[tokio::test]
async fn another_seed_plays_other_jobs() {
    let played = |seed: i64| async move { advice(json!({"jobs": 50, "slots": 5, "seed": seed})).await["simulation"].clone() };
    assert_ne!(played(1).await["recommended"], played(2).await["recommended"]);
}

#[tokio::test]
async fn the_suggestion_loses_nothing_and_puts_nothing_at_risk_where_others_do() {
    let answer = advice(json!({"jobs": 400, "slots": 5, "job_seconds": "120, 150, 240"})).await;
    let ours = &answer["simulation"]["recommended"];
    assert_eq!((&ours["lost"], &ours["units_at_risk"], &ours["done"]), (&json!(0), &json!(0.0), &json!(400)));
    let others = answer["simulation"]["compared"].as_array().unwrap();
    assert!(others.len() >= 8);
    assert!(others.iter().any(|other| other["lost"].as_u64().unwrap() > 100));
}

#[tokio::test]
async fn the_verdict_is_that_of_the_body_and_of_the_operation() {
    let verdict = |arguments: Value| async move { advice(arguments).await["verdicts"][0].clone() };
    assert_eq!(verdict(json!({"error": 1303})).await["verdict"], "wait_for_slot");
    assert_eq!(verdict(json!({"error": "1102"})).await["verdict"], "fix_first");
    assert_eq!(verdict(json!({"error": "504"})).await["verdict"], "reconcile");
    assert_eq!(verdict(json!({"error": "504", "operation": "query"})).await["verdict"], "retry");
    let pasted = r#"HTTP/1.1 429 {"code":1102,"message":"...","request_id":"r"}"#;
    assert_eq!(verdict(json!({"error": pasted})).await["verdict"], "fix_first");
    let lost = "requests.exceptions.ReadTimeout: POST https://api-singapore.klingai.com/v1/videos/text2video Read timed out";
    assert_eq!(verdict(json!({"error": lost})).await["verdict"], "reconcile");
    let unknown = advice(json!({"error": "4711"})).await;
    assert_eq!(unknown["verdicts"][0]["verdict"], "reconcile");
    assert!(unknown["assumptions"].to_string().contains("4711"));
}

#[tokio::test]
async fn this_tool_and_the_diagnosis_never_disagree_about_a_code() {
    let client = client().await;
    let answer = async |tool, arguments| call(&client, tool, arguments).await.unwrap().structured_content.unwrap();
    for code in [1000, 1004, 1100, 1101, 1102, 1103, 1200, 1201, 1203, 1300, 1301, 1302, 1303, 1304, 5000, 5001, 5002] {
        let paste = format!(
            "POST https://api-singapore.klingai.com/v1/videos/text2video\n{{\"code\":{code},\"message\":\"x\",\"request_id\":\"r\"}}"
        );
        let diagnosed = answer("diagnose_error", json!({"report": paste})).await;
        let ours = answer("suggest_retry_policy", json!({"error": paste, "jobs": 1})).await;
        assert_eq!(ours["verdicts"][0]["verdict"], diagnosed["diagnoses"][0]["retry"]["verdict"], "{code}");
    }
}

#[tokio::test]
async fn a_load_above_the_slots_is_told_with_what_would_do() {
    let answer = advice(json!({"arrival_per_hour": 200, "slots": 5, "job_seconds": 180})).await;
    let forecast = &answer["forecast"];
    assert_eq!((&forecast["feasible"], &forecast["queue_grows_per_hour"]), (&json!(false), &json!(100.0)));
    assert_eq!((&forecast["slots_needed"], &forecast["feasible_up_to_per_hour"]), (&json!(13), &json!(80.0)));
    assert!(answer["summary"].as_str().unwrap().contains("grows by 100"));
}

#[tokio::test]
async fn a_deadline_is_answered_with_the_slots_that_meet_it() {
    let late = advice(json!({"jobs": 86, "slots": 3, "job_seconds": 180, "deadline_s": 3600})).await;
    assert_eq!(late["forecast"]["feasible"], false);
    let slots = late["forecast"]["slots_needed"].as_u64().unwrap();
    assert!((5..=7).contains(&slots), "{slots}");
    let met = advice(json!({"jobs": 86, "slots": slots, "job_seconds": 180, "deadline_s": 3600})).await;
    assert_eq!(met["forecast"]["feasible"], true, "{met}");
    let close = advice(json!({"arrival_per_hour": 90, "slots": 5, "job_seconds": 180, "deadline_s": 900})).await;
    assert_eq!(close["forecast"]["feasible"], false);
    assert!(close["forecast"]["slots_needed"].as_u64().unwrap() > 5, "a search never contradicts the long runs");
    assert!(close["forecast"]["feasible_up_to_per_hour"].as_f64().unwrap() < 90.0);
    let never = advice(json!({"jobs": 86, "slots": 3, "job_seconds": 180, "deadline_s": 100})).await;
    assert!(never["forecast"].get("slots_needed").is_none() && never["summary"].as_str().unwrap().contains("no number of slots"));
}

#[tokio::test]
async fn a_million_jobs_are_sampled_and_it_is_said() {
    let answer = advice(json!({"jobs": 1_000_000, "slots": 20, "job_seconds": 180})).await;
    assert_eq!(answer["simulation"]["jobs"], 10_000);
    assert!(answer["assumptions"].to_string().contains("10000 of 1000000"));
    let hours = answer["forecast"]["finish_p50_s"].as_f64().unwrap() / 3_600.0;
    assert!((2_400.0..2_800.0).contains(&hours), "{hours} h for a million jobs at 400 an hour");
}

#[tokio::test]
async fn an_argument_that_cannot_be_is_named_with_an_example() {
    let cases = [
        (json!({"slots": 0}), "slots"),
        (json!({"jobs": "-3"}), "jobs"),
        (json!({"job_seconds": -1}), "job_seconds"),
        (json!({"job_seconds": "soon"}), "job_seconds"),
        (json!({"deadline_s": "tomorrow"}), "deadline_s"),
        (json!({"slots": 2, "slots_per_job": 3}), "slots_per_job"),
        (json!({"operation": "delete"}), "operation"),
        (json!({"workers": 3}), "workers"),
    ];
    for (arguments, argument) in cases {
        let message = refusal(arguments).await;
        assert!(message.starts_with("suggest_retry_policy:") && message.contains(argument) && message.contains("xample"), "{message}");
    }
}

#[tokio::test]
async fn a_full_answer_carries_the_picture() {
    let result = ask(json!({"jobs": 50, "slots": 5, "detail": "full"})).await;
    let pictures = result.content.iter().filter_map(ContentBlock::as_resource).count();
    assert_eq!(pictures, 1);
    assert!(result.structured_content.unwrap().to_string().len() <= 20_000);
}

#[tokio::test]
async fn the_policy_has_the_published_form_and_every_number_its_reason() {
    let answer = advice(json!({"jobs": 50})).await;
    let policy: Policy = serde_json::from_value(answer["policy"].clone()).unwrap();
    for place in policy.why.keys() {
        let found = place.split('.').try_fold(&answer["policy"], |value, name| match value {
            Value::Array(items) => items.iter().find(|item| item["name"] == name),
            other => other.get(name),
        });
        assert!(found.is_some(), "`{place}` explains nothing");
    }
    let schema = policy_schema();
    assert!(policy_schema()["properties"].get("why").is_some() && schema["title"] == "Policy");
}

fn retry(arguments: &[&str]) -> (String, String, Option<i32>) {
    let out = Command::new(env!("CARGO_BIN_EXE_klingai-mcp")).arg("retry").args(arguments).output().unwrap();
    (String::from_utf8(out.stdout).unwrap(), String::from_utf8(out.stderr).unwrap(), out.status.code())
}

#[test]
fn the_verb_gives_text_json_a_policy_a_schema_and_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("policy.svg");
    let (out, _, code) = retry(&["1303", "--jobs", "20", "--slots", "5", "--svg", file.to_str().unwrap()]);
    assert_eq!(code, Some(0));
    assert!(out.contains("wait for slot") && out.contains("fixed 10 s"), "{out}");
    assert!(std::fs::read_to_string(file).unwrap().starts_with("<svg"));
    let (json, ..) = retry(&["--jobs", "20", "--json"]);
    assert!(serde_json::from_str::<Value>(&json).unwrap().get("forecast").is_some());
    let (policy, ..) = retry(&["--jobs", "20", "--policy"]);
    serde_json::from_str::<Policy>(&policy).unwrap();
    assert!(retry(&["--schema"]).0.contains("\"properties\""));
}

#[test]
fn the_verb_names_what_is_wrong() {
    for (arguments, word) in [
        (["--slots", "0"], "slots"),
        (["--operation", "undo"], "undo"),
        (["--job-seconds", "x"], "job-seconds"),
        (["no-such-file", "--json"], "no-such-file"),
    ] {
        let (_, error, code) = retry(&arguments);
        assert_eq!(code, Some(2), "{error}");
        assert!(error.contains(word), "{error}");
    }
}

#[tokio::test]
async fn code_comes_when_a_language_is_named_and_holds_the_numbers_of_the_policy() {
    assert!(advice(json!({"jobs": 86, "slots": 7})).await.get("code").is_none());
    for (language, line, most) in [
        ("python", "SLOTS = 7 ", 16_000),
        ("typescript", "const SLOTS = 7;", 16_000),
        ("go", "= 7 ", 16_000),
        ("rust", "const SLOTS: usize = 7;", 20_000),
        ("java", "static final int SLOTS = 7;", 20_000),
        ("Shell", "SLOTS=7 ", 16_000),
        ("auto", "SLOTS = 7 ", 16_000),
    ] {
        let result = ask(json!({"jobs": 86, "slots": 7, "language": language})).await;
        let answer = result.structured_content.clone().unwrap();
        let source = answer["code"]["files"][0]["text"].as_str().unwrap();
        assert!(source.contains(line) && source.contains("external_task_id"), "{language}");
        assert!(answer["code"].to_string().len() <= most, "{language}: {} bytes", answer["code"].to_string().len());
        assert!(text(&result).contains(source));
    }
    let refused = refusal(json!({"language": "php"})).await;
    assert!(refused.contains("language") && refused.contains("python, typescript, go, rust, java, shell"), "{refused}");
}

#[test]
fn the_verb_writes_new_files_and_leaves_what_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let write = || {
        let arguments = ["retry", "--jobs", "5", "--slots", "3", "--language", "go", "--code"];
        Command::new(env!("CARGO_BIN_EXE_klingai-mcp")).args(arguments).arg(folder.path()).output().unwrap()
    };
    assert_eq!(write().status.code(), Some(0));
    let file = folder.path().join("worker.go");
    assert!(std::fs::read_to_string(&file).unwrap().contains("external_task_id"));
    std::fs::write(&file, "mine").unwrap();
    let again = write();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&again.stderr).contains("--code"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "mine");
}

#[test]
fn the_verb_lists_the_calls_of_a_policy_in_a_scenario() {
    let workload = ["--jobs", "5", "--slots", "3", "--job-seconds", "2", "--task-s", "3.5,3.5"];
    let traced = |scenario: &[&str]| retry(&[workload.as_slice(), &["--trace"], scenario].concat());
    let (out, _, code) = traced(&[]);
    let trace: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &trace["jobs"], &trace["slots"]), (Some(0), &json!(5), &json!(3)));
    assert_eq!(trace["calls"][0], json!({"at_s": 0.0, "job": 0, "call": "create", "came": "ok"}));
    let (out, ..) = traced(&["slot-storm"]);
    assert_eq!(out.matches("\"busy\"").count(), 3, "{out}");
    for (scenario, word) in [("clock-ahead", "clock"), ("no-such", "no-pack"), ("./none.toml", "none.toml")] {
        let (out, error, code) = traced(&[scenario]);
        assert_eq!((out.as_str(), code), ("", Some(2)));
        assert!(error.contains(word), "{error}");
    }
    assert!(retry(&["--trace", "--task-s", "-1"]).1.contains("task_s"));
}
