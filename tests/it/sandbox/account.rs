//! Packs, slots, limits and ledgers.

use klingai_mcp::sandbox::Settings;
use serde_json::{Value, json};

use super::client::{Bench, LEGACY, T2V, bench, good, in_scenario, in_written, settings, with};
use crate::common::clock;

async fn left(bench: &Bench) -> f64 {
    let now = clock() * 1000;
    let costs = bench.get(&format!("/account/costs?start_time={}&end_time={now}", now - 86_400_000)).await.json();
    let packs = costs["data"]["resource_pack_subscribe_infos"].as_array().unwrap().clone();
    packs.iter().find(|pack| pack["resource_pack_id"] == "sandbox-video").unwrap()["remaining_quantity"].as_f64().unwrap()
}

async fn ledger(bench: &Bench, body: &Value) -> Value {
    bench.post("/account/billing/package", body).await.json()["data"].clone()
}

fn all_times() -> Value {
    json!({"start_time": 1_700_000_000_000_i64, "end_time": 1_900_000_000_000_i64})
}

#[tokio::test]
async fn units_are_taken_at_the_end_and_seen_12_hours_later() {
    let bench = bench().await;
    bench.created(T2V).await;
    assert_eq!(ledger(&bench, &all_times()).await["count"], 0);
    bench.wait(900);
    let rows = ledger(&bench, &all_times()).await;
    assert_eq!((rows["count"].as_i64(), rows["result"][0]["amount"].as_str()), (Some(1), Some("3")));
    assert!((left(&bench).await - 5000.0).abs() < 1e-9);
    bench.wait(12 * 3600);
    assert!((left(&bench).await - 4997.0).abs() < 1e-9);
}

#[tokio::test]
async fn refusals_and_failures_cost_nothing() {
    let bench = bench().await;
    bench.post(T2V, &json!({"prompt": "x", "settings": {"resolution": "9000p"}})).await;
    bench.post(T2V, &json!({"prompt": "sandbox:task-risk-control"})).await;
    bench.wait(900);
    assert_eq!(ledger(&bench, &all_times()).await["count"], 0);
}

#[tokio::test]
async fn a_ledger_is_read_with_a_cursor() {
    let bench = bench().await;
    for _ in 0..3 {
        bench.created(T2V).await;
    }
    bench.wait(900);
    let mut body = all_times();
    body["limit"] = json!(2);
    let first = ledger(&bench, &body).await;
    assert_eq!((first["count"].as_i64(), first["has_more"].as_bool()), (Some(2), Some(true)));
    let rest = ledger(&bench, &json!({"cursor": first["next_cursor"], "limit": 2})).await;
    assert_eq!((rest["count"].as_i64(), rest["has_more"].as_bool()), (Some(1), Some(false)));
}

#[tokio::test]
async fn an_account_query_needs_its_window() {
    let bench = bench().await;
    assert_eq!(bench.get("/account/costs").await.code(), 1201);
}

#[tokio::test]
async fn slots_are_held_to_the_end_for_each_model() {
    let bench = with(Settings { slots: Some(2), ..settings() }).await;
    bench.created(T2V).await;
    bench.created(T2V).await;
    let third = bench.post(T2V, &good(T2V)).await;
    assert_eq!((third.status, third.code(), third.message().as_str()), (429, 1303, "parallel task over resource pack limit"));
    assert!(third.json().get("data").is_none());
    bench.created(LEGACY).await;
    bench.wait(900);
    bench.created(T2V).await;
    assert_eq!(bench.running.counts().creates, 4);
}

#[tokio::test]
async fn a_picture_call_takes_a_slot_for_each_picture() {
    let bench = bench().await;
    let mut body = good("/v1/images/generations");
    body["n"] = json!(9);
    assert_eq!(bench.post("/v1/images/generations", &body).await.code(), 0);
    assert_eq!(bench.post("/v1/images/generations", &good("/v1/images/generations")).await.code(), 1303);
}

#[tokio::test]
async fn packs_are_empty_for_one_kind_at_a_time() {
    let bench = in_scenario("pack-empty").await;
    let video = bench.post(T2V, &good(T2V)).await;
    assert_eq!((video.status, video.code(), video.message().as_str()), (429, 1102, "Account balance not enough"));
    assert_eq!(bench.post("/v1/images/generations", &good("/v1/images/generations")).await.code(), 0);
}

#[tokio::test]
async fn the_last_units_can_be_used_and_no_more() {
    let bench = in_written("[account]\nvideo_units = 6").await;
    bench.created(T2V).await;
    bench.created(T2V).await;
    assert_eq!(bench.post(T2V, &good(T2V)).await.code(), 1102);
    bench.wait(900);
    assert_eq!(bench.post(T2V, &good(T2V)).await.code(), 1102);
}

#[tokio::test]
async fn without_a_pack_the_list_is_missing_and_not_empty() {
    let bench = in_scenario("no-pack").await;
    let now = clock() * 1000;
    let costs = bench.get(&format!("/account/costs?start_time={}&end_time={now}", now - 1_000_000)).await.json();
    assert_eq!((costs["code"].as_i64(), costs["data"].get("resource_pack_subscribe_infos")), (Some(0), None));
}

#[tokio::test]
async fn colleagues_give_their_slots_back() {
    let bench = in_scenario("slots-busy").await;
    assert_eq!(bench.post(T2V, &good(T2V)).await.code(), 1303);
    bench.wait(61);
    bench.created(T2V).await;
}

#[tokio::test]
async fn a_limit_on_requests_is_one_of_the_last_second() {
    let bench = in_scenario("rate-limit").await;
    let codes = [
        bench.get("/tasks?task_ids=1").await.code(),
        bench.get("/tasks?task_ids=1").await.code(),
        bench.get("/tasks?task_ids=1").await.code(),
    ];
    assert_eq!(codes, [0, 0, 1302]);
    bench.wait(1);
    assert_eq!(bench.get("/tasks?task_ids=1").await.code(), 0);
}
