//! Answers of the four tools against the whole schema of their types, nested members included, with nothing beside them.
//!
//! The advertised schemas are cut at their top to stay small; clients hold answers to those, this module to the rest.

use klingai_mcp::diagnose::{Detail, Input, Report};
use klingai_mcp::knowledge::{Knowledge, RequestKnowledge};
use klingai_mcp::retry::report::Advice;
use klingai_mcp::trial::Answer;
use klingai_mcp::validate::Verdict;
use rmcp::model::Tool;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

use crate::common::{clock, engine, repository};
use crate::samples;
use crate::server::{Client, call, client, text};

/// The schema of a type and the one that is advertised for its tool.
struct Schemas {
    whole: jsonschema::Validator,
    advertised: jsonschema::Validator,
}

impl Schemas {
    async fn of<T: JsonSchema>(client: &Client, tool: &str) -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let mut whole = settings.into_generator().into_root_schema_for::<T>().to_value();
        close(&mut whole);
        let tools: Vec<Tool> = client.list_all_tools().await.unwrap();
        let advertised = tools.into_iter().find(|found| found.name == tool).unwrap().output_schema.unwrap();
        let mut advertised = Value::Object(advertised.as_ref().clone());
        advertised["additionalProperties"] = Value::Bool(false);
        Self { whole: jsonschema::validator_for(&whole).unwrap(), advertised: jsonschema::validator_for(&advertised).unwrap() }
    }

    fn faults(&self, answer: &Value) -> Vec<String> {
        let schemas = [("whole", &self.whole), ("advertised", &self.advertised)];
        let mut faults: Vec<String> = schemas
            .iter()
            .flat_map(|(name, schema)| schema.iter_errors(answer).map(move |error| format!("{name} {}: {error}", error.instance_path())))
            .collect();
        nulls(answer, "", &mut faults);
        faults
    }

    fn hold(&self, label: &str, answer: &Value) {
        let faults = self.faults(answer);
        assert!(faults.is_empty(), "{label}:\n{}", faults.join("\n"));
    }
}

