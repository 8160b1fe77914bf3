//! The server as a real client of the protocol library sees it, in process.

use klingai_mcp::mcp::Server;
use klingai_mcp::trial::Operator;
use rmcp::ServiceExt as _;
use rmcp::model::{CallToolRequestParams, CallToolResult, ContentBlock, ProtocolVersion, RequestMetaObject, Tool};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt as _, RoleClient, RunningService, ServiceError};
use serde_json::{Map, Value, json};

use crate::common::clock;

pub(crate) type Client = RunningService<RoleClient, ()>;

const ENVELOPE: &str = r#"HTTP/1.1 429 {"code":1303,"message":"parallel task over resource pack limit","request_id":"r-1"}"#;

/// A client of the `initialize` era.
pub(crate) async fn client() -> Client {
    ().serve(server()).await.unwrap()
}

/// A client of the stateless era.
pub(crate) async fn modern() -> Client {
    let lifecycle = ClientLifecycleMode::Discover { preferred_versions: vec![ProtocolVersion::V_2026_07_28] };
    ().serve_with_lifecycle(server(), lifecycle).await.unwrap()
}

fn millis() -> i64 {
    clock() * 1000
}

fn server() -> tokio::io::DuplexStream {
    let (near, far) = tokio::io::duplex(1 << 20);
    tokio::spawn(async move { Server::new(clock, Operator::unset(millis)).serve(far).await.unwrap().waiting().await });
    near
}

pub(crate) async fn call(client: &Client, name: &'static str, arguments: Value) -> Result<CallToolResult, ServiceError> {
    let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
    client.call_tool(CallToolRequestParams::new(name).with_arguments(arguments)).await
}

/// The text of a failure; a success is a fault of the test.
async fn failure(arguments: Value) -> String {
    let result = call(&client().await, "diagnose_error", arguments).await.unwrap();
    assert_eq!(result.is_error, Some(true), "{result:?}");
    assert!(result.structured_content.is_none(), "a failure is text only");
    text(&result)
}

async fn success(arguments: Value) -> Map<String, Value> {
    let result = call(&client().await, "diagnose_error", arguments).await.unwrap();
    assert_ne!(result.is_error, Some(true), "{}", text(&result));
    result.structured_content.unwrap().as_object().unwrap().clone()
}

pub(crate) fn text(result: &CallToolResult) -> String {
    result.content.iter().filter_map(ContentBlock::as_text).map(|block| block.text.as_str()).collect()
}

pub(crate) async fn tools() -> Vec<Tool> {
    let tools = client().await.list_all_tools().await.unwrap();
    assert_eq!(
        tools.iter().map(|tool| tool.name.as_ref()).collect::<Vec<_>>(),
        ["diagnose_error", "validate_request", "test_generation", "suggest_retry_policy"]
    );
    tools
}

/// Every message names the tool, and the argument where there is one.
fn assert_names(message: &str, words: &[&str]) {
    for word in words {
        assert!(message.contains(word), "{word:?} is not in: {message}");
    }
}

#[tokio::test]
async fn the_surface_is_the_one_that_was_reviewed() {
    let client = client().await;
    let info = client.peer_info().unwrap();
    let tools = client.list_all_tools().await.unwrap();
    let (resources, templates) = (client.list_all_resources().await.unwrap(), client.list_all_resource_templates().await.unwrap());
    let prompts = client.list_all_prompts().await.unwrap();
    let surface = json!({
        "name": info.server_info.as_ref().unwrap().name,
        "title": info.server_info.as_ref().unwrap().title,
        "capabilities": info.capabilities,
        "instructions": info.instructions,
        "tools": tools,
        "resources": resources,
        "resourceTemplates": templates,
        "prompts": prompts,
    });
    insta::assert_snapshot!(serde_json::to_string_pretty(&surface).unwrap());
}

