//! `klingai-mcp sandbox` as a process.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Stdio;

use crate::common::{Scratch, program, run, stderr, stdout};

#[test]
fn the_list_names_codes_texts_and_composed_scenarios() {
    let output = run(program().args(["sandbox", "--list"]), b"");
    let text = stdout(&output);
    for name in ["1303 ", "5000-accepted ", "task-risk-control ", "404-html ", "reset-after ", "slot-storm "] {
        assert!(text.lines().any(|line| line.starts_with(name)), "{name} is missing in\n{text}");
    }
}

#[test]
fn what_cannot_be_used_is_told_and_ends_with_2() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let bad = Scratch::new("bad-scenario.toml", b"[[step]]\nrest = true\n");
    for (arguments, words) in [
        (vec!["--port", &port], "in use"),
        (vec!["--scenario", "slot-strom"], "slot-storm"),
        (vec!["--scenario", "./no-such-file.toml"], "no-such-file.toml"),
        (vec!["--scenario", bad.path()], "rest"),
        (vec!["--speed", "0"], "speed"),
    ] {
        let output = run(program().arg("sandbox").args(&arguments), b"");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&output).contains(words), "{arguments:?}: {}", stderr(&output));
    }
    let output = run(program().args(["sandbox", "--port", "0"]).env("KLING_WEBHOOK_SECRET", "plain words"), b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("KLING_WEBHOOK_SECRET") && !stderr(&output).contains("plain words"));
}

#[test]
fn it_prints_how_to_call_it_answers_and_ends_on_a_signal() {
    let mut child = program().args(["sandbox", "--port", "0"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    let address = first.split("http://").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let text: String = lines.take_while(|line| line.as_ref().is_ok_and(|line| !line.starts_with("curl"))).map(Result::unwrap).collect();
    assert!(text.contains("API key") && text.contains("SecretKey"), "{text}");
    let mut stream = TcpStream::connect(&address).unwrap();
    stream.write_all(b"GET /__sandbox/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let ended = std::process::Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap();
    assert!(ended.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
