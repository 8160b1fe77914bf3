//! What a request asks for, in the words of the capability table.

use crate::knowledge::requests::VideoRow;

use super::super::case::Case;
use super::super::cost::{Family, family};
use super::offer::{lengths, offers};

/// The wishes of a request.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    /// Features.
    pub(super) needs: Vec<String>,
    /// Length, as given or by default; none where it follows a video.
    pub(super) seconds: Option<u32>,
    /// Resolution, if one was given.
    pub(super) resolution: Option<String>,
    /// Resolution that is made when none is given.
    default: Option<String>,
}

impl Asked {
    /// Whether a row offers all of it.
    pub(super) fn fits(&self, row: &VideoRow) -> bool {
        let wanted = self.resolution.as_ref().or(self.default.as_ref());
        let size = wanted.is_none() || row.resolution.is_none() || row.resolution.as_ref() == wanted;
        let length = self.seconds.is_none_or(|seconds| lengths(row, &self.needs).is_none_or(|list| list.contains(&seconds)));
        size && length && offers(row, &self.needs)
    }

    /// The same without one feature.
    pub(super) fn without(&self, need: &str) -> Self {
        Self { needs: self.needs.iter().filter(|other| *other != need).cloned().collect(), ..self.clone() }
    }
}

/// Members that stand for a feature: pointer in a legacy body, and the feature.
const LEGACY: &[(&str, &str)] = &[
    ("/image_tail", "last_frame"),
    ("/element_list", "elements"),
    ("/voice_list", "voices"),
    ("/video_list", "reference_video"),
    ("/camera_control", "camera_control"),
    ("/static_mask", "motion_brush"),
    ("/dynamic_masks", "motion_brush"),
];

/// Types of `contents` that stand for a feature.
const NEW: &[(&str, &str)] = &[
    ("last_frame", "last_frame"),
    ("element", "elements"),
    ("voice", "voices"),
    ("feature_video", "reference_video"),
    ("base_video", "reference_video"),
    ("refer_image", "refer_image"),
];

/// What a request asks for; nothing where a value that decides is not known.
pub(super) fn asked(case: &Case<'_>) -> Option<Asked> {
    let kind = family(&case.endpoint.id)?;
    let deciding = [
        "/settings",
        "/contents",
        "/settings/resolution",
        "/settings/duration",
        "/settings/audio",
        "/mode",
        "/duration",
        "/sound",
        "/multi_shot",
        "/image_list",
    ];
    if deciding.iter().any(|pointer| case.unknown(pointer)) {
        return None;
    }
    let mut needs = if case.new_generation() { of_new(case) } else { of_legacy(case) };
    needs.sort();
    needs.dedup();
    let (length, size) = if case.new_generation() { ("settings.duration", "settings.resolution") } else { ("duration", "mode") };
    let follows = kind == Family::Motion || needs.iter().any(|need| need == "reference_video");
    let seconds = if follows { None } else { Some(whole(&word(case, length)?)?) };
    let given = case.given(&pointer(size)).then(|| word(case, size)).flatten().map(|word| resolution(case, word));
    Some(Asked { needs, seconds, resolution: given, default: word(case, size).map(|word| resolution(case, word)) })
}

fn pointer(name: &str) -> String {
    format!("/{}", name.replace('.', "/"))
}

/// A member as text, else its default.
fn word(case: &Case<'_>, name: &str) -> Option<String> {
    use crate::knowledge::requests::Scalar;
    let at = pointer(name);
    if case.given(&at) {
        return case.text(&at).map(str::to_owned).or_else(|| case.number(&at).map(|number| number.to_string()));
    }
    match case.fields.fields.iter().find(|row| row.name == name)?.default.as_ref()? {
        Scalar::Text(word) => Some(word.clone()),
        Scalar::Integer(number) => Some(number.to_string()),
        Scalar::Flag(_) | Scalar::Number(_) => None,
    }
}

fn whole(word: &str) -> Option<u32> {
    word.trim().parse().ok()
}

fn resolution(case: &Case<'_>, word: String) -> String {
    case.requests.capability.mode_to_resolution.values.get(&word).cloned().unwrap_or(word)
}

fn of_new(case: &Case<'_>) -> Vec<String> {
    let mut needs: Vec<String> =
        NEW.iter().filter(|(kind, _)| !case.contents(kind).is_empty()).map(|(_, need)| (*need).to_owned()).collect();
    needs.extend((case.text("/settings/audio") == Some("native")).then(|| "native_audio".to_owned()));
    needs
}

fn of_legacy(case: &Case<'_>) -> Vec<String> {
    let mut needs: Vec<String> = LEGACY.iter().filter(|(pointer, _)| case.given(pointer)).map(|(_, need)| (*need).to_owned()).collect();
    let kinds: Vec<Option<&str>> = case.items("/image_list").iter().map(|(at, _)| case.text(&format!("{at}/type"))).collect();
    needs.extend(kinds.contains(&Some("end_frame")).then(|| "last_frame".to_owned()));
    needs.extend(kinds.contains(&None).then(|| "refer_image".to_owned()));
    needs.extend((case.text("/sound") == Some("on")).then(|| "native_audio".to_owned()));
    needs.extend((case.flag("/multi_shot") == Some(true)).then(|| "multi_shot".to_owned()));
    let alone = case.given("/image_tail") && !case.given("/image");
    needs.extend(alone.then(|| "last_frame_alone".to_owned()));
    needs
}
