//! Which models offer some features, at most at a price.

use crate::knowledge::requests::VideoRow;
use crate::knowledge::{Knowledge, RequestKnowledge};

use super::super::cost::Desk;
use super::super::report::Alternative;
use super::offer::{Choice, lengths, offers, served};

/// Length for which a price is told when none is asked for, in seconds: the default of every endpoint.
const USUAL: u32 = 5;

/// Words that people use for a feature of the capability table.
const MEANT: &[(&str, &str)] = &[
    ("sound", "native_audio"),
    ("audio", "native_audio"),
    ("end_frame", "last_frame"),
    ("image_tail", "last_frame"),
    ("element", "elements"),
    ("voice", "voices"),
    ("t2v", "text_to_video"),
    ("i2v", "image_to_video"),
    ("video_input", "reference_video"),
    ("multishot", "multi_shot"),
];

/// Every video model, mode and resolution that offers all of `needs`, cheapest first.
///
/// A need is a feature such as `last_frame` or `native_audio`, a resolution, or a kind of work such as `text_to_video`. With
/// `max_units` only rows whose price is known and not above it are listed; without `seconds` the price is that of 5 s.
pub fn search(
    requests: &RequestKnowledge,
    knowledge: &Knowledge,
    needs: &[String],
    max_units: Option<f64>,
    seconds: Option<u32>,
) -> Vec<Alternative> {
    let desk = Desk { knowledge, requests, as_of: &knowledge.as_of };
    let needs: Vec<String> = needs.iter().map(|need| feature(need)).collect();
    let fits = |row: &&VideoRow| {
        let length = seconds.is_none_or(|seconds| lengths(row, &needs).is_none_or(|list| list.contains(&seconds)));
        length && served(knowledge, desk.as_of, &row.model, "video") && offers(row, &needs)
    };
    let rows = requests.capability.video.iter().filter(fits);
    let mut choices: Vec<Choice> = rows.map(|row| Choice::new(desk, row, &needs, Some(seconds.unwrap_or(USUAL)), Vec::new())).collect();
    choices.retain(|choice| max_units.is_none_or(|most| choice.shown.units.is_some_and(|units| units <= most)));
    choices.sort_by(Choice::order);
    choices.into_iter().map(|choice| choice.shown).collect()
}

fn feature(need: &str) -> String {
    let plain = need.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    MEANT.iter().find(|(word, _)| *word == plain).map_or(plain, |(_, name)| (*name).to_owned())
}
