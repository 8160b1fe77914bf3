//! A question to a person that one process asks and another goes on with.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use super::client::{Answer, Running, ask};
use super::protocol::round_robin;
use crate::common::program;

const KEY: &str = "api-key-kling-sandbox-000000000000000000000000000000000000";

/// A sandbox as a process of its own.
struct Service {
    child: Child,
    address: String,
}

impl Service {
    fn start() -> Self {
        let mut child =
            program().args(["sandbox", "--port", "0", "--speed", "3000"]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let line = lines.find(|line| line.contains("http://127.0.0.1:")).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let rest = line.split("http://").nth(1).unwrap();
        let address = rest.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect::<String>();
        Self { child, address: address.trim_end_matches('.').to_owned() }
    }

    /// Creates that were accepted.
    fn creates(&self) -> usize {
        let record = ask(&self.address, "GET /__sandbox/requests", &[("host", &self.address)], "").json();
        let rows = record["requests"].as_array().or(record.as_array()).unwrap().clone();
        rows.iter().filter(|row| row["created"].as_bool() == Some(true) || row["created"].is_string()).count()
    }

    /// A server whose calls come here, with its token and ledger in `state`.
    fn server(&self, state: &Path) -> Running {
        let caps = ["KLING_MCP_CAP_DAY_UNITS", "KLING_MCP_CAP_MONTH_UNITS"].map(|name| (name, "10".to_owned()));
        let environment =
            caps.into_iter().chain([("KLING_API_KEY", KEY.to_owned()), ("KLING_BASE_URL", format!("http://{}", self.address))]);
        let mut command = program();
        command.envs(environment);
        Running::of(command, &state.join("ours"), &["--http", "127.0.0.1:0"])
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A paid call in the stateless era by a client that can show a form; `reply` is what came back from a person.
fn live(address: &str, token: &str, reply: Option<&Value>) -> Answer {
    let meta = json!({
        "io.modelcontextprotocol/protocolVersion": "2026-07-28",
        "io.modelcontextprotocol/clientCapabilities": {"elicitation": {"form": {}}}});
    let mut params = json!({"name": "test_generation", "arguments": {"mode": "live", "wait_s": 0}, "_meta": meta});
    if let Some(reply) = reply {
        params.as_object_mut().unwrap().extend(reply.as_object().unwrap().clone());
    }
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("mcp-protocol-version", "2026-07-28"),
        ("mcp-method", "tools/call"),
        ("mcp-name", "test_generation"),
    ];
    ask(address, "POST /mcp", &headers, &json!({"jsonrpc":"2.0","id":1,"method":"tools/call","params":params}).to_string())
}

/// The reply of a person who agrees to what was asked.
fn agreed(asked: &Answer) -> Value {
    let result = &asked.json()["result"];
    assert_eq!(result["resultType"], "input_required", "{asked:?}");
    let questions = result["inputRequests"].as_object().unwrap();
    let replies: serde_json::Map<String, Value> =
        questions.keys().map(|key| (key.clone(), json!({"action": "accept", "content": {"approve": true}}))).collect();
    json!({"requestState": result["requestState"], "inputResponses": replies})
}

fn outcome(answer: &Answer) -> String {
    let told = answer.json();
    told["result"]["structuredContent"]["outcome"].as_str().unwrap_or_else(|| panic!("{answer:?}")).to_owned()
}

#[test]
fn a_question_of_one_process_is_answered_to_another_and_pays_once() {
    let (state, service) = (tempfile::tempdir().unwrap(), Service::start());
    let (one, two) = (service.server(state.path()), service.server(state.path()));
    let front = round_robin([one.address.clone(), two.address.clone()]);
    let reply = agreed(&live(&front, &one.token, None));
    assert_eq!(service.creates(), 0, "nobody has agreed yet");
    let paid = live(&front, &one.token, Some(&reply));
    assert!(["ok", "pending"].contains(&outcome(&paid).as_str()), "{paid:?}");
    for (server, calls) in [(&one, "input_required"), (&two, "ok")] {
        let bearer = format!("Bearer {}", server.token);
        let metrics = ask(&server.address, "GET /metrics", &[("authorization", &bearer)], "").body;
        assert!(metrics.contains(&format!("klingai_tool_calls_total{{tool=\"test_generation\",outcome=\"{calls}\"}} 1\n")), "{metrics}");
    }
    for server in [&one, &two] {
        live(&server.address, &server.token, Some(&reply));
    }
    assert_eq!(service.creates(), 1, "a reply serves once, in whichever process");
}

#[test]
fn a_state_of_another_token_or_a_changed_one_is_asked_again() {
    let (state, other, service) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap(), Service::start());
    let (ours, stranger) = (service.server(state.path()), service.server(other.path()));
    let reply = agreed(&live(&ours.address, &ours.token, None));
    agreed(&live(&stranger.address, &stranger.token, Some(&reply)));
    let mut changed = reply.clone();
    let text = format!("{}x", reply["requestState"].as_str().unwrap());
    changed["requestState"] = json!(text);
    agreed(&live(&ours.address, &ours.token, Some(&changed)));
    assert_eq!(service.creates(), 0);
}
