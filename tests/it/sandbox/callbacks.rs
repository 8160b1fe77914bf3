//! Callbacks: both shapes, the signature, what scenarios do to them, and where they never go.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use klingai_mcp::sandbox::{Scenario, Settings, signature};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::client::{Bench, LEGACY, T2V, good, settings, with};
use crate::common::engine;

const SECRET: &str = "whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI=";

/// What a receiver got: the head and the body of each request.
type Got = Arc<Mutex<Vec<(String, String)>>>;

/// A receiver on loopback that answers 200.
async fn receiver() -> (String, Got) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let got = Got::default();
    let kept = Arc::clone(&got);
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = vec![0; 64 * 1024];
            let mut read = 0;
            loop {
                read += stream.read(&mut bytes[read..]).await.unwrap();
                let text = String::from_utf8_lossy(&bytes[..read]).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: ")?.parse::<usize>().ok()).unwrap();
                if body.len() == length {
                    kept.lock().unwrap().push((head.to_owned(), body.to_owned()));
                    break;
                }
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
        }
    });
    (url, got)
}

async fn in_callback_scenario(name: &str) -> Bench {
    let scenario = if name.is_empty() { Scenario::default() } else { Scenario::named(&engine().knowledge, name).unwrap() };
    with(Settings { scenario, webhook_secret: Some(SECRET.into()), ..settings() }).await
}

/// Creates a task with this callback address, lets it end, and waits for so many deliveries.
async fn ended(bench: &Bench, path: &str, url: &str, deliveries: usize) {
    let mut body = good(path);
    if path == LEGACY {
        body["callback_url"] = json!(url);
    } else {
        body["options"] = json!({"callback_url": url});
    }
    assert_eq!(bench.post(path, &body).await.code(), 0);
    for _ in 0..3 {
        settle(bench, 1).await;
        bench.wait(60);
    }
    bench.wait(900);
    settle(bench, deliveries).await;
}

/// Waits until at least so many deliveries are written down.
async fn settle(bench: &Bench, deliveries: usize) {
    for _ in 0..200 {
        if bench.running.callbacks().len() >= deliveries {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    tokio::time::sleep(Duration::from_millis(60)).await;
}

fn states(got: &Got, member: &str) -> Vec<String> {
    let got = got.lock().unwrap();
    got.iter().map(|(_, body)| serde_json::from_str::<Value>(body).unwrap()[member].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_change_is_told_in_the_shape_of_the_generation() {
    let bench = in_callback_scenario("").await;
    let (url, got) = receiver().await;
    ended(&bench, T2V, &url, 3).await;
    assert_eq!(states(&got, "status"), ["submitted", "processing", "succeeded"]);
    let (url, got) = receiver().await;
    ended(&bench, LEGACY, &url, 6).await;
    assert_eq!(states(&got, "task_status"), ["submitted", "processing", "succeed"]);
    let last: Value = serde_json::from_str(&got.lock().unwrap()[2].1).unwrap();
    assert!(last["task_result"]["videos"][0]["url"].is_string() && last.get("code").is_none(), "{last}");
}

#[tokio::test]
async fn a_signature_fits_the_raw_body() {
    let bench = in_callback_scenario("").await;
    let (url, got) = receiver().await;
    ended(&bench, T2V, &url, 3).await;
    assert!(signed_well(&got));
}

fn signed_well(got: &Got) -> bool {
    got.lock().unwrap().iter().all(|(head, body)| {
        let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
        let time = header("webhook-timestamp: ").parse().unwrap();
        signature(SECRET, &header("webhook-id: "), time, body) == Some(header("webhook-signature: "))
    })
}

#[tokio::test]
async fn a_scenario_signs_with_another_secret() {
    let bench = in_callback_scenario("callbacks-badly-signed").await;
    let (url, got) = receiver().await;
    ended(&bench, T2V, &url, 3).await;
    assert!(!signed_well(&got));
}

#[tokio::test]
async fn a_scenario_sends_each_callback_twice_with_the_same_id() {
    let bench = in_callback_scenario("callbacks-twice").await;
    let (url, got) = receiver().await;
    ended(&bench, T2V, &url, 6).await;
    assert_eq!(states(&got, "status"), ["submitted", "submitted", "processing", "processing", "succeeded", "succeeded"]);
    let id = |at: usize| got.lock().unwrap()[at].0.lines().find(|line| line.starts_with("webhook-id")).unwrap().to_owned();
    assert_eq!(id(0), id(1));
    assert_ne!(id(1), id(2));
}

#[tokio::test]
async fn a_scenario_tells_the_end_before_the_middle() {
    let bench = in_callback_scenario("callbacks-reordered").await;
    let (url, got) = receiver().await;
    ended(&bench, T2V, &url, 3).await;
    assert_eq!(states(&got, "status"), ["submitted", "succeeded", "processing"]);
}

#[tokio::test]
async fn a_scenario_loses_the_end() {
    let bench = in_callback_scenario("callbacks-lost").await;
    let (url, got) = receiver().await;
    ended(&bench, T2V, &url, 3).await;
    assert_eq!(states(&got, "status"), ["submitted", "processing"]);
    assert_eq!(bench.running.callbacks()[2].outcome, "lost");
}

#[tokio::test]
async fn nothing_is_sent_beyond_this_machine() {
    let bench = in_callback_scenario("").await;
    ended(&bench, T2V, "https://hooks.example.com/kling", 3).await;
    let outcomes: Vec<String> = bench.running.callbacks().into_iter().map(|delivery| delivery.outcome).collect();
    assert_eq!(outcomes, ["not_loopback"; 3]);
}

#[tokio::test]
async fn a_receiver_that_is_not_there_is_written_down() {
    let bench = in_callback_scenario("").await;
    ended(&bench, T2V, "http://127.0.0.1:1/hook", 3).await;
    assert!(bench.running.callbacks().iter().all(|delivery| delivery.outcome == "failed"));
}
