//! A small HTTP client that hides nothing: it sees resets and cut bodies as they are.

use std::io;
use std::time::Duration;

use klingai_mcp::sandbox::{Clock, Credentials, Running, Sandbox, Scenario, Settings};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::common::{clock, engine};

/// An answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    pub(super) fn code(&self) -> i64 {
        self.json()["code"].as_i64().unwrap()
    }

    pub(super) fn message(&self) -> String {
        self.json()["message"].as_str().unwrap().to_owned()
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A sandbox, its clock and its usual credential.
pub(super) struct Bench {
    pub(super) running: Running,
    pub(super) clock: Clock,
}

pub(super) fn settings() -> Settings {
    Settings::new(Clock::manual(clock() * 1000))
}

/// A sandbox without faults.
pub(super) async fn bench() -> Bench {
    with(settings()).await
}

/// A sandbox in a scenario of the list.
pub(super) async fn in_scenario(name: &str) -> Bench {
    with(Settings { scenario: Scenario::named(&engine().knowledge, name).unwrap(), ..settings() }).await
}

/// A sandbox in a scenario that the test writes.
pub(super) async fn in_written(text: &str) -> Bench {
    with(Settings { scenario: Scenario::parse("test", text).unwrap(), ..settings() }).await
}

pub(super) async fn with(settings: Settings) -> Bench {
    let clock = settings.clock.clone();
    Bench { running: Sandbox::start(settings).await.unwrap(), clock }
}

pub(super) fn key() -> String {
    format!("Bearer {}", Credentials::default().api_key.expose_secret())
}

pub(super) const T2V: &str = "/text-to-video/kling-3.0";
pub(super) const LEGACY: &str = "/v1/videos/text2video";

/// A good body of a path.
pub(super) fn good(path: &str) -> Value {
    if path.starts_with("/v1/images") {
        json!({"model_name": "kling-v3", "prompt": "a fox in the snow"})
    } else if path.starts_with("/v1/") {
        json!({"model_name": "kling-v2-6", "prompt": "a fox in the snow", "mode": "pro", "duration": "5"})
    } else {
        json!({"prompt": "a fox in the snow", "settings": {"duration": 5, "resolution": "720p", "aspect_ratio": "16:9"}})
    }
}

impl Bench {
    /// Sends a request with the API key.
    pub(super) async fn send(&self, method: &str, target: &str, body: Option<&Value>) -> io::Result<Reply> {
        self.raw(method, target, Some(&key()), &body.map(Value::to_string).unwrap_or_default()).await
    }

    pub(super) async fn get(&self, target: &str) -> Reply {
        self.send("GET", target, None).await.unwrap()
    }

    pub(super) async fn post(&self, target: &str, body: &Value) -> Reply {
        self.send("POST", target, Some(body)).await.unwrap()
    }

    /// Creates a good task and gives its id.
    pub(super) async fn created(&self, path: &str) -> String {
        let reply = self.post(path, &good(path)).await;
        let data = &reply.json()["data"];
        data["id"].as_str().or(data["task_id"].as_str()).unwrap_or_else(|| panic!("{reply:?}")).to_owned()
    }

    pub(super) fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Sends a request as it is given.
    pub(super) async fn raw(&self, method: &str, target: &str, authorization: Option<&str>, body: &str) -> io::Result<Reply> {
        let authorization = authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        let mut stream = TcpStream::connect(self.running.address()).await?;
        stream.write_all(format!("{head}{body}").as_bytes()).await?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).await?;
        parsed(&bytes)
    }
}

/// Splits an answer; one that is shorter than it promised is an error.
fn parsed(bytes: &[u8]) -> io::Result<Reply> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let body = bytes[end + 4..].to_vec();
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    if length.is_some_and(|length| body.len() < length) {
        return Err(io::Error::new(io::ErrorKind::UnexpectedEof, String::from_utf8_lossy(&body).into_owned()));
    }
    Ok(Reply { status: head[9..12].parse().unwrap(), head, body })
}
