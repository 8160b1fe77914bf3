//! Who is answered: names, tokens, addresses, sockets.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use super::client::{Running, answer, ask, diagnosis, legacy, request};
use crate::common::{program, run, stderr};

#[test]
fn host_origin_and_token_decide_together_and_in_this_order() {
    let state = tempfile::tempdir().unwrap();
    let server =
        Running::with(state.path(), &["--http", "0", "--allow-host", "kling.example", "--allow-origin", "https://app.example:443"]);
    let right = format!("Bearer {}", server.token);
    let body = legacy(1, "tools/list", &json!({})).to_string();
    let port = server.address.rsplit(':').next().unwrap();
    let hosts = [
        (server.address.clone(), None),
        (format!("localhost:{port}"), None),
        (format!("[::1]:{port}"), None),
        ("kling.example".to_owned(), None),
        ("evil.example".to_owned(), Some(403)),
        (format!("127.0.0.1.evil.example:{port}"), Some(403)),
        (String::new(), Some(400)),
    ];
    let origins = [
        ("", None),
        ("https://app.example:443", None),
        ("https://evil.example", Some(403)),
        ("null", Some(403)),
        ("http://localhost", Some(403)),
    ];
    let tokens = [(right.as_str(), None), ("", Some(401)), ("Bearer wrong", Some(401)), (server.token.as_str(), Some(401))];
    for (host, bad_host) in &hosts {
        for (origin, bad_origin) in &origins {
            for (token, bad_token) in &tokens {
                let headers =
                    [("host", host.as_str()), ("origin", origin), ("authorization", token), ("mcp-protocol-version", "2025-11-25")];
                let answer = ask(&server.address, "POST /mcp", &headers, &body);
                let expected = bad_host.or(*bad_origin).or(*bad_token).unwrap_or(200);
                assert_eq!(answer.status, expected, "host {host:?}, origin {origin:?}, token {token:?}: {answer:?}");
                assert_eq!(answer.head.contains("www-authenticate: bearer"), expected == 401, "{answer:?}");
            }
        }
    }
}

#[test]
fn the_token_is_made_for_its_owner_and_never_printed() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::start(state.path());
    let file = state.path().join("http-token");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(server.token.len(), 43);
    assert!(server.greeting.contains(file.to_str().unwrap()) && !server.greeting.contains(&server.token), "{}", server.greeting);
    assert_eq!((server.get("/healthz").status, server.get("/readyz").status), (200, 200));
    assert_eq!((server.get("/metrics").status, server.get("/").status), (401, 401));
}

#[test]
fn an_address_that_others_reach_needs_a_token_and_a_name() {
    let state = tempfile::tempdir().unwrap();
    let token = state.path().join("mine");
    std::fs::write(&token, "k".repeat(40)).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    let token = token.to_str().unwrap();
    for (arguments, words) in [
        (vec!["--http", "0.0.0.0:0"], "--token-file FILE (a token that you made) and --allow-host NAME"),
        (vec!["--http", "0.0.0.0:0", "--token-file", token], "--allow-host"),
        (vec!["--http", "[::]:0", "--allow-host", "kling.example"], "--token-file"),
        (vec!["--http", "127.0.0.1:0", "--token-file", "/no/such/file"], "/no/such/file"),
        (vec!["--http", "somewhere"], "127.0.0.1:8700"),
        (vec!["--http", "0", "--allow-origin", "*"], "https://app.example.com"),
        (vec![], "--http"),
    ] {
        let output = run(program().arg("serve").args(&arguments).env("KLINGAI_STATE_DIR", state.path()), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    let server = Running::with(state.path(), &["--http", "0.0.0.0:0", "--token-file", token, "--allow-host", "kling.example"]);
    let local = format!("127.0.0.1:{}", server.address.rsplit(':').next().unwrap());
    let bearer = format!("Bearer {}", "k".repeat(40));
    let call = legacy(1, "tools/call", &diagnosis()).to_string();
    let headers = [("host", "kling.example"), ("authorization", bearer.as_str()), ("mcp-protocol-version", "2025-11-25")];
    assert_eq!(ask(&local, "POST /mcp", &headers, &call).status, 200);
    assert!(!state.path().join("http-token").exists());
}

#[test]
fn a_socket_file_is_its_owners_and_goes_with_the_server() {
    let state = tempfile::tempdir().unwrap();
    let path = state.path().join("s");
    let mut server = Running::with(state.path(), &["--unix-socket", path.to_str().unwrap()]);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let bearer = format!("Bearer {}", server.token);
    for (token, status) in [(bearer.as_str(), 200), ("", 401)] {
        let mut stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
        let headers = [("authorization", token), ("mcp-protocol-version", "2025-11-25")];
        let text = request("POST /mcp", &headers, &legacy(1, "tools/call", &diagnosis()).to_string());
        std::io::Write::write_all(&mut stream, text.as_bytes()).unwrap();
        assert_eq!(answer(&mut stream).status, status);
    }
    server.signal();
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    assert!(!path.exists());
}
