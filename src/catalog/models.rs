//! A model id as a page: its state in each product and generation, and what it can do.

use std::fmt::Write as _;

use super::index::{spoken, table};
use super::{Catalog, Entry, Kind, fact, known, links};
use crate::knowledge::Model;
use crate::knowledge::requests::{ImageRow, Support, VideoRow};

/// The rows of the index.
pub(super) fn index(catalog: &Catalog<'_>) -> String {
    let row = |model: &Model| {
        vec![
            links::link(Kind::Models, &model.id),
            model.product.clone(),
            model.generation.clone(),
            state(model),
            replacement(catalog, model),
        ]
    };
    table(&["Model", "Product", "Generation", "State", "Replacement"], catalog.knowledge.models.iter().map(row))
}

/// All rows of an id.
pub(super) fn entry(catalog: &Catalog<'_>, id: &str) -> Option<Entry> {
    let rows: Vec<&Model> = catalog.knowledge.models.iter().filter(|model| model.id.eq_ignore_ascii_case(id)).collect();
    let name = &rows.first()?.id;
    let mut out = format!("# {name}\n");
    for model in &rows {
        section(&mut out, catalog, model);
    }
    abilities(&mut out, catalog, name);
    if catalog.requests.prices_of(name).next().is_some() {
        let _ = writeln!(out, "\nPrices: [prices/{name}]({}).", links::uri(Kind::Prices, name));
    }
    Some(Entry::markdown("models.toml", out))
}

fn state(model: &Model) -> String {
    model.retired_on.as_ref().map_or_else(|| model.status.clone(), |day| format!("{} ({day})", model.status))
}

/// A replacement is a model, or the path of an endpoint.
fn replacement(catalog: &Catalog<'_>, model: &Model) -> String {
    let known = |id: &String| catalog.knowledge.models.iter().any(|row| row.id == *id);
    model.replace_with.iter().map(|id| if known(id) { links::link(Kind::Models, id) } else { id.clone() }).collect::<Vec<_>>().join(", ")
}

fn section(out: &mut String, catalog: &Catalog<'_>, model: &Model) {
    let _ = writeln!(out, "\n## {} ({}, {} generation): {}\n", model.id, model.product, model.generation, model.status);
    let rows = [
        ("Retired on", model.retired_on.clone()),
        ("Replacement", Some(replacement(catalog, model))),
        ("The other generation calls it", model.same_as.as_deref().map(|id| links::link(Kind::Models, id))),
        ("Last seen live", model.last_seen_live.clone()),
        ("Note", model.note.clone()),
    ];
    for (name, value) in &rows {
        fact(out, name, value.as_deref());
    }
    let _ = write!(out, "\n{}", known(model.certainty, Some(&model.as_of), &model.sources));
}

fn abilities(out: &mut String, catalog: &Catalog<'_>, id: &str) {
    let video = catalog.requests.capability.video.iter().filter(|row| row.model == id).map(video);
    let image = catalog.requests.capability.image.iter().filter(|row| row.model == id).map(image);
    let rows: Vec<Vec<String>> = video.chain(image).collect();
    if !rows.is_empty() {
        let heads = ["Endpoint", "Mode or resolution", "Seconds", "Offers", "Does not offer", "Known"];
        let _ = write!(out, "\n## What it can do\n\nWhat is not named is not known.\n\n{}", table(&heads, rows.into_iter()));
    }
}

fn video(row: &VideoRow) -> Vec<String> {
    let setting = [row.mode.clone(), row.resolution.clone()].into_iter().flatten().collect::<Vec<_>>().join(", ");
    let lengths = row.durations_s.as_ref().map(|all| all.iter().map(u32::to_string).collect::<Vec<_>>().join(", "));
    let seconds = lengths.or_else(|| row.duration_note.clone()).unwrap_or_default();
    let known = row.certainty.to_string();
    vec![links::link(Kind::Endpoints, &row.endpoint), setting, seconds, offers(&row.features, &row.conditions), lacks(&row.features), known]
}

fn image(row: &ImageRow) -> Vec<String> {
    let known = row.certainty.to_string();
    let setting = row.resolutions.join(", ");
    vec![
        links::link(Kind::Endpoints, &row.endpoint),
        setting,
        String::new(),
        offers(&row.features, &row.conditions),
        lacks(&row.features),
        known,
    ]
}

type Features = std::collections::BTreeMap<String, Support>;
type Conditions = std::collections::BTreeMap<String, String>;

fn offers(features: &Features, conditions: &Conditions) -> String {
    let named = |(name, support): (&String, &Support)| {
        let when = conditions.get(name).map(|when| format!(": {when}")).unwrap_or_default();
        let name = spoken(name);
        match support {
            Support::Yes => Some(name),
            Support::Conditional => Some(format!("{name} (conditional{when})")),
            Support::Disputed => Some(format!("{name} (disputed{when})")),
            Support::No => None,
        }
    };
    features.iter().filter_map(named).collect::<Vec<_>>().join("; ")
}

fn lacks(features: &Features) -> String {
    features.iter().filter(|(_, support)| **support == Support::No).map(|(name, _)| spoken(name)).collect::<Vec<_>>().join("; ")
}
