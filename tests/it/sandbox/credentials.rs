//! Credentials: what opens which generation, and what a refusal says.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use klingai_mcp::sandbox::Credentials;
use secrecy::ExposeSecret as _;
use sha2::Sha256;

use super::client::{Bench, LEGACY, T2V, bench, good, in_scenario, key};
use crate::common::clock;

pub(super) fn token(nbf: i64, exp: i64) -> String {
    let known = Credentials::default();
    let claims = format!(r#"{{"iss":"{}","exp":{exp},"nbf":{nbf}}}"#, known.access_key);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#), URL_SAFE_NO_PAD.encode(claims));
    let mut mac = Hmac::<Sha256>::new_from_slice(known.secret_key.expose_secret().as_bytes()).unwrap();
    mac.update(text.as_bytes());
    format!("Bearer {text}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

async fn tried(bench: &Bench, path: &str, authorization: Option<&str>) -> (u16, i64) {
    let reply = bench.raw("POST", path, authorization, &good(path).to_string()).await.unwrap();
    (reply.status, reply.code())
}

#[tokio::test]
async fn an_api_key_opens_both_generations() {
    let bench = bench().await;
    assert_eq!(tried(&bench, T2V, Some(&key())).await, (200, 0));
    assert_eq!(tried(&bench, LEGACY, Some(&key())).await, (200, 0));
}

#[tokio::test]
async fn a_token_opens_the_legacy_generation_only() {
    let bench = bench().await;
    let token = token(clock() - 5, clock() + 1800);
    assert_eq!(tried(&bench, LEGACY, Some(&token)).await, (200, 0));
    assert_eq!(tried(&bench, T2V, Some(&token)).await, (401, 1002));
    let costs = bench.raw("GET", "/account/costs?start_time=1790000000000&end_time=1795000000000", Some(&token), "").await.unwrap();
    assert_eq!((costs.status, costs.code()), (200, 0));
}

#[tokio::test]
async fn a_missing_header_is_told_differently_by_each_generation() {
    let bench = bench().await;
    let legacy = bench.raw("POST", LEGACY, None, "{}").await.unwrap();
    assert_eq!((legacy.status, legacy.code(), legacy.message().as_str()), (401, 1001, "Authorization is empty"));
    let new = bench.raw("POST", T2V, None, "{}").await.unwrap();
    assert_eq!((new.status, new.code()), (401, 1002));
    assert!(new.message().contains("does not support AK/SK"));
}

#[tokio::test]
async fn a_token_outside_its_window_is_refused() {
    let bench = bench().await;
    assert_eq!(tried(&bench, LEGACY, Some(&token(clock() + 60, clock() + 1860))).await, (401, 1003));
    assert_eq!(tried(&bench, LEGACY, Some(&token(clock() - 1860, clock() - 60))).await, (401, 1004));
}

#[tokio::test]
async fn a_changed_token_is_refused() {
    let bench = bench().await;
    let mut changed = token(clock() - 5, clock() + 1800);
    let last = if changed.ends_with('A') { 'B' } else { 'A' };
    changed.pop();
    changed.push(last);
    assert_eq!(tried(&bench, LEGACY, Some(&changed)).await, (401, 1000));
}

#[tokio::test]
async fn an_unknown_key_and_a_mangled_key_are_two_things() {
    let bench = bench().await;
    let unknown = bench.raw("POST", T2V, Some("Bearer api-key-kling-nobody"), "{}").await.unwrap();
    assert_eq!((unknown.code(), unknown.message().as_str()), (1002, "api key not found"));
    let mangled = bench.raw("POST", LEGACY, Some("Bearer 'quoted'"), "{}").await.unwrap();
    assert_eq!((mangled.code(), mangled.message().as_str()), (1002, "The token was expected to have 3 parts, but got 0"));
}

#[tokio::test]
async fn a_wrong_clock_of_the_server_shows_in_its_date_and_in_its_verdicts() {
    let ahead = in_scenario("clock-ahead").await;
    let short = token(clock() - 5, clock() + 300);
    let reply = ahead.raw("POST", LEGACY, Some(&short), &good(LEGACY).to_string()).await.unwrap();
    assert_eq!(reply.code(), 1004);
    let date = reply.head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("date: ").map(str::to_owned)).unwrap();
    let told = jiff::fmt::rfc2822::parse(&date).unwrap().timestamp().as_second();
    assert_eq!(told, clock() + 600);
    let behind = in_scenario("clock-behind").await;
    assert_eq!(tried(&behind, LEGACY, Some(&token(clock() - 5, clock() + 1800))).await, (401, 1003));
}

#[tokio::test]
async fn the_record_shows_no_credential() {
    let bench = bench().await;
    bench.created(T2V).await;
    let shown = format!("{:?}", bench.running.requests());
    assert!(!shown.contains(Credentials::default().api_key.expose_secret()) && shown.contains("Bearer ***"), "{shown}");
    let told = bench.raw("GET", "/__sandbox/requests", None, "").await.unwrap();
    assert!(!told.text().contains(Credentials::default().api_key.expose_secret()));
    assert_eq!(told.json()["counts"]["creates"], 1);
}