#[tokio::test]
async fn a_tool_costs_few_tokens_and_its_texts_are_never_cut() {
    let mut all = 0;
    for tool in tools().await {
        let description = tool.description.clone().unwrap();
        let counted = json!({"name": tool.name, "description": description, "inputSchema": tool.input_schema});
        let tokens = counted.to_string().len().div_ceil(4);
        assert!(tokens <= 250, "{}: {tokens} tokens", tool.name);
        assert!(description.len() <= 2048, "{}: {} bytes", tool.name, description.len());
        all += tokens;
    }
    let client = client().await;
    let instructions = client.peer_info().unwrap().instructions.clone().unwrap();
    assert!(instructions.len() <= 800, "{} bytes", instructions.len());
    assert!(all + instructions.len().div_ceil(4) <= 1_200, "{all}");
    let listed = serde_json::to_string(&tools().await).unwrap().len();
    assert!(listed <= 8_000, "{listed} bytes");
}

#[tokio::test]
async fn schemas_keep_to_what_every_host_accepts() {
    for tool in tools().await {
        let input = Value::Object(tool.input_schema.as_ref().clone());
        let output = Value::Object(tool.output_schema.as_ref().unwrap().as_ref().clone());
        for schema in [&input, &output] {
            assert_eq!(schema["type"], "object");
            assert!(schema["properties"].is_object());
            assert!(schema["required"].is_array() || schema.get("required").is_none());
        }
        assert_eq!(input["additionalProperties"], false);
        let text = input.to_string();
        let unions = ["anyOf", "oneOf", "allOf", "exclusiveM"];
        for word in ["$ref", "$defs", "$schema", "\"null\"", "\"format\"", "\"const\"", "\"default\""].iter().chain(&unions) {
            assert!(!text.contains(word), "{word} in {text}");
        }
        for word in ["$ref", "$defs", "\"null\""] {
            assert!(!output.to_string().contains(word), "{word} in the output schema of {}", tool.name);
        }
    }
}

#[tokio::test]
async fn only_the_tool_that_can_spend_says_that_it_does_more_than_read() {
    for tool in tools().await {
        let (hints, spends) = (tool.annotations.unwrap(), tool.name == "test_generation");
        assert_eq!(hints.read_only_hint, Some(!spends), "{}", tool.name);
        assert_eq!(hints.destructive_hint, Some(spends), "{}", tool.name);
        assert_eq!(hints.idempotent_hint, Some(!spends), "{}", tool.name);
        assert_eq!(hints.open_world_hint, Some(spends), "{}", tool.name);
    }
}

#[tokio::test]
async fn answers_follow_the_advertised_schema() {
    let schema = Value::Object(tools().await.swap_remove(0).output_schema.unwrap().as_ref().clone());
    let log = "2026-11-20 03:02:40 INFO POST /v1/videos/image2video external_task_id=clip-0002\n".repeat(20)
        + "ReadTimeout: Read timed out api-singapore.klingai.com";
    let pastes = [ENVELOPE, "it does not work", r#"{"error":{"code":"card_declined","type":"card_error"}}"#, log.as_str()];
    for paste in pastes {
        for detail in ["concise", "full"] {
            let answer = success(json!({"report": paste, "detail": detail, "suspicion": "rate limit"})).await;
            assert!(answer["summary"].as_str().is_some_and(|summary| !summary.is_empty()));
            let mut faults = Vec::new();
            validate(&schema, &Value::Object(answer), "$", &mut faults);
            assert!(faults.is_empty(), "{}", faults.join("\n"));
        }
    }
}

#[tokio::test]
async fn answers_of_the_request_check_follow_the_advertised_schema() {
    let schema = Value::Object(tools().await.swap_remove(1).output_schema.unwrap().as_ref().clone());
    let calls = [
        json!({"endpoint": "/v1/videos/text2video", "body": {"model_name": "kling-v3", "prompt": "a fox", "duration": 5}}),
        json!({"endpoint": "/text-to-video/kling-3.0", "body": {"prompt": "a fox", "mode": "pro"}}),
        json!({"endpoint": "/text-to-video/kling-9.0", "body": {"prompt": "a fox"}}),
        json!({"endpoint": "/nowhere", "method": "GET"}),
        json!({"request": "curl https://api-singapore.klingai.com/v1/videos/image2video -d '{\"image\": \"a.png\"}'"}),
    ];
    for arguments in calls {
        let result = call(&client().await, "validate_request", arguments).await.unwrap();
        let answer = result.structured_content.clone().unwrap();
        assert!(text(&result).contains(answer["summary"].as_str().unwrap()));
        let mut faults = Vec::new();
        validate(&schema, &answer, "$", &mut faults);
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }
}

/// Holds a value to the part of JSON Schema that our schemas use.
fn validate(schema: &Value, value: &Value, path: &str, faults: &mut Vec<String>) {
    let Some(schema) = schema.as_object() else { return };
    if value.is_null() {
        faults.push(format!("{path}: null"));
    }
    if let Some(kind) = schema.get("type").and_then(Value::as_str) {
        let fits = match kind {
            "object" => value.is_object(),
            "array" => value.is_array(),
            "string" => value.is_string(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "boolean" => value.is_boolean(),
            _ => false,
        };
        if !fits {
            faults.push(format!("{path}: {value} is no {kind}"));
        }
    }
    if schema.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value)) {
        faults.push(format!("{path}: {value} is not in the list"));
    }
    for name in schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str) {
        if value.get(name).is_none() {
            faults.push(format!("{path}.{name}: missing"));
        }
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, inner) in value.as_object().into_iter().flatten() {
        match properties.and_then(|all| all.get(name)) {
            Some(part) => validate(part, inner, &format!("{path}.{name}"), faults),
            None if properties.is_some_and(|all| !all.is_empty()) => faults.push(format!("{path}.{name}: not in the schema")),
            None => {}
        }
    }
    for (index, inner) in value.as_array().into_iter().flatten().enumerate() {
        validate(schema.get("items").unwrap_or(&Value::Null), inner, &format!("{path}[{index}]"), faults);
    }
}

