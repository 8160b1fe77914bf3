//! Workloads in full, the caller's own code beside the policy, and charts by address.

use klingai_mcp::retry::Form;
use rmcp::model::{ContentBlock, ReadResourceRequestParams, ResourceContents};
use serde_json::{Value, json};

use crate::common::{Scratch, program, run, stderr, stdout};
use crate::server::{Client, call, client, text};

async fn ask(client: &Client, arguments: Value) -> Value {
    let result = call(client, "suggest_retry_policy", arguments).await.unwrap();
    assert_ne!(result.is_error, Some(true), "{}", text(&result));
    result.structured_content.unwrap()
}

async fn refusal(client: &Client, arguments: Value) -> String {
    let result = call(client, "suggest_retry_policy", arguments).await.unwrap();
    assert_eq!(result.is_error, Some(true), "{result:?}");
    text(&result)
}

const LOOP: &str = "import requests, time\nURL = 'https://api-singapore.klingai.com/v1/videos/text2video'\n\ndef create(body):\n    for attempt in range(5):\n        try:\n            r = requests.post(URL, json=body, timeout=30)\n            r.raise_for_status()\n            return r.json()\n        except Exception:\n            time.sleep(2 ** attempt)\n";

#[tokio::test]
async fn the_callers_own_code_is_played_beside_the_policy_and_its_price_is_told() {
    let client = client().await;
    let arguments = json!({"arrival_per_hour": 80, "slots": 5, "job_seconds": 180, "jobs": 400, "current": LOOP,
        "workload": {"lost_share": 0.05}});
    let answer = ask(&client, arguments).await;
    let theirs = &answer["simulation"]["compared"][0];
    assert_eq!(theirs["name"], "your code");
    for figure in ["lost", "duplicates", "wasted_calls"] {
        assert!(theirs[figure].as_u64().unwrap() > 0, "{figure}: {theirs}");
    }
    assert!(theirs["creates_per_job"].as_f64().unwrap() > 1.2 && theirs["units_at_risk"].as_f64().unwrap() > 0.0, "{theirs}");
    assert!(theirs["assumed"].to_string().contains("no interval of status queries"), "{theirs}");
    let summary = answer["summary"].as_str().unwrap();
    assert!(summary.contains("Your code on the same jobs") && summary.contains("billed twice"), "{summary}");
    assert_eq!(
        (&answer["simulation"]["recommended"]["lost"], &answer["simulation"]["recommended"]["units_at_risk"]),
        (&json!(0), &json!(0.0))
    );
}

#[tokio::test]
async fn code_that_repeats_no_create_is_not_played_and_it_is_said() {
    let reads = "import requests, time\n\ndef get(id):\n    for attempt in range(5):\n        r = requests.get('https://api-singapore.klingai.com/tasks?task_ids=' + id)\n        if r.status_code < 500:\n            return r.json()\n        time.sleep(2 ** attempt)\n";
    let answer = ask(&client().await, json!({"jobs": 20, "slots": 5, "current": reads})).await;
    assert_eq!(answer["simulation"]["compared"][0]["name"], "no retry");
    assert!(answer["assumptions"].to_string().contains("not played"), "{}", answer["assumptions"]);
}

#[tokio::test]
async fn a_pack_that_does_not_last_is_told_and_ends_the_creates() {
    let answer = ask(&client().await, json!({"jobs": 100, "slots": 5, "workload": {"pack_units": 240, "units_per_job": 6}})).await;
    assert_eq!((&answer["forecast"]["pack_covers_jobs"], &answer["forecast"]["feasible"]), (&json!(40), &json!(false)));
    assert_eq!(answer["simulation"]["recommended"]["lost"], 60);
    assert!(answer["simulation"]["recommended"]["creates_per_job"].as_f64().unwrap() < 0.5, "the circuit is open");
    let summary = answer["summary"].as_str().unwrap();
    assert!(summary.contains("60 lost (60 because the pack is used up)"), "{summary}");
    assert!(summary.contains("The pack pays for 40 of 100 jobs"), "{summary}");
}

