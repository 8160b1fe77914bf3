//! Spans as OTLP in JSON: the members that a collector needs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Span;

/// One message for a collector.
pub(super) fn body(service: &str, spans: &[Span]) -> String {
    let version = env!("CARGO_PKG_VERSION");
    let resource = json!({"attributes": [text("service.name", service), text("service.version", version)]});
    let spans: Vec<Value> = spans.iter().map(span).collect();
    let scope = json!({"scope": {"name": "klingai-mcp", "version": version}, "spans": spans});
    json!({"resourceSpans": [{"resource": resource, "scopeSpans": [scope]}]}).to_string()
}

fn span(span: &Span) -> Value {
    let begun = i128::from(span.begun_ms) * 1_000_000;
    let ended = begun + i128::try_from(span.lasted.as_nanos()).unwrap_or_default();
    let mut attributes = vec![text("mcp.method.name", "tools/call"), text("gen_ai.tool.name", span.tool)];
    attributes.extend(span.version.map(|version| text("mcp.protocol.version", version)));
    attributes.extend(span.failed.map(|kind| text("error.type", kind)));
    let mut out = json!({
        "traceId": hex(&span.place.trace),
        "spanId": hex(&span.id),
        "name": format!("tools/call {}", span.tool),
        "kind": 2, // a server's side
        "startTimeUnixNano": begun.to_string(),
        "endTimeUnixNano": ended.to_string(),
        "attributes": attributes,
        "status": if span.failed.is_some() { json!({"code": 2}) } else { json!({}) },
    });
    if let (Some(parent), Some(members)) = (span.place.parent, out.as_object_mut()) {
        members.insert("parentSpanId".to_owned(), Value::from(hex(&parent)));
    }
    out
}

fn text(key: &str, value: &str) -> Value {
    json!({"key": key, "value": {"stringValue": value}})
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}
