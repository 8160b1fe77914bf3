//! Checking requests: one small, one of 20 kB, and both beside the `jsonschema` crate on the exported schemas.
#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use klingai_mcp::knowledge::requests::json_schema;
use klingai_mcp::knowledge::{Knowledge, RequestKnowledge};
use klingai_mcp::validate::{Input, Parts, Validator};

fn main() {
    divan::main();
    beside_a_schema();
}

/// (endpoint id, path, body): right ones, and one with three faults.
fn bodies() -> Vec<(&'static str, &'static str, String)> {
    let words = "a paper boat on a rainy street, ".repeat(75);
    let shot = |n| format!("{{\"index\":{n},\"prompt\":\"{}\",\"duration\":\"1\"}}", &words[..500]);
    let shots = (1..=6).map(shot).collect::<Vec<_>>().join(",");
    vec![
        (
            "legacy.text2video",
            "/v1/videos/text2video",
            r#"{"model_name":"kling-v2-6","prompt":"a paper boat","mode":"pro","sound":"on","duration":"10"}"#.to_owned(),
        ),
        (
            "new.t2v.3.0",
            "/text-to-video/kling-3.0",
            format!(r#"{{"prompt":"{words}","settings":{{"resolution":"1080p","duration":10,"aspect_ratio":"9:16"}}}}"#),
        ),
        (
            "legacy.text2video",
            "/v1/videos/text2video",
            format!(r#"{{"model_name":"kling-v3","multi_shot":true,"shot_type":"customize","multi_prompt":[{shots}],"duration":"6"}}"#),
        ),
        (
            "legacy.text2video",
            "/v1/videos/text2video",
            r#"{"model_name":"kling-v3","prompt":"a fox","duration":5,"mode":"ultra","cfg_scale":7}"#.to_owned(),
        ),
    ]
}

/// A request of about 20 kB: a picture in Base64 and a long prompt.
fn twenty_kilobytes() -> Input {
    let picture = format!("{}{}", "iVBORw0KGgoAAAANSUhEUgAABAAAAAQACAYAAAB/HSuD", "A".repeat(17_000));
    let body =
        format!(r#"{{"model_name":"kling-v3","image":"{picture}","prompt":"{}","duration":"5","mode":"std"}}"#, "rain, ".repeat(400));
    input("/v1/videos/image2video", &body)
}

fn input(endpoint: &str, body: &str) -> Input {
    Input { parts: Parts { endpoint: Some(endpoint.to_owned()), body: Some(body.to_owned()), ..Parts::default() }, ..Input::default() }
}

fn tables() -> (Knowledge, Validator) {
    let knowledge = Knowledge::load().unwrap_or_else(|error| unreachable!("{error}"));
    (knowledge, Validator::new().unwrap_or_else(|error| unreachable!("{error}")))
}

/// The same bodies, from text to all problems, through this crate and through `jsonschema`; best of five rounds each.
///
/// The schema knows single fields only; this crate also judges across fields, repairs, prices and proposes.
fn beside_a_schema() {
    let ((knowledge, validator), requests) = (tables(), RequestKnowledge::load().unwrap_or_else(|error| unreachable!("{error}")));
    let (mut ours_all, mut theirs_all, mut checks) = (Duration::ZERO, Duration::ZERO, 0.0);
    for (id, path, body) in bodies() {
        let schema = requests.endpoint(id).and_then(json_schema::of_body).unwrap_or_default();
        let compiled = jsonschema::validator_for(&schema).unwrap_or_else(|error| unreachable!("{error}"));
        let given = input(path, &body);
        let ours = best(|| drop(black_box(validator.validate(&knowledge, &given))));
        let theirs = best(|| {
            let value: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
            black_box(compiled.iter_errors(&value).count());
        });
        println!("{path} ({} bytes): {:.1} us a check, jsonschema {:.1} us", body.len(), micros(ours), micros(theirs));
        ours_all += ours;
        theirs_all += theirs;
        checks += 1.0;
    }
    let per_second = checks / ours_all.as_secs_f64();
    println!("validations per second: {per_second:.0}; speed beside jsonschema: {:.2}x", theirs_all.as_secs_f64() / ours_all.as_secs_f64());
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures time")]
fn best(work: impl Fn()) -> Duration {
    const ROUND: u32 = 300;
    let round = |_| {
        let started = Instant::now();
        (0..ROUND).for_each(|_| work());
        started.elapsed() / ROUND
    };
    (0..5).map(round).min().unwrap_or_default()
}

#[divan::bench]
fn build_the_validator() -> (Knowledge, Validator) {
    tables()
}

#[divan::bench]
fn a_small_request(bencher: divan::Bencher<'_, '_>) {
    let ((knowledge, validator), (_, path, body)) = (tables(), bodies().remove(0));
    let given = input(path, &body);
    bencher.bench(|| validator.validate(&knowledge, &given));
}

#[divan::bench]
fn a_request_of_20_kb(bencher: divan::Bencher<'_, '_>) {
    let ((knowledge, validator), given) = (tables(), twenty_kilobytes());
    bencher.bench(|| validator.validate(&knowledge, &given));
}