#[tokio::test]
async fn other_users_take_from_what_the_slots_can_do() {
    let client = client().await;
    let alone = ask(&client, json!({"jobs": 50, "slots": 5, "job_seconds": 180})).await;
    let shared =
        ask(&client, json!({"jobs": 50, "slots": 5, "job_seconds": 180, "workload": {"others_slots": 2, "others_per_hour": 20}})).await;
    let of = |answer: &Value| answer["forecast"]["capacity_per_hour"].as_f64().unwrap();
    assert_eq!((of(&alone), of(&shared)), (100.0, 40.0));
    assert!(shared["forecast"]["finish_p50_s"].as_f64() > alone["forecast"]["finish_p50_s"].as_f64());
    assert_eq!((&shared["policy"]["slots"]["limit"], &shared["simulation"]["recommended"]["lost"]), (&json!(3), &json!(0)));
    let full = refusal(&client, json!({"jobs": 5, "slots": 5, "workload": {"others_slots": 5}})).await;
    assert!(full.contains("others_slots") && full.contains("leaves none"), "{full}");
}

#[tokio::test]
async fn an_outage_delays_and_a_trace_is_played_as_it_came() {
    let client = client().await;
    let jobs = json!({"jobs": 20, "slots": 5, "job_seconds": 60, "workload": {"outages": [{"start_s": 30, "length_s": 3600}]}});
    let late = ask(&client, jobs).await;
    assert!(late["forecast"]["finish_p50_s"].as_f64().unwrap() > 3_600.0);
    assert_eq!(late["simulation"]["recommended"]["lost"], 0);
    let trace: Vec<f64> = (0..40).map(|job| 1_000.0 + 30.0 * f64::from(job)).collect();
    let played = ask(&client, json!({"workload": {"slots": 5, "job_seconds": 60, "arrivals_s": trace}})).await;
    assert_eq!((&played["simulation"]["jobs"], &played["simulation"]["recommended"]["done"]), (&json!(40), &json!(40)));
    assert!(played["assumptions"].to_string().contains("moved"), "{}", played["assumptions"]);
}

#[tokio::test]
async fn a_workload_that_cannot_be_is_named_by_its_member() {
    let client = client().await;
    let cases = [
        (json!({"slot": 3}), "slot"),
        (json!({"others_per_hour": -1}), "others_per_hour"),
        (json!({"others_slots": -1}), "others_slots"),
        (json!({"pack_jobs": -1}), "pack_jobs"),
        (json!({"pack_units": 5}), "units_per_job"),
        (json!({"outages": [{"start_s": -1, "length_s": 5}]}), "outages"),
        (json!({"outages": [{"start_s": 1, "length_s": 0}]}), "outages"),
        (json!({"arrivals_s": [0, 5], "arrival_per_hour": 5}), "arrivals_s"),
        (json!({"arrivals_s": [0, 1e300]}), "arrivals_s"),
        (json!({"lost_share": 2}), "lost_share"),
        (json!({"rate_per_s": 0}), "rate_per_s"),
        (json!({"slots": 0}), "slots"),
        (json!("{broken"), "workload"),
        (json!([1]), "workload"),
    ];
    for (workload, member) in cases {
        let message = refusal(&client, json!({"workload": workload})).await;
        assert!(message.starts_with("suggest_retry_policy:") && message.contains(member) && message.contains("xample"), "{message}");
    }
}