#[tokio::test]
async fn a_success_says_the_same_in_text_and_stays_short() {
    let client = client().await;
    let result = call(&client, "diagnose_error", json!({"report": ENVELOPE})).await.unwrap();
    let structured = result.structured_content.clone().unwrap();
    assert!(text(&result).contains(structured["summary"].as_str().unwrap()));
    assert!(structured.to_string().len() <= 6_000, "{} bytes", structured.to_string().len());
    let full = success(json!({"report": ENVELOPE, "detail": "full"})).await;
    assert!(Value::Object(full).to_string().len() <= 20_000);
}

#[tokio::test]
async fn the_same_call_gives_the_same_bytes() {
    let arguments = json!({"report": ENVELOPE, "now": "2026-11-22T12:00:00Z"});
    let (one, two) = (success(arguments.clone()).await, success(arguments).await);
    assert_eq!(Value::Object(one).to_string(), Value::Object(two).to_string());
}

#[tokio::test]
async fn a_blank_report_is_refused_with_what_to_paste() {
    for blank in ["", " \n\t ", "\u{200b}\u{feff}\0"] {
        assert_names(&failure(json!({"report": blank})).await, &["diagnose_error", "report", "empty", "Example"]);
    }
    assert_names(&failure(json!({})).await, &["diagnose_error", "report", "Example"]);
    assert_names(&failure(json!({"report": null})).await, &["diagnose_error", "report"]);
}

#[tokio::test]
async fn a_report_of_11_mib_is_refused_with_what_to_cut() {
    let report = "a line of a log\n".repeat(11 * 1024 * 1024 / 16);
    assert_names(&failure(json!({"report": report})).await, &["diagnose_error", "report", "10 MiB", "cut"]);
}

#[tokio::test]
async fn an_argument_of_the_wrong_type_is_named() {
    let rows = [
        (json!({"report": 5}), "report"),
        (json!({"report": {"code": 1303}}), "report"),
        (json!({"report": "x", "http_status": "many"}), "http_status"),
        (json!({"report": "x", "http_status": 70_000}), "http_status"),
        (json!({"report": "x", "http_status": -1}), "http_status"),
        (json!({"report": "x", "service_code": 1.5}), "service_code"),
        (json!({"report": "x", "service_code": []}), "service_code"),
        (json!({"report": "x", "endpoint": 7}), "endpoint"),
        (json!({"report": "x", "language": "cobol"}), "language"),
        (json!({"report": "x", "detail": "everything"}), "detail"),
        (json!({"report": "x", "now": "yesterday"}), "now"),
    ];
    for (arguments, name) in rows {
        assert_names(&failure(arguments).await, &["diagnose_error", &format!("`{name}`")]);
    }
}

