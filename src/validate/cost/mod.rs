//! What a request would be billed by the price list: no guess, so nothing where a price or a length is not known.
//!
//! It does not judge the request: a refused one costs nothing, and that stands in the findings.

mod family;
mod job;
mod list;

pub(super) use family::{Family, family};
pub(super) use job::Job;
pub(super) use list::{Desk, Quote, quote};

use crate::knowledge::requests::{Per, Price, UnitKind};

use super::case::Case;
use super::report::Cost;

/// Smallest difference between two prices.
const CENT: f64 = 1e-6;

/// The price of the request as the server reads it, and what the caller meant to pay where members stand at a wrong place.
pub(super) fn cost(case: &Case<'_>) -> Option<Cost> {
    let billed = job::billed(case)?;
    let quote = list::quote(Desk::of(case), &billed)?;
    let kind = quote.row.unit_kind?;
    let meant =
        job::meant(case).and_then(|job| Some(list::quote(Desk::of(case), &job)?.units)).filter(|units| (units - quote.units).abs() > CENT);
    Some(Cost {
        units: quote.units,
        unit: unit(kind).to_owned(),
        usd: rounded(quote.units * case.requests.prices.unit_usd(kind)?),
        basis: basis(&billed, &quote, meant),
        as_of: quote.row.as_of.clone(),
        as_given_units: meant,
    })
}

const fn unit(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Video => "video_unit",
        UnitKind::Image => "image_unit",
        UnitKind::TryOn => "try_on",
    }
}

/// Without the dust of binary fractions.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

fn basis(job: &Job<'_>, quote: &Quote<'_>, meant: Option<f64>) -> String {
    let row = quote.row;
    let each = row.units.unwrap_or_default();
    let first = match row.per {
        Per::Second | Per::FiveSeconds => format!("{} s x {each} units a second", quote.count),
        Per::Call => format!("{each} units a call"),
        Per::Image => format!("{} x {each} units a picture", quote.count),
        Per::Clip5s | Per::Clip10s | Per::Extension => format!("{each} units a clip"),
    };
    let defaults = (!job.defaults.is_empty()).then(|| format!("; by default: {}", job.defaults.join(", ")));
    let note = row.note.as_ref().map(|note| format!(". {}", note.trim_end_matches('.')));
    let astray =
        meant.map(|units| format!(". Members at a wrong place are ignored; at their right place they would make it {units} units"));
    [Some(first), Some(format!(": {}", what(job, row))), defaults, note, astray].into_iter().flatten().collect()
}

/// What is made, in the words of the price list.
fn what(job: &Job<'_>, row: &Price) -> String {
    let audio = row.audio.as_deref().map(|audio| format!("sound {audio}"));
    let setting =
        job.resolution.clone().filter(|_| row.resolution.is_some()).or_else(|| row.legacy_mode.as_ref().map(|mode| format!("mode {mode}")));
    let model = job.model.filter(|_| !row.models.is_empty()).map(str::to_owned);
    [Some(row.case.clone()), model, setting, audio].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
