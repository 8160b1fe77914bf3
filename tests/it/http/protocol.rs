//! Both eras of the protocol over HTTP, without any state between requests.

use std::net::TcpListener;

use serde_json::{Value, json};

use super::client::{Answer, Running, ask, category, connect, diagnosis, legacy, modern};

const NEW: &str = "2026-07-28";
const OLD: &str = "2025-11-25";

#[test]
fn the_era_with_a_handshake_needs_no_session() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let hello = json!({"protocolVersion": OLD, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    let opened = server.post(&[], &legacy(1, "initialize", &hello));
    assert_eq!((opened.status, &opened.json()["result"]["protocolVersion"]), (200, &json!(OLD)), "{opened:?}");
    assert!(!opened.head.contains("mcp-session-id"), "{opened:?}");
    let version = [("mcp-protocol-version", OLD)];
    assert_eq!(server.post(&version, &json!({"jsonrpc":"2.0","method":"notifications/initialized"})).status, 202);
    let tools = server.post(&version, &legacy(2, "tools/list", &json!({})));
    assert_eq!(tools.json()["result"]["tools"].as_array().unwrap().len(), 4);
    let called = server.post(&version, &legacy(3, "tools/call", &diagnosis()));
    assert_eq!((called.status, category(&called).as_str()), (200, "balance_depleted"));
    assert!(called.head.contains("content-type: application/json"), "{called:?}");
}

#[test]
fn the_stateless_era_works_with_its_headers() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let found = server.post(&headers("server/discover", ""), &modern(1, "server/discover", json!({}), NEW));
    assert_eq!((found.status, &found.json()["result"]["ttlMs"]), (200, &json!(3_600_000)), "{found:?}");
    let called = server.post(&headers("tools/call", "diagnose_error"), &modern(2, "tools/call", diagnosis(), NEW));
    assert_eq!((called.status, category(&called).as_str()), (200, "balance_depleted"), "{called:?}");
}

#[test]
fn what_the_stateless_era_refuses_has_its_status_and_code() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let refused = |headers: &[(&str, &str)], body: &Value| {
        let answer = server.post(headers, body);
        (answer.status, answer.json()["error"]["code"].as_i64().unwrap_or_default())
    };
    let call = modern(1, "tools/call", diagnosis(), NEW);
    assert_eq!(refused(&headers("tools/call", ""), &call), (400, -32020), "no Mcp-Name");
    assert_eq!(refused(&headers("tools/call", "validate_request"), &call), (400, -32020), "another Mcp-Name");
    let future = [("mcp-protocol-version", "2031-01-01"), ("mcp-method", "tools/list")];
    assert_eq!(refused(&future, &modern(2, "tools/list", json!({}), "2031-01-01")), (400, -32022));
    assert_eq!(refused(&headers("no/such", ""), &modern(3, "no/such", json!({}), NEW)), (404, -32601));
}

#[test]
fn two_processes_behind_a_round_robin_answer_one_conversation() {
    let state = tempfile::tempdir().unwrap();
    let (one, two) = (Running::start(state.path()), Running::start(state.path()));
    assert_eq!(one.token, two.token);
    let front = round_robin([one.address.clone(), two.address.clone()]);
    let bearer = format!("Bearer {}", one.token);
    let post = |extra: &[(&str, &str)], body: &Value| -> Answer {
        ask(&front, "POST /mcp", &[&[("authorization", bearer.as_str())], extra].concat(), &body.to_string())
    };
    let hello = json!({"protocolVersion": OLD, "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}});
    assert_eq!(post(&[], &legacy(1, "initialize", &hello)).status, 200);
    let version = [("mcp-protocol-version", OLD)];
    assert_eq!(post(&version, &json!({"jsonrpc":"2.0","method":"notifications/initialized"})).status, 202);
    let lists: Vec<String> = (2..4).map(|_| post(&version, &legacy(2, "tools/list", &json!({}))).body).collect();
    assert_eq!(lists[0], lists[1]);
    assert_eq!(category(&post(&version, &legacy(4, "tools/call", &diagnosis()))), "balance_depleted");
    assert_eq!(category(&post(&headers("tools/call", "diagnose_error"), &modern(5, "tools/call", diagnosis(), NEW))), "balance_depleted");
    for server in [&one, &two] {
        let bearer = format!("Bearer {}", server.token);
        let metrics = ask(&server.address, "GET /metrics", &[("authorization", &bearer)], "").body;
        assert!(metrics.contains("klingai_tool_calls_total{tool=\"diagnose_error\",outcome=\"ok\"} 1\n"), "{metrics}");
    }
}

fn headers<'a>(method: &'a str, name: &'a str) -> [(&'a str, &'a str); 3] {
    [("mcp-protocol-version", NEW), ("mcp-method", method), ("mcp-name", name)]
}

/// A proxy that gives each connection to the next server in turn.
pub(super) fn round_robin(servers: [String; 2]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        for (client, server) in listener.incoming().map_while(Result::ok).zip(servers.iter().cycle()) {
            let upstream = connect(server);
            let (mut from, mut to) = (client.try_clone().unwrap(), upstream.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut from, &mut to));
            std::thread::spawn(move || {
                let _ = std::io::copy(&mut &upstream, &mut &client);
                let _ = client.shutdown(std::net::Shutdown::Both);
            });
        }
    });
    address
}
