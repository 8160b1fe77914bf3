use serde_json::{Value, json};

use super::super::{Input, Parts, Translation, Validator, Verdict};
use crate::knowledge::Knowledge;

fn checked(endpoint: &str, body: &Value) -> Verdict {
    let parts = Parts { endpoint: Some(endpoint.to_owned()), body: Some(body.to_string()), ..Parts::default() };
    Validator::new().unwrap().validate(&Knowledge::load().unwrap(), &Input { parts, full: true, ..Input::default() }).unwrap()
}

/// The translation, which must itself be without an error.
fn translated(endpoint: &str, body: &Value) -> Translation {
    let translation = checked(endpoint, body).translation.unwrap();
    let again = checked(&translation.request.endpoint, translation.request.body.as_ref().unwrap());
    assert!(again.valid, "{:?}\n{:?}", translation.request.body, again.findings);
    translation
}

fn body(translation: &Translation) -> &Value {
    translation.request.body.as_ref().unwrap()
}

#[test]
fn text_to_video_goes_to_the_new_generation() {
    let legacy = json!({"model_name": "kling-v3", "prompt": "a cat", "negative_prompt": "blur", "mode": "pro", "sound": "on", "duration": "10", "aspect_ratio": "9:16", "cfg_scale": 0.5, "callback_url": "https://a.io/cb", "external_task_id": "7", "watermark_info": {"enabled": true}});
    let found = translated("/v1/videos/text2video", &legacy);
    assert_eq!((found.request.method.as_str(), found.request.endpoint.as_str()), ("POST", "/text-to-video/kling-3.0"));
    assert_eq!(
        *body(&found),
        json!({
            "prompt": "a cat Avoid: blur.",
            "settings": {"resolution": "1080p", "duration": 10, "audio": "native", "aspect_ratio": "9:16", "multi_shot": false},
            "options": {"callback_url": "https://a.io/cb", "external_task_id": "7", "watermark_info": {"enabled": true}}
        })
    );
    assert_eq!(found.losses.len(), 3, "{:?}", found.losses);
}

#[test]
fn frames_become_contents_and_come_back() {
    let legacy = json!({"model_name": "kling-v3", "prompt": "<<<element_1>>> runs", "image": "https://a.io/1.png", "image_tail": "https://a.io/2.png", "mode": "std", "duration": "5", "sound": "off", "element_list": [{"element_id": 123}]});
    let new = translated("/v1/videos/image2video", &legacy);
    assert_eq!(
        body(&new)["contents"],
        json!([
            {"type": "prompt", "text": "@element_1 runs"},
            {"type": "first_frame", "url": "https://a.io/1.png"},
            {"type": "last_frame", "url": "https://a.io/2.png"},
            {"type": "element", "element_id": "123", "id": "element_1"}
        ])
    );
    assert!(new.losses.is_empty());
    let back = translated(&new.request.endpoint, body(&new));
    assert_eq!(*body(&back), legacy);
}

#[test]
fn shots_become_a_form_of_the_prompt_and_come_back() {
    let legacy = json!({"model_name": "kling-v3", "multi_shot": true, "shot_type": "customize", "multi_prompt": [{"index": 1, "prompt": "a cat", "duration": "3"}, {"index": 2, "prompt": "it runs", "duration": "2"}], "mode": "pro", "duration": "5", "aspect_ratio": "1:1", "sound": "off"});
    let new = translated("/v1/videos/text2video", &legacy);
    assert_eq!(body(&new)["prompt"], "shot 1, 3, a cat; shot 2, 2, it runs");
    assert_eq!(body(&new)["settings"]["multi_shot"], true);
    assert_eq!(*body(&translated(&new.request.endpoint, body(&new))), legacy);
}