/// Objects with named members have no others.
fn close(schema: &mut Value) {
    if let Some(object) = schema.as_object_mut() {
        let named = object.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
        let joined = ["oneOf", "anyOf", "allOf"].iter().any(|word| object.contains_key(*word));
        if named && !joined && !object.contains_key("additionalProperties") {
            object.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
        object.values_mut().for_each(close);
    } else if let Some(items) = schema.as_array_mut() {
        items.iter_mut().for_each(close);
    }
}

/// Absent means absent.
fn nulls(value: &Value, path: &str, faults: &mut Vec<String>) {
    match value {
        Value::Null => faults.push(format!("{path}: null")),
        Value::Array(items) => items.iter().enumerate().for_each(|(at, item)| nulls(item, &format!("{path}/{at}"), faults)),
        Value::Object(object) => object.iter().for_each(|(name, item)| nulls(item, &format!("{path}/{name}"), faults)),
        _ => {}
    }
}

/// The structured answer of a call that goes well.
async fn answer(client: &Client, tool: &'static str, arguments: Value) -> Value {
    let label = arguments.to_string();
    let result = call(client, tool, arguments).await.unwrap();
    assert_ne!(result.is_error, Some(true), "{label}: {}", text(&result));
    result.structured_content.unwrap()
}

#[tokio::test]
async fn the_diagnosis_of_every_paste_of_the_corpus_follows_its_schema() {
    let schemas = Schemas::of::<Report>(&client().await, "diagnose_error").await;
    let mut seen = 0;
    for file in ["tests/corpus/pastes-a.jsonl", "tests/corpus/pastes-b.jsonl"] {
        for (number, line) in std::fs::read_to_string(repository(file)).unwrap().lines().enumerate() {
            let case: Value = serde_json::from_str(line).unwrap();
            let detail = if number % 2 == 0 { Detail::Concise } else { Detail::Full };
            let input =
                Input { report: case["paste"].as_str().unwrap(), suspicion: Some("rate limit"), now: clock(), detail, ..Input::default() };
            let report = engine().diagnose(&input).unwrap();
            schemas.hold(case["id"].as_str().unwrap(), &serde_json::to_value(&report).unwrap());
            seen += 1;
        }
    }
    assert!(seen >= 440, "{seen}");
}

#[tokio::test]
async fn the_check_of_a_request_of_every_endpoint_follows_its_schema() {
    let client = client().await;
    let schemas = Schemas::of::<Verdict>(&client, "validate_request").await;
    let (knowledge, requests) = (Knowledge::load().unwrap(), RequestKnowledge::load().unwrap());
    let mut calls = vec![
        json!({"endpoint": "/text-to-video/kling-3.0", "body": {"prompt": "a fox", "mode": "pro"}, "detail": "full"}),
        json!({"endpoint": "/text-to-video/kling-9.0", "body": {"prompt": "a fox"}}),
        json!({"endpoint": "/v1/videos/text2video", "body": {"model_name": "kling-v3", "duration": 5}}),
        json!({"endpoint": "/nowhere", "method": "GET"}),
        json!({"request": "curl https://api-singapore.klingai.com/v1/videos/image2video -d '{\"image\": \"a.png\"}'"}),
    ];
    for sample in samples::samples(&knowledge, &requests) {
        let mut body = sample.body();
        calls.push(json!({"endpoint": sample.endpoint.path, "method": sample.endpoint.method, "body": body}));
        body["no_such_member"] = json!("a fox");
        calls.push(json!({"endpoint": sample.endpoint.path, "method": sample.endpoint.method, "body": body, "strictness": "strict"}));
    }
    assert!(calls.len() > 80, "{}", calls.len());
    for arguments in calls {
        let label = arguments.to_string();
        schemas.hold(&label, &answer(&client, "validate_request", arguments).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_of_every_mode_of_a_test_follows_its_schema() {
    let client = client().await;
    let schemas = Schemas::of::<Answer>(&client, "test_generation").await;
    let fox = json!({"prompt": "a fox"});
    let sandbox =
        |scenario: &str| json!({"mode": "sandbox", "endpoint": "/text-to-video/kling-3.0", "body": fox, "scenario": scenario, "wait_s": 1});
    let mut calls = vec![
        json!({}),
        json!({"mode": "dry_run", "endpoint": "/text-to-video/kling-3.0", "body": {"prompt": "a fox", "mode": "pro"}}),
        json!({"mode": "live"}),
        json!({"mode": "status", "task_id": "123456"}),
    ];
    calls.extend(["1303", "1102", "1201", "5000", "accepted-504-html", "reset-after"].map(sandbox));
    for arguments in calls {
        let label = arguments.to_string();
        schemas.hold(&label, &answer(&client, "test_generation", arguments).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_advice_for_every_kind_of_call_follows_its_schema() {
    let client = client().await;
    let schemas = Schemas::of::<Advice>(&client, "suggest_retry_policy").await;
    let current = "while True:\n    r = requests.post(url, json=body)\n    if r.status_code == 200: break\n";
    for arguments in [
        json!({}),
        json!({"error": "1303", "jobs": 5, "slots": 2, "detail": "full"}),
        json!({"error": "ReadTimeout", "operation": "create", "current": current, "language": "python", "jobs": 2}),
        json!({"error": "404", "operation": "download", "jobs": 2}),
        json!({"error": "503", "operation": "query", "jobs": 2, "deadline_s": 60}),
        json!({"operation": "callback", "jobs": 2}),
    ] {
        let label = arguments.to_string();
        schemas.hold(&label, &answer(&client, "suggest_retry_policy", arguments).await);
    }
}

#[tokio::test]
async fn an_answer_with_a_wrong_member_deep_inside_does_not_follow_its_schema() {
    let client = client().await;
    let schemas = Schemas::of::<Report>(&client, "diagnose_error").await;
    let right =
        answer(&client, "diagnose_error", json!({"report": r#"429 {"code":1303,"message":"parallel task over resource pack limit"}"#}))
            .await;
    schemas.hold("as it is", &right);
    let wrongs: [(&str, Value); 3] = [
        ("/diagnoses/0/retry/verdict", json!("perhaps")),
        ("/diagnoses/0/probability", json!("high")),
        ("/diagnoses/0/evidence/0", json!({})),
    ];
    for (pointer, value) in wrongs {
        let mut wrong = right.clone();
        *wrong.pointer_mut(pointer).unwrap() = value;
        assert!(!schemas.faults(&wrong).is_empty(), "{pointer}");
    }
    let mut beside = right.clone();
    beside["diagnoses"][0]["retry"]["mood"] = json!("good");
    assert!(!schemas.faults(&beside).is_empty(), "a member that no type has");
}
