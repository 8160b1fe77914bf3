//! The row of the price list for a job, and what it comes to.

use crate::knowledge::requests::{Per, Price, PriceStatus, VideoRow};
use crate::knowledge::{Knowledge, RequestKnowledge};

use super::super::case::Case;
use super::{Family, Job, family, rounded};

/// What is asked for a price, and on which day.
#[derive(Debug, Clone, Copy)]
pub(in crate::validate) struct Desk<'k> {
    /// Model rows.
    pub(in crate::validate) knowledge: &'k Knowledge,
    /// Prices and capabilities.
    pub(in crate::validate) requests: &'k RequestKnowledge,
    /// The day, `YYYY-MM-DD`.
    pub(in crate::validate) as_of: &'k str,
}

impl<'k> Desk<'k> {
    /// The tables and the day of a request.
    pub(in crate::validate) const fn of(case: &Case<'k>) -> Self {
        Self { knowledge: case.knowledge, requests: case.requests, as_of: case.as_of }
    }
}

/// What a job costs.
#[derive(Debug)]
pub(in crate::validate) struct Quote<'k> {
    /// The row of the price list.
    pub(in crate::validate) row: &'k Price,
    /// Seconds, calls or pictures.
    pub(in crate::validate) count: f64,
    /// Units in all.
    pub(in crate::validate) units: f64,
}

/// Work without a choice of model, in the words of the price list.
const CALLS: &[(&str, &str)] = &[
    ("legacy.tts", "text to speech"),
    ("legacy.identify-face", "face recognition for lip sync"),
    ("legacy.text-to-audio", "text to audio"),
    ("legacy.video-to-audio", "video to audio"),
    ("legacy.custom-voices", "custom voice"),
    ("legacy.image-recognize", "image recognition"),
    ("legacy.advanced-custom-elements", "element creation"),
    ("legacy.ai-multi-shot", "AI multi-shot"),
    ("legacy.images.expand", "outpainting"),
    ("legacy.images.omni-image", "text or image to image"),
];

/// The price of a job; nothing when the list has no row, or several, or the model lacks this setting.
pub(in crate::validate) fn quote<'k>(desk: Desk<'k>, job: &Job<'_>) -> Option<Quote<'k>> {
    let mut rows = desk.requests.prices.prices.iter().filter(|row| holds(desk, row, job) && fits(row, job));
    let row = rows.next().filter(|_| rows.next().is_none())?;
    let count = match row.per {
        Per::Second => job.seconds.filter(|seconds| offered(desk, job, *seconds))?,
        Per::Image => job.pictures.filter(|count| *count >= 1.0 && count.fract() == 0.0)?,
        Per::Call | Per::Clip5s | Per::Clip10s => 1.0,
        Per::FiveSeconds | Per::Extension => return None,
    };
    Some(Quote { row, count, units: rounded(count * row.units?) })
}

/// Whether a row is good on the day: current, or of a model that was still served then.
fn holds(desk: Desk<'_>, row: &Price, job: &Job<'_>) -> bool {
    let served = || {
        desk.knowledge.models.iter().any(|model| {
            Some(model.id.as_str()) == job.model
                && model.product == row.product
                && model.retired_on.as_deref().is_some_and(|day| desk.as_of < day)
        })
    };
    match row.status {
        PriceStatus::Current => true,
        PriceStatus::Historic => served(),
        PriceStatus::Unverified => false,
    }
}

fn fits(row: &Price, job: &Job<'_>) -> bool {
    let model = row.models.is_empty() || job.model.is_some_and(|model| row.models.iter().any(|id| id == model));
    let among = |list: &str, word: &str| list.split(',').any(|one| one.trim() == word);
    let size = match (&row.resolution, &row.legacy_mode) {
        (Some(list), _) => job.resolution.as_deref().is_none_or(|word| among(list, word)),
        (None, Some(mode)) => job.mode.as_deref().is_none_or(|word| word == mode),
        (None, None) => true,
    };
    let audio = row.audio.as_deref().is_none_or(|audio| audio == "always on" || audio == job.audio);
    let clip = match row.per {
        Per::Clip5s => job.seconds == Some(5.0),
        Per::Clip10s => job.seconds == Some(10.0),
        _ => true,
    };
    model && size && audio && clip && row.video_input.is_none_or(|video| video == job.video) && work(row, job)
}

/// Whether a row is about the work of the endpoint.
fn work(row: &Price, job: &Job<'_>) -> bool {
    let case = row.case.as_str();
    if matches!(row.per, Per::Clip5s | Per::Clip10s) {
        return clip(row, job);
    }
    match family(job.endpoint) {
        Some(Family::Text) => case == "text or image to video",
        Some(Family::Image) => matches!(case, "text or image to video" | "image to video with voice"),
        Some(Family::Omni) => case.starts_with("omni with"),
        Some(Family::Motion) => case == "motion control",
        None if job.endpoint == "legacy.images.generations" => pictures(case, job),
        None if job.endpoint == "legacy.images.multi-image2image" => case.starts_with("multi-image"),
        None => CALLS.iter().any(|(id, work)| *id == job.endpoint && *work == case),
    }
}

/// Prices by the clip do not name their endpoint in words; their ids do.
fn clip(row: &Price, job: &Job<'_>) -> bool {
    match job.endpoint {
        "legacy.text2video" | "legacy.image2video" => !row.id.contains("-multi-"),
        "legacy.multi-image2video" => row.id.contains("-multi-image-"),
        "legacy.multi-elements" => row.id.contains("-multi-elements-"),
        _ => false,
    }
}

fn pictures(case: &str, job: &Job<'_>) -> bool {
    match case {
        "text or image to image" | "any" => true,
        "text to image" => !job.picture,
        other => job.picture && other.starts_with("image to image"),
    }
}

/// Whether the model makes this length in this mode or resolution; what is not listed is not known to be refused.
fn offered(desk: Desk<'_>, job: &Job<'_>, seconds: f64) -> bool {
    let Some(model) = job.model else { return true };
    let size = |row: &&VideoRow| row.resolution.is_none() || job.resolution.is_none() || row.resolution == job.resolution;
    let all: Vec<&VideoRow> = desk.requests.video(job.endpoint, model).collect();
    let length = |row: &&VideoRow| {
        row.durations_s.as_ref().is_none_or(|list| list.iter().any(|whole| (f64::from(*whole) - seconds).abs() < f64::EPSILON))
    };
    all.is_empty() || all.iter().filter(|row| size(row)).any(length)
}
