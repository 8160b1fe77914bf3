//! Frames and heads that are no sound request: each is answered once or its connection is closed, and the server lives.

use std::io::{Read as _, Write as _};
use std::net::Shutdown;

use super::client::{Running, category, connect, diagnosis, legacy};
use crate::malformed::{Dice, frames};

/// What came back on a connection of its own: a status, or nothing.
fn exchange(server: &Running, bytes: &[u8], cut: bool) -> Option<u16> {
    let mut stream = connect(&server.address);
    // The server may close before it has read everything.
    let _ = stream.write_all(bytes);
    if cut {
        let _ = stream.shutdown(Shutdown::Write);
    }
    let mut back = Vec::new();
    let _ = stream.read_to_end(&mut back);
    if back.is_empty() {
        return None;
    }
    let text = String::from_utf8_lossy(&back);
    assert!(text.starts_with("HTTP/1.1 "), "{text}");
    assert_eq!(text.lines().filter(|line| line.starts_with("HTTP/1.1 ")).count(), 1, "one answer: {text}");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    if head.to_ascii_lowercase().contains("content-type: application/json") {
        let value: serde_json::Value = serde_json::from_str(body).unwrap_or_else(|error| panic!("{error}: {text}"));
        assert!(value["result"].is_object() || value["error"]["code"].is_i64(), "{text}");
    }
    text[9..12].parse().ok()
}

/// A head and a body; `dice` decides what is wrong with the head, where something is.
fn request(server: &Running, body: &[u8], dice: &mut Dice) -> (Vec<u8>, bool) {
    let wrong = dice.roll(16);
    let length = match wrong {
        0 => body.len() + 1 + dice.roll(1000),
        1 => dice.roll(body.len().max(1)),
        _ => body.len(),
    };
    let long = format!("x-long: {}\r\n", "y".repeat(70_000));
    let extra = match wrong {
        2 => "mcp-protocol-version: 2031-01-01\r\n",
        3 => "mcp-protocol-version: \u{fe}\r\n",
        4 => "mcp-method: tools/burn\r\nmcp-protocol-version: 2026-07-28\r\n",
        5 => "mcp-name: =?base64?!?=\r\nmcp-protocol-version: 2026-07-28\r\n",
        6 => "transfer-encoding: chunked\r\n",
        7 => "content-length: 7\r\n",
        8 => "mcp-session-id: nobody\r\n",
        9 => long.as_str(),
        10 => "no colon here\r\n",
        11 => "expect: 200-maybe\r\n",
        _ => "mcp-protocol-version: 2025-11-25\r\n",
    };
    let kind = if wrong == 12 { "text/html" } else { "application/json" };
    let accept = if wrong == 13 { "image/png" } else { "application/json, text/event-stream" };
    let line = if wrong == 14 { "POST /mcp HTTP/9.9" } else { "POST /mcp HTTP/1.1" };
    let head = format!(
        "{line}\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\ncontent-type: {kind}\r\naccept: {accept}\r\ncontent-length: {length}\r\n{extra}\r\n",
        server.token
    );
    // Where more is announced than comes, the client leaves; where the head is chunked, the body is no chunk.
    ([head.as_bytes(), body].concat(), wrong == 0 || wrong == 6)
}

#[test]
fn twelve_hundred_malformed_requests_are_answered_once_or_closed() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let mut dice = Dice::new();
    let (mut answered, mut refused) = (0, 0);
    let frames = frames();
    for frame in &frames {
        let (bytes, cut) = request(&server, &frame.bytes, &mut dice);
        match exchange(&server, &bytes, cut) {
            Some(status) => {
                assert!(status < 500, "{status}: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(2000)]));
                answered += 1;
                refused += usize::from(status >= 400);
            }
            None => assert!(cut, "closed without a word: {}", String::from_utf8_lossy(&bytes[..bytes.len().min(2000)])),
        }
    }
    assert!(frames.len() == 1_200 && answered > 1_000 && refused > 300, "{answered} answered, {refused} refused");
    let called = server.post(&[("mcp-protocol-version", "2025-11-25")], &legacy(1, "tools/call", &diagnosis()));
    assert_eq!(category(&called), "balance_depleted");
}
