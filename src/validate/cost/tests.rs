use super::super::{Input, Parts, Validator, Verdict};
use crate::knowledge::Knowledge;

fn checked(endpoint: &str, body: &str, as_of: Option<&str>) -> Verdict {
    let parts = Parts { endpoint: Some(endpoint.to_owned()), body: Some(body.to_owned()), ..Parts::default() };
    let input = Input { parts, as_of: as_of.map(str::to_owned), ..Input::default() };
    Validator::new().unwrap().validate(&Knowledge::load().unwrap(), &input).unwrap()
}

fn units(endpoint: &str, body: &str) -> Option<f64> {
    checked(endpoint, body, None).cost.map(|cost| cost.units)
}

#[test]
fn defaults_are_billed_when_nothing_is_set() {
    let cost = checked("/text-to-video/kling-3.0", r#"{"prompt":"a cat"}"#, None).cost.unwrap();
    assert_eq!((cost.units, cost.usd, cost.unit.as_str(), cost.as_of.as_str()), (3.0, 0.42, "video_unit", "2026-09-20"));
    assert_eq!(
        cost.basis,
        "5 s x 0.6 units a second: text or image to video, kling-3.0, 720p, sound off; by default: resolution, sound, duration"
    );
    assert_eq!(cost.as_given_units, None);
}

#[test]
fn ignored_members_cost_the_defaults_and_tell_what_was_meant() {
    let cost = checked("/text-to-video/kling-3.0", r#"{"prompt":"a cat","duration":"10","aspect_ratio":"9:16"}"#, None).cost.unwrap();
    assert_eq!((cost.units, cost.as_given_units), (3.0, Some(6.0)));
    let cost = checked("/text-to-video/kling-3.0", r#"{"prompt":"a cat","mode":"pro","sound":"on","duration":10}"#, None).cost.unwrap();
    assert_eq!((cost.units, cost.as_given_units), (3.0, Some(12.0)));
}

#[test]
fn each_choice_has_its_price() {
    assert_eq!(units("/text-to-video/kling-3.0-turbo", r#"{"prompt":"a","settings":{"duration":3}}"#), Some(2.4));
    assert_eq!(
        units("/text-to-video/kling-3.0", r#"{"prompt":"a","settings":{"resolution":"4k","audio":"native","duration":10}}"#),
        Some(30.0)
    );
    assert_eq!(
        units("/v1/videos/text2video", r#"{"model_name":"kling-v3","prompt":"a","mode":"pro","sound":"on","duration":"10"}"#),
        Some(12.0)
    );
    assert_eq!(units("/v1/videos/omni-video", r#"{"model_name":"kling-v3-omni","prompt":"a","aspect_ratio":"16:9"}"#), Some(4.0));
    let voiced = r#"{"model_name":"kling-v2-6","image":"https://a.io/a.png","prompt":"<<<voice_1>>> hi","mode":"pro","sound":"on","voice_list":[{"voice_id":"1"}]}"#;
    assert_eq!(units("/v1/videos/image2video", voiced), Some(6.0));
}

#[test]
fn pictures_and_calls_are_counted() {
    assert_eq!(units("/v1/images/generations", r#"{"model_name":"kling-v2-1","prompt":"a","n":3}"#), Some(12.0));
    assert_eq!(
        units("/v1/images/generations", r#"{"model_name":"kling-v2-1","prompt":"a","n":3,"image":"https://a.io/a.png"}"#),
        Some(24.0)
    );
    assert_eq!(
        units(
            "/v1/images/omni-image",
            r#"{"model_name":"kling-v3-omni","prompt":"a","resolution":"4k","result_type":"series","series_amount":5}"#
        ),
        Some(80.0)
    );
    assert_eq!(
        units("/v1/images/omni-image", r#"{"model_name":"kling-v3-omni","prompt":"a","result_type":"series","series_amount":"auto"}"#),
        None
    );
    assert_eq!(units("/v1/audio/tts", r#"{"text":"hi","voice_id":"a","voice_language":"en"}"#), Some(0.05));
    let cost = checked("/v1/images/generations", r#"{"prompt":"a"}"#, None).cost.unwrap();
    assert_eq!((cost.unit.as_str(), cost.usd), ("image_unit", 0.028));
}

#[test]
fn what_is_not_known_has_no_price() {
    for (endpoint, body) in [
        ("/text-to-video/kling-2.6", r#"{"prompt":"a","settings":{"audio":"native"}}"#),
        ("/text-to-video/kling-2.6", r#"{"prompt":"a","settings":{"duration":7}}"#),
        ("/text-to-video/kling-3.0", r#"{"prompt":"a","settings":{"resolution":"480p"}}"#),
        ("/motion-control/kling-3.0", r#"{"contents":[],"settings":{"character_orientation":"image"}}"#),
        ("/omni-video/kling-3.0-omni", r#"{"contents":[{"type":"prompt","text":"a"},{"type":"base_video","url":"https://a.io/a.mp4"}]}"#),
        ("/v1/videos/text2video", r#"{"prompt":"a"}"#),
        ("/v1/videos/effects", r#"{"effect_scene":"hug","input":{}}"#),
        ("/v1/videos/avatar/image2video", r#"{"image":"https://a.io/a.png","audio_id":"1"}"#),
    ] {
        assert_eq!(units(endpoint, body), None, "{endpoint} {body}");
    }
}

#[test]
fn an_old_price_counts_while_its_model_was_served() {
    let body = r#"{"model_name":"kling-v2-1","prompt":"a","image":"https://a.io/a.png","mode":"pro","duration":"10"}"#;
    let then = checked("/v1/videos/image2video", body, Some("2026-06-01")).cost.unwrap();
    assert_eq!((then.units, then.as_of.as_str()), (7.0, "2026-05-15"));
    assert!(checked("/v1/videos/image2video", body, Some("2026-09-28")).cost.is_none());
}

#[test]
fn a_value_that_only_running_tells_has_no_price() {
    let text = "import requests\nrequests.post('https://api-singapore.klingai.com/text-to-video/kling-3.0', json={'prompt': 'a', 'settings': {'duration': seconds}})";
    let input = Input { request: Some(text.to_owned()), ..Input::default() };
    let verdict = Validator::new().unwrap().validate(&Knowledge::load().unwrap(), &input).unwrap();
    assert_eq!(verdict.endpoint.unwrap().id, "new.t2v.3.0");
    assert_eq!(verdict.cost, None);
}
