use super::super::{Input, Parts, Validator};
use super::{Alternative, search};
use crate::knowledge::{Knowledge, RequestKnowledge};

fn shown(list: &[Alternative]) -> Vec<String> {
    let price = |one: &Alternative| one.units.map_or_else(|| "?".to_owned(), |units| units.to_string());
    list.iter().map(|one| format!("{} = {} | {}", one.choice, price(one), one.gives_up.join("; "))).collect()
}

fn of(endpoint: &str, body: &str) -> Vec<String> {
    let parts = Parts { endpoint: Some(endpoint.to_owned()), body: Some(body.to_owned()), ..Parts::default() };
    let input = Input { parts, ..Input::default() };
    shown(&Validator::new().unwrap().validate(&Knowledge::load().unwrap(), &input).unwrap().alternatives)
}

#[test]
fn what_is_offered_needs_no_alternative() {
    assert!(of("/text-to-video/kling-3.0", r#"{"prompt":"a","settings":{"audio":"native"}}"#).is_empty());
    assert!(of("/v1/videos/image2video", r#"{"model_name":"kling-v3","image":"a","image_tail":"b","prompt":"a"}"#).is_empty());
    assert!(of("/v1/videos/text2video", r#"{"model_name":"kling-v9","prompt":"a"}"#).is_empty());
}

#[test]
fn a_last_frame_at_720p_wants_another_resolution_or_model() {
    let frames = r#"{"contents":[{"type":"prompt","text":"a"},{"type":"first_frame","url":"a"},{"type":"last_frame","url":"b"}],"settings":{"resolution":"720p"}}"#;
    assert_eq!(
        of("/image-to-video/kling-2.5-turbo", frames),
        [
            "/image-to-video/kling-2.5-turbo, 1080p, 5 s = 2.5 | 720p (1080p instead)",
            "/image-to-video/kling-3.0, 720p, 5 s = 3 | the model kling-2.5-turbo",
            "/image-to-video/kling-2.6, 1080p, 5 s = 2.5 | the model kling-2.5-turbo; 720p (1080p instead)",
        ]
    );
    assert_eq!(
        of("/image-to-video/kling-3.0-turbo", frames).first().unwrap(),
        "/image-to-video/kling-3.0, 720p, 5 s = 3 | the model kling-3.0-turbo"
    );
}

#[test]
fn sound_with_an_end_frame_wants_another_model() {
    let body = r#"{"model_name":"kling-v2-6","mode":"pro","sound":"on","image":"a","image_tail":"b","prompt":"a"}"#;
    assert_eq!(of("/v1/videos/image2video", body), ["/v1/videos/image2video, kling-v3, mode pro (1080p), 5 s = 6 | the model kling-v2-6"]);
}

#[test]
fn a_length_that_is_not_offered_changes_the_length_or_the_model() {
    assert_eq!(
        of("/text-to-video/kling-2.6", r#"{"prompt":"a","settings":{"duration":7}}"#),
        [
            "/text-to-video/kling-2.6, 720p, 5 s = 1.5 | 7 s (5 s instead)",
            "/text-to-video/kling-3.0, 720p, 7 s = 4.2 | the model kling-2.6",
            "/text-to-video/kling-3.0-turbo, 720p, 7 s = 5.6 | the model kling-2.6",
        ]
    );
}

#[test]
fn a_retired_model_has_successors() {
    let found = of("/v1/videos/text2video", r#"{"model_name":"kling-v1-6","prompt":"a","duration":"10"}"#);
    assert_eq!(found.first().unwrap(), "/v1/videos/text2video, kling-v2-5-turbo, mode std (720p), 10 s = 3 | the model kling-v1-6");
}

#[test]
fn a_wish_is_left_out_when_nothing_offers_all() {
    let body = r#"{"model_name":"kling-v3-omni","prompt":"a","sound":"on","video_list":[{"video_url":"https://a.io/a.mp4","refer_type":"feature"}],"aspect_ratio":"16:9"}"#;
    let found = of("/v1/videos/omni-video", body);
    assert!(found.iter().any(|one| one.contains("| native audio")), "{found:?}");
}

#[test]
fn pictures_have_alternatives_too() {
    let found = of("/v1/images/omni-image", r#"{"model_name":"kling-image-o1","prompt":"a","resolution":"4k","aspect_ratio":"1:1"}"#);
    assert_eq!(found, ["/v1/images/omni-image, kling-v3-omni, 4k = 16 | the model kling-image-o1"]);
}

#[test]
fn a_search_by_needs_price_and_length() {
    let (requests, knowledge) = (RequestKnowledge::load().unwrap(), Knowledge::load().unwrap());
    let find = |needs: &[&str], most, seconds| {
        shown(&search(&requests, &knowledge, &needs.iter().map(|need| (*need).to_owned()).collect::<Vec<_>>(), most, seconds))
    };
    assert!(find(&["last_frame", "native_audio"], Some(6.0), Some(10)).is_empty());
    let found = find(&["last_frame", "sound"], Some(10.0), Some(10));
    assert!(found.contains(&"/image-to-video/kling-3.0, 720p, 10 s = 9 | ".to_owned()), "{found:?}");
    assert!(found.first().unwrap().contains("omni"), "{found:?}");
    assert_eq!(find(&["text-to-video", "4k"], None, None).len(), 3);
    assert!(find(&["teleport"], None, None).is_empty());
}
