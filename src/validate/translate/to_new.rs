//! From a flat legacy body to prompt or contents, settings and options.

use serde_json::{Value, json};

use super::super::case::Case;
use super::super::cost::{Family, family};
use super::draft::{self, Draft, Target, word};
use super::prompt;

/// Members without a counterpart, and what to say about them.
const LOST: &[(&str, &str)] = &[
    ("cfg_scale", "cfg_scale does not exist there"),
    ("camera_control", "camera_control does not exist there; say the camera move in the prompt"),
    ("static_mask", "the motion brush does not exist there"),
    ("dynamic_masks", "the motion brush does not exist there"),
];

/// The body; nothing when an input that is needed there is missing.
pub(super) fn body(case: &Case<'_>, target: &Target<'_>) -> Option<Draft> {
    let mut draft = Draft::default();
    let kind = family(&case.endpoint.id)?;
    let text = text(case, &mut draft);
    if kind == Family::Text {
        draft.set("prompt", text?);
    } else {
        if text.is_none() && kind != Family::Motion {
            return None;
        }
        if let Some(text) = text {
            draft.content(json!({"type": "prompt", "text": text}));
        }
        material(case, target, kind, &mut draft)?;
    }
    named(case, target, &mut draft, ("/element_list", "element", "element_id", "elements"));
    named(case, target, &mut draft, ("/voice_list", "voice", "voice_id", "voices"));
    settings(case, target, &mut draft);
    options(case, &mut draft);
    let lost = LOST.iter().filter(|(name, _)| case.given(&format!("/{name}")));
    lost.for_each(|(_, loss)| draft.lose(*loss));
    Some(draft)
}

/// The prompt with shots, names of material and what to avoid.
fn text(case: &Case<'_>, draft: &mut Draft) -> Option<String> {
    let shots = case.flag("/multi_shot") == Some(true);
    let custom = shots && case.text("/shot_type") != Some("intelligence");
    if shots && !custom {
        draft.lose("shot_type intelligence does not exist there; write shots as `shot 1, 3, words; shot 2, 2, words`");
    }
    let words = if custom && case.given("/multi_prompt") { prompt::shots(&list(case)) } else { case.text("/prompt")?.to_owned() };
    let words = prompt::to_new(&words);
    let Some(avoid) = case.text("/negative_prompt").filter(|text| !text.trim().is_empty()) else { return Some(words) };
    draft.lose("negative_prompt does not exist there; it stands in the prompt as words, which may work less well");
    Some(format!("{} Avoid: {}.", words.trim_end(), avoid.trim().trim_end_matches('.')))
}

/// Length and words of each shot.
fn list(case: &Case<'_>) -> Vec<(String, String)> {
    let number = |at: &str| case.number(&format!("{at}/duration")).map_or_else(|| "1".to_owned(), |seconds| seconds.to_string());
    case.items("/multi_prompt")
        .iter()
        .map(|(at, _)| (number(at), case.text(&format!("{at}/prompt")).unwrap_or_default().to_owned()))
        .collect()
}

fn material(case: &Case<'_>, target: &Target<'_>, kind: Family, draft: &mut Draft) -> Option<()> {
    let mut put = |pointer: &str, kind: &str| {
        let value = draft::json(case, pointer)?;
        inline(&value, draft);
        draft.content(json!({"type": kind, "url": value}));
        Some(())
    };
    match kind {
        Family::Text => {}
        Family::Image => {
            put("/image", "first_frame")?;
            if target.allows("contents[].type", "last_frame") {
                put("/image_tail", "last_frame");
            } else if case.given("/image_tail") {
                draft.lose("this model takes no last frame there");
            }
        }
        Family::Motion => {
            put("/image_url", "image")?;
            put("/video_url", "video")?;
        }
        Family::Omni => omni(case, draft),
    }
    Some(())
}

