//! A server that writes the bytes it is told and ends the connection as it is told.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// How a connection ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// The server closes its half and reads on.
    Fin,
    /// The connection is reset.
    Rst,
    /// Nothing more happens.
    Stall,
}

/// What the server does with a connection.
#[derive(Debug, Clone)]
pub(super) struct Script {
    /// What is written then.
    pub(super) write: Vec<u8>,
    /// Pause before each byte that is written.
    pub(super) pause: Option<Duration>,
    /// How it ends.
    pub(super) end: End,
}

impl Script {
    pub(super) fn answer(write: impl Into<Vec<u8>>) -> Self {
        Self { write: write.into(), pause: None, end: End::Fin }
    }
}

/// A server with what it saw.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    pub(super) connections: Arc<AtomicUsize>,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// A server that plays a script to every connection, chosen by the text of its request when that is read.
    pub(super) async fn new(script: impl Fn(&str) -> Script + Send + Sync + 'static) -> Self {
        Self::reading(None, script).await
    }

    /// The same; only `read` bytes of a request are read before the script is chosen.
    pub(super) async fn reading(read: Option<usize>, script: impl Fn(&str) -> Script + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (connections, requests) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::new(Vec::new())));
        let (counted, kept) = (Arc::clone(&connections), Arc::clone(&requests));
        let script = Arc::new(script);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(serve(stream, read, Arc::clone(&script), Arc::clone(&kept)));
            }
        });
        Self { address, connections, requests }
    }

    /// Begins of all requests of which a byte was seen.
    pub(super) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

async fn serve(mut stream: TcpStream, read: Option<usize>, script: Arc<impl Fn(&str) -> Script>, kept: Arc<Mutex<Vec<String>>>) {
    let request = receive(&mut stream, read).await;
    if !request.is_empty() {
        kept.lock().unwrap().push(request.clone());
    }
    let script = script(&request);
    match script.pause {
        None => drop(stream.write_all(&script.write).await),
        Some(pause) => {
            for byte in script.write {
                tokio::time::sleep(pause).await;
                if stream.write_all(&[byte]).await.is_err() {
                    return;
                }
            }
        }
    }
    finish(stream, script.end).await;
}

async fn finish(mut stream: TcpStream, end: End) {
    match end {
        End::Rst => drop(stream.set_zero_linger()),
        End::Stall => tokio::time::sleep(Duration::from_secs(60)).await,
        End::Fin => {
            let _ = stream.shutdown().await;
            let _ = tokio::time::timeout(Duration::from_secs(1), tokio::io::copy(&mut stream, &mut tokio::io::sink())).await;
        }
    }
}

/// Reads that many bytes, or a whole request.
async fn receive(stream: &mut TcpStream, most: Option<usize>) -> String {
    let mut bytes = vec![0; most.unwrap_or(64 * 1024)];
    let mut length = 0;
    while length < bytes.len() && !(most.is_none() && whole(&bytes[..length])) {
        match stream.read(&mut bytes[length..]).await {
            Ok(0) | Err(_) => break,
            Ok(read) => length += read,
        }
    }
    String::from_utf8_lossy(&bytes[..length]).into_owned()
}

fn whole(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_ascii_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0)
}

/// A port that nobody listens at, for as long as the socket is held.
pub(super) fn nobody() -> (tokio::net::TcpSocket, SocketAddr) {
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    (socket, address)
}

/// When the answers are dated: an hour after the clock of the clients.
pub(super) const DATE: i64 = 1_790_003_600;

/// An answer with the head it needs.
pub(super) fn http(status: u16, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let date = "Date: Mon, 21 Sep 2026 15:13:20 GMT\r\n";
    format!("HTTP/1.1 {status} X\r\n{date}Content-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}").into_bytes()
}

pub(super) fn json(status: u16, body: &serde_json::Value) -> Vec<u8> {
    http(status, "application/json", &body.to_string())
}

/// The answer to a create that was taken; about 1 KiB long.
pub(super) fn accepted() -> Vec<u8> {
    let body = serde_json::json!({
        "code": 0, "message": "SUCCEED", "request_id": "req-1", "padding": "x".repeat(700),
        "data": {"id": "884422001", "status": "submitted", "message": "", "create_time": 1, "update_time": 1, "external_id": super::EXTERNAL_ID}
    });
    json(200, &body)
}
