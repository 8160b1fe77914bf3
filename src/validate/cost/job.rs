//! What a request asks the server to make, as far as it decides the price.

use crate::knowledge::requests::Scalar;
use crate::request::Value;

use super::super::case::{Case, filled, text};
use super::{Family, family};

/// A word that no price row has.
const UNCLEAR: &str = "?";

/// Everything that decides a price.
#[derive(Debug, Clone, Default)]
pub(in crate::validate) struct Job<'a> {
    /// Id of the endpoint.
    pub(in crate::validate) endpoint: &'a str,
    /// Id of the model.
    pub(in crate::validate) model: Option<&'a str>,
    /// Resolution; none: the endpoint has no such choice.
    pub(in crate::validate) resolution: Option<String>,
    /// Legacy mode.
    pub(in crate::validate) mode: Option<String>,
    /// `off`, `native`, `native with voice`.
    pub(in crate::validate) audio: &'static str,
    /// Whether a video goes in.
    pub(in crate::validate) video: bool,
    /// Length of the result; none: not known.
    pub(in crate::validate) seconds: Option<f64>,
    /// How many pictures; none: not known.
    pub(in crate::validate) pictures: Option<f64>,
    /// Whether a picture goes in.
    pub(in crate::validate) picture: bool,
    /// Settings that were left to their default.
    pub(in crate::validate) defaults: Vec<&'static str>,
}

/// What the server makes: only members at their right place count.
pub(super) fn billed<'a>(case: &Case<'a>) -> Option<Job<'a>> {
    read(case, false)
}

/// What the caller means: members at a wrong place count too.
pub(super) fn meant<'a>(case: &Case<'a>) -> Option<Job<'a>> {
    read(case, true)
}

/// A setting: its name in the basis, its places in either generation, and what callers write instead.
struct Setting {
    name: &'static str,
    new: &'static [&'static str],
    legacy: &'static [&'static str],
    astray: &'static [&'static str],
}

const LENGTH: Setting =
    Setting { name: "duration", new: &["/settings/duration"], legacy: &["/duration"], astray: &["/duration", "/settings/duration"] };
const SIZE: Setting = Setting {
    name: "resolution",
    new: &["/settings/resolution"],
    legacy: &["/mode", "/resolution"],
    astray: &["/resolution", "/mode", "/settings/mode", "/settings/resolution"],
};
const SOUND: Setting = Setting {
    name: "sound",
    new: &["/settings/audio"],
    legacy: &["/sound"],
    astray: &["/audio", "/sound", "/settings/sound", "/settings/audio"],
};

fn read<'a>(case: &Case<'a>, astray: bool) -> Option<Job<'a>> {
    if unclear(case) {
        return None;
    }
    let mut job = Job {
        endpoint: &case.endpoint.id,
        model: case.model,
        audio: "off",
        video: video(case),
        picture: case.given("/image"),
        ..Job::default()
    };
    if let Some(word) = setting(case, &SIZE, astray, &mut job.defaults) {
        let values = &case.requests.capability.mode_to_resolution.values;
        job.resolution = Some(values.get(&word).cloned().unwrap_or_else(|| word.clone()));
        job.mode = values.contains_key(&word).then_some(word);
    }
    if let Some(word) = setting(case, &SOUND, astray, &mut job.defaults) {
        job.audio = audio(case, &word);
    }
    job.seconds = seconds(case, astray, &mut job.defaults);
    job.pictures = pictures(case);
    Some(job)
}

/// Whether a list that decides the price is only known at run time.
fn unclear(case: &Case<'_>) -> bool {
    let decides = takes(case, "voice") || takes(case, "feature_video");
    let item = |(_, item): &(String, &crate::request::Node)| item.get("type").and_then(text).is_none();
    let contents = case.unknown("/contents") || case.items("/contents").iter().any(item);
    (decides && contents) || case.unknown("/voice_list") || case.unknown("/video_list")
}

fn takes(case: &Case<'_>, kind: &str) -> bool {
    let values = case.fields.fields.iter().filter(|row| row.name == "contents[].type").flat_map(|row| row.allowed.iter().flatten());
    values.into_iter().any(|value| matches!(value, Scalar::Text(word) if word == kind))
}

fn video(case: &Case<'_>) -> bool {
    let reference = !case.contents("feature_video").is_empty() || !case.contents("base_video").is_empty() || case.given("/video_list");
    reference || family(&case.endpoint.id) == Some(Family::Motion)
}

/// The word of a setting as the server takes it; none where the endpoint has no such setting.
fn setting(case: &Case<'_>, what: &Setting, astray: bool, defaults: &mut Vec<&'static str>) -> Option<String> {
    let places = if case.new_generation() { what.new } else { what.legacy };
    let known: Vec<&str> = places.iter().copied().filter(|place| has(case, place)).collect();
    let strays = if astray { what.astray } else { &[] };
    let given = known.iter().chain(strays).find(|place| case.given(place));
    if let Some(place) = given {
        return Some(case.at(place).map_or_else(|| UNCLEAR.to_owned(), word));
    }
    let place = known.first()?;
    if case.unknown("/settings") {
        return Some(UNCLEAR.to_owned());
    }
    let default = default(case, place)?;
    defaults.push(what.name);
    Some(default)
}

fn name(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

fn has(case: &Case<'_>, pointer: &str) -> bool {
    case.fields.fields.iter().any(|row| row.name == name(pointer))
}

fn default(case: &Case<'_>, pointer: &str) -> Option<String> {
    let row = case.fields.fields.iter().find(|row| row.name == name(pointer) && row.default.is_some())?;
    Some(match row.default.as_ref()? {
        Scalar::Text(word) => word.clone(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number(number) => number.to_string(),
        Scalar::Flag(flag) => flag.to_string(),
    })
}

fn word(node: &crate::request::Node) -> String {
    match &node.value {
        Value::String(word) | Value::Number(word) => word.trim().to_owned(),
        Value::Bool(flag) => flag.to_string(),
        _ => UNCLEAR.to_owned(),
    }
}

/// The sound as the price list calls it.
fn audio(case: &Case<'_>, word: &str) -> &'static str {
    let voices = case.given("/voice_list") || !case.contents("voice").is_empty();
    match word {
        "on" | "native" | "true" if voices => "native with voice",
        "on" | "native" | "true" => "native",
        "off" | "original" | "false" => "off",
        _ => UNCLEAR,
    }
}

/// The length of the result; not known where it follows a video.
fn seconds(case: &Case<'_>, astray: bool, defaults: &mut Vec<&'static str>) -> Option<f64> {
    if video(case) {
        return None;
    }
    setting(case, &LENGTH, astray, defaults)?.parse().ok()
}

/// How many pictures are made; `auto` is not known.
fn pictures(case: &Case<'_>) -> Option<f64> {
    let series = case.text("/result_type") == Some("series");
    let pointer = if series { "/series_amount" } else { "/n" };
    if case.at(pointer).is_some_and(|node| filled(&node.value)) {
        return case.number(pointer);
    }
    default(case, pointer).map_or(Some(1.0), |number| number.parse().ok())
}
