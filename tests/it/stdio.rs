//! The program as a host starts it: lines in, lines out, nothing else on stdout.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::program;

const PATIENCE: Duration = Duration::from_secs(60);

/// A running server; every line of its stdout is read as JSON-RPC.
pub(crate) struct Session {
    child: Child,
    stdin: Option<ChildStdin>,
    lines: Receiver<String>,
}

impl Session {
    fn start() -> Self {
        Self::of(&mut program())
    }

    fn of(command: &mut Command) -> Self {
        Self::logging(command.stderr(Stdio::null()))
    }

    /// A server whose log goes where `command` says.
    pub(crate) fn logging(command: &mut Command) -> Self {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (send, lines) = channel();
        std::thread::spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        Self { stdin: child.stdin.take(), child, lines }
    }

    pub(crate) fn initialized(version: &str) -> Self {
        let mut session = Self::start();
        let answer = session.ask(&json!({"jsonrpc":"2.0","id":1,"method":"initialize","params":{
            "protocolVersion": version, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}));
        assert_eq!(answer["result"]["protocolVersion"], version);
        assert_eq!(answer["result"]["serverInfo"]["name"], "klingai-mcp");
        session.send(&json!({"jsonrpc":"2.0","method":"notifications/initialized"}).to_string());
        session
    }

    pub(crate) fn send(&mut self, line: &str) {
        self.write(line.as_bytes());
    }

    /// One line, whatever its bytes.
    pub(crate) fn write(&mut self, line: &[u8]) {
        let stdin = self.stdin.as_mut().unwrap();
        stdin.write_all(line).unwrap();
        stdin.write_all(b"\n").unwrap();
        stdin.flush().unwrap();
    }

    /// The next line of stdout as JSON-RPC.
    pub(crate) fn next(&mut self) -> Value {
        message(&self.lines.recv_timeout(PATIENCE).unwrap())
    }

    pub(crate) fn ask(&mut self, request: &Value) -> Value {
        self.send(&request.to_string());
        self.answer(&request["id"])
    }

    /// The answer with this id; errors without an id may come before it.
    fn answer(&mut self, id: &Value) -> Value {
        loop {
            let message = self.next();
            if message["id"] == *id {
                return message;
            }
            assert!(message.get("id").is_none_or(Value::is_null), "an answer to something else: {message}");
        }
    }

    fn diagnose(&mut self, id: u64, report: &str) -> Value {
        self.ask(&json!({"jsonrpc":"2.0","id":id,"method":"tools/call","params":{"name":"diagnose_error","arguments":{"report":report}}}))
    }

    /// Closes stdin and gives the rest of stdout.
    pub(crate) fn rest(mut self) -> (Vec<Value>, ExitStatus) {
        drop(self.stdin.take());
        let rest = self.lines.iter().map(|line| message(&line)).collect();
        (rest, self.child.wait().unwrap())
    }

    /// Closes stdin and waits; whatever is still printed must be JSON-RPC.
    pub(crate) fn end(mut self) -> ExitStatus {
        drop(self.stdin.take());
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => drop(message(&line)),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap(),
                Err(RecvTimeoutError::Timeout) => panic!("the program does not end"),
            }
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn message(line: &str) -> Value {
    let value: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    assert_eq!(value["jsonrpc"], "2.0", "{line}");
    value
}

/// Adds what every request of the stateless era carries.
fn modern(mut request: Value, version: &str) -> Value {
    request["params"]["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}});
    request
}

fn category(answer: &Value) -> &str {
    answer["result"]["structuredContent"]["diagnoses"][0]["category"].as_str().unwrap_or_else(|| panic!("{answer}"))
}

#[test]
fn both_revisions_with_a_handshake_work() {
    for version in ["2025-06-18", "2025-11-25"] {
        let mut session = Session::initialized(version);
        assert!(session.ask(&json!({"jsonrpc":"2.0","id":2,"method":"ping"}))["result"].is_object());
        let tools = session.ask(&json!({"jsonrpc":"2.0","id":3,"method":"tools/list","params":{}}));
        assert_eq!(tools["result"]["tools"][0]["name"], "diagnose_error");
        assert_eq!(
            category(&session.diagnose(4, r#"429 {"code":1303,"message":"parallel task over resource pack limit"}"#)),
            "concurrency_limited"
        );
        assert!(session.end().success());
    }
}

#[test]
fn the_stateless_revision_works_without_a_handshake() {
    let mut session = Session::start();
    let ask = |method: &str, id: u64, params: Value| modern(json!({"jsonrpc":"2.0","id":id,"method":method,"params":params}), "2026-07-28");
    let found = session.ask(&ask("server/discover", 1, json!({})));
    assert_eq!(found["result"]["ttlMs"], 3_600_000);
    assert!(found["result"]["supportedVersions"].as_array().unwrap().contains(&json!("2026-07-28")));
    let tools = session.ask(&ask("tools/list", 2, json!({})));
    assert_eq!((&tools["result"]["ttlMs"], &tools["result"]["cacheScope"]), (&json!(3_600_000), &json!("public")));
    assert_eq!(tools["result"]["resultType"], "complete");
    let call = session.ask(&ask(
        "tools/call",
        3,
        json!({"name":"diagnose_error","arguments":{"report":r#"{"code":1102,"message":"Account balance not enough"}"#}}),
    ));
    assert_eq!(category(&call), "balance_depleted");
    assert!(session.end().success());
}

#[test]
fn an_unsupported_revision_is_told_the_supported_ones() {
    let mut session = Session::start();
    let answer = session.ask(&modern(json!({"jsonrpc":"2.0","id":1,"method":"tools/list","params":{}}), "2031-01-01"));
    assert_eq!(answer["error"]["code"], -32022);
    assert!(answer["error"]["data"]["supported"].as_array().unwrap().contains(&json!("2026-07-28")));
}

#[test]
fn arguments_in_a_string_are_taken_and_other_kinds_are_refused_by_name() {
    let mut session = Session::initialized("2025-11-25");
    let call = |id: u64, arguments: Value| json!({"jsonrpc":"2.0","id":id,"method":"tools/call","params":{"name":"diagnose_error","arguments":arguments}});
    let taken = session.ask(&call(2, json!(r#"{"report": "{\"code\":1303,\"message\":\"parallel task over resource pack limit\"}"}"#)));
    assert_eq!(category(&taken), "concurrency_limited");
    for (id, wrong) in [(3, json!("no object")), (4, json!("[1]")), (5, json!([1])), (6, json!(7))] {
        let answer = session.ask(&call(id, wrong));
        let text = answer.to_string();
        assert!(text.contains("diagnose_error") && text.contains("arguments"), "{text}");
        assert!(answer["result"]["isError"] == true || answer["error"].is_object(), "{text}");
    }
}

#[test]
fn arguments_in_a_string_are_taken_in_the_stateless_revision() {
    let mut session = Session::start();
    let request = json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"diagnose_error","arguments":"{\"report\":\"{\\\"code\\\":1303}\"}"}});
    let answer = session.ask(&modern(request, "2026-07-28"));
    assert!(answer["result"]["structuredContent"]["summary"].is_string(), "{answer}");
}

#[test]
fn lines_that_are_no_message_do_not_stop_the_server() {
    let mut session = Session::initialized("2025-11-25");
    for garbage in [
        "",
        "garbage",
        "{",
        "[]",
        "null",
        "7",
        "\"text\"",
        r#"{"jsonrpc":"1.0"}"#,
        r#"{"jsonrpc":"2.0","id":null}"#,
        "\u{feff}",
        "\0\0",
        "Content-Length: 12",
    ] {
        session.send(garbage);
    }
    session.send(&"[".repeat(80_000));
    let stdin = session.stdin.as_mut().unwrap();
    stdin.write_all(b"\xff\xfe\xc3\x28\n").unwrap();
    assert_eq!(
        category(&session.diagnose(2, r#"{"code":1303,"message":"parallel task over resource pack limit"}"#)),
        "concurrency_limited"
    );
    assert!(session.end().success());
}

#[test]
fn an_unknown_method_is_answered_with_its_name() {
    let mut session = Session::initialized("2025-11-25");
    let answer = session.ask(&json!({"jsonrpc":"2.0","id":"a","method":"tools/burn"}));
    assert_eq!(answer["error"]["code"], -32601);
    assert!(answer.to_string().contains("tools/burn"));
}

#[test]
fn a_line_of_25_mib_is_refused_under_its_id_and_the_next_call_works() {
    let long = "x".repeat(25 * 1024 * 1024);
    let mut session = Session::initialized("2025-11-25");
    for id in [json!(42), json!("call-42")] {
        session.send(&format!(
            r#"{{"jsonrpc":"2.0","id":{id},"method":"tools/call","params":{{"name":"diagnose_error","arguments":{{"report":"{long}"}}}}}}"#
        ));
        let answer = session.answer(&id);
        let text = answer["error"]["message"].as_str().unwrap();
        assert!(text.contains("10 MiB") && text.contains("report"), "{text}");
    }
    assert_eq!(
        category(&session.diagnose(43, r#"{"code":1303,"message":"parallel task over resource pack limit"}"#)),
        "concurrency_limited"
    );
    assert!(session.end().success());
}

#[test]
fn a_long_line_with_its_id_at_the_end_is_answered_under_it() {
    // TypeScript clients write the id last; an `"id"` inside `params` is not the request's.
    let long = "x".repeat(25 * 1024 * 1024);
    let mut session = Session::initialized("2025-11-25");
    session.send(&format!(
        r#"{{"method":"tools/call","params":{{"name":"diagnose_error","arguments":{{"id":7,"report":"{long}"}}}},"jsonrpc":"2.0","id":42}}"#
    ));
    let answer = session.next();
    assert_eq!(answer["id"], 42);
    assert!(answer["error"]["message"].as_str().unwrap().contains("10 MiB"), "{answer}");
}

#[test]
fn a_paste_of_9_mib_is_answered() {
    let mut session = Session::initialized("2025-11-25");
    let log = "2026-11-20 02:58:12 INFO heartbeat \"ok\"\n".repeat(9 * 1024 * 1024 / 40)
        + r#"{"code":1303,"message":"parallel task over resource pack limit"}"#;
    assert_eq!(category(&session.diagnose(2, &log)), "concurrency_limited");
}

#[test]
fn the_end_of_input_ends_the_program_well() {
    assert!(Session::start().end().success(), "before anything was said");
    assert!(Session::initialized("2025-06-18").end().success(), "after the handshake");
    let mut probed = Session::start();
    probed.send("garbage");
    assert!(probed.end().success(), "after garbage");
}

#[test]
fn the_verb_stdio_is_the_same_server() {
    let mut session = Session::of(program().arg("stdio"));
    let found = session.ask(&modern(json!({"jsonrpc":"2.0","id":1,"method":"server/discover","params":{}}), "2026-07-28"));
    assert!(found["result"]["capabilities"]["tools"].is_object());
    assert!(session.end().success());
}

#[cfg(unix)]
#[test]
fn a_signal_ends_the_program() {
    for (signal, after_handshake) in [("TERM", true), ("INT", true), ("TERM", false)] {
        let mut session = if after_handshake { Session::initialized("2025-11-25") } else { Session::start() };
        std::thread::sleep(Duration::from_millis(200));
        assert!(Command::new("kill").args(["-s", signal, &session.child.id().to_string()]).status().unwrap().success());
        let gone = (0..200).find_map(|_| {
            std::thread::sleep(Duration::from_millis(50));
            session.child.try_wait().unwrap()
        });
        assert!(gone.is_some(), "still there 10 s after {signal}");
        while let Ok(line) = session.lines.recv_timeout(Duration::from_secs(1)) {
            message(&line);
        }
    }
}

#[test]
fn a_chart_is_read_over_stdio_and_is_the_same_in_another_process() {
    let read = |id: u32| {
        let mut session = Session::initialized("2025-11-25");
        let address = "kling://charts/retry?jobs=20&slots=3&job_seconds=60&seed=5";
        let answer = session.ask(&json!({"jsonrpc":"2.0","id":id,"method":"resources/read","params":{"uri": address}}));
        let content = answer["result"]["contents"][0].clone();
        assert_eq!((&content["uri"], &content["mimeType"]), (&json!(address), &json!("image/svg+xml")), "{answer}");
        content["text"].as_str().unwrap().to_owned()
    };
    let first = read(7);
    assert!(first.starts_with("<svg") && first.contains("20 jobs"), "{first:.200}");
    assert_eq!(first, read(8));
}
