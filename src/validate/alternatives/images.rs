//! The same for pictures: another model of the same endpoint.

use crate::knowledge::requests::{ImageRow, Support};

use super::super::case::Case;
use super::super::cost::{Desk, Job, quote};
use super::super::report::Alternative;
use super::MOST;
use super::offer::served;

/// What to take instead, when the model does not offer what was asked for: cheapest first.
pub(super) fn alternatives(case: &Case<'_>) -> Vec<Alternative> {
    let Some(model) = case.model else { return Vec::new() };
    let live = |row: &&ImageRow| row.endpoint == case.endpoint.id && served(case.knowledge, case.as_of, &row.model, "image");
    let rows: Vec<&ImageRow> = case.requests.capability.image.iter().filter(live).collect();
    let known = case.knowledge.models.iter().any(|row| row.id == model);
    if !known || rows.iter().any(|row| row.model == model && fits(case, row)) {
        return Vec::new();
    }
    let mut found: Vec<Alternative> = rows.iter().filter(|row| fits(case, row)).map(|row| shown(case, row, model)).collect();
    found.sort_by(|a, b| {
        a.units.unwrap_or(f64::INFINITY).total_cmp(&b.units.unwrap_or(f64::INFINITY)).then_with(|| a.choice.cmp(&b.choice))
    });
    found.truncate(MOST);
    found
}

fn fits(case: &Case<'_>, row: &ImageRow) -> bool {
    let told = |name: &str| matches!(row.features.get(name), Some(Support::Yes | Support::Conditional));
    let listed =
        |pointer: &str, list: &[String]| list.is_empty() || case.text(pointer).is_none_or(|word| list.iter().any(|one| one == word));
    let series = case.text("/result_type") != Some("series") || told("series");
    let elements = !case.given("/element_list") || told("elements");
    let reference = !case.given("/image_reference") || told("image_reference");
    series && elements && reference && listed("/resolution", &row.resolutions) && listed("/aspect_ratio", &row.aspect_ratios)
}

fn shown(case: &Case<'_>, row: &ImageRow, model: &str) -> Alternative {
    let size = case.text("/resolution").map_or_else(|| "1k".to_owned(), str::to_owned);
    let count = if case.text("/result_type") == Some("series") { "/series_amount" } else { "/n" };
    let pictures = if case.given(count) { case.number(count) } else { (count == "/n").then_some(1.0) };
    let job = Job {
        endpoint: &row.endpoint,
        model: Some(&row.model),
        resolution: Some(size.clone()),
        pictures,
        picture: case.given("/image"),
        ..Job::default()
    };
    Alternative {
        choice: format!("{}, {}, {size}", case.endpoint.path, row.model),
        gives_up: vec![format!("the model {model}")],
        units: quote(Desk::of(case), &job).map(|quote| quote.units),
    }
}
