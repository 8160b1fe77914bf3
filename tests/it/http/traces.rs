//! Spans for a collector: what they say, where they hang, and that no word of a call is among them.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Running, legacy, modern};
use crate::common::{program, run, stderr};

const NEW: &str = "2026-07-28";
const CANARY: &str = "canary-91c2-in-the-paste";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// What a collector got: head and body of each message.
struct Collector {
    address: String,
    got: Receiver<(String, String)>,
}

impl Collector {
    fn start(status: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let (sender, got) = channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().map(Result::unwrap) {
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let mut head = String::new();
                while reader.read_line(&mut head).unwrap() > 2 {}
                let length = head.to_lowercase().split("content-length: ").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
                let mut body = vec![0; length];
                reader.read_exact(&mut body).unwrap();
                let mut stream = stream;
                stream.write_all(format!("HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\n{{}}").as_bytes()).unwrap();
                if sender.send((head, String::from_utf8(body).unwrap())).is_err() {
                    return;
                }
            }
        });
        Self { address, got }
    }

    /// All messages of a server that has ended.
    fn all(&self) -> Vec<(String, String)> {
        let first = self.got.recv_timeout(Duration::from_secs(30)).unwrap();
        std::iter::once(first).chain(self.got.try_iter()).collect()
    }
}

fn spans(messages: &[(String, String)]) -> Vec<Value> {
    let of = |(_, body): &(String, String)| {
        let message: Value = serde_json::from_str(body).unwrap();
        message["resourceSpans"][0]["scopeSpans"][0]["spans"].as_array().unwrap().clone()
    };
    messages.iter().flat_map(of).collect()
}

fn attribute<'s>(span: &'s Value, key: &str) -> Option<&'s str> {
    let all = span["attributes"].as_array().unwrap();
    all.iter().find(|pair| pair["key"] == key).map(|pair| pair["value"]["stringValue"].as_str().unwrap())
}

