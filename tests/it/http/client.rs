//! A running server and a client that says exactly what a test wants.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::program;

/// A process that serves, its address and its token.
pub(super) struct Running {
    pub(super) child: Child,
    pub(super) address: String,
    pub(super) token: String,
    /// What it said when it started.
    pub(super) greeting: String,
}

impl Running {
    /// A server on a free port, with its state in `state`.
    pub(super) fn start(state: &std::path::Path) -> Self {
        Self::with(state, &["--http", "127.0.0.1:0"])
    }

    pub(super) fn with(state: &std::path::Path, arguments: &[&str]) -> Self {
        Self::within(&[], state, arguments)
    }

    /// A server with more in its environment.
    pub(super) fn within(environment: &[(&str, &str)], state: &std::path::Path, arguments: &[&str]) -> Self {
        let mut command = program();
        command.envs(environment.iter().copied());
        Self::of(command, state, arguments)
    }

    /// The same with an environment of its own.
    pub(super) fn of(mut command: std::process::Command, state: &std::path::Path, arguments: &[&str]) -> Self {
        command.arg("serve").args(arguments).env("KLINGAI_STATE_DIR", state);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let (place, file) = (lines.next().unwrap(), lines.next().unwrap());
        // The pipe stays open, so that the log of the server has a reader.
        std::thread::spawn(move || lines.for_each(drop));
        let address = place.rsplit("http://").next().unwrap().trim_end_matches("/mcp").to_owned();
        let token = std::fs::read_to_string(file.rsplit(" is in ").next().unwrap()).unwrap().trim().to_owned();
        Self { child, address, token, greeting: format!("{place}\n{file}") }
    }

    /// A request with the token, and its answer.
    pub(super) fn post(&self, headers: &[(&str, &str)], body: &Value) -> Answer {
        ask(
            &self.address,
            "POST /mcp",
            &[&[("authorization", format!("Bearer {}", self.token).as_str())], headers].concat(),
            &body.to_string(),
        )
    }

    pub(super) fn get(&self, path: &str) -> Answer {
        ask(&self.address, &format!("GET {path}"), &[], "")
    }

    pub(super) fn signal(&self) {
        let sent = std::process::Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// An answer as it came.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: String,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// One request on a connection of its own.
pub(super) fn ask(address: &str, line: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut stream = connect(address);
    stream.write_all(request(line, headers, body).as_bytes()).unwrap();
    answer(&mut stream)
}

pub(super) fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// A request as text; the usual headers stand where `headers` has no value for them, and an empty value leaves one out.
pub(super) fn request(line: &str, headers: &[(&str, &str)], body: &str) -> String {
    let length = body.len().to_string();
    let usual = [
        ("host", "localhost"),
        ("connection", "close"),
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("content-length", &length),
    ];
    let missing = usual.iter().filter(|(name, _)| !headers.iter().any(|(other, _)| other == name));
    let given = headers.iter().chain(missing).filter(|(_, value)| !value.is_empty());
    let lines = given.map(|(name, value)| format!("{name}: {value}\r\n")).collect::<Vec<_>>().concat();
    format!("{line} HTTP/1.1\r\n{lines}\r\n{body}")
}

/// Reads to the end of the connection.
pub(super) fn answer(stream: &mut impl Read) -> Answer {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Answer { status, head: head.to_ascii_lowercase(), body: body.to_owned() }
}

/// A request of the era with a handshake.
pub(super) fn legacy(id: u64, method: &str, params: &Value) -> Value {
    json!({"jsonrpc":"2.0","id":id,"method":method,"params":params})
}

/// A request of the stateless era.
pub(super) fn modern(id: u64, method: &str, mut params: Value, version: &str) -> Value {
    params["_meta"] = json!({
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientCapabilities": {},
        "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"}});
    legacy(id, method, &params)
}

/// A tool call that has one answer.
pub(super) fn diagnosis() -> Value {
    json!({"name":"diagnose_error","arguments":{"report":r#"{"code":1102,"message":"Account balance not enough"}"#}})
}

pub(super) fn category(answer: &Answer) -> String {
    answer.json()["result"]["structuredContent"]["diagnoses"][0]["category"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}
