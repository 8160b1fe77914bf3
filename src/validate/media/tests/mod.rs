//! Values of single members against the shipped rows; the files are built here, byte by byte.

mod address;
mod files;

use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE;
use serde_json::{Value as Json, json};

use crate::knowledge::{Knowledge, RequestKnowledge};
use crate::validate::case::Case;
use crate::validate::fields;
use crate::validate::found::{Applicability, Finding, Found, Severity};
use files::{encoded, film, gif, good, jpeg, mp3, png, wav, webp};

fn tables() -> &'static (Knowledge, RequestKnowledge) {
    static TABLES: OnceLock<(Knowledge, RequestKnowledge)> = OnceLock::new();
    TABLES.get_or_init(|| (Knowledge::load().unwrap(), RequestKnowledge::load().unwrap()))
}

fn look(id: &str, body: &str, as_of: &str) -> Vec<Finding> {
    let (knowledge, requests) = tables();
    let body = crate::validate::plain::json(body).unwrap();
    let endpoint = knowledge.endpoints.iter().find(|row| row.id == id).unwrap();
    let model = body.get("model_name").and_then(|node| node.as_str());
    let case = Case { knowledge, requests, endpoint, fields: requests.endpoint(id).unwrap(), model, body: &body, as_of };
    let mut found = Found::default();
    fields::check(&case, &mut found);
    found.sorted()
}

/// Findings on the place of a value.
fn at(id: &str, body: &Json, pointer: &str) -> Vec<Finding> {
    look(id, &body.to_string(), "2026-11-01").into_iter().filter(|f| f.pointer == pointer).collect()
}

/// Findings on the picture of a legacy image2video.
fn image(value: &str) -> Vec<Finding> {
    at("legacy.image2video", &json!({"model_name": "kling-v2-6", "image": value}), "/image")
}

/// Findings on the first item of a new path.
fn item(id: &str, kind: &str, url: &str) -> Vec<Finding> {
    at(id, &json!({"contents": [{"type": kind, "url": url}]}), "/contents/0/url")
}

fn sound(value: &str) -> Vec<Finding> {
    at("legacy.avatar", &json!({"image": "<image>", "sound_file": value}), "/sound_file")
}

fn errors(found: &[Finding]) -> Vec<&Finding> {
    found.iter().filter(|f| f.severity == Severity::Error).collect()
}

/// The only finding, with its severity and a part of its text.
fn only(found: &[Finding], rule: &str, severity: Severity, part: &str) {
    let rows: Vec<_> = found.iter().map(|f| (f.rule.as_str(), f.severity, f.message.as_str())).collect();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0].0 == rule && rows[0].1 == severity && rows[0].2.contains(part), "{rows:?}");
}

fn message<'f>(found: &'f [Finding], rule: &str) -> &'f str {
    &found.iter().find(|f| f.rule == rule).unwrap_or_else(|| panic!("no {rule} in {found:?}")).message
}

fn replaced(finding: &Finding) -> (&str, Applicability) {
    let fix = finding.fix.as_ref().unwrap();
    (fix.patch[0].value.as_ref().unwrap().as_str().unwrap(), fix.applicability)
}

#[test]
fn a_sound_picture_raises_nothing() {
    assert_eq!(image(&good()), []);
    assert_eq!(image(&encoded(&jpeg(900, 360, None))), []);
}

#[test]
fn a_data_prefix_on_a_legacy_picture_is_taken_off() {
    let found = image(&format!("data:image/png;base64,{}", good()));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!((found[0].rule.as_str(), replaced(&found[0])), ("G05", (good().as_str(), Applicability::Safe)));
}

#[test]
fn a_doubled_data_prefix_is_taken_off_whole() {
    let found = image(&format!("data:image/png;base64,data:image/png;base64,{}", good()));
    assert_eq!(replaced(&found[0]).0, good());
}

#[test]
fn a_data_prefix_before_a_stand_in_is_still_wrong() {
    for rest in ["<base64>", "{{b64}}", "iVBORw0KGgoAAAANSUhEUg..."] {
        let found = image(&format!("data:image/png;base64,{rest}"));
        assert_eq!(
            (errors(&found).iter().all(|f| f.rule == "G05"), replaced(found.iter().find(|f| f.rule == "G05").unwrap()).0),
            (true, rest)
        );
    }
}

#[test]
fn a_data_prefix_before_a_variable_is_wrong_too() {
    let found =
        look("legacy.image2video", "import requests\nrequests.post(u, json={'image': f'data:image/png;base64,{b64}'})", "2026-11-01");
    assert!(found.iter().any(|f| f.rule == "G05" && replaced(f).0.starts_with("<unknown")), "{found:?}");
}

