//! From prompt or contents, settings and options to a flat legacy body.

use serde_json::{Value, json};

use super::super::case::{Case, text};
use super::super::cost::{Family, family};
use super::draft::{self, Draft, Target, word};
use super::prompt;

/// The body; nothing when a type of `contents` has no counterpart.
pub(super) fn body(case: &Case<'_>, target: &Target<'_>) -> Option<Draft> {
    let mut draft = Draft::default();
    let kind = family(&case.endpoint.id)?;
    draft.set("model_name", target.model);
    let names = material(case, kind, &mut draft)?;
    if let Some(words) = words(case) {
        prompts(case, target, &prompt::to_legacy(words, &names), &mut draft);
    }
    settings(case, target, &mut draft);
    options(case, target, &mut draft);
    Some(draft)
}

/// The prompt, at the top or among the contents.
fn words<'a>(case: &Case<'a>) -> Option<&'a str> {
    case.text("/prompt").or_else(|| case.contents("prompt").first().and_then(|(_, item)| item.get("text").and_then(text)))
}

/// Several shots are split there by members, here by the form of the prompt.
fn prompts(case: &Case<'_>, target: &Target<'_>, words: &str, draft: &mut Draft) {
    let shots = prompt::multi_prompt(words).filter(|_| case.flag("/settings/multi_shot") != Some(false) && target.has("multi_shot"));
    if let Some(shots) = shots {
        draft.set("multi_shot", true);
        draft.set("shot_type", "customize");
        draft.set("multi_prompt", shots);
        return;
    }
    let most = target.fields.of("prompt", None).find_map(|row| row.max_length);
    if let Some(most) = most.filter(|most| words.chars().count() > *most as usize) {
        draft.lose(format!("a prompt has at most {most} characters there; this one is refused"));
    }
    draft.set("prompt", words);
}

/// Frames, pictures, videos, elements and voices; returns the id of each and its legacy name.
fn material(case: &Case<'_>, kind: Family, draft: &mut Draft) -> Option<Vec<(String, String)>> {
    let mut names = Vec::new();
    let mut counts = [0_usize; 4];
    for (pointer, item) in case.items("/contents") {
        let sort = item.get("type").and_then(text)?;
        let url = draft::json(case, &format!("{pointer}/url")).unwrap_or_default();
        let (slot, name) = match sort {
            "prompt" => continue,
            "first_frame" | "last_frame" | "refer_image" | "image" => (0, "image"),
            "feature_video" | "base_video" | "video" => (1, "video"),
            "element" => (2, "element"),
            "voice" => (3, "voice"),
            _ => return None,
        };
        place(case, kind, (sort, &pointer), url, draft)?;
        let count = counts.get_mut(slot)?;
        *count += 1;
        let id = case.text(&format!("{pointer}/id")).unwrap_or_default().to_owned();
        names.push((id, format!("{name}_{count}")));
    }
    Some(names)
}

fn place(case: &Case<'_>, kind: Family, item: (&str, &str), url: Value, draft: &mut Draft) -> Option<()> {
    let (sort, pointer) = item;
    match (kind, sort) {
        (_, "element") => draft.push("element_list", json!({"element_id": number(&draft::json(case, &format!("{pointer}/element_id"))?)})),
        (_, "voice") => draft.push("voice_list", json!({"voice_id": draft::json(case, &format!("{pointer}/voice_id"))?})),
        (Family::Image, "first_frame") => draft.set("image", url),
        (Family::Image, "last_frame") => draft.set("image_tail", url),
        (Family::Motion, "image") => draft.set("image_url", url),
        (Family::Motion, "video") => draft.set("video_url", url),
        (Family::Omni, "first_frame") => draft.push("image_list", json!({"image_url": url, "type": "first_frame"})),
        (Family::Omni, "last_frame") => draft.push("image_list", json!({"image_url": url, "type": "end_frame"})),
        (Family::Omni, "refer_image") => draft.push("image_list", json!({"image_url": url})),
        (Family::Omni, "feature_video" | "base_video") => {
            let sort = sort.trim_end_matches("_video");
            let kept = if case.text("/settings/audio") == Some("original") { "yes" } else { "no" };
            draft.push("video_list", json!({"video_url": url, "refer_type": sort, "keep_original_sound": kept}));
        }
        _ => return None,
    }
    Some(())
}

/// Ids of elements are numbers there.
fn number(id: &Value) -> Value {
    id.as_str().and_then(|text| text.trim().parse::<u64>().ok()).map_or_else(|| id.clone(), Value::from)
}

fn settings(case: &Case<'_>, target: &Target<'_>, draft: &mut Draft) {
    if let Some(size) = word(case, "settings.resolution") {
        let modes = &case.requests.capability.mode_to_resolution.values;
        match modes.iter().find(|(mode, made)| **made == size && target.allows("mode", mode)) {
            Some((mode, _)) => draft.set("mode", mode.as_str()),
            None => draft.lose("this resolution has no mode there; the default mode is made"),
        }
    }
    if let Some(seconds) = case.number("/settings/duration").filter(|_| target.has("duration")) {
        draft.set("duration", format!("{seconds}"));
    }
    sound(case, target, draft);
    for name in ["aspect_ratio", "character_orientation"] {
        if let Some(value) = draft::json(case, &format!("/settings/{name}")).filter(|_| target.has(name)) {
            draft.set(name, value);
        }
    }
    if case.given("/settings/seed") {
        draft.lose("seed does not exist there");
    }
}

fn sound(case: &Case<'_>, target: &Target<'_>, draft: &mut Draft) {
    let Some(audio) = word(case, "settings.audio") else { return };
    if target.has("keep_original_sound") {
        draft.set("keep_original_sound", if audio == "original" { "yes" } else { "no" });
    } else if target.has("sound") {
        draft.set("sound", if audio == "native" { "on" } else { "off" });
    } else if audio == "native" {
        draft.lose("this model makes no sound there");
    }
}

fn options(case: &Case<'_>, target: &Target<'_>, draft: &mut Draft) {
    for name in ["callback_url", "external_task_id", "watermark_info"] {
        if let Some(value) = draft::json(case, &format!("/options/{name}")).filter(|_| target.has(name)) {
            draft.set(name, value);
        }
    }
    if case.given("/options/callback_url") {
        draft.lose("callbacks have another shape there: task_id, task_status and task_result in place of id, status and outputs; whether they are signed is not known");
    }
}
