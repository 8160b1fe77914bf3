//! An endpoint as a page: what it does, its fields with their limits, its answer.

use std::fmt::Write as _;

use super::index::{spoken, table};
use super::{Catalog, Entry, Kind, fact, known, links};
use crate::knowledge::Endpoint;
use crate::knowledge::requests::{Carrier, EndpointFields, Field, JsonType, Media, Required, Scalar};

/// The endpoints of an id, or all methods of a path or another spelling of it.
pub(super) fn entry(catalog: &Catalog<'_>, word: &str) -> Option<Entry> {
    let of_id = catalog.endpoints().filter(|row| row.id.eq_ignore_ascii_case(word));
    let on_path = catalog.knowledge.endpoints.iter().filter(|row| row.path == word || row.aliases.iter().any(|alias| alias == word));
    let mut rows: Vec<&Endpoint> = of_id.collect();
    if rows.is_empty() {
        rows = on_path.collect();
    }
    let pages: Vec<String> = rows.iter().map(|row| page(catalog, row)).collect();
    (!pages.is_empty()).then(|| Entry::markdown("endpoints/", pages.join("\n")))
}

fn page(catalog: &Catalog<'_>, row: &Endpoint) -> String {
    let path = if row.path.is_empty() { "(path not known)" } else { &row.path };
    let mut out =
        format!("# {} {path}\n\n`{}`: {}. Generation: {}; {}.\n\n", row.method, row.id, row.purpose, row.generation, spoken(&row.status));
    facts(&mut out, catalog, row);
    if let Some(fields) = catalog.requests.endpoint(&row.id) {
        described(&mut out, fields);
    }
    if !row.response.is_empty() {
        let rows = row.response.iter().map(|(place, members)| vec![format!("`{place}`"), members.clone()]);
        let _ = write!(out, "\n## Answer\n\n{}", table(&["Place", "Members"], rows));
    }
    let _ = write!(out, "\n{}", known(row.certainty, Some(&row.as_of), &row.sources));
    out
}

fn facts(out: &mut String, catalog: &Catalog<'_>, row: &Endpoint) {
    let known_models = catalog.ids(Kind::Models);
    let model = |id: &String| if known_models.contains(id) { links::link(Kind::Models, id) } else { id.clone() };
    let spelled = if row.path.is_empty() { "Guessed paths" } else { "Other spellings" };
    fact(out, spelled, Some(&row.aliases.join(", ")));
    fact(out, "Models ever listed", Some(&row.models.iter().map(model).collect::<Vec<_>>().join(", ")));
    let schema = catalog.schema(&row.id).map(|_| links::uri(Kind::Schemas, &row.id));
    fact(out, "Body as JSON Schema", schema.as_deref());
    let counts =
        |all: &std::collections::BTreeMap<String, u32>| all.iter().map(|(kind, n)| format!("{kind} {n}")).collect::<Vec<_>>().join(", ");
    fact(out, "Fewest items of `contents`", Some(&counts(&row.min_counts)));
    fact(out, "Most items of `contents`", Some(&counts(&row.max_counts)));
    let seen = row.last_seen_live.as_ref().map(|day| {
        let how = row.last_seen_how.as_ref().map(|how| format!(", {how}")).unwrap_or_default();
        format!("{day}{how} ({})", links::links(Kind::Sources, &row.last_seen_sources))
    });
    fact(out, "Last seen live", seen.as_deref());
    for note in &row.notes {
        fact(out, "Note", Some(note));
    }
    for page in &row.docs_pages {
        fact(out, "Vendor's page", Some(page));
    }
}

fn described(out: &mut String, fields: &EndpointFields) {
    fact(out, "Rules across fields", Some(&links::links(Kind::Rules, &fields.rules)));
    let heads = ["Name", "In", "Type", "Required", "Values and limits", "Note"];
    let _ = write!(out, "\n## Fields\n\n{}", table(&heads, fields.fields.iter().map(field)));
    if let Some(effects) = &fields.effects {
        let gone: Vec<String> = effects.discontinued.iter().map(|(name, day)| format!("{name} ({day})")).collect();
        out.push_str("\n## Effect templates\n\n");
        fact(out, "One picture", Some(&effects.single.join(", ")));
        fact(out, "Two pictures", Some(&effects.dual.join(", ")));
        fact(out, "Withdrawn", Some(&gone.join(", ")));
        fact(out, "Withdrawals", Some(&effects.discontinued_note));
        fact(out, "Announced", Some(&effects.announced_end));
    }
    if let Some(voices) = &fields.voice_ids {
        out.push_str("\n## Preset voices\n\n");
        fact(out, "Note", Some(&voices.note));
        fact(out, "English", Some(&voices.en.join(", ")));
        fact(out, "Chinese", Some(&voices.zh.join(", ")));
    }
}

