//! Ways that work when this one does not: another model, resolution, mode or length of the same kind of endpoint.
//!
//! All that was asked for is offered; what changes is said, and only when nothing offers all is one wish left out.

mod asked;
mod images;
mod offer;
mod search;

use crate::knowledge::requests::VideoRow;

use super::case::Case;
use super::cost::{Desk, family};
use super::report::Alternative;
use asked::{Asked, asked};
use offer::{Choice, lengths, offers, served};

pub use search::search;

/// Most alternatives of one answer.
const MOST: usize = 3;

/// What to take instead, when the model does not offer what was asked for: giving up least first, then cheapest.
pub(super) fn alternatives(case: &Case<'_>) -> Vec<Alternative> {
    if case.endpoint.id.starts_with("legacy.images.") {
        return images::alternatives(case);
    }
    let (Some(asked), Some(model)) = (asked(case), case.model) else { return Vec::new() };
    let own = |row: &&VideoRow| row.endpoint == case.endpoint.id && row.model == model;
    let rows = siblings(case);
    let known = case.knowledge.models.iter().any(|known| known.id == model && known.status != "unverified");
    if !known || rows.iter().copied().filter(own).any(|row| asked.fits(row)) {
        return Vec::new();
    }
    let all = choices(case, &rows, &asked, None);
    let less = || asked.needs.iter().flat_map(|need| choices(case, &rows, &asked.without(need), Some(need))).collect();
    best(if all.is_empty() { less() } else { all })
}

/// Rows on models that are served, on the endpoints of this kind and generation.
fn siblings<'k>(case: &Case<'k>) -> Vec<&'k VideoRow> {
    let generation = |id: &str| id.split('.').next().map(str::to_owned);
    let kind = family(&case.endpoint.id);
    let same =
        |row: &&VideoRow| kind.is_some() && family(&row.endpoint) == kind && generation(&row.endpoint) == generation(&case.endpoint.id);
    case.requests.capability.video.iter().filter(same).filter(|row| served(case.knowledge, case.as_of, &row.model, "video")).collect()
}

fn choices(case: &Case<'_>, rows: &[&VideoRow], asked: &Asked, dropped: Option<&String>) -> Vec<Choice> {
    let able = rows.iter().copied().filter(|row| offers(row, &asked.needs));
    able.map(|row| choice(case, row, asked, dropped)).collect()
}

fn choice(case: &Case<'_>, row: &VideoRow, asked: &Asked, dropped: Option<&String>) -> Choice {
    let nearest = |wanted: u32, list: Vec<u32>| list.into_iter().min_by_key(|length| (length.abs_diff(wanted), *length));
    let seconds = asked.seconds.and_then(|wanted| lengths(row, &asked.needs).map_or(Some(wanted), |list| nearest(wanted, list)));
    let mut gives_up: Vec<String> = dropped.map(|need| need.replace('_', " ")).into_iter().collect();
    gives_up.extend(case.model.filter(|model| row.model != *model).map(|model| format!("the model {model}")));
    if let (Some(wanted), Some(taken)) = (&asked.resolution, &row.resolution)
        && wanted != taken
    {
        gives_up.push(format!("{wanted} ({taken} instead)"));
    }
    if let (Some(wanted), Some(taken)) = (asked.seconds, seconds)
        && wanted != taken
    {
        gives_up.push(format!("{wanted} s ({taken} s instead)"));
    }
    Choice::new(Desk::of(case), row, &asked.needs, seconds, gives_up)
}

/// The best of each model, best first.
fn best(mut all: Vec<Choice>) -> Vec<Alternative> {
    all.sort_by(Choice::order);
    let mut models: Vec<String> = Vec::new();
    all.retain(|choice| {
        let fresh = !models.contains(&choice.model);
        models.extend(fresh.then(|| choice.model.clone()));
        fresh
    });
    all.into_iter().take(MOST).map(|choice| choice.shown).collect()
}

#[cfg(test)]
mod tests;