#[test]
fn the_new_generation_gets_a_warning_for_a_prefix_and_for_base64() {
    let bare = item("new.i2v.3.0", "first_frame", &good());
    only(&bare, "G24", bare[0].severity, "address is safer");
    let found = item("new.i2v.3.0", "first_frame", &format!("data:image/png;base64,{}", good()));
    assert_eq!((errors(&found).len(), replaced(&found[0]).0), (0, good().as_str()));
}

#[test]
fn a_foreign_character_is_named_with_its_offset() {
    let mut text = good();
    text.replace_range(40..41, "!");
    only(&image(&text), "base64", Severity::Error, "byte 40");
}

#[test]
fn a_number_of_characters_that_gives_no_bytes_is_an_error() {
    let text = encoded(&jpeg(512, 512, None));
    let found = image(&text[..137]);
    assert!(message(&found, "base64").contains("137 characters") && errors(&found).len() == 1, "{found:?}");
}

#[test]
fn a_file_without_its_end_is_cut() {
    only(&image(&good()[..60]), "base64", Severity::Error, "cut");
}

#[test]
fn a_text_shortened_for_showing_is_no_error() {
    only(&image(&format!("{}...", &good()[..60])), "base64", Severity::Info, "shortened");
}

#[test]
fn line_breaks_and_the_other_alphabet_are_repaired() {
    let bytes = png(512, 512, 20);
    let lines: Vec<&str> = good().leak().as_bytes().chunks(40).map(|line| std::str::from_utf8(line).unwrap()).collect();
    let found = image(&lines.join("\n"));
    only(&found, "base64", Severity::Warning, "line breaks");
    assert_eq!(replaced(&found[0]).0, good());
    let found = image(URL_SAFE.encode(&bytes).trim_end_matches('='));
    assert_eq!((errors(&found).len(), replaced(&found[0]).0), (0, good().as_str()));
}

#[test]
fn printed_python_bytes_are_unwrapped() {
    let found = image(&format!("b'{}'", good()));
    only(&found, "base64", Severity::Error, "Python");
    assert_eq!(replaced(&found[0]), (good().as_str(), Applicability::Safe));
}

#[test]
fn a_format_that_is_not_taken_is_named() {
    only(&image(&encoded(&gif())), "L28", Severity::Error, "GIF");
    only(&image(&encoded(&webp())), "L28", Severity::Error, "WebP");
    only(&image(&encoded(good().as_bytes())), "L28", Severity::Error, "twice");
}

#[test]
fn webp_is_taken_by_solutions_only() {
    assert_eq!(errors(&item("solutions.goods-studio", "ref_image", &encoded(&webp()))), Vec::<&Finding>::new());
    let found = item("new.i2v.3.0", "first_frame", &encoded(&webp()));
    assert!(message(&found, "N07").contains("WebP"));
}

#[test]
fn small_sides_and_a_long_shape_are_said_at_once() {
    let found = image(&encoded(&png(900, 200, 9)));
    only(&found, "L28", Severity::Error, "900 x 200 px; each side must have at least 300 px");
    assert!(found[0].message.contains("4.500"));
}

#[test]
fn the_bounds_of_the_ratio_are_taken() {
    assert_eq!(image(&encoded(&png(750, 300, 9))), []);
    assert_eq!(image(&encoded(&png(360, 900, 9))), []);
    only(&image(&encoded(&png(751, 300, 9))), "L28", Severity::Error, "2.503");
}

#[test]
fn the_shape_is_that_of_the_turned_picture() {
    assert_eq!(image(&encoded(&jpeg(900, 360, Some(6)))), []);
    only(&image(&encoded(&jpeg(902, 360, Some(6)))), "L28", Severity::Error, "(360 x 902)");
}

/// Findings on a picture of so many bytes, against a row that takes a hundredth of what the shipped one takes.
fn sized(bytes: usize) -> Vec<Finding> {
    let (knowledge, requests) = tables();
    let endpoint = knowledge.endpoints.iter().find(|row| row.id == "legacy.image2video").unwrap();
    let fields = requests.endpoint(&endpoint.id).unwrap();
    let mut row = fields.of("image", None).next().unwrap().clone();
    let most = &mut row.media.as_mut().unwrap().max_mb;
    assert_eq!(most.replace(0.1), Some(10.0));
    let body = crate::validate::plain::json("{}").unwrap();
    let case = Case { knowledge, requests, endpoint, fields, model: None, body: &body, as_of: "2026-11-01" };
    let mut found = Found::default();
    super::check(&case, &mut found, &row, &encoded(&png(512, 512, bytes - 57)), "/image");
    found.sorted()
}