/// Pictures keep their numbers, so that the prompt names the same ones.
fn omni(case: &Case<'_>, draft: &mut Draft) {
    for (at, (pointer, _)) in case.items("/image_list").into_iter().enumerate() {
        let kind = match case.text(&format!("{pointer}/type")) {
            Some("first_frame") => "first_frame",
            Some("end_frame") => "last_frame",
            _ => "refer_image",
        };
        let url = draft::json(case, &format!("{pointer}/image_url")).unwrap_or_default();
        inline(&url, draft);
        draft.content(json!({"type": kind, "url": url, "id": format!("image_{}", at + 1)}));
    }
    for (at, (pointer, _)) in case.items("/video_list").into_iter().enumerate() {
        let kind = if case.text(&format!("{pointer}/refer_type")) == Some("feature") { "feature_video" } else { "base_video" };
        let url = draft::json(case, &format!("{pointer}/video_url")).unwrap_or_default();
        draft.content(json!({"type": kind, "url": url, "id": format!("video_{}", at + 1)}));
    }
}

/// A picture that is no address.
fn inline(value: &Value, draft: &mut Draft) {
    let bytes = value.as_str().is_some_and(|text| text.len() > 200 && !text.starts_with("http"));
    if bytes {
        draft.lose("whether Base64 pictures work there is not certain; an address is safer");
    }
}

/// Elements or voices: list, type of item, key of the id, and what they are called.
fn named(case: &Case<'_>, target: &Target<'_>, draft: &mut Draft, what: (&str, &str, &str, &str)) {
    let (list, kind, key, called) = what;
    let items = case.items(list);
    if !items.is_empty() && !target.allows("contents[].type", kind) {
        draft.lose(format!("this model takes no {called} on that path; the prompt may still name them"));
        return;
    }
    for (at, (pointer, _)) in items.into_iter().enumerate() {
        let id = match draft::json(case, &format!("{pointer}/{key}")).unwrap_or_default() {
            Value::String(id) => id,
            other => other.to_string(),
        };
        draft.content(json!({"type": kind, key: id, "id": format!("{kind}_{}", at + 1)}));
    }
}

fn settings(case: &Case<'_>, target: &Target<'_>, draft: &mut Draft) {
    let video = case.given("/video_list");
    if let Some(mode) = word(case, "mode") {
        let size = case.requests.capability.mode_to_resolution.values.get(&mode).filter(|size| target.allows("settings.resolution", size));
        match size {
            Some(size) => draft.set_in("settings", "resolution", size.as_str()),
            None => draft.lose("this mode has no counterpart there; the default resolution is made"),
        }
    }
    if let Some(seconds) =
        case.number("/duration").and_then(|seconds| format!("{seconds}").parse::<u32>().ok()).filter(|_| target.has("settings.duration"))
    {
        draft.set_in("settings", "duration", seconds);
    }
    sound(case, target, draft);
    for name in ["aspect_ratio", "character_orientation"] {
        let value = draft::json(case, &format!("/{name}"));
        if let Some(value) = value.filter(|_| target.has(&format!("settings.{name}"))) {
            draft.set_in("settings", name, value);
        }
    }
    let shots = case.flag("/multi_shot") == Some(true);
    if target.has("settings.multi_shot") && (shots || !video || base(case)) {
        draft.set_in("settings", "multi_shot", shots);
    }
}

fn base(case: &Case<'_>) -> bool {
    case.items("/video_list").iter().any(|(at, _)| case.text(&format!("{at}/refer_type")) != Some("feature"))
}

fn sound(case: &Case<'_>, target: &Target<'_>, draft: &mut Draft) {
    let kept = case.text("/video_list/0/keep_original_sound").map(str::to_owned).or_else(|| word(case, "keep_original_sound"));
    let audio = match (kept.as_deref(), case.text("/sound")) {
        (Some("yes"), _) => "original",
        (_, Some("on")) => "native",
        (Some(_), _) | (_, Some(_)) => "off",
        (None, None) => return,
    };
    if target.allows("settings.audio", audio) {
        draft.set_in("settings", "audio", audio);
    } else if audio != "off" {
        draft.lose("this model makes no such sound there");
    }
}

fn options(case: &Case<'_>, draft: &mut Draft) {
    for name in ["callback_url", "external_task_id", "watermark_info"] {
        if let Some(value) = draft::json(case, &format!("/{name}")) {
            draft.set_in("options", name, value);
        }
    }
    if case.given("/callback_url") {
        draft.lose("callbacks have another shape there: id, status and outputs in place of task_id, task_status and task_result");
    }
}