#[tokio::test]
async fn an_unknown_argument_is_named_with_the_known_ones() {
    assert_names(&failure(json!({"report": "x", "http_code": 429})).await, &["diagnose_error", "http_code", "http_status", "service_code"]);
}

#[tokio::test]
async fn numbers_in_quotes_and_words_in_any_case_are_taken() {
    let answer =
        success(json!({"report": "it fails", "http_status": "429", "service_code": " 1303 ", "language": "TypeScript", "detail": "FULL"}))
            .await;
    assert_eq!(answer["diagnoses"][0]["service_code"], 1303);
    assert_eq!(answer["diagnoses"][0]["category"], "concurrency_limited");
    let expired = "HTTP/1.1 401\n{\"code\":1004,\"message\":\"Authorization is expired\",\"request_id\":\"r\"} the Kling token";
    for named in ["js", "JavaScript", " typescript "] {
        let answer = success(json!({"report": expired, "language": named})).await;
        assert_eq!(answer["diagnoses"][0]["code_fix"]["language"], "typescript", "{named}: {answer:?}");
    }
    let absent = success(json!({"report": "it fails", "http_status": null, "service_code": "", "endpoint": null, "now": ""})).await;
    assert!(absent.contains_key("summary"));
}

#[tokio::test]
async fn an_unknown_tool_is_named_with_the_known_one() {
    let error = call(&client().await, "fix_everything", json!({"report": "x"})).await.unwrap_err();
    let ServiceError::McpError(error) = error else { panic!("{error}") };
    assert_names(&error.message, &["fix_everything", "diagnose_error"]);
}

#[tokio::test]
async fn lists_of_the_stateless_era_may_be_kept_for_an_hour() {
    let client = modern().await;
    let list = serde_json::to_value(client.list_tools(None).await.unwrap()).unwrap();
    assert_eq!((&list["ttlMs"], &list["cacheScope"]), (&json!(3_600_000), &json!("public")));
    let found = serde_json::to_value(client.discover(RequestMetaObject::default()).await.unwrap()).unwrap();
    assert_eq!((&found["ttlMs"], &found["cacheScope"]), (&json!(3_600_000), &json!("public")));
    assert_eq!(found["supportedVersions"], json!(["2025-06-18", "2025-11-25", "2026-07-28"]));
    assert!(found["instructions"].as_str().is_some_and(|text| text.contains("diagnose_error")));
}

#[tokio::test]
async fn both_eras_get_the_same_answer() {
    let arguments = json!({"report": ENVELOPE});
    let old = call(&client().await, "diagnose_error", arguments.clone()).await.unwrap();
    let new = call(&modern().await, "diagnose_error", arguments).await.unwrap();
    assert_eq!(
        (old.structured_content, text(&CallToolResult::success(old.content))),
        (new.structured_content, text(&CallToolResult::success(new.content)))
    );
}

#[tokio::test]
async fn nothing_is_advertised_that_never_happens() {
    let client = client().await;
    let capabilities = serde_json::to_value(&client.peer_info().unwrap().capabilities).unwrap();
    let skills = json!({"io.modelcontextprotocol/skills": {"directoryRead": true}});
    assert_eq!(capabilities, json!({"completions": {}, "extensions": skills, "prompts": {}, "resources": {}, "tools": {}}));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_calls_at_once_are_all_answered() {
    let client = std::sync::Arc::new(client().await);
    let calls: Vec<_> = (0..40)
        .map(|_| {
            let client = client.clone();
            tokio::spawn(async move { call(&client, "diagnose_error", json!({"report": ENVELOPE})).await.unwrap() })
        })
        .collect();
    for call in calls {
        assert_ne!(call.await.unwrap().is_error, Some(true));
    }
}