#[test]
fn omni_material_keeps_its_numbers() {
    let legacy = json!({"model_name": "kling-v3-omni", "prompt": "<<<image_2>>> as in <<<image_1>>>", "image_list": [{"image_url": "https://a.io/1.png"}, {"image_url": "https://a.io/2.png"}], "aspect_ratio": "16:9"});
    let new = translated("/v1/videos/omni-video", &legacy);
    assert_eq!(new.request.endpoint, "/omni-video/kling-3.0-omni");
    assert_eq!(body(&new)["contents"][0]["text"], "@image_2 as in @image_1");
    assert_eq!(body(&new)["contents"][2], json!({"type": "refer_image", "url": "https://a.io/2.png", "id": "image_2"}));
    assert_eq!(body(&new)["settings"]["resolution"], "1080p", "the legacy default is pro");
    let back = translated(&new.request.endpoint, body(&new));
    assert_eq!(body(&back)["prompt"], legacy["prompt"]);
    assert_eq!(body(&back)["image_list"], legacy["image_list"]);
}

#[test]
fn a_reference_video_keeps_its_role_and_sound() {
    let legacy = json!({"model_name": "kling-v3-omni", "prompt": "night in <<<video_1>>>", "video_list": [{"video_url": "https://a.io/a.mp4", "refer_type": "base", "keep_original_sound": "yes"}], "mode": "std"});
    let new = translated("/v1/videos/omni-video", &legacy);
    assert_eq!(body(&new)["contents"][1], json!({"type": "base_video", "url": "https://a.io/a.mp4", "id": "video_1"}));
    assert_eq!(body(&new)["settings"], json!({"resolution": "720p", "audio": "original", "multi_shot": false}));
}

#[test]
fn motion_control_goes_both_ways() {
    let new = json!({"contents": [{"type": "image", "url": "https://a.io/1.png"}, {"type": "video", "url": "https://a.io/1.mp4"}], "settings": {"character_orientation": "video", "resolution": "1080p"}});
    let legacy = translated("/motion-control/kling-2.6", &new);
    let expected = json!({"model_name": "kling-v2-6", "image_url": "https://a.io/1.png", "video_url": "https://a.io/1.mp4", "keep_original_sound": "yes", "mode": "pro", "character_orientation": "video"});
    assert_eq!(*body(&legacy), expected);
    let back = translated("/v1/videos/motion-control", &expected);
    assert_eq!(body(&back)["settings"], json!({"resolution": "1080p", "audio": "original", "character_orientation": "video"}));
}

#[test]
fn voices_go_where_they_exist() {
    let legacy = json!({"model_name": "kling-v2-6", "prompt": "<<<voice_1>>> says hi", "image": "https://a.io/1.png", "mode": "pro", "sound": "on", "voice_list": [{"voice_id": "88"}]});
    let new = translated("/v1/videos/image2video", &legacy);
    assert_eq!(body(&new)["contents"][2], json!({"type": "voice", "voice_id": "88", "id": "voice_1"}));
    assert_eq!(body(&new)["contents"][0]["text"], "@voice_1 says hi");
}

#[test]
fn what_cannot_be_understood_is_not_translated() {
    for (endpoint, body) in [
        ("/text-to-video/kling-3.0-turbo", json!({"prompt": "a"})),
        ("/v1/videos/text2video", json!({"model_name": "kling-v1-6", "prompt": "a"})),
        ("/v1/videos/text2video", json!({"model_name": "kling-v3"})),
        ("/text-to-video/kling-3.0", json!({"prompt": "a", "duration": "10"})),
        ("/v1/videos/image2video", json!({"model_name": "kling-v3", "prompt": "a", "image_tail": "b"})),
        ("/v1/images/generations", json!({"prompt": "a"})),
    ] {
        assert_eq!(checked(endpoint, &body).translation, None, "{endpoint} {body}");
    }
}

#[test]
fn strange_members_are_named_as_losses() {
    let found = translated("/v1/videos/text2video", &json!({"model_name": "kling-v2-6", "prompt": "a", "style": "noir"}));
    assert!(found.losses.iter().any(|loss| loss.contains("`style`")), "{:?}", found.losses);
}
