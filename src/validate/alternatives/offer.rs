//! What a row of the capability table offers, and how a choice is worded and priced.

use std::cmp::Ordering;

use crate::knowledge::Knowledge;
use crate::knowledge::requests::{Support, VideoRow};

use super::super::cost::{Desk, Family, Job, family, quote};
use super::super::report::Alternative;

/// Wishes that exclude each other, and the models for which that holds; none named: all.
const APART: &[(&str, &str, &[&str])] = &[
    ("native_audio", "reference_video", &[]),
    ("elements", "voices", &[]),
    ("last_frame", "elements", &["kling-o1", "kling-video-o1"]),
    ("last_frame", "refer_image", &["kling-o1", "kling-video-o1"]),
    ("last_frame", "native_audio", &["kling-2.6", "kling-v2-6"]),
];

/// Whether a model is served on a day; one that is only spoken of is not.
pub(super) fn served(knowledge: &Knowledge, as_of: &str, id: &str, product: &str) -> bool {
    let live = |status: &str, retired: Option<&str>| status == "active" || retired.is_some_and(|day| as_of < day);
    knowledge.models.iter().any(|model| model.id == id && model.product == product && live(&model.status, model.retired_on.as_deref()))
}

/// Whether a row offers all wishes together. What is not known or disputed counts as not offered.
pub(super) fn offers(row: &VideoRow, needs: &[String]) -> bool {
    let has = |need: &str| needs.iter().any(|other| other == need);
    let apart = APART.iter().any(|(a, b, models)| has(a) && has(b) && (models.is_empty() || models.contains(&row.model.as_str())));
    !apart && needs.iter().all(|need| one(row, need))
}

fn one(row: &VideoRow, need: &str) -> bool {
    let kind = family(&row.endpoint);
    let told = |name: &str| matches!(row.features.get(name), Some(Support::Yes | Support::Conditional));
    match need {
        "text_to_video" => kind == Some(Family::Text) || told(need),
        "image_to_video" | "first_frame" => kind == Some(Family::Image) || told("first_frame") || told("first_and_last_frame"),
        "last_frame" => told("last_frame") || told("first_and_last_frame"),
        "motion_control" => kind == Some(Family::Motion),
        "refer_image" => kind == Some(Family::Omni),
        "720p" | "1080p" | "4k" => row.resolution.as_deref() == Some(need),
        _ => told(need),
    }
}

/// Lengths that a row offers; none where the length follows something else.
pub(super) fn lengths(row: &VideoRow, needs: &[String]) -> Option<Vec<u32>> {
    let freer = ["refer_image", "reference_video"].iter().any(|free| needs.iter().any(|need| need == free));
    let text = row.conditions.get("duration").or_else(|| row.conditions.get("text_to_video")).filter(|_| !freer);
    text.and_then(|text| pair(text)).map(Vec::from).or_else(|| row.durations_s.clone())
}

/// `5 or 10 s ...` as numbers.
fn pair(text: &str) -> Option<[u32; 2]> {
    let mut words = text.split(' ');
    let first = words.next()?.parse().ok()?;
    let second = words.nth(1)?.parse().ok()?;
    Some([first, second])
}

/// A way to go on.
#[derive(Debug)]
pub(super) struct Choice {
    /// Its model.
    pub(super) model: String,
    /// What the caller sees.
    pub(super) shown: Alternative,
}

impl Choice {
    /// The choice of a row.
    pub(super) fn new(desk: Desk<'_>, row: &VideoRow, needs: &[String], seconds: Option<u32>, gives_up: Vec<String>) -> Self {
        let units = quote(desk, &job(row, needs, seconds)).map(|quote| quote.units);
        Self { model: row.model.clone(), shown: Alternative { choice: words(desk.knowledge, row, seconds), gives_up, units } }
    }

    /// Giving up least first, then cheapest, then by name; an unknown price goes last.
    pub(super) fn order(a: &Self, b: &Self) -> Ordering {
        let price = |choice: &Self| choice.shown.units.unwrap_or(f64::INFINITY);
        let less = a.shown.gives_up.len().cmp(&b.shown.gives_up.len());
        less.then(price(a).total_cmp(&price(b))).then_with(|| a.shown.choice.cmp(&b.shown.choice))
    }
}

fn job<'a>(row: &'a VideoRow, needs: &[String], seconds: Option<u32>) -> Job<'a> {
    let has = |need: &str| needs.iter().any(|other| other == need);
    let audio = match (has("voices"), has("native_audio")) {
        (true, _) => "native with voice",
        (false, true) => "native",
        (false, false) => "off",
    };
    let video = has("reference_video") || family(&row.endpoint) == Some(Family::Motion);
    let seconds = seconds.filter(|_| !video).map(f64::from);
    Job {
        endpoint: &row.endpoint,
        model: Some(&row.model),
        resolution: row.resolution.clone(),
        mode: row.mode.clone(),
        audio,
        video,
        seconds,
        ..Job::default()
    }
}

/// Path, model, mode or resolution, length.
fn words(knowledge: &Knowledge, row: &VideoRow, seconds: Option<u32>) -> String {
    let path = knowledge
        .endpoints
        .iter()
        .find(|endpoint| endpoint.id == row.endpoint)
        .map_or(row.endpoint.as_str(), |endpoint| endpoint.path.as_str());
    let model = (!path.contains(&row.model)).then(|| row.model.clone());
    let size = match (&row.mode, &row.resolution) {
        (Some(mode), Some(size)) if mode != size => Some(format!("mode {mode} ({size})")),
        (Some(mode), _) => Some(format!("mode {mode}")),
        (None, size) => size.clone(),
    };
    let length = seconds.map(|seconds| format!("{seconds} s"));
    [Some(path.to_owned()), model, size, length].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
