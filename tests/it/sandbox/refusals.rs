//! Requests that the service refuses, in its words, and requests that it takes although they are wrong.

use serde_json::{Value, json};

use super::client::{LEGACY, T2V, bench, good};

const OMNI: &str = "/omni-video/kling-3.0-omni";

async fn message(path: &str, body: Value) -> (i64, String) {
    let bench = bench().await;
    let reply = bench.post(path, &body).await;
    assert_eq!(bench.running.counts().creates, u64::from(reply.code() == 0));
    (reply.code(), reply.message())
}

#[tokio::test]
async fn recorded_refusals_have_the_recorded_words() {
    let cases = [
        (T2V, json!({"prompt": "x", "settings": {"resolution": "9000p"}}), "settings.resolution value '9000p' is invalid"),
        (T2V, json!({"prompt": "x", "settings": {"aspect_ratio": "5:4"}}), "settings.aspect_ratio value '5:4' is invalid"),
        (T2V, json!({"settings": {"duration": 5}}), "prompt is required"),
        (OMNI, json!({"prompt": "x"}), "contents cannot be empty"),
        (OMNI, json!({"contents": "x"}), "contents value type is invalid, expected array"),
        (OMNI, json!({"contents": [{"type": "movie"}]}), "contents[0].type value 'movie' is invalid"),
        (
            OMNI,
            json!({"contents": [{"type": "prompt", "text": ""}], "settings": {"aspect_ratio": "16:9"}}),
            "content item of type 'prompt' must have non-blank text",
        ),
        (
            LEGACY,
            json!({"model_name": "kling-v1", "prompt": "x"}),
            "The model 'kling-v1' has been discontinued and is no longer available.",
        ),
        ("/v1/videos/multi-image2video", json!({"prompt": "x"}), "This API is no longer available"),
        (
            "/v1/videos/image2video",
            json!({"model_name": "kling-v2-5-turbo", "prompt": "x", "image": "https://example.com/a.png", "image_tail": "https://example.com/b.png"}),
            "model/mode/duration(kling-v2-5-turbo/std/5) is not supported with image_tail",
        ),
    ];
    for (path, body, words) in cases {
        assert_eq!(message(path, body.clone()).await, (1201, words.to_owned()), "{path} {body}");
    }
}

#[tokio::test]
async fn solutions_refuse_in_their_own_words() {
    let (code, words) = message("/solutions/e-commerce/goods_studio", json!({"contents": []})).await;
    assert_eq!(code, 1201);
    assert!(!words.is_empty());
}

#[tokio::test]
async fn what_the_service_ignores_is_ignored() {
    for body in [
        json!({"prompt": "x", "duration": 10, "aspect_ratio": "9:16"}),
        json!({"prompt": "x", "negative_prompt": "blurry"}),
        json!({"prompt": "x", "callback_url": "https://example.com/hook", "external_task_id": "a"}),
        json!({"prompt": "x", "nonsense": 1}),
    ] {
        assert_eq!(message(T2V, body.clone()).await.0, 0, "{body}");
    }
}

#[tokio::test]
async fn ignored_members_change_neither_length_nor_price() {
    let bench = bench().await;
    bench.post(T2V, &json!({"prompt": "x", "duration": 15, "settings": {"multi_shot": false}, "external_task_id": "a"})).await;
    bench.wait(900);
    let task = bench.running.tasks().remove(0);
    assert_eq!((task["outputs"][0]["duration"].as_str(), task.get("external_id")), (Some("5"), None));
}

#[tokio::test]
async fn bodies_that_are_no_json_object_are_invalid_as_a_whole() {
    let bench = bench().await;
    for body in ["", "{", "[]", "\"x\"", "{'prompt': 'x'}", "prompt=x"] {
        let reply = bench.raw("POST", T2V, Some(&super::client::key()), body).await.unwrap();
        assert_eq!((reply.status, reply.code()), (400, 1200), "{body:?}");
    }
}

#[tokio::test]
async fn paths_methods_and_models_are_refused_as_observed() {
    let bench = bench().await;
    let missing = bench.get("/v1/tasks/7").await;
    assert_eq!((missing.status, missing.body.len()), (404, 0));
    let method = bench.send("PUT", T2V, Some(&good(T2V))).await.unwrap();
    assert_eq!((method.status, method.code()), (404, 1202));
    let model = bench.post("/text-to-video/kling-9", &good(T2V)).await;
    assert_eq!((model.status, model.code(), model.message().as_str()), (400, 1201, "model is not supported"));
}

#[tokio::test]
async fn a_resolution_of_480p_fails_later_and_costs_nothing() {
    let bench = bench().await;
    let body = json!({"contents": [{"type": "prompt", "text": "x"}], "settings": {"resolution": "480p", "aspect_ratio": "16:9"}});
    assert_eq!(bench.post(OMNI, &body).await.code(), 0);
    bench.wait(900);
    let task = bench.running.tasks().remove(0);
    assert_eq!((task["status"].as_str(), task["message"].as_str()), (Some("failed"), Some("video resolution value '480p' is invalid")));
    assert_eq!(task["billing"][0]["amount"], "0");
}

#[tokio::test]
async fn a_word_in_the_prompt_meets_a_scenario_alone() {
    let bench = bench().await;
    let refused = bench.post(T2V, &json!({"prompt": "sandbox:1301 a fox"})).await;
    assert_eq!((refused.status, refused.code()), (400, 1301));
    bench.post(T2V, &json!({"prompt": "sandbox:task-risk-control, a fox"})).await;
    bench.post(T2V, &json!({"prompt": "sandbox:no-such-thing a fox"})).await;
    bench.wait(900);
    let states: Vec<_> = bench.running.tasks().iter().map(|task| task["message"].as_str().unwrap().to_owned()).collect();
    assert_eq!(states, ["", "Failure to pass the risk control system"]);
}

#[tokio::test]
async fn a_word_in_an_address_does_too() {
    let bench = bench().await;
    let body = json!({"contents": [{"type": "prompt", "text": "x"}, {"type": "first_frame", "url": "https://example.com/sandbox:media-fetch.png"}]});
    let reply = bench.post("/image-to-video/kling-3.0", &body).await;
    assert_eq!((reply.code(), reply.message().as_str()), (1201, "couldn't get the contents of the file"));
}

#[tokio::test]
async fn hostile_requests_get_answers() {
    let bench = bench().await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    for body in
        [format!("{{\"prompt\":{deep}}}"), format!("{{\"prompt\":\"{}\"}}", "a".repeat(3 << 20)), "{\"prompt\":\"\\ud800\"}".to_owned()]
    {
        assert_eq!(bench.raw("POST", T2V, Some(&super::client::key()), &body).await.unwrap().status, 400);
    }
    let long = format!("/tasks?task_ids={}", "9".repeat(4000));
    assert_eq!(bench.get(&long).await.status, 200);
    assert_eq!(bench.get("/__sandbox/results/../../etc/passwd.png").await.status, 404);
}
