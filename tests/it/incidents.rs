//! What goes wrong inside stays inside: a fault is answered, and the log never holds what a caller gave.

use klingai_mcp::mcp::Server;
use klingai_mcp::trial::Operator;
use rmcp::ServiceExt as _;
use serde_json::json;

use crate::common::{clock, program, run, stderr, stdout};
use crate::server::{Client, call, text};

const CANARY: &str = "canary-7f3a-in-the-panic";

fn broken_clock() -> i64 {
    panic!("{CANARY}")
}

async fn with_a_broken_clock() -> Client {
    let (near, far) = tokio::io::duplex(1 << 20);
    let server = Server::new(broken_clock, Operator::unset(|| clock() * 1000));
    tokio::spawn(async move { server.serve(far).await.unwrap().waiting().await });
    ().serve(near).await.unwrap()
}

#[tokio::test]
async fn a_panic_is_answered_with_a_number_and_the_next_call_works() {
    let client = with_a_broken_clock().await;
    let large = "x".repeat(200_000);
    for (number, report) in [(1, "HTTP 429"), (2, large.as_str())] {
        let failed = call(&client, "diagnose_error", json!({ "report": report })).await.unwrap();
        let said = text(&failed);
        assert_eq!(failed.is_error, Some(true));
        assert!(said.contains("diagnose_error") && said.contains(&format!("incident {number}")) && !said.contains(CANARY), "{said}");
    }
    let next =
        call(&client, "validate_request", json!({"endpoint": "/text-to-video/kling-3.0", "body": {"prompt": "a fox"}})).await.unwrap();
    assert_ne!(next.is_error, Some(true), "{}", text(&next));
}

#[test]
fn the_most_talkative_log_holds_nothing_of_a_call() {
    let messages = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
            "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {
            "name": "diagnose_error", "arguments": {"report": format!("HTTP 429 {CANARY}")}}}),
        json!({"jsonrpc": "2.0", "id": 3, "method": "tools/call", "params": {
            "name": "validate_request", "arguments": {"endpoint": "/text-to-video/kling-3.0", "body": {"prompt": CANARY}}}}),
        json!({"jsonrpc": "2.0", "id": 4, "method": "tools/call", "params": {
            "name": "test_generation", "arguments": {"endpoint": "/text-to-video/kling-3.0", "body": {"prompt": CANARY}}}}),
        json!({"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": {
            "name": "suggest_retry_policy", "arguments": {"error": CANARY, "jobs": 2}}}),
        json!({"jsonrpc": "2.0", "id": 6, "method": "tools/call", "params": {"name": CANARY, "arguments": {CANARY: 1}}}),
    ];
    let input = messages.map(|message| message.to_string()).join("\n") + "\n";
    for level in ["trace", "rmcp=trace,klingai_mcp=trace"] {
        let output = run(program().env("KLINGAI_LOG", level), input.as_bytes());
        assert!(stdout(&output).contains("\"id\":6"), "{}", stdout(&output));
        assert!(!stderr(&output).contains(CANARY), "{level}: {}", stderr(&output));
    }
}
