//! The caller's trace context, as the log shows it.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::common::program;
use crate::stdio::Session;

const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The log of one call in the stateless era.
fn logged(tool: &str, arguments: &Value, context: &Value) -> String {
    let log = tempfile::NamedTempFile::new().unwrap();
    let mut command = program();
    command.env("KLINGAI_LOG", "klingai_mcp=debug").stderr(Stdio::from(log.reopen().unwrap()));
    let mut session = Session::logging(&mut command);
    let mut meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {}});
    meta.as_object_mut().unwrap().extend(context.as_object().unwrap().clone());
    session.ask(&json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":tool,"arguments":arguments,"_meta":meta}}));
    assert!(session.end().success());
    std::fs::read_to_string(log.path()).unwrap()
}

#[test]
fn a_call_is_logged_inside_the_callers_trace_and_without_its_content() {
    let context = json!({"traceparent": PARENT, "tracestate": "vendor=t61rcWkgMzE"});
    for (tool, arguments, outcome) in [
        ("diagnose_error", json!({"report": "zebra crossing 429"}), "ok"),
        ("validate_request", json!({"endpoint": "/zebra"}), "ok"),
        ("test_generation", json!({"scenario": "zebra"}), "ok"),
        ("suggest_retry_policy", json!({"operation": "zebra"}), "tool_error"),
    ] {
        let log = logged(tool, &arguments, &context);
        let line = log.lines().find(|line| line.contains("a call ended")).unwrap_or_else(|| panic!("{tool}: {log}"));
        let words = [PARENT, "vendor=t61rcWkgMzE", "2026-07-28", "mcp.method.name=\"tools/call\""];
        for word in words.iter().copied().chain([format!("otel.name=tools/call {tool}").as_str(), outcome]) {
            assert!(line.contains(word), "{tool}: {word} is not in {line}");
        }
        assert_eq!(line.contains("error.type"), outcome == "tool_error", "{line}");
        assert!(!log.contains("zebra"), "{log}");
    }
}

#[test]
fn a_trace_context_that_is_none_does_not_reach_the_log() {
    let wrong = [
        json!({"traceparent": "zebra", "tracestate": "zebra=1"}),
        json!({"traceparent": PARENT, "tracestate": "a=zebra crossing\u{1b}[31m"}),
        json!({"traceparent": 7, "tracestate": ["zebra"]}),
    ];
    for context in wrong {
        let log = logged("diagnose_error", &json!({"report": "429"}), &context);
        assert!(log.contains("a call ended") && !log.contains("zebra"), "{context}: {log}");
    }
    let log = logged("zebra_tool", &json!({}), &json!({"traceparent": PARENT}));
    assert!(log.contains(PARENT) && log.contains("tools/call unknown") && !log.contains("zebra"), "{log}");
}