#[test]
fn a_file_holds_a_whole_workload_and_flags_win_over_it() {
    let file = Scratch::new("workload.json", br#"{"slots": 3, "jobs": 12, "job_seconds": [50, 60, 70], "pack_jobs": 5, "seed": 4}"#);
    let output = run(program().args(["retry", "--json", "--slots", "6", "--outage", "10:60", "--workload", file.path()]), b"");
    let answer: Value = serde_json::from_str(&stdout(&output)).unwrap_or_else(|_| panic!("{}", stderr(&output)));
    assert_eq!((&answer["policy"]["slots"]["limit"], &answer["simulation"]["seed"]), (&json!(6), &json!(4)));
    assert_eq!((&answer["forecast"]["pack_covers_jobs"], &answer["simulation"]["jobs"]), (&json!(5), &json!(12)));
    for (arguments, word) in [
        (["--outage", "soon"], "START:LENGTH"),
        (["--workload", "no-such-file"], "no-such-file"),
        (["--pack-units", "-1"], "pack_units"),
        (["--others-per-hour", "1e9"], "others_per_hour"),
    ] {
        let output = run(program().arg("retry").args(arguments), b"");
        assert!(output.status.code() == Some(2) && stderr(&output).contains(word), "{}", stderr(&output));
    }
    let output = run(program().args(["retry", "--workload", "-"]), b"{\"slots\": \"many\"}");
    assert!(output.status.code() == Some(2) && stderr(&output).contains("many"), "{}", stderr(&output));
}

#[test]
fn the_published_schema_takes_what_the_form_takes() {
    let schema: Value = serde_json::from_str(&stdout(&run(program().args(["retry", "--workload-schema"]), b""))).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let form = json!({"jobs": 5, "job_seconds": 60, "arrivals_s": [0, 1], "outages": [{"start_s": 1, "length_s": 2}], "pack_jobs": 3});
    assert!(validator.is_valid(&form) && Form::read(&form).is_ok());
    for wrong in [json!({"workers": 1}), json!({"slots": "many"}), json!({"outages": [{"start_s": 1}]})] {
        assert!(!validator.is_valid(&wrong) && Form::read(&wrong).is_err(), "{wrong}");
    }
}

async fn picture(client: &Client, address: &str) -> Result<String, String> {
    let result = client.read_resource(ReadResourceRequestParams::new(address)).await.map_err(|error| error.to_string())?;
    let [ResourceContents::TextResourceContents { uri, mime_type, text, .. }] = result.contents.as_slice() else { panic!("one text") };
    assert_eq!((uri.as_str(), mime_type.as_deref()), (address, Some("image/svg+xml")));
    Ok(text.clone())
}

#[tokio::test]
async fn the_chart_of_an_answer_is_read_at_its_address_by_any_process() {
    let (first, second) = (client().await, client().await);
    let arguments = json!({"jobs": 60, "slots": 4, "job_seconds": "150, 170, 260", "seed": 7, "detail": "full", "workload": {"outages": [{"start_s": 60, "length_s": 90}]}});
    let result = call(&first, "suggest_retry_policy", arguments.clone()).await.unwrap();
    let address = result.structured_content.as_ref().unwrap()["chart_uri"].as_str().unwrap().to_owned();
    let shown = result.content.iter().find_map(ContentBlock::as_resource).unwrap();
    let ResourceContents::TextResourceContents { uri, text, .. } = &shown.resource else { panic!("text") };
    assert_eq!(uri, &address);
    assert_eq!(&picture(&second, &address).await.unwrap(), text, "the address alone gives the same bytes");
    let short = call(&first, "suggest_retry_policy", json!({"jobs": 60, "slots": 4})).await.unwrap();
    let link = short.content.iter().find_map(ContentBlock::as_resource_link).unwrap();
    assert_eq!((link.uri.as_str(), link.mime_type.as_deref()), ("kling://charts/retry?jobs=60&slots=4", Some("image/svg+xml")));
    assert!(picture(&second, &link.uri).await.unwrap().starts_with("<svg"));
    for (address, word) in [
        ("kling://charts/retry?slots=0", "slots"),
        ("kling://charts/retry?workers=4", "workers"),
        ("kling://charts/retry?slots=many", "many"),
        ("kling://charts/other", "kling://charts/retry"),
    ] {
        let refused = picture(&second, address).await.unwrap_err();
        assert!(refused.contains(word), "{address}: {refused}");
    }
}

#[tokio::test]
async fn a_trace_too_long_for_an_address_has_no_link() {
    let trace: Vec<f64> = (0..2_000).map(f64::from).collect();
    let answer = ask(&client().await, json!({"workload": {"slots": 50, "job_seconds": 20, "arrivals_s": trace}})).await;
    assert!(answer.get("chart_uri").is_none());
}