fn field(row: &Field) -> Vec<String> {
    let required = match (row.required, &row.required_when) {
        (Required::Always, _) => "yes".to_owned(),
        (Required::Never, _) => "no".to_owned(),
        (Required::Conditional, when) => when.as_ref().map_or_else(|| "conditional".to_owned(), |when| format!("when {when}")),
    };
    let carrier = match row.carrier {
        Carrier::Body => "body",
        Carrier::Query => "query",
        Carrier::Path => "path",
    };
    let types: Vec<&str> = row.types.iter().map(|kind| word(*kind)).collect();
    let items = if row.content_types.is_empty() { String::new() } else { format!(" (in {})", row.content_types.join(", ")) };
    vec![
        format!("`{}`{items}", row.name),
        carrier.to_owned(),
        types.join(" or "),
        required,
        limits(row),
        row.note.clone().unwrap_or_default(),
    ]
}

fn limits(row: &Field) -> String {
    let list = |all: &[Scalar]| all.iter().map(scalar).collect::<Vec<_>>().join(", ");
    let allowed =
        row.allowed.as_ref().map(|all| if all.is_empty() { "no value works any more".to_owned() } else { format!("one of {}", list(all)) });
    let retired = (!row.retired.is_empty()).then(|| format!("once: {}", list(&row.retired)));
    let models = (!row.models.is_empty()).then(|| format!("only {}", row.models.join(", ")));
    let parts = [
        allowed,
        retired,
        row.default.as_ref().map(|value| format!("default {}", scalar(value))),
        range(row.min, row.max, ""),
        row.max_length.map(|most| format!("at most {most} characters")),
        range(row.min_items.map(f64::from), row.max_items.map(f64::from), " items"),
        models,
        row.media.as_ref().map(media).filter(|text| !text.is_empty()),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn range(min: Option<f64>, max: Option<f64>, unit: &str) -> Option<String> {
    match (min, max) {
        (Some(min), Some(max)) => Some(format!("{min} to {max}{unit}")),
        (Some(min), None) => Some(format!("at least {min}{unit}")),
        (None, Some(max)) => Some(format!("at most {max}{unit}")),
        (None, None) => None,
    }
}

fn media(limits: &Media) -> String {
    let pair = |[low, high]: &[f64; 2]| format!("{low} to {high}");
    let pairs = |all: &[[f64; 2]]| all.iter().map(pair).collect::<Vec<_>>().join(" or ");
    let side = |[low, high]: &[u32; 2]| format!("{low} to {high} px");
    let by_case = |all: Vec<String>| (!all.is_empty()).then(|| all.join("; "));
    let parts = [
        (!limits.formats.is_empty()).then(|| limits.formats.join(", ")),
        limits.max_mb.map(|most| format!("at most {most} MB")),
        range(limits.min_side_px.map(f64::from), limits.max_side_px.map(f64::from), " px a side"),
        limits.side_px.as_ref().map(|both| format!("sides {}", side(both))),
        by_case(limits.side_px_by_case.iter().map(|(case, both)| format!("sides {} for {case}", side(both))).collect()),
        limits.max_pixels.map(|most| format!("at most {most} pixels")),
        by_case(limits.max_pixels_by_case.iter().map(|(case, most)| format!("at most {most} pixels for {case}")).collect()),
        limits.aspect_range.as_ref().map(|both| format!("width by height {}", pair(both))),
        (!limits.aspect_ratios.is_empty()).then(|| format!("ratio {}", limits.aspect_ratios.join(", "))),
        (!limits.duration_s.is_empty()).then(|| format!("{} s", pairs(&limits.duration_s))),
        by_case(limits.duration_s_by_case.iter().map(|(case, both)| format!("{} s for {case}", pair(both))).collect()),
        limits.total_duration_s_max.map(|most| format!("at most {most} s together")),
        limits.fps_range.as_ref().map(|both| format!("{} frames a second", pair(both))),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn scalar(value: &Scalar) -> String {
    match value {
        Scalar::Flag(flag) => flag.to_string(),
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number(number) => number.to_string(),
        Scalar::Text(text) => format!("`{text}`"),
    }
}

fn word(kind: JsonType) -> &'static str {
    match kind {
        JsonType::String => "string",
        JsonType::Integer => "integer",
        JsonType::Number => "number",
        JsonType::Boolean => "boolean",
        JsonType::Object => "object",
        JsonType::Array => "array",
    }
}
