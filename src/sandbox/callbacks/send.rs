//! Sends callbacks when they are due, one after the other, over plain HTTP to a loopback address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::super::shared::Shared;
use super::super::task::{Site, Task};
use super::super::webhook;
use super::{Delivery, Due};

/// Longest time that a receiver gets.
const PATIENCE: Duration = Duration::from_secs(5);
/// What a wrong secret signs with.
const OTHER_SECRET: &str = "whsec_b3RoZXItc2VjcmV0LW90aGVyLXNlY3JldC0wMA==";

/// Sends until the sandbox ends.
pub(in crate::sandbox) async fn run(shared: Arc<Shared>) {
    loop {
        while let Some((place, due)) = shared.callbacks.take(shared.clock.now()) {
            deliver(&shared, place, &due).await;
        }
        shared.clock.wait(shared.callbacks.next_due(), &shared.callbacks.changed).await;
    }
}

async fn deliver(shared: &Shared, place: u64, due: &Due) {
    let Some(task) = shared.state().by_id(&due.task).cloned() else { return };
    let Some(url) = task.callback.clone() else { return };
    let state = task.state(due.tells);
    let (outcome, status) = if shared.callbacks.loses(state) {
        ("lost", None)
    } else {
        match target(&url) {
            None => ("not_loopback", None),
            Some(target) => {
                let status = tokio::time::timeout(PATIENCE, post(&target, &request(shared, place, due, &task, &target))).await;
                status.ok().flatten().map_or(("failed", None), |status| ("sent", Some(status)))
            }
        }
    };
    let word = state.word(task.generation == "legacy").to_owned();
    shared.callbacks.keep(Delivery { time: shared.clock.now(), task: task.id, state: word, url, status, outcome: outcome.to_owned() });
}

/// A loopback address taken apart.
struct Target {
    address: SocketAddr,
    host: String,
    path: String,
}

/// Only `http` to a loopback host: nothing leaves this machine.
fn target(url: &str) -> Option<Target> {
    let rest = url.strip_prefix("http://")?;
    let (host, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()?),
        _ => (host, 80),
    };
    let address: IpAddr = match name {
        "localhost" => Ipv4Addr::LOCALHOST.into(),
        "[::1]" => Ipv6Addr::LOCALHOST.into(),
        _ => name.parse::<Ipv4Addr>().ok().filter(Ipv4Addr::is_loopback)?.into(),
    };
    let path = path.split('#').next().unwrap_or_default();
    let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
    let plain = path.bytes().all(|byte| byte.is_ascii_graphic());
    plain.then(|| Target { address: SocketAddr::new(address, port), host: host.to_owned(), path })
}

fn request(shared: &Shared, place: u64, due: &Due, task: &Task, target: &Target) -> String {
    let site = Site(&shared.url);
    let shown = if task.generation == "legacy" { task.legacy_shape(due.tells, site) } else { task.new_shape(due.tells, site) };
    let body = shown.to_string();
    let signed = signed(shared, place, task, &body);
    format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nUser-Agent: klingai-mcp-sandbox\r\nConnection: close\r\n{signed}\r\n{body}",
        target.path,
        target.host,
        body.len()
    )
}

/// The three headers of Standard Webhooks, if a secret is set. Copies of a callback have the same id.
fn signed(shared: &Shared, place: u64, task: &Task, body: &str) -> String {
    let Some(secret) = &shared.webhook_secret else { return String::new() };
    let told = shared.callbacks.told();
    let id = format!("{}{}", task.id, place / u64::from(told.copies.max(1)));
    let timestamp = shared.clock.wall() / 1_000 - told.stale_s;
    let secret = if told.wrong_signature { OTHER_SECRET } else { secret.expose_secret() };
    webhook::signature(secret, &id, timestamp, body)
        .map(|value| format!("webhook-id: {id}\r\nwebhook-timestamp: {timestamp}\r\nwebhook-signature: {value}\r\n"))
        .unwrap_or_default()
}

/// The status of the receiver's answer.
async fn post(target: &Target, request: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(target.address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut head = [0; 64];
    let mut read = 0;
    while let Some(room) = head.get_mut(read..).filter(|room| !room.is_empty()) {
        match stream.read(room).await.ok()? {
            0 => break,
            more => read += more,
        }
        if head.get(..read)?.contains(&b'\n') {
            break;
        }
    }
    std::str::from_utf8(head.get(..read)?).ok()?.split_whitespace().nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_http_to_this_machine_is_a_target() {
        for url in ["http://127.0.0.1:9/hook", "http://localhost/x?y=1", "http://[::1]:80/", "http://127.9.9.9"] {
            assert!(target(url).is_some(), "{url}");
        }
        for url in [
            "https://127.0.0.1/",
            "http://10.0.0.1/",
            "http://example.com/",
            "http://127.0.0.1.example.com/",
            "http://127.0.0.1@10.0.0.1/",
            "http://127.0.0.1/a\r\nX: y",
            "ftp://localhost",
        ] {
            assert!(target(url).is_none(), "{url}");
        }
    }
}
