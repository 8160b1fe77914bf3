//! `demo`: a realistic failing integration goes through the real server over a real client connection.

use rmcp::ServiceExt as _;
use rmcp::model::{CallToolRequestParams, ContentBlock};

use super::{Exit, paint, print, say};
use crate::mcp::Server;
use crate::trial::Operator;

/// The log of a nightly job that failed; invented, in the form real ones have.
const LOG: &str = include_str!("demo.log");

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

async fn conversation(clock: fn() -> i64, operator: Operator) -> Result<String, Box<dyn std::error::Error>> {
    let (near, far) = tokio::io::duplex(1 << 20);
    let server = tokio::spawn(async move { Server::new(clock, operator).serve(far).await });
    let client = ().serve(near).await?;
    let tools = client.list_all_tools().await?;
    let arguments = serde_json::json!({"report": LOG, "suspicion": "rate limit", "now": "2026-11-20T03:30:00Z"});
    let request = CallToolRequestParams::new("diagnose_error").with_arguments(arguments.as_object().cloned().unwrap_or_default());
    let result = client.call_tool(request).await?;
    let answer: Vec<&str> = result.content.iter().filter_map(ContentBlock::as_text).map(|text| text.text.as_str()).collect();
    let names: Vec<&str> = tools.iter().map(|tool| tool.name.as_ref()).collect();
    let text = transcript(&names, &answer.join("\n"));
    client.cancel().await?;
    server.abort();
    Ok(text)
}

fn transcript(tools: &[&str], answer: &str) -> String {
    let shown = format!("  | {}\n", LOG.trim_end().replace('\n', "\n  | "));
    format!(
        "A developer pastes the log of last night's job and suspects a rate limit:\n\n{shown}\nThe assistant is connected over MCP and sees the tools: {}.\nIt calls diagnose_error with the log and the suspicion, and reads:\n\n{}",
        tools.join(", "),
        paint::markdown(answer)
    )
}
