//! Tasks: created, queried, listed, ended, and their results.

use klingai_mcp::sandbox::{Clock, Settings};
use serde_json::json;

use super::client::{LEGACY, T2V, bench, good, settings, with};
use crate::common::engine;

#[tokio::test]
async fn a_task_of_the_new_generation_goes_through_its_states() {
    let bench = bench().await;
    let id = bench.created(T2V).await;
    let state = async || bench.get(&format!("/tasks?task_ids={id}")).await.json()["data"][0].clone();
    assert_eq!(state().await["status"], "submitted");
    bench.wait(60);
    assert_eq!(state().await["status"], "processing");
    bench.wait(600);
    let done = state().await;
    assert_eq!((done["status"].as_str(), done["billing"][0]["amount"].as_str()), (Some("succeeded"), Some("3")));
    assert_eq!(done["outputs"][0]["type"], "video");
}

#[tokio::test]
async fn a_legacy_task_speaks_the_legacy_words() {
    let bench = bench().await;
    let id = bench.created(LEGACY).await;
    bench.wait(900);
    let done = bench.get(&format!("{LEGACY}/{id}")).await.json()["data"].clone();
    assert_eq!((done["task_status"].as_str(), done["task_status_msg"].as_str()), (Some("succeed"), Some("")));
    assert!(done["task_result"]["videos"][0]["url"].is_string() && done["final_unit_deduction"].is_string(), "{done}");
}

#[tokio::test]
async fn the_new_query_finds_legacy_tasks_and_leaves_unknown_ids_out() {
    let bench = bench().await;
    let (old, new) = (bench.created(LEGACY).await, bench.created(T2V).await);
    let found = bench.get(&format!("/tasks?task_ids={old},404,{new}")).await.json();
    assert_eq!(found["data"].as_array().unwrap().len(), 2);
    let none = bench.get("/tasks?task_ids=0").await;
    assert_eq!((none.status, none.json()["data"].clone()), (200, json!([])));
}

#[tokio::test]
async fn a_legacy_query_wants_the_product_of_the_create() {
    let bench = bench().await;
    let id = bench.created(LEGACY).await;
    let other = bench.get(&format!("/v1/videos/image2video/{id}")).await;
    assert_eq!((other.status, other.code(), other.message()), (400, 1201, format!("Task not found by id/external id: {id}")));
}

#[tokio::test]
async fn an_external_id_finds_its_task_and_is_taken_once_for_all_products() {
    let bench = bench().await;
    let mut body = good(LEGACY);
    body["external_task_id"] = json!("order 7");
    assert_eq!(bench.post(LEGACY, &body).await.code(), 0);
    assert_eq!(bench.get(&format!("{LEGACY}/order%207")).await.json()["data"]["task_info"]["external_task_id"], "order 7");
    let mut new = good(T2V);
    new["options"] = json!({"external_task_id": "order 7"});
    let again = bench.post(T2V, &new).await;
    assert_eq!((again.status, again.code(), again.message().as_str()), (400, 1201, "External_task_id order 7 already exists"));
    assert_eq!(bench.get("/tasks?external_task_ids=order%207").await.json()["data"].as_array().unwrap().len(), 1);
    assert_eq!(bench.running.counts().creates, 1);
}

#[tokio::test]
async fn ids_of_a_query_are_needed_and_counted() {
    let bench = bench().await;
    assert_eq!(bench.get("/tasks?ids=1").await.message(), "task_ids or external_task_ids is required");
    let many = |count: usize| vec!["1"; count].join(",");
    assert_eq!(bench.get(&format!("/tasks?task_ids={}", many(20))).await.status, 200);
    let over = bench.get(&format!("/tasks?task_ids={}", many(21))).await;
    assert_eq!((over.code(), over.message().as_str()), (1201, "task_ids and external_task_ids cannot exceed 20 in total"));
}

#[tokio::test]
async fn legacy_lists_come_in_pages_newest_first() {
    let bench = bench().await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        ids.push(bench.created(LEGACY).await);
    }
    let page = bench.get(&format!("{LEGACY}?pageNum=2&pageSize=2")).await.json();
    let found: Vec<&str> = page["data"].as_array().unwrap().iter().map(|task| task["task_id"].as_str().unwrap()).collect();
    assert_eq!(found, [&ids[2], &ids[1]]);
    assert_eq!(bench.get(&format!("{LEGACY}?pageSize=501")).await.code(), 1201);
}

#[tokio::test]
async fn a_cursor_leads_through_all_tasks_once() {
    let bench = bench().await;
    for _ in 0..5 {
        bench.created(T2V).await;
    }
    let (mut body, mut seen) = (json!({"limit": 2}), Vec::new());
    loop {
        let data = bench.post("/tasks", &body).await.json()["data"].clone();
        seen.extend(data["result"].as_array().unwrap().iter().map(|task| task["id"].as_str().unwrap().to_owned()));
        if data["has_more"] == false {
            break;
        }
        body = json!({"limit": 2, "cursor": data["next_cursor"]});
    }
    let mut unique = seen.clone();
    unique.sort();
    unique.dedup();
    assert_eq!((seen.len(), unique.len()), (5, 5));
    assert_eq!(bench.post("/tasks", &json!({"cursor": "!!"})).await.code(), 1201);
}

