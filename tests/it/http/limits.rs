//! What clients may take, and how the server ends.
#![expect(clippy::disallowed_methods, reason = "how long something takes is what these tests are about")]

use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

use klingai_mcp::mcp::Server;
use klingai_mcp::mcp::http::{Http, HttpOptions, Limits, Names, Place, Token};
use klingai_mcp::trial::Operator;
use serde_json::json;

use super::client::{Running, answer, ask, connect, diagnosis, legacy, request};
use crate::common::clock;

/// A call cut in two, so that it stays in flight until the second part is sent.
fn halves(token: &str) -> (String, String) {
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", bearer.as_str()), ("mcp-protocol-version", "2025-11-25")];
    let mut first = request("POST /mcp", &headers, &legacy(1, "tools/call", &diagnosis()).to_string());
    let second = first.split_off(first.len() - 10);
    (first, second)
}

#[test]
fn a_body_beyond_the_limit_is_refused_before_it_is_read() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let bearer = format!("Bearer {}", server.token);
    let length = (13 << 20).to_string();
    let told = ask(&server.address, "POST /mcp", &[("authorization", &bearer), ("content-length", &length)], "");
    assert_eq!(told.status, 413, "{told:?}");
    let large = json!({"name":"no_such_tool","arguments":{"report": "x".repeat(11 << 20)}});
    let taken = server.post(&[("mcp-protocol-version", "2025-11-25")], &legacy(1, "tools/call", &large));
    assert_eq!(taken.json()["error"]["code"], -32602, "the protocol answers, not the limit");
}

#[test]
fn a_call_beyond_the_limit_is_told_to_come_back() {
    let state = tempfile::tempdir().unwrap();
    let file = state.path().join("t");
    let token = Token::read_or_make(&file).unwrap();
    let shown = std::fs::read_to_string(&file).unwrap().trim().to_owned();
    let limits = Limits { admitted: 1, ..Limits::default() };
    let options = HttpOptions { place: Place::Tcp(([127, 0, 0, 1], 0).into()), token, names: Names::new(&[], &[]), limits };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let http = runtime.block_on(Http::bind(options, Server::new(clock, Operator::unset(|| 0)))).unwrap();
    let address = http.address().trim_start_matches("http://").trim_end_matches("/mcp").to_owned();
    runtime.spawn(http.run(std::future::pending()));
    let (first, second) = halves(&shown);
    let mut waiting = connect(&address);
    waiting.write_all(first.as_bytes()).unwrap();
    let bearer = format!("Bearer {shown}");
    let metrics = || ask(&address, "GET /metrics", &[("authorization", &bearer)], "").body;
    until(|| metrics().contains("klingai_http_in_flight 1\n"));
    let headers = [("authorization", bearer.as_str()), ("mcp-protocol-version", "2025-11-25")];
    let call = || ask(&address, "POST /mcp", &headers, &legacy(2, "tools/call", &diagnosis()).to_string());
    let refused = call();
    assert_eq!(refused.status, 503, "{refused:?}");
    assert!(refused.head.contains("retry-after: 1"), "{refused:?}");
    waiting.write_all(second.as_bytes()).unwrap();
    assert_eq!(answer(&mut waiting).status, 200);
    until(|| metrics().contains("klingai_http_in_flight 0\n"));
    assert_eq!(call().status, 200);
    assert!(metrics().contains("klingai_http_responses_total{status=\"503\"} 1\n"));
}

#[test]
fn slow_clients_are_closed_and_the_others_stay_quick() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let (first, _) = halves(&server.token);
    let slow: Vec<_> = (0..60)
        .map(|number| {
            let mut stream = connect(&server.address);
            // Nothing at all, half a head, or half a body.
            let part = [&first[..0], &first[..30], &first[..]][number % 3];
            stream.write_all(part.as_bytes()).unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    let mut took: Vec<Duration> = (0..20)
        .map(|_| {
            let asked = Instant::now();
            assert_eq!(server.get("/healthz").status, 200);
            asked.elapsed()
        })
        .collect();
    took.sort();
    assert!(took[10] < Duration::from_millis(200), "{took:?}");
    for mut stream in slow {
        let mut rest = Vec::new();
        // An answer 408 or none; a reset is an end as well.
        let _ = stream.read_to_end(&mut rest);
    }
    assert!(began.elapsed() < Duration::from_secs(25), "{:?}", began.elapsed());
}

#[test]
fn on_a_signal_the_call_at_hand_is_answered_and_new_ones_are_refused() {
    let state = tempfile::tempdir().unwrap();
    let mut server = Running::start(state.path());
    let (first, second) = halves(&server.token);
    let mut waiting = connect(&server.address);
    waiting.write_all(first.as_bytes()).unwrap();
    let bearer = format!("Bearer {}", server.token);
    until(|| ask(&server.address, "GET /metrics", &[("authorization", &bearer)], "").body.contains("klingai_http_in_flight 1\n"));
    server.signal();
    until(|| server.get("/readyz").status == 503);
    assert_eq!(server.get("/healthz").status, 200);
    let refused = server.post(&[("mcp-protocol-version", "2025-11-25")], &legacy(2, "tools/list", &json!({})));
    assert_eq!((refused.status, refused.head.contains("retry-after")), (503, true), "{refused:?}");
    waiting.write_all(second.as_bytes()).unwrap();
    assert_eq!(answer(&mut waiting).status, 200);
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
}

/// Waits until something holds; a test that waits in vain fails.
fn until(holds: impl Fn() -> bool) {
    let began = Instant::now();
    while !holds() {
        assert!(began.elapsed() < Duration::from_secs(60), "it never held");
        std::thread::sleep(Duration::from_millis(5));
    }
}
