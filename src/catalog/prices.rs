//! Prices as pages: the list of today, and all rows of a model.

use std::fmt::Write as _;

use super::index::table;
use super::{Entry, Kind, distinct, known, links};
use crate::knowledge::requests::{Pack, Per, Price, PriceStatus, Prices, UnitKind};

/// Models that have a price, then the ids of all rows.
pub(super) fn ids(prices: &Prices) -> Vec<String> {
    let models = prices.prices.iter().flat_map(|row| &row.models).map(String::as_str);
    distinct(models.chain(prices.prices.iter().map(|row| row.id.as_str())))
}

/// What holds for all prices, and every price that may be stated today.
pub(super) fn index(prices: &Prices) -> String {
    let mut out = format!(
        "# Prices\n\nList prices of {}. Historic and unverified ones stand on the page of their model. One model or row: `{}`.\n\n## Value of a unit\n\n",
        prices.as_of,
        Kind::Prices.template().unwrap_or_default()
    );
    for row in &prices.unit_values {
        let _ = writeln!(out, "- {} unit: {} USD ({})", unit(row.kind), row.usd, row.certainty);
    }
    out.push_str("\n## What holds for all\n\n");
    for rule in &prices.rules {
        let _ = writeln!(out, "- {} ({}, {})", rule.text, rule.certainty, links::links(Kind::Sources, &rule.sources));
    }
    let current = prices.prices.iter().filter(|row| row.status == PriceStatus::Current).map(line);
    let _ = write!(out, "\n## Prices\n\n{}", table(HEADS, current));
    let measured = prices.measurements.iter().map(|row| {
        vec![
            row.measured_on.clone(),
            row.what.clone(),
            row.model.clone().unwrap_or_default(),
            row.units.to_string(),
            unit(row.unit_kind).to_owned(),
        ]
    });
    let _ = write!(out, "\n## What real calls cost\n\n{}", table(&["Day", "Call", "Model", "Units", "Kind"], measured));
    let heads = ["Kind", "Units", "USD", "Valid days", "Tasks at once", "Note", "Date"];
    let _ = write!(out, "\n## Packs\n\n{}", table(&heads, prices.packs.iter().map(pack)));
    let _ = write!(out, "\nNo price is known of: {}.\n", prices.not_known.join(", "));
    out
}

/// The rows of a model, or one row.
pub(super) fn entry(prices: &Prices, word: &str) -> Option<Entry> {
    let same = |id: &str| id.eq_ignore_ascii_case(word);
    let rows: Vec<&Price> = prices.prices.iter().filter(|row| same(&row.id) || row.models.iter().any(|id| same(id))).collect();
    let name = rows.first().map(|row| row.models.iter().chain([&row.id]).find(|id| same(id)).map_or(word, String::as_str))?;
    let mut out = format!("# Prices: {name}\n\n{}\n", table(HEADS, rows.iter().copied().map(line)));
    for row in &rows {
        let note = row.note.as_ref().map(|note| format!(" {note}")).unwrap_or_default();
        let _ = write!(out, "- `{}`:{note} {}", row.id, known(row.certainty, Some(&row.as_of), &row.sources));
    }
    let _ = write!(out, "\nWhat holds for all prices: {}.\n", links::index_uri(Kind::Prices));
    Some(Entry::markdown("prices.toml", out))
}

const HEADS: &[&str] = &["Row", "Models", "What", "Setting", "Units", "USD", "Per", "State"];

fn line(row: &Price) -> Vec<String> {
    let audio = row.audio.as_ref().map(|audio| format!("sound {audio}"));
    let video = row.video_input.map(|given| if given { "with a video input" } else { "without a video input" }.to_owned());
    let mode = row.legacy_mode.as_ref().map(|mode| format!("mode {mode}"));
    let setting: Vec<String> = [row.resolution.clone(), mode, audio, video].into_iter().flatten().collect();
    let units = row.units.map(|units| format!("{units}{}", row.unit_kind.map(|kind| format!(" {}", unit(kind))).unwrap_or_default()));
    vec![
        row.id.clone(),
        row.models.join(", "),
        row.case.clone(),
        setting.join(", "),
        units.unwrap_or_default(),
        row.usd.to_string(),
        per(row.per).to_owned(),
        state(row.status).to_owned(),
    ]
}

fn pack(row: &Pack) -> Vec<String> {
    let number = |value: Option<u32>| value.map_or_else(|| "not known".to_owned(), |n| n.to_string());
    let usd = row.usd.map_or_else(|| "not known".to_owned(), |usd| usd.to_string());
    vec![
        unit(row.kind).to_owned(),
        row.units.to_string(),
        usd,
        number(row.valid_days),
        number(row.concurrency),
        row.note.clone(),
        row.as_of.clone(),
    ]
}

fn unit(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Video => "video",
        UnitKind::Image => "image",
        UnitKind::TryOn => "try-on",
    }
}

fn per(per: Per) -> &'static str {
    match per {
        Per::Second => "second",
        Per::Call => "call",
        Per::FiveSeconds => "5 s",
        Per::Image => "picture",
        Per::Clip5s => "clip of 5 s",
        Per::Clip10s => "clip of 10 s",
        Per::Extension => "extension",
    }
}

fn state(status: PriceStatus) -> &'static str {
    match status {
        PriceStatus::Current => "current",
        PriceStatus::Historic => "historic",
        PriceStatus::Unverified => "unverified",
    }
}