#[tokio::test]
async fn a_list_can_be_filtered_by_state_and_product() {
    let bench = bench().await;
    bench.created(T2V).await;
    bench.wait(900);
    bench.created("/v1/images/generations").await;
    let count = async |key: &str, value: &str| {
        bench.post("/tasks", &json!({"filters": [{"key": key, "values": [value]}]})).await.json()["data"]["count"].clone()
    };
    assert_eq!([count("status", "succeeded").await, count("status", "submitted").await], [1, 1]);
    assert_eq!([count("product_type", "image").await, count("product_type", "try_on").await], [1, 0]);
}

#[tokio::test]
async fn every_documented_create_path_takes_a_task_or_says_what_is_missing() {
    let bench = with(Settings { slots: Some(1000), ..settings() }).await;
    for row in engine().knowledge.endpoints.iter().filter(|row| row.kind == "create") {
        let reply = bench.post(&row.path, &good(&row.path)).await;
        assert!(matches!((reply.status, reply.code()), (200, 0) | (400, 1200 | 1201)), "{}: {reply:?}", row.id);
        assert!(!reply.message().is_empty(), "{}", row.id);
    }
}

#[tokio::test]
async fn every_other_path_answers_in_an_envelope() {
    let bench = bench().await;
    for row in engine().knowledge.endpoints.iter().filter(|row| row.kind != "create") {
        let body = (row.method == "POST").then(|| json!({}));
        let reply = bench.send(&row.method, &row.path.replace("{id}", "1"), body.as_ref()).await.unwrap();
        let json = reply.json();
        assert!(json["code"].is_i64() && json["request_id"].is_string(), "{}: {json}", row.id);
    }
}

#[tokio::test]
async fn results_are_real_files_until_they_are_wiped() {
    let bench = bench().await;
    let id = bench.created(T2V).await;
    let target = format!("/__sandbox/results/{id}/0.mp4");
    assert_eq!(bench.get(&target).await.status, 404);
    bench.wait(900);
    let file = bench.get(&target).await;
    assert_eq!((file.status, &file.body[4..8]), (200, &b"ftyp"[..]));
    assert!(file.head.contains("video/mp4"));
    bench.wait(31 * 86_400);
    assert_eq!(bench.get(&target).await.status, 404);
}

#[tokio::test]
async fn pictures_and_sounds_are_files_too() {
    let bench = bench().await;
    let mut body = good("/v1/images/generations");
    body["n"] = json!(3);
    let id = bench.post("/v1/images/generations", &body).await.json()["data"]["task_id"].as_str().unwrap().to_owned();
    bench.wait(100);
    let images = bench.get(&format!("/v1/images/generations/{id}")).await.json()["data"]["task_result"]["images"].clone();
    assert_eq!(images.as_array().unwrap().len(), 3);
    let path = |url: &serde_json::Value| url.as_str().unwrap().trim_start_matches(bench.running.url()).to_owned();
    assert!(bench.get(&path(&images[2]["url"])).await.body.starts_with(b"\x89PNG"));
    let speech = bench.post("/v1/audio/tts", &json!({"text": "hello", "voice_id": "oversea_male1", "voice_language": "en"})).await.json();
    assert!(bench.get(&path(&speech["data"]["task_result"]["audios"][0]["url"])).await.body.starts_with(&[0xFF, 0xFB]));
}

#[tokio::test]
async fn a_five_second_video_takes_about_three_seconds_at_speed_60() {
    let bench = bench().await;
    let mut body = good(T2V);
    for number in 0..20 {
        body["options"] = json!({"external_task_id": number.to_string()});
        bench.post(T2V, &body).await;
    }
    bench.wait(100_000);
    let times = bench
        .running
        .tasks()
        .iter()
        .map(|task| task["update_time"].as_i64().unwrap() - task["create_time"].as_i64().unwrap())
        .collect::<Vec<_>>();
    let mean = times.iter().sum::<i64>() / 20_000;
    assert!((150..220).contains(&mean), "{mean} virtual seconds");
    assert!(times.iter().all(|time| (80_000..400_000).contains(time)), "{times:?}");
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let run = async |seed: u64| {
        let bench = with(Settings { seed, clock: Clock::manual(1_795_000_000_000), ..settings() }).await;
        let first = bench.post(T2V, &good(T2V)).await.text();
        bench.wait(180);
        first + &bench.post("/tasks", &json!({})).await.text().replace(bench.running.url(), "")
    };
    assert_eq!(run(5).await, run(5).await);
    assert_ne!(run(5).await, run(6).await);
}

#[tokio::test]
async fn a_reset_forgets_tasks_and_record() {
    let bench = bench().await;
    let id = bench.created(T2V).await;
    assert_eq!(bench.raw("POST", "/__sandbox/reset", None, "").await.unwrap().status, 200);
    assert_eq!(bench.running.requests().len(), 0);
    assert_eq!(bench.get(&format!("/tasks?task_ids={id}")).await.json()["data"], json!([]));
    assert_eq!(bench.raw("GET", "/__sandbox/health", None, "").await.unwrap().json()["status"], "ok");
}
