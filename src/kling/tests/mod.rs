//! The client against scripted servers on this machine.

mod answers;
mod faults;
mod ladder;
mod limits;
mod secrets;
mod server;
mod tls;

use std::net::SocketAddr;
use std::sync::LazyLock;
use std::time::Duration;

use super::credentials::Credential;
use super::{Client, Clock, CreateOutcome, CreateRequest, Facts, Live, Local, Settings};
use crate::knowledge::Knowledge;
use crate::ledger::Permit;

/// Enough for any answer on this machine.
const SOON: Duration = Duration::from_secs(20);
/// For servers that never answer.
const SHORT: Duration = Duration::from_millis(60);
const EXTERNAL_ID: &str = "kmcp-abcdefghijklmnopqrstuvwxyz";

/// Parsed once: thousands of clients are made here.
static FACTS: LazyLock<Facts> = LazyLock::new(|| Facts::of(&Knowledge::load().unwrap()));

fn settings(credential: Credential) -> Settings {
    Settings { facts: FACTS.clone(), credential: Some(credential), clock: Clock::new(|| 1_790_000_000), proxy: false }
}

fn local(address: SocketAddr) -> Client<Local> {
    Client::local(address, settings(Credential::api_key("api-key-kling-canary-0123456789"))).unwrap()
}

fn live(base: &str) -> Client<Live> {
    let settings = settings(Credential::api_key("api-key-kling-canary-0123456789"));
    Client::new(super::Base::of(Some(base), &settings.facts).unwrap(), settings).unwrap()
}

fn permit() -> Permit {
    Permit::for_tests(EXTERNAL_ID)
}

/// A create whose request, head included, is about 1 KiB long.
fn request() -> CreateRequest {
    let prompt = "a cat that crosses a street at night, slowly ".repeat(16);
    let body = serde_json::json!({"prompt": prompt, "options": {"external_task_id": EXTERNAL_ID}});
    CreateRequest { path: "/text-to-video/kling-3.0".to_owned(), body: body.to_string().into_bytes() }
}

async fn created(client: &Client<Local>, timeout: Duration) -> CreateOutcome {
    client.create(&request(), timeout).await
}

/// Runs a test on one thread, as the tracing subscriber of a test needs it.
fn run<T>(test: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(test)
}