#[test]
fn between_the_two_readings_of_mb_is_a_warning() {
    assert_eq!(sized(100_000), []);
    only(&sized(100_001), "L28", Severity::Warning, "(100001 bytes), at most 0.1 MB");
    only(&sized(104_857), "L28", Severity::Warning, "0.10 MB");
    only(&sized(104_858), "L28", Severity::Error, "104858 bytes");
}

#[test]
fn sound_outside_the_length_is_an_error_and_an_estimate_a_warning() {
    only(&sound(&encoded(&wav(1))), "G12", Severity::Error, "1.0 s; 2 to 300 s");
    assert_eq!(sound(&encoded(&wav(3))), []);
    only(&sound(&encoded(&mp3(20))), "G12", Severity::Warning, "about 0.5 s");
}

#[test]
fn m4a_and_aac_are_doubted() {
    let found = sound(&encoded(&film(b"M4A ", 5000)));
    assert_eq!(found.iter().map(|f| f.rule.as_str()).collect::<Vec<_>>(), ["G28"]);
    assert!(sound("https://cdn.acme.io/voice.aac").iter().any(|f| f.rule == "G28"));
    assert_eq!(sound("https://cdn.acme.io/voice.mp3"), []);
}

#[test]
fn content_where_only_an_address_is_taken_is_an_error() {
    let found = item("new.omni.3.0", "base_video", &encoded(&film(b"isom", 5000)));
    only(&found, "G27", Severity::Error, "only an address");
    assert!(errors(&item("solutions.virtual-try-on-3.0", "person_image", &good())).iter().any(|f| f.rule == "G27"));
}

#[test]
fn the_length_of_a_motion_video_depends_on_the_orientation() {
    let with = |orientation: &str| {
        let body = json!({"video_url": encoded(&film(b"isom", 20_000)), "character_orientation": orientation});
        at("legacy.motion-control", &body, "/video_url")
    };
    assert!(message(&with("image"), "L24").contains("20.0 s; 3 to 10 s"));
    assert_eq!(with("video").iter().map(|f| f.rule.as_str()).collect::<Vec<_>>(), ["G27"]);
}

#[test]
fn stand_ins_raise_nothing() {
    for text in [
        "<base64>",
        "YOUR_IMAGE",
        "{{x}}",
        "xxx",
        "abc",
        "https://example.com/cat.png",
        "https://your-bucket.s3.amazonaws.com/a.png",
        "${IMAGE}",
    ] {
        assert_eq!(image(text), [], "{text}");
    }
    assert_eq!(image("https://<bucket>/cat.png"), []);
}

#[test]
fn words_and_lost_values_are_errors() {
    only(&image("hello"), "media-form", Severity::Error, "neither an address nor Base64");
    only(&image("a cat on a mat"), "media-form", Severity::Error, "neither");
    only(&image("undefined"), "media-form", Severity::Error, "program prints");
    only(&image("ffd8ffe000104a46494600010100000100010000"), "media-form", Severity::Error, "hexadecimal");
}

#[test]
fn items_of_lists_take_the_limits_of_the_list() {
    let body = json!({"image_list": [{"image_url": "./a.png", "type": "first_frame"}], "video_list": [{"video_url": "http://localhost/a.mp4", "refer_type": "base"}]});
    assert_eq!(errors(&at("legacy.omni-video", &body, "/image_list/0/image_url")).len(), 1);
    assert_eq!(errors(&at("legacy.omni-video", &body, "/video_list/0/video_url")).len(), 1);
    assert_eq!(at("legacy.omni-video", &body, "/image_list/0/type"), []);
    let pair = json!({"input": {"images": [good(), format!("data:image/png;base64,{}", good())]}});
    assert_eq!(at("legacy.effects", &pair, "/input/images/0"), []);
    assert_eq!(at("legacy.effects", &pair, "/input/images/1")[0].rule, "G05");
}

#[test]
fn masks_take_the_limits_of_the_picture() {
    let body = json!({"model_name": "kling-v1", "static_mask": format!("data:image/png;base64,{}", good()), "dynamic_masks": [{"mask": "./m.png"}]});
    assert_eq!(at("legacy.image2video", &body, "/static_mask")[0].rule, "G05");
    assert_eq!(at("legacy.image2video", &body, "/dynamic_masks/0/mask")[0].rule, "G27");
}

#[test]
fn an_item_without_a_type_is_not_judged_where_kinds_differ() {
    let body = json!({"contents": [{"url": "https://cdn.acme.io/a.mp4"}]});
    assert_eq!(at("new.omni.3.0", &body, "/contents/0/url"), []);
}