#[test]
fn each_call_is_a_span_below_its_caller_and_no_word_of_it_is_told() {
    let collector = Collector::start("200 OK");
    let state = tempfile::tempdir().unwrap();
    let environment = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=a%20b"),
        ("OTEL_SERVICE_NAME", "kling-night"),
    ];
    let mut server = Running::within(&environment, state.path(), &["--http", "127.0.0.1:0"]);
    let parent = format!("00-{TRACE}-{PARENT}-01");
    let call = |tool: &str, arguments: Value, parent: &str| {
        let mut request = modern(1, "tools/call", json!({"name": tool, "arguments": arguments}), NEW);
        request["params"]["_meta"]["traceparent"] = parent.into();
        request["params"]["_meta"]["tracestate"] = CANARY.into();
        let headers = [("mcp-protocol-version", NEW), ("mcp-method", "tools/call"), ("mcp-name", tool)];
        server.post(&headers, &request).status
    };
    assert_eq!(call("diagnose_error", json!({"report": format!("HTTP/1.1 401 {CANARY}")}), &parent), 200);
    assert_eq!(call("validate_request", json!({CANARY: CANARY}), &parent.replace("-01", "-00")), 200);
    assert_eq!(call("validate_request", json!({CANARY: CANARY}), CANARY), 200);
    call(CANARY, json!({}), &parent);
    server.signal();
    assert!(server.child.wait().unwrap().success());
    let messages = collector.all();
    for (head, body) in &messages {
        assert!(head.starts_with("POST /v1/traces HTTP/1.1\r\n") && head.contains("x-tenant: a b\r\n"), "{head}");
        assert!(!head.contains(CANARY) && !body.contains(CANARY), "{body}");
        assert!(body.contains(r#"{"key":"service.name","value":{"stringValue":"kling-night"}}"#), "{body}");
    }
    let spans = spans(&messages);
    let [good, bad, unknown] = spans.as_slice() else { panic!("a call whose caller does not sample has no span: {spans:?}") };
    assert_eq!((&good["name"], &good["kind"], &good["status"]), (&json!("tools/call diagnose_error"), &json!(2), &json!({})));
    assert_eq!((&good["traceId"], &good["parentSpanId"]), (&json!(TRACE), &json!(PARENT)));
    let [method, tool, version, error] =
        ["mcp.method.name", "gen_ai.tool.name", "mcp.protocol.version", "error.type"].map(|key| attribute(good, key));
    assert_eq!((method, tool, version, error), (Some("tools/call"), Some("diagnose_error"), Some(NEW), None));
    let nanos = |span: &Value, key: &str| span[key].as_str().unwrap().parse::<u64>().unwrap();
    assert!(nanos(good, "startTimeUnixNano") <= nanos(good, "endTimeUnixNano"));
    assert_eq!((attribute(bad, "error.type"), &bad["status"]["code"]), (Some("tool_error"), &json!(2)));
    assert!(bad.get("parentSpanId").is_none() && bad["traceId"].as_str().unwrap().len() == 32 && bad["traceId"] != good["traceId"]);
    assert_eq!((&unknown["name"], attribute(unknown, "error.type")), (&json!("tools/call unknown"), Some("protocol_error")));
}

#[test]
fn calls_over_stdio_are_spans_too_and_a_refusing_collector_is_told_once() {
    let collector = Collector::start("503 Service Unavailable");
    let hello = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let call = |id| legacy(id, "tools/call", &json!({"name": "diagnose_error", "arguments": {"report": CANARY}}));
    let messages = [legacy(1, "initialize", &hello), json!({"jsonrpc": "2.0", "method": "notifications/initialized"}), call(2), call(3)];
    let input = messages.map(|message| message.to_string()).join("\n") + "\n";
    let output = run(program().arg("stdio").env("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.address), input.as_bytes());
    let found = spans(&collector.all());
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!(attribute(&found[0], "mcp.protocol.version"), Some("2025-11-25"));
    assert_eq!(stderr(&output).matches("traces are not taken").count(), 1, "{}", stderr(&output));
}

#[test]
fn an_address_that_cannot_be_used_is_told_and_the_server_serves() {
    let state = tempfile::tempdir().unwrap();
    let arguments = ["serve", "--http", "127.0.0.1:0"];
    let mut command = program();
    command.args(arguments).env("KLINGAI_STATE_DIR", state.path()).env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("https://{CANARY}"));
    let mut child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let (first, second) = (said.next().unwrap(), said.next().unwrap());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(first.contains("no traces") && first.contains("https is not spoken") && !first.contains(CANARY), "{first}");
    assert!(second.contains("listens on"), "{second}");
}

#[test]
fn the_log_is_json_lines_when_that_is_asked_for_and_holds_no_word_of_a_call() {
    let state = tempfile::tempdir().unwrap();
    let environment = [("KLINGAI_LOG", "trace"), ("KLINGAI_LOG_FORMAT", "json"), ("KLINGAI_STATE_DIR", state.path().to_str().unwrap())];
    let mut child =
        program().args(["serve", "--http", "127.0.0.1:0"]).envs(environment).stderr(std::process::Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    let address = said.next().unwrap().rsplit("http://").next().unwrap().trim_end_matches("/mcp").to_owned();
    let token = std::fs::read_to_string(state.path().join("http-token")).unwrap();
    let headers = [("authorization", format!("Bearer {}", token.trim()))];
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let body = legacy(1, "tools/call", &json!({"name": "diagnose_error", "arguments": {"report": CANARY}})).to_string();
    assert_eq!(super::client::ask(&address, "POST /mcp", &headers, &body).status, 200);
    let sent = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(sent.success() && child.wait().unwrap().success());
    let lines: Vec<String> = said.skip(1).collect();
    assert!(lines.len() >= 3, "{lines:?}");
    for line in &lines {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        assert!(event["timestamp"].is_string() && event["level"].is_string() && event["message"].is_string(), "{line}");
        assert!(!line.contains(CANARY) && !line.contains(token.trim()), "{line}");
    }
}
