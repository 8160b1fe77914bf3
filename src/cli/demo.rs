//! `demo`: a failing integration goes through the real server over a real client connection: diagnosis, check, test, policy.

use rmcp::model::{CallToolRequestParams, ContentBlock, JsonObject};
use rmcp::service::{RoleClient, RunningService};
use rmcp::{ServiceError, ServiceExt as _};
use serde_json::{Value, json};

use super::{Exit, paint, print, say};
use crate::mcp::Server;
use crate::trial::Operator;

/// The log of a nightly job that failed; invented, in the form real ones have.
const LOG: &str = include_str!("demo.log");

/// A call of the walk: what the assistant does, which tool it calls, and how much of the answer is shown.
struct Call {
    why: &'static str,
    tool: &'static str,
    arguments: Value,
    lines: usize,
}

pub(super) fn run(clock: fn() -> i64, operator: &Operator) -> Exit {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return super::fault(&error),
    };
    match runtime.block_on(conversation(clock, operator.clone())) {
        Ok(text) => print(&text),
        Err(error) => {
            say(&format!("klingai-mcp demo: {error}"));
            Exit::Internal
        }
    }
}

/// What an assistant would do with the log, in order.
fn calls() -> Vec<Call> {
    let clip =
        json!({"model_name": "kling-v2-6", "prompt": "a paper boat on a rainy street", "mode": "std", "sound": "on", "duration": 10});
    let right =
        json!({"model_name": "kling-v2-6", "prompt": "a paper boat on a rainy street", "mode": "pro", "sound": "on", "duration": "10"});
    let path = "/v1/videos/text2video";
    vec![
        Call {
            why: "It calls diagnose_error with the log and the suspicion, and reads:",
            tool: "diagnose_error",
            arguments: json!({"report": LOG, "suspicion": "rate limit", "now": "2026-11-20T03:30:00Z"}),
            lines: usize::MAX,
        },
        Call {
            why: "The developer shows the request that comes next. validate_request finds what would fail, and repairs it:",
            tool: "validate_request",
            arguments: json!({"endpoint": path, "body": clip}),
            lines: usize::MAX,
        },
        Call {
            why: "test_generation runs the repaired request against the built-in Kling API, free:",
            tool: "test_generation",
            arguments: json!({"mode": "sandbox", "endpoint": path, "body": right, "wait_s": 30}),
            lines: 9,
        },
        Call {
            why: "suggest_retry_policy plays tomorrow night's 86 clips on 5 slots before anybody pays for them:",
            tool: "suggest_retry_policy",
            arguments: json!({"jobs": 86, "slots": 5, "job_seconds": 180}),
            lines: 24,
        },
    ]
}

async fn conversation(clock: fn() -> i64, operator: Operator) -> Result<String, Box<dyn std::error::Error>> {
    let (near, far) = tokio::io::duplex(1 << 20);
    let server = tokio::spawn(async move { Server::new(clock, operator).serve(far).await });
    let client = ().serve(near).await?;
    let tools = client.list_all_tools().await?;
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    let mut text = opening(&names);
    for call in calls() {
        let answer = ask(&client, call.tool, call.arguments).await?;
        let shown: Vec<&str> = answer.lines().take(call.lines).collect();
        text.extend(["\n\n", call.why, "\n\n", &paint::markdown(&shown.join("\n")), "\n"]);
    }
    client.cancel().await?;
    server.abort();
    Ok(text)
}

async fn ask(client: &RunningService<RoleClient, ()>, tool: &'static str, arguments: Value) -> Result<String, ServiceError> {
    let arguments = if let Value::Object(object) = arguments { object } else { JsonObject::new() };
    let result = client.call_tool(CallToolRequestParams::new(tool).with_arguments(arguments)).await?;
    let text: Vec<&str> = result.content.iter().filter_map(ContentBlock::as_text).map(|block| block.text.as_str()).collect();
    Ok(text.join("\n"))
}

fn opening(tools: &[&str]) -> String {
    let shown = format!("  | {}\n", LOG.trim_end().replace('\n', "\n  | "));
    format!(
        "A developer pastes the log of last night's job and suspects a rate limit:\n\n{shown}\nThe assistant is connected over MCP and sees the tools: {}.",
        tools.join(", ")
    )
}
