//! Who is answered: names, tokens, addresses, sockets.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use super::client::{Answer, Running, answer, ask, connect, diagnosis, legacy, request};
use crate::common::{program, run, stderr};

/// How a place is asked: with these headers, for this answer.
type Asked<'a> = &'a dyn Fn(&[(&str, &str)]) -> Answer;

/// Every host with every origin and every token. What is wrong first, in this order, decides: host, origin, token.
fn matrix(place: &str, token: &str, port: &str, asked: Asked<'_>) -> usize {
    let right = format!("Bearer {token}");
    let (lower, longer, twice) = (format!("bearer {token}"), format!("{right}x"), format!("{right} {token}"));
    let with_port = |name: &str| format!("{name}:{port}");
    let hosts = [
        ("127.0.0.1".to_owned(), None),
        (with_port("127.0.0.1"), None),
        (with_port("localhost"), None),
        (with_port("LOCALHOST"), None),
        (with_port("[::1]"), None),
        ("kling.example".to_owned(), None),
        (with_port("kling.example"), None),
        ("evil.example".to_owned(), Some(403)),
        (with_port("0.0.0.0"), Some(403)),
        (with_port("127.0.0.2"), Some(403)),
        (with_port("localhost."), Some(403)),
        (with_port("127.0.0.1.evil.example"), Some(403)),
        (with_port("kling.example.evil.example"), Some(403)),
        (String::new(), Some(400)),
        ("evil@localhost".to_owned(), Some(400)),
    ];
    let origins = [
        ("", None),
        ("https://app.example:443", None),
        ("HTTPS://APP.EXAMPLE:443", None),
        ("https://app.example", Some(403)),
        ("http://app.example:443", Some(403)),
        ("https://app.example:443.evil.example", Some(403)),
        ("https://evil.example", Some(403)),
        ("http://localhost", Some(403)),
        ("null", Some(403)),
    ];
    let tokens = [
        (right.as_str(), None),
        (lower.as_str(), None),
        ("", Some(401)),
        ("Bearer wrong", Some(401)),
        ("Bearer ", Some(401)),
        (token, Some(401)),
        (longer.as_str(), Some(401)),
        (twice.as_str(), Some(401)),
        ("Basic dXNlcjpwYXNz", Some(401)),
    ];
    let mut seen = 0;
    for (host, bad_host) in &hosts {
        for (origin, bad_origin) in &origins {
            for (token, bad_token) in &tokens {
                let headers =
                    [("host", host.as_str()), ("origin", origin), ("authorization", token), ("mcp-protocol-version", "2025-11-25")];
                let answer = asked(&headers);
                let expected = bad_host.or(*bad_origin).or(*bad_token).unwrap_or(200);
                assert_eq!(answer.status, expected, "{place}, host {host:?}, origin {origin:?}, token {token:?}: {answer:?}");
                assert_eq!(answer.head.contains("www-authenticate: bearer"), expected == 401, "{answer:?}");
                assert_eq!(answer.body.contains("diagnose_error"), expected == 200, "{answer:?}");
                seen += 1;
            }
        }
    }
    seen
}

#[test]
fn host_origin_and_token_decide_together_and_in_this_order_wherever_the_server_listens() {
    let state = tempfile::tempdir().unwrap();
    let token = own_token(state.path());
    let socket = state.path().join("s");
    let names = ["--allow-host", "kling.example", "--allow-origin", "https://app.example:443"];
    let body = legacy(1, "tools/list", &json!({})).to_string();
    let (mut places, mut seen) = (0, 0);
    for place in ["127.0.0.1:0", "[::1]:0", "0.0.0.0:0"] {
        if place.starts_with('[') && std::net::TcpListener::bind(place).is_err() {
            continue; // a machine without this family of addresses
        }
        let server = Running::with(state.path(), &[&["--http", place, "--token-file", &token][..], &names].concat());
        let port = server.address.rsplit(':').next().unwrap();
        let address = server.address.replace("0.0.0.0", "127.0.0.1");
        seen += matrix(place, &server.token, port, &|headers| ask(&address, "POST /mcp", headers, &body));
        places += 1;
    }
    let server = Running::with(state.path(), &[&["--unix-socket", socket.to_str().unwrap(), "--token-file", &token][..], &names].concat());
    seen += matrix("a socket file", &server.token, "8700", &|headers| {
        let mut stream = std::os::unix::net::UnixStream::connect(&socket).unwrap();
        std::io::Write::write_all(&mut stream, request("POST /mcp", headers, &body).as_bytes()).unwrap();
        answer(&mut stream)
    });
    assert!(places >= 2 && seen == (places + 1) * 15 * 9 * 9, "{places} places, {seen} rows");
}

#[test]
fn two_hosts_two_origins_and_two_tokens_are_refused() {
    let state = tempfile::tempdir().unwrap();
    let server = Running::with(state.path(), &["--http", "0", "--allow-origin", "https://app.example:443"]);
    let right = format!("Bearer {}", server.token);
    let body = legacy(1, "tools/list", &json!({})).to_string();
    let with = |more: &str| {
        let headers = [("authorization", right.as_str()), ("mcp-protocol-version", "2025-11-25")];
        let text = request("POST /mcp", &headers, &body).replacen("\r\n", &format!("\r\n{more}"), 1);
        let mut stream = connect(&server.address);
        std::io::Write::write_all(&mut stream, text.as_bytes()).unwrap();
        answer(&mut stream).status
    };
    assert_eq!(with(""), 200);
    assert_eq!(with("host: localhost\r\n"), 400);
    assert_eq!(with("origin: https://app.example:443\r\norigin: https://evil.example\r\n"), 403);
    assert_eq!(with("authorization: Bearer wrong\r\n"), 401);
    assert_eq!(with(&format!("authorization: {right}\r\n")), 401);
}

/// A token file as an operator makes it.
fn own_token(folder: &std::path::Path) -> String {
    let token = folder.join("mine");
    std::fs::write(&token, "k".repeat(40)).unwrap();
    std::fs::set_permissions(&token, std::fs::Permissions::from_mode(0o600)).unwrap();
    token.to_str().unwrap().to_owned()
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
    let token = own_token(state.path());
    let token = token.as_str();
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
